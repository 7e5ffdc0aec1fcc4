/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides how the members of a request are written as text. Addresses, ports and
 * targets are read and written by what reads and writes them in a message.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/wire.h"
#include "core/proto/haunt.h"
#include "core/proto/message.h"
#include "core/proto/request.h"
#include "core/proto/token.h"

struct haunt_request *haunt_request_new(void)
{
	return calloc(1, sizeof(struct haunt_request));
}

void haunt_request_free(struct haunt_request *request)
{
	free(request);
}

static enum haunt_err text_set(char *member, size_t cap, const char *value)
{
	const size_t len = strnlen(value, cap);

	if (len == cap)
		return HAUNT_ELENGTH;
	memset(member, 0, cap);
	memcpy(member, value, len);
	return HAUNT_OK;
}

static enum haunt_err number_of(const char *value, uint64_t max, uint64_t *out)
{
	*out = 0;
	if (!*value)
		return HAUNT_OK;
	return token_number(rd_of(value, strlen(value)), 12, max, out);
}

/* Reads `ADDRESS,PORTS` into a request of its own. */
static enum haunt_err access_get(const char *address, const char *ports,
				 struct haunt_request *out)
{
	char text[MESSAGE_MAX];
	struct wr w = wr_of(text, sizeof(text));

	*out = (struct haunt_request){ .type = HAUNT_TYPE_ACCESS };
	wr_bytes(&w, address, strlen(address));
	wr_u8(&w, ',');
	wr_bytes(&w, ports, strlen(ports));
	return w.failed ? HAUNT_ELENGTH : message_get(text, w.len, out);
}

static enum haunt_err allow_set(struct haunt_request *r, const char *value)
{
	struct haunt_request read;
	enum haunt_err err;

	if (strchr(value, ','))
		return HAUNT_EFORMAT;
	err = access_get(*value ? value : "0.0.0.0", "tcp/1", &read);
	if (err == HAUNT_OK)
		memcpy(r->allow, read.allow, sizeof(r->allow));
	return err;
}

static enum haunt_err ports_set(struct haunt_request *r, const char *value)
{
	struct haunt_request read = { .ports_len = 0 };
	enum haunt_err err = HAUNT_OK;

	if (*value)
		err = access_get("0.0.0.0", value, &read);
	if (err != HAUNT_OK)
		return err;
	memcpy(r->ports, read.ports, sizeof(r->ports));
	r->ports_len = read.ports_len;
	return HAUNT_OK;
}

static enum haunt_err nat_set(struct haunt_request *r, const char *value)
{
	struct haunt_request read = { .nat_port = 0 };
	enum haunt_err err = HAUNT_OK;

	if (*value)
		err = message_nat_get(value, strlen(value), &read);
	if (err != HAUNT_OK)
		return err;
	memcpy(r->nat_host, read.nat_host, sizeof(r->nat_host));
	r->nat_port = read.nat_port;
	return HAUNT_OK;
}

static enum haunt_err digest_set(struct haunt_request *r, const char *value)
{
	return haunt_digest_parse(*value ? value : "none", &r->digest);
}

static enum haunt_err type_set(struct haunt_request *r, const char *value)
{
	uint64_t n;
	enum haunt_err err = number_of(value, HAUNT_TYPE_LOCAL_NAT_TIMEOUT, &n);

	if (err == HAUNT_OK)
		r->type = (enum haunt_type)n;
	return err;
}

static enum haunt_err time_set(struct haunt_request *r, const char *value)
{
	uint64_t n;
	enum haunt_err err = number_of(value, REQUEST_TIME_MAX, &n);

	if (err == HAUNT_OK)
		r->time_s = n;
	return err;
}

static enum haunt_err lifetime_set(struct haunt_request *r, const char *value)
{
	uint64_t n;
	enum haunt_err err = number_of(value, REQUEST_LIFETIME_MAX, &n);

	if (err == HAUNT_OK)
		r->lifetime_s = (uint32_t)n;
	return err;
}

