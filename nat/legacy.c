/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the two layouts of an entry. A packet that nothing names is led from
 * entry to entry, as the kernel would; a chain's policy is its last entry.
 */
#include "nat/legacy.h"

/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <linux/netfilter/x_tables.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <string.h>

#include "core/base/wire.h"
#include "nat/rule.h"

#define JUMPS_MAX 64	     /* within each other */
#define STEPS_MAX (1u << 18) /* from a chain's head to its end */

/* One entry, whichever family's. */
struct entry {
	uint32_t next; /* offset of the one behind it */
	bool any;      /* its head names every packet */
	bool tcp;      /* its head names TCP and nothing else */
	bool leads;    /* a jump that does not come back */
	struct rd matches;
	struct rd target;
};

struct head {
	size_t size;
	uint16_t target;
	uint16_t next;
	bool tcp;
	bool leads;
	bool any;
};

static bool all_zero(const void *data, size_t len)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static struct head head4_read(struct rd *rd)
{
	struct ipt_entry e;
	struct head h = { .size = sizeof(e) };

	rd_copy(rd, &e, sizeof(e));
	h.target = e.target_offset;
	h.next = e.next_offset;
	h.leads = e.ip.flags & IPT_F_GOTO;
	e.ip.flags &= (uint8_t)~IPT_F_GOTO;
	h.any = all_zero(&e.ip, sizeof(e.ip));
	h.tcp = e.ip.proto == IPPROTO_TCP;
	e.ip.proto = 0;
	h.tcp = h.tcp && all_zero(&e.ip, sizeof(e.ip));
	return h;
}

static struct head head6_read(struct rd *rd)
{
	struct ip6t_entry e;
	struct head h = { .size = sizeof(e) };

	rd_copy(rd, &e, sizeof(e));
	h.target = e.target_offset;
	h.next = e.next_offset;
	h.leads = e.ipv6.flags & IP6T_F_GOTO;
	e.ipv6.flags &= (uint8_t) ~(IP6T_F_GOTO | IP6T_F_PROTO);
	h.any = all_zero(&e.ipv6, sizeof(e.ipv6));
	h.tcp = e.ipv6.proto == IPPROTO_TCP;
	e.ipv6.proto = 0;
	h.tcp = h.tcp && all_zero(&e.ipv6, sizeof(e.ipv6));
	return h;
}

static bool entry_read(const struct legacy_table *t, uint32_t at,
		       struct entry *out)
{
	struct rd rd;
	struct head h;

	if (at >= t->len)
		return false;
	rd = rd_of(t->entries + at, t->len - at);
	h = t->v4 ? head4_read(&rd) : head6_read(&rd);
	if (rd.failed || h.target < h.size || h.next < h.target)
		return false;
	out->next = at + h.next;
	out->any = h.any;
	out->tcp = h.tcp;
	out->leads = h.leads;
	out->matches = rd_sub(&rd, h.target - h.size);
	out->target = rd_sub(&rd, (size_t)(h.next - h.target));
	return !rd.failed;
}

static bool match_is(const struct xt_entry_match *m, const char *name)
{
	return strncmp(m->u.user.name, name, sizeof(m->u.user.name)) == 0;
}

static bool match_names_all(const struct xt_entry_match *m,
			    const struct rd *body, bool input)
{
	if (match_is(m, "comment"))
		return true;
	return input && match_is(m, "addrtype") && m->u.user.revision == 1 &&
	       host_match_local(body->at, body->left);
}

/* True if it has none but a comment, and at input that the packet is ours. */
static bool matches_all(struct rd matches, bool input)
{
	while (matches.left) {
		struct rd rest = matches;
		struct xt_entry_match m;

		rd_copy(&rest, &m, sizeof(m));
		if (rest.failed || m.u.user.match_size < sizeof(m))
			return false;
		rest = rd_sub(&rest, m.u.user.match_size - sizeof(m));
		(void)rd_sub(&matches, m.u.user.match_size);
		if (matches.failed || !match_names_all(&m, &rest, input))
			return false;
	}
	return true;
}

/* True if the first of its matches is that of a grant's mark, and the only
 * one but for a comment. */
static bool matches_mark(struct rd matches)
{
	struct xt_entry_match m;
	struct xt_connmark_mtinfo1 info;
	struct rd body = matches;

	rd_copy(&body, &m, sizeof(m));
	rd_copy(&body, &info, sizeof(info));
	if (body.failed || m.u.user.revision != 1 || !match_is(&m, "connmark"))
		return false;
	(void)rd_sub(&matches, m.u.user.match_size);
	return !matches.failed && matches_all(matches, false) &&
	       info.mark == RULE_MARK_BASE && info.mask == RULE_MARK_MASK &&
	       !info.invert;
}

/* What an entry's target does. */
struct effect {
	bool standard; /* verdict says what */
	bool rejects;
	int verdict;
	uint32_t with;
};

