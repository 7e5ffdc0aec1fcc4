/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides which of the addresses of a name is the one: the first that may be, and
 * that one as long as it is among them. A family that is missing in an answer,
 * or an answer that is missing, changes nothing for a day.
 */
#include "nat/names.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "nat/nl_ask.h"

/* What is known of one family of one name. */
struct known {
	uint64_t until_ms; /* when it is forgotten, unless it is told again */
};

struct state {
	struct known v4;
	struct known v6;
	uint8_t told;		/* the failure that was logged last */
	struct ip_addr refused; /* the address that was */
};

struct names {
	struct names_setup setup;
	struct state *states; /* one a service */
};

const char *names_refusal_text(enum names_refusal refusal)
{
	static const char *const texts[NAMES_REFUSAL_COUNT] = {
		[NAMES_FITS] = "fits",
		[NAMES_UNUSABLE] = "unusable",
		[NAMES_LOOPBACK] = "loopback",
		[NAMES_LINK] = "link-local",
		[NAMES_GATEWAY] = "gateway",
		[NAMES_UNKNOWN] = "route-unknown",
	};

	return refusal < NAMES_REFUSAL_COUNT ? texts[refusal] : "unknown";
}

enum haunt_err names_new(const struct names_setup *setup, struct names **out)
{
	struct names *n = calloc(1, sizeof(*n));

	if (!n)
		return HAUNT_ENOMEM;
	n->setup = *setup;
	n->states =
		calloc(setup->config->services_len + 1, sizeof(n->states[0]));
	if (!n->states) {
		free(n);
		return HAUNT_ENOMEM;
	}
	*out = n;
	return HAUNT_OK;
}

void names_free(struct names *n)
{
	if (!n)
		return;
	free(n->states);
	free(n);
}

static bool is_loopback(const struct ip_addr *a)
{
	static const struct ip_addr one = { .b = { [15] = 1 } };

	return addr_is_v4(a) ? addr_v4_bytes(a)[0] == 127 : addr_equal(a, &one);
}

static bool is_link_local(const struct ip_addr *a)
{
	const uint8_t *v4 = addr_v4_bytes(a);

	return addr_is_v4(a) ? v4[0] == 169 && v4[1] == 254
			     : a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
}

/* IPv4 in other clothes, which the kernel would look at as IPv6. */
static bool is_disguised(const struct ip_addr *a)
{
	static const uint8_t zero[12];

	return !addr_is_v4(a) && !is_loopback(a) &&
	       memcmp(a->b, zero, sizeof(zero)) == 0;
}

static enum names_refusal judge(const struct names *n, const struct ip_addr *a)
{
	if (addr_is_unusable(a) || is_disguised(a) ||
	    (addr_is_v4(a) && addr_v4_bytes(a)[0] == 0))
		return NAMES_UNUSABLE;
	if (is_loopback(a))
		return NAMES_LOOPBACK;
	if (is_link_local(a))
		return NAMES_LINK;
	return n->setup.look(n->setup.arg, a);
}

struct found {
	uint8_t type;
	bool any;
};

static enum haunt_err route_item(void *arg, const struct nlmsghdr *h)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(h);
	struct found *found = arg;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*rtm))
		return HAUNT_OK;
	found->type = rtm->rtm_type;
	found->any = true;
	return HAUNT_OK;
}

enum names_refusal names_look(void *arg, const struct ip_addr *a)
{
	char buf[NL_REQUEST_MAX];
	struct found found = { .any = false };
	struct nl_sink sink = { .item = route_item, .arg = &found };
	enum haunt_err err;

	nl_route_begin(buf, a);
	err = nl_request(arg, (struct nlmsghdr *)buf, &sink);
	/* Where no route leads is nobody's yet: no packet gets there. */
	if (err == HAUNT_ESYS && !nl_is_passing(errno))
		return NAMES_FITS;
	if (err != HAUNT_OK || !found.any)
		return NAMES_UNKNOWN;
	return found.type == RTN_LOCAL ? NAMES_GATEWAY
	       : found.type == RTN_BROADCAST || found.type == RTN_ANYCAST ||
			       found.type == RTN_MULTICAST
		       ? NAMES_UNUSABLE
		       : NAMES_FITS;
}

