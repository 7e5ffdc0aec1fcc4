/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides which parts of the configuration the static ruleset depends on. A
 * service's target is one of them although no rule names it: the elements of
 * grants that are in force do, and have to be made anew when it changes.
 */
#include "nat/skeleton.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOT_CHARS 8

#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static void hash_bytes(uint64_t *h, const void *data, size_t len)
{
	const uint8_t *b = data;

	for (size_t i = 0; i < len; i++)
		*h = (*h ^ b[i]) * FNV_PRIME;
}

static void hash_u32(uint64_t *h, uint32_t v)
{
	hash_bytes(h, &v, sizeof(v));
}

static void hash_prefixes(uint64_t *h, const struct ip_prefix *prefixes,
			  size_t n)
{
	hash_u32(h, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		hash_bytes(h, prefixes[i].addr.b, sizeof(prefixes[i].addr.b));
		hash_u32(h, prefixes[i].len);
		hash_u32(h, prefixes[i].v6);
	}
}

static void hash_service(uint64_t *h, const struct service *s)
{
	hash_bytes(h, s->name, strlen(s->name) + 1);
	hash_u32(h, s->local);
	hash_u32(h, s->proto);
	hash_u32(h, s->target.port);
	hash_u32(h, s->target_last);
	/* An outer port leads to one of a range by its place. */
	for (size_t i = 0; s->target_last != s->target.port && i < s->at_len;
	     i++) {
		hash_u32(h, s->at[i].first);
		hash_u32(h, s->at[i].last);
	}
	hash_bytes(h, s->target.addr.b, sizeof(s->target.addr.b));
	hash_u32(h, s->source_nat);
	hash_bytes(h, s->source.b, sizeof(s->source.b));
	hash_u32(h, s->connections);
	hash_u32(h, s->single_use);
	hash_u32(h, s->internet);
	if (s->named)
		hash_bytes(h, s->named->host, strlen(s->named->host) + 1);
	hash_prefixes(h, s->to, s->to_len);
}

static void hash_look(uint64_t *h, const struct cloak_look *look)
{
	hash_u32(h, look->cloak);
	hash_u32(h, look->words.reset);
	hash_u32(h, look->words.silent);
	hash_u32(h, look->words.strict);
	hash_u32(h, look->words.code4);
	hash_u32(h, look->words.code6);
}

static uint64_t fingerprint_of(const struct skeleton *s,
			       const struct config *config)
{
	uint64_t h = FNV_START;

	hash_u32(&h, SKELETON_VERSION);
	hash_u32(&h, s->persist);
	hash_u32(&h, s->max_grants);
	hash_look(&h, &s->look4);
	hash_look(&h, &s->look6);
	hash_u32(&h, (uint32_t)s->cloaked_len);
	for (size_t i = 0; i < s->cloaked_len; i++) {
		hash_u32(&h, s->cloaked[i].proto);
		hash_u32(&h, s->cloaked[i].port);
	}
	hash_u32(&h, (uint32_t)s->knocks_len);
	for (size_t i = 0; i < s->knocks_len; i++)
		hash_u32(&h, s->knocks[i]);
	hash_u32(&h, (uint32_t)s->hidden_len);
	for (size_t i = 0; i < s->hidden_len; i++)
		hash_bytes(&h, s->hidden[i].b, sizeof(s->hidden[i].b));
	hash_prefixes(&h, s->friends, s->friends_len);
	for (size_t i = 0; i < config->services_len; i++)
		hash_service(&h, &config->services[i]);
	return h;
}

static int door_compare(const void *a, const void *b)
{
	const struct door *x = a, *y = b;

	if (x->proto != y->proto)
		return x->proto < y->proto ? -1 : 1;
	return (int)x->port - (int)y->port;
}

static int port_compare(const void *a, const void *b)
{
	const uint16_t *x = a, *y = b;

	return (int)*x - (int)*y;
}

/* Each value of a sorted array once; returns how many. */
static size_t unique(void *array, size_t n, size_t size,
		     int (*compare)(const void *, const void *))
{
	char *at = array;
	size_t kept = 0;

	qsort(array, n, size, compare);
	for (size_t i = 0; i < n; i++) {
		if (kept && compare(at + (kept - 1) * size, at + i * size) == 0)
			continue;
		memmove(at + kept++ * size, at + i * size, size);
	}
	return kept;
}

/* How many ports of the gateway a service is the reason to cloak. */
static size_t cloaked_by(const struct service *s)
{
	return s->local && s->cloak
		       ? (size_t)(s->target_last - s->target.port) + 1
		       : 0;
}

static enum haunt_err cloaked_fill(struct skeleton *s,
				   const struct config *config)
{
	size_t n = 0;

	for (size_t i = 0; i < config->services_len; i++)
		n += cloaked_by(&config->services[i]);
	s->cloaked = calloc(n + 1, sizeof(s->cloaked[0]));
	if (!s->cloaked)
		return HAUNT_ENOMEM;
	n = 0;
	for (size_t i = 0; i < config->services_len; i++) {
		const struct service *service = &config->services[i];

		for (size_t j = 0; j < cloaked_by(service); j++)
			s->cloaked[n++] = (struct door){
				.proto = service->proto,
				.port = (uint16_t)(service->target.port + j)
			};
	}
	s->cloaked_len =
		unique(s->cloaked, n, sizeof(s->cloaked[0]), door_compare);
	return HAUNT_OK;
}