#define TEXT_MEMBER(member)                                                    \
	static enum haunt_err member##_set(struct haunt_request *r,            \
					   const char *value)                  \
	{                                                                      \
		return text_set(r->member, sizeof(r->member), value);          \
	}                                                                      \
	static void member##_put(struct wr *w, const struct haunt_request *r)  \
	{                                                                      \
		wr_bytes(w, r->member, strnlen(r->member, sizeof(r->member))); \
	}

TEXT_MEMBER(random)
TEXT_MEMBER(user)
TEXT_MEMBER(version)
TEXT_MEMBER(command)
TEXT_MEMBER(server_auth)

/* The address, or what stands behind it, as in a message. */
static void access_put(struct wr *w, const struct haunt_request *r, bool ports)
{
	struct haunt_request access = *r;
	uint8_t text[HAUNT_VALUE_MAX];
	struct wr all = wr_of(text, sizeof(text));
	struct rd rest, address;

	access.type = HAUNT_TYPE_ACCESS;
	if (access.ports_len > HAUNT_PORTS_MAX)
		access.ports_len = HAUNT_PORTS_MAX;
	message_put(&all, &access);
	rest = rd_of(text, all.len);
	token_take(&rest, ',', &address);
	if (ports)
		wr_bytes(w, rest.at, rest.left);
	else
		wr_bytes(w, address.at, address.left);
}

static void allow_put(struct wr *w, const struct haunt_request *r)
{
	access_put(w, r, false);
}

static void ports_put(struct wr *w, const struct haunt_request *r)
{
	access_put(w, r, true);
}

static void nat_put(struct wr *w, const struct haunt_request *r)
{
	if (r->nat_host[0])
		message_nat_put(w, r);
}

static void digest_put(struct wr *w, const struct haunt_request *r)
{
	const char *name = haunt_digest_name(r->digest);

	if (name && r->digest != HAUNT_DIGEST_NONE)
		wr_bytes(w, name, strlen(name));
}

static void type_put(struct wr *w, const struct haunt_request *r)
{
	token_number_put(w, (uint64_t)r->type);
}

static void time_put(struct wr *w, const struct haunt_request *r)
{
	token_number_put(w, r->time_s);
}

static void lifetime_put(struct wr *w, const struct haunt_request *r)
{
	token_number_put(w, r->lifetime_s);
}

static const struct member {
	const char *name;
	enum haunt_err (*set)(struct haunt_request *r, const char *value);
	void (*put)(struct wr *w, const struct haunt_request *r);
} members[] = {
	{ "time_s", time_set, time_put },
	{ "type", type_set, type_put },
	{ "digest", digest_set, digest_put },
	{ "random", random_set, random_put },
	{ "user", user_set, user_put },
	{ "version", version_set, version_put },
	{ "allow", allow_set, allow_put },
	{ "ports", ports_set, ports_put },
	{ "nat", nat_set, nat_put },
	{ "command", command_set, command_put },
	{ "server_auth", server_auth_set, server_auth_put },
	{ "lifetime_s", lifetime_set, lifetime_put },
};

static const struct member *member_find(const char *name)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (strcmp(members[i].name, name) == 0)
			return &members[i];
	}
	return NULL;
}

enum haunt_err haunt_request_set(struct haunt_request *request,
				 const char *name, const char *value)
{
	const struct member *m = member_find(name);

	return m ? m->set(request, value) : HAUNT_ENOENT;
}

enum haunt_err haunt_request_get(const struct haunt_request *request,
				 const char *name, char *out, size_t cap)
{
	const struct member *m = member_find(name);
	uint8_t text[HAUNT_VALUE_MAX];
	struct wr w = wr_of(text, sizeof(text));

	if (!m)
		return HAUNT_ENOENT;
	m->put(&w, request);
	if (w.failed || w.len >= cap)
		return HAUNT_EBUSY;
	memcpy(out, text, w.len);
	out[w.len] = '\0';
	return HAUNT_OK;
}