static void refused_log(const struct names *n, const struct lookup *l,
			const struct ip_addr *a, enum names_refusal why)
{
	const struct service *s = &n->setup.config->services[l->service];
	struct state *state = &n->states[l->service];
	char text[ADDR_TEXT_MAX];

	/* Once, until it is another one. */
	if (addr_equal(&state->refused, a))
		return;
	state->refused = *a;
	log_event(LOG_LEVEL_WARNING, "name",
		  "service=%s host=%s address=%s result=refused reason=%s",
		  s->name, s->named->host, addr_format(a, text),
		  names_refusal_text(why));
}

/* The address to lead to, of one family; zeros if the answer has none. */
static struct ip_addr choose(const struct names *n, const struct lookup *l,
			     bool v4, const struct ip_addr *now)
{
	struct ip_addr first = { { 0 } };

	for (size_t i = 0; i < l->len; i++) {
		const struct ip_addr *a = &l->addresses[i];
		enum names_refusal why;

		if (addr_is_v4(a) != v4)
			continue;
		why = judge(n, a);
		if (why != NAMES_FITS)
			refused_log(n, l, a, why);
		else if (addr_equal(a, now))
			return *a;
		else if (addr_is_any(&first))
			first = *a;
	}
	return first;
}

static void change_log(const struct service *s, bool v4,
		       const struct ip_addr *was, const struct ip_addr *is)
{
	char text[2][ADDR_TEXT_MAX];
	bool known = !addr_is_any(is);

	log_event(known ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "name",
		  "service=%s host=%s family=%s address=%s was=%s", s->name,
		  s->named->host, v4 ? "ipv4" : "ipv6",
		  known ? addr_format(is, text[0]) : "none",
		  addr_is_any(was) ? "none" : addr_format(was, text[1]));
}

/* One family; true if it leads elsewhere now. */
static bool family_answer(const struct names *n, const struct lookup *l,
			  bool v4, struct known *known)
{
	const struct service *s = &n->setup.config->services[l->service];
	struct ip_addr *now = v4 ? &s->named->v4 : &s->named->v6;
	struct ip_addr next = choose(n, l, v4, now), was = *now;
	uint64_t ms = clock_mono_ms(n->setup.clock);

	if (!addr_is_any(&next))
		known->until_ms = ms + NAMES_KEEP_MS;
	else if (ms < known->until_ms)
		next = *now;
	/* The address may have become one of ours since. */
	if (!addr_is_any(&next) && judge(n, &next) != NAMES_FITS)
		next = (struct ip_addr){ { 0 } };
	if (addr_equal(&next, now))
		return false;
	*now = next;
	change_log(s, v4, &was, &next);
	return true;
}

static void failure_log(const struct names *n, const struct lookup *l)
{
	static const char *const texts[LOOKUP_RESULT_COUNT] = {
		[LOOKUP_OK] = "answered",
		[LOOKUP_NO_ADDRESS] = "no-address",
		[LOOKUP_NO_ANSWER] = "no-answer",
	};
	const struct service *s = &n->setup.config->services[l->service];
	struct state *state = &n->states[l->service];
	bool kept = !addr_is_any(&s->named->v4) || !addr_is_any(&s->named->v6);

	if (l->result == state->told)
		return;
	state->told = l->result;
	log_event(l->result == LOOKUP_OK ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
		  "name", "service=%s host=%s lookup=%s%s", s->name,
		  s->named->host, texts[l->result],
		  l->result == LOOKUP_OK ? ""
		  : kept		 ? " result=last-known-kept"
					 : " result=unresolved");
}

enum haunt_err names_answer(struct names *n, const struct lookup *l,
			    bool *changed, struct lead *out)
{
	const struct config *config = n->setup.config;
	const struct service *s;
	struct state *state;
	bool four, six;

	if (l->service >= config->services_len ||
	    !config->services[l->service].named)
		return HAUNT_EFORMAT;
	s = &config->services[l->service];
	state = &n->states[l->service];
	four = family_answer(n, l, true, &state->v4);
	six = family_answer(n, l, false, &state->v6);
	failure_log(n, l);
	*changed = four || six;
	*out = (struct lead){ l->service, s->named->v4, s->named->v6 };
	return HAUNT_OK;
}