/* UDP to single ports: nobody else talks there. A range may hold ports of the
 * host's own, whose answers conntrack must know. */
static size_t knocks_of(const struct listener *l, uint16_t *out)
{
	size_t n = 0;

	if (l->kind == LISTENER_UDP)
		out[n++] = l->address.port;
	for (size_t i = 0; l->kind == LISTENER_SNIFF && i < l->udp.len; i++) {
		if (l->udp.at[i].first == l->udp.at[i].last)
			out[n++] = l->udp.at[i].first;
	}
	return n;
}

static enum haunt_err knocks_fill(struct skeleton *s,
				  const struct config *config)
{
	size_t n = config->listeners_len * CONFIG_LISTEN_PORTS_MAX;

	s->knocks = calloc(n + 1, sizeof(s->knocks[0]));
	if (!s->knocks)
		return HAUNT_ENOMEM;
	n = 0;
	for (size_t i = 0; i < config->listeners_len; i++)
		n += knocks_of(&config->listeners[i], s->knocks + n);
	s->knocks_len =
		unique(s->knocks, n, sizeof(s->knocks[0]), port_compare);
	return HAUNT_OK;
}

static int addr_compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct ip_addr));
}

static enum haunt_err hidden_fill(struct skeleton *s,
				  const struct config *config)
{
	size_t n = 0;

	s->hidden = calloc(config->services_len + 1, sizeof(s->hidden[0]));
	if (!s->hidden)
		return HAUNT_ENOMEM;
	for (size_t i = 0; i < config->services_len; i++) {
		if (config->services[i].hidden)
			s->hidden[n++] = config->services[i].target.addr;
	}
	s->hidden_len =
		unique(s->hidden, n, sizeof(s->hidden[0]), addr_compare);
	return HAUNT_OK;
}

static enum haunt_err friends_fill(struct skeleton *s,
				   const struct config *config)
{
	size_t n = config->never_close_for_len;

	s->friends = calloc(n + 1, sizeof(s->friends[0]));
	if (!s->friends)
		return HAUNT_ENOMEM;
	for (size_t i = 0; i < n; i++)
		s->friends[i] = config->never_close_for[i];
	s->friends_len = n;
	return HAUNT_OK;
}

enum haunt_err skeleton_new(const struct config *config,
			    const struct cloak_look *look4,
			    const struct cloak_look *look6, bool persist,
			    struct skeleton **out)
{
	struct skeleton *s = calloc(1, sizeof(*s));
	enum haunt_err err;

	if (!s)
		return HAUNT_ENOMEM;
	s->persist = persist;
	s->max_grants = config->max_grants;
	s->look4 = *look4;
	s->look6 = *look6;
	s->config = config;
	for (size_t i = 0; i < config->services_len; i++)
		s->ways_len += config->services[i].internet;
	s->named = config_has_names(config);
	err = cloaked_fill(s, config);
	if (err == HAUNT_OK)
		err = knocks_fill(s, config);
	if (err == HAUNT_OK)
		err = hidden_fill(s, config);
	if (err == HAUNT_OK)
		err = friends_fill(s, config);
	if (err != HAUNT_OK) {
		skeleton_free(s);
		return err;
	}
	s->fingerprint = fingerprint_of(s, config);
	*out = s;
	return HAUNT_OK;
}

void skeleton_free(struct skeleton *s)
{
	if (!s)
		return;
	free(s->cloaked);
	free(s->knocks);
	free(s->hidden);
	free(s->friends);
	free(s);
}

const char *skeleton_name(const struct skeleton *s, char buf[SKELETON_NAME_MAX])
{
	snprintf(buf, SKELETON_NAME_MAX, "haunt %d %016" PRIx64,
		 SKELETON_VERSION, s->fingerprint);
	return buf;
}

/* The beginning of the boot's id; empty where the kernel does not tell. */
static void boot_read(char boot[BOOT_CHARS + 1])
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	size_t n = f ? fread(boot, 1, BOOT_CHARS, f) : 0;

	boot[n] = '\0';
	if (f)
		fclose(f);
}

const char *skeleton_comment(const struct skeleton *s,
			     char buf[SKELETON_NAME_MAX])
{
	char name[SKELETON_NAME_MAX], boot[BOOT_CHARS + 1];

	boot_read(boot);
	snprintf(buf, SKELETON_NAME_MAX, "%.30s %s", skeleton_name(s, name),
		 boot);
	return buf;
}

bool skeleton_is_named(const char *comment, const char *name)
{
	size_t len = strlen(name);

	return strncmp(comment, name, len) == 0 &&
	       (comment[len] == '\0' || comment[len] == ' ');
}

bool skeleton_is_of_now(const char *comment)
{
	const char *space = strrchr(comment, ' ');
	char boot[BOOT_CHARS + 1];

	boot_read(boot);
	return space && strcmp(space + 1, boot) == 0;
}

const char *cloak_name(enum cloak cloak)
{
	switch (cloak) {
	case CLOAK_REJECT:
		return "reject";
	case CLOAK_DROP:
		return "drop";
	case CLOAK_HOST:
		return "host";
	default:
		return "none";
	}
}