static bool effect_read(struct rd target, struct effect *out)
{
	struct xt_entry_target head;
	const char *name = head.u.user.name;

	*out = (struct effect){ .standard = false };
	rd_copy(&target, &head, sizeof(head));
	if (target.failed)
		return false;
	if (name[0] == '\0') {
		out->standard = true;
		rd_copy(&target, &out->verdict, sizeof(out->verdict));
	} else if (strncmp(name, "REJECT", sizeof(head.u.user.name)) == 0) {
		out->rejects = true;
		rd_copy(&target, &out->with, sizeof(out->with));
	} else if (strncmp(name, XT_ERROR_TARGET, sizeof(head.u.user.name)) ==
		   0) {
		return false; /* no rule: a chain's name, or the table's end */
	}
	return !target.failed;
}

struct walk {
	const struct legacy_table *table;
	uint32_t policy;	  /* where the chain's last entry is */
	struct host_words before; /* the end comes */
	bool tagged;
	bool established;
	uint32_t back[JUMPS_MAX];
	size_t depth;
	uint32_t at;
};

enum course { COURSE_ON, COURSE_ENDED, COURSE_BROKEN };

static enum course verdict_follow(struct walk *w, const struct entry *e,
				  int verdict, enum host_end *end)
{
	if (verdict == XT_RETURN) {
		w->at = w->depth ? w->back[--w->depth] : w->policy;
		return COURSE_ON;
	}
	if (verdict < 0) {
		*end = -verdict - 1 == NF_DROP ? HOST_END_DROP
					       : HOST_END_ACCEPT;
		return COURSE_ENDED;
	}
	if (!e->leads) {
		if (w->depth == JUMPS_MAX)
			return COURSE_BROKEN;
		w->back[w->depth++] = e->next;
	}
	w->at = (uint32_t)verdict;
	return COURSE_ON;
}

static bool is_our_rule(const struct entry *e, const struct effect *effect)
{
	return e->any && effect->standard &&
	       effect->verdict == -NF_ACCEPT - 1 && matches_mark(e->matches);
}

static bool drops_invalid(const struct entry *e, const struct effect *effect)
{
	struct xt_entry_match m;
	struct rd body = e->matches;

	rd_copy(&body, &m, sizeof(m));
	return !body.failed && e->any && effect->standard &&
	       effect->verdict == -NF_DROP - 1 && match_is(&m, "conntrack") &&
	       m.u.user.revision == 3 &&
	       m.u.user.match_size == e->matches.left &&
	       host_match_invalid(body.at, body.left);
}

static bool accepts_established(const struct entry *e,
				const struct effect *effect)
{
	struct xt_entry_match m;
	struct rd body = e->matches;

	rd_copy(&body, &m, sizeof(m));
	return !body.failed && e->any && effect->standard &&
	       effect->verdict == -NF_ACCEPT - 1 && match_is(&m, "conntrack") &&
	       m.u.user.revision == 3 &&
	       m.u.user.match_size == e->matches.left &&
	       host_match_established(body.at, body.left);
}

static enum course entry_follow(struct walk *w, struct host_chain *out)
{
	struct host_words words = { .reset = false };
	struct effect effect;
	struct entry e;
	enum host_end end;
	enum course course = COURSE_ON;

	if (!entry_read(w->table, w->at, &e) || !effect_read(e.target, &effect))
		return COURSE_BROKEN;
	w->at = e.next;
	if (effect.rejects)
		words = host_words_xt(effect.with, out->family);
	if (is_our_rule(&e, &effect)) {
		w->tagged = true;
	} else if (e.any && matches_all(e.matches, out->input)) {
		end = HOST_END_REJECT;
		if (effect.standard)
			course = verdict_follow(w, &e, effect.verdict, &end);
		else if (effect.rejects)
			course = COURSE_ENDED;
		if (course == COURSE_ENDED)
			host_end_set(out, end, &words, &w->before);
	} else if (e.tcp && matches_all(e.matches, out->input) && words.reset) {
		w->before.reset = true;
	} else if (drops_invalid(&e, &effect)) {
		w->before.strict = true;
	} else if (accepts_established(&e, &effect)) {
		w->established = true;
	}
	return course;
}

bool legacy_chain_read(const struct legacy_table *t, uint32_t entry,
		       uint32_t policy, struct host_chain *out)
{
	struct walk w = { .table = t, .policy = policy, .at = entry };

	for (uint32_t i = 0; i < STEPS_MAX; i++) {
		switch (entry_follow(&w, out)) {
		case COURSE_ON:
			break;
		case COURSE_ENDED:
			out->tagged = w.tagged;
			out->tags = w.tagged;
			out->established = w.established;
			return true;
		case COURSE_BROKEN:
			return false;
		}
	}
	return false;
}
