/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides which of the rules that a packet met is the one that counts.
 */
#include "explain/answer.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/netfilter.h>
#include <stdio.h>
#include <string.h>

#include "conf/parse.h"
#include "explain/listen.h"
#include "explain/ours.h"
#include "explain/unrouted.h"
#include "nat/nl.h"

/* Of it in another text. */
#define DECIDED_MAX   (ANSWER_TEXT_MAX - 64)
#define RULE_TEXT_MAX (ANSWER_TEXT_MAX - 128)

const char *answer_verdict_name(enum answer_verdict verdict)
{
	static const char *const names[] = {
		[ANSWER_ACCEPTED] = "accepted",
		[ANSWER_FORWARDED] = "forwarded",
		[ANSWER_DROPPED] = "dropped",
		[ANSWER_REJECTED] = "rejected",
		[ANSWER_CLOSED] = "closed",
		[ANSWER_UNROUTED] = "unrouted",
		[ANSWER_UNKNOWN] = "unknown",
	};

	return names[verdict];
}

const char *answer_by_name(enum answer_by by)
{
	static const char *const names[] = {
		[ANSWER_BY_GRANT] = "grant",   [ANSWER_BY_CLOAK] = "cloak",
		[ANSWER_BY_HAUNT] = "haunt",   [ANSWER_BY_RULE] = "rule",
		[ANSWER_BY_POLICY] = "policy", [ANSWER_BY_ROUTING] = "routing",
		[ANSWER_BY_NONE] = "none",
	};

	return names[by];
}

/* A rule or a policy, so that it can be found in what nft lists. */
static void step_tell(const struct answer_means *with,
		      const struct path_step *s, char *text, size_t size)
{
	const struct trace_event *e = s->event;
	const char *family = nl_family_name(e->family);
	char verdict[PATH_VERDICT_MAX];
	int n;

	if (e->kind == TRACE_POLICY) {
		snprintf(text, size, "%s of chain %s of table %s %s",
			 path_verdict(s, verdict), e->chain, family, e->table);
		return;
	}
	n = snprintf(text, size,
		     "rule handle %" PRIu64 " of chain %s of table %s %s",
		     s->rule < with->set->bag.len
			     ? ruleset_rule(with->set, s->rule)->handle
			     : 0,
		     e->chain, family, e->table);
	if (s->facts.comment[0] && n > 0 && (size_t)n < size)
		snprintf(text + n, size - (size_t)n, " (comment \"%s\")",
			 s->facts.comment);
}

static void decided_by(const struct answer_means *with, struct answer *a,
		       size_t step)
{
	const struct path_step *s = &a->path.steps[step];
	char rule[RULE_TEXT_MAX];

	a->step = step;
	step_tell(with, s, rule, sizeof(rule));
	snprintf(a->decided, sizeof(a->decided), "%s", rule);
	if (s->event->kind == TRACE_POLICY) {
		a->by = ANSWER_BY_POLICY;
	} else if (ours_is_cloak(s)) {
		a->by = ANSWER_BY_CLOAK;
		snprintf(a->decided, sizeof(a->decided), "haunt's cloak");
	} else if (ours_is_friend(s)) {
		a->by = ANSWER_BY_HAUNT;
		snprintf(a->decided, sizeof(a->decided),
			 "haunt's never-close-for (%s)", rule);
	} else if (ours_is(s)) {
		a->by = ANSWER_BY_HAUNT;
		snprintf(a->decided, sizeof(a->decided), "haunt's own %s",
			 rule);
	} else {
		a->by = ANSWER_BY_RULE;
	}
}

/* What let it through: a grant, or never-close-for; else, where hosts decide
 * that, the last rule that said so, else the last policy. Otherwise our table
 * only keeps strangers out. */
static void accepted_by(const struct answer_means *with, struct answer *a)
{
	size_t rule = a->path.len, policy = a->path.len, friend = a->path.len;

	for (size_t i = 0; i < a->path.len; i++) {
		const struct path_step *s = &a->path.steps[i];

		if (ours_is_friend(s))
			friend = i;
		if (s->event->family == NFPROTO_NETDEV || ours_is_table(s) ||
		    (s->hook != NF_INET_LOCAL_IN && s->hook != NF_INET_FORWARD))
			continue;
		if (s->event->kind == TRACE_POLICY)
			policy = i;
		else if (path_code(s) == NF_ACCEPT)
			rule = i;
	}
	a->step = a->path.len;
	a->by = ANSWER_BY_NONE;
	snprintf(a->decided, sizeof(a->decided), "no rule");
	if (friend < a->path.len)
		decided_by(with, a, friend);
	else if (rule < a->path.len)
		decided_by(with, a, rule);
	else if (policy < a->path.len)
		decided_by(with, a, policy);
	if (a->grant.id) {
		a->by = ANSWER_BY_GRANT;
		ours_grant_tell(&a->grant, a->decided, sizeof(a->decided));
	}
}

static void delivered(const struct answer *a, char *text, size_t size)
{
	const struct endpoint *to = &a->leads_to;
	const char *proto = proto_name(a->question.proto);
	bool moved = !addr_equal(&to->addr, &a->question.to);
	char address[ADDR_TEXT_MAX];

	if (moved)
		snprintf(text, size, "accepted: leads to %s %s/%u on this host",
			 addr_format(&to->addr, address), proto, to->port);
	else if (to->port == a->question.port)
		snprintf(text, size, "accepted: delivered to %s/%u", proto,
			 to->port);
	else
		snprintf(text, size, "accepted: leads to %s/%u on this host",
			 proto, to->port);
}

static enum haunt_err delivered_find(const struct answer_means *with,
				     struct answer *a)
{
	const char *proto = proto_name(a->question.proto);
	unsigned int port = a->leads_to.port;
	struct listen_found found;
	char address[ADDR_TEXT_MAX];
	enum haunt_err err = listen_find(with->host_diag, a->question.proto,
					 &a->leads_to, with->in->index, &found);

	accepted_by(with, a);
	if (err) {
		notes_add(&a->remarks,
			  "whether anybody listens could not be found out: %s",
			  nl_errno_name(errno));
		a->verdict = ANSWER_UNKNOWN;
		delivered(a, a->text, sizeof(a->text));
		return HAUNT_OK;
	}
	if (found.here) {
		a->verdict = ANSWER_ACCEPTED;
		delivered(a, a->text, sizeof(a->text));
		return HAUNT_OK;
	}
	a->verdict = ANSWER_CLOSED;
	snprintf(a->text, sizeof(a->text),
		 "let through, but nothing listens on %s/%u (closed port)",
		 proto, port);
	if (found.elsewhere)
		notes_add(&a->remarks, "something listens on %s/%u of %s only",
			  proto, port,
			  addr_format(&found.elsewhere_at, address));
	return HAUNT_OK;
}

static void forwarded_find(const struct answer_means *with, struct answer *a)
{
	char to[ADDR_TEXT_MAX], from[ADDR_TEXT_MAX];
	char path[SYSCTL_PATH_MAX];

	accepted_by(with, a);
	a->verdict = ANSWER_FORWARDED;
	/* By its name in the copy, where this process is. */
	if (!if_indextoname(a->path.out, a->out))
		snprintf(a->out, sizeof(a->out), "?");
	snprintf(a->text, sizeof(a->text),
		 "accepted: forwarded to %s %s/%u by %s",
		 addr_format(&a->leads_to.addr, to),
		 proto_name(a->question.proto), a->leads_to.port, a->out);
	if (!addr_equal(&a->source, &a->question.client))
		notes_add(&a->remarks, "the target sees %s as the client",
			  addr_format(&a->source, from));
	snprintf(path, sizeof(path), "ipv4/conf/%s/forwarding", a->out);
	if (addr_is_v4(&a->source) && !sysctl_number(path))
		notes_add(&a->remarks,
			  "its answers are lost: forwarding is off on %s",
			  a->out);
}

static void stopped_find(const struct answer_means *with, struct answer *a)
{
	const struct path_step *last = &a->path.steps[a->path.len - 1];
	bool rejects = last->facts.rejects;

	decided_by(with, a, a->path.len - 1);
	a->verdict = rejects ? ANSWER_REJECTED : ANSWER_DROPPED;
	snprintf(a->text, sizeof(a->text), "%s by %.*s",
		 rejects ? "rejected" : "dropped", DECIDED_MAX, a->decided);
	if (a->path.end != PATH_DROPPED) {
		a->verdict = ANSWER_UNKNOWN;
		snprintf(a->text, sizeof(a->text), "%s by %.*s",
			 a->path.end == PATH_QUEUED
				 ? "handed to another program"
				 : "taken out of its way",
			 DECIDED_MAX, a->decided);
	}
	if (a->grant.id) {
		char grant[ANSWER_TEXT_MAX / 2];

		ours_grant_tell(&a->grant, grant, sizeof(grant));
		notes_add(&a->remarks, "%s had let it in", grant);
	}
}

/* What a rule or a set of this kind has counted so far stayed on the host. */
static void counting_remark(const struct answer_means *with, struct answer *a)
{
	for (size_t i = 0; i < a->path.len; i++) {
		const struct path_step *s = &a->path.steps[i];

		if (!s->facts.counts &&
		    !ruleset_set_counts(with->set, s->event->family,
					s->event->table, s->facts.set))
			continue;
		notes_add(&a->remarks, "a rule on the way limits or counts: it "
				       "began anew in the copy");
		return;
	}
}

enum haunt_err answer_find(const struct answer_means *with, struct answer *a)
{
	enum haunt_err err = HAUNT_OK;

	a->leads_to = a->path.packet.to;
	a->source = a->path.packet.from.addr;
	a->step = a->path.len;
	if (ours_granted(&a->path))
		err = ours_grant_find(with->copy_nf, &a->question, &a->grant);
	else if (ours_used_up(&a->path))
		notes_add(&a->remarks, "haunt's grant for it admits nobody any "
				       "more: a session has closed its door");
	if (err)
		return err;
	switch (a->path.end) {
	case PATH_DROPPED:
	case PATH_QUEUED:
	case PATH_TAKEN:
		stopped_find(with, a);
		break;
	case PATH_DELIVERED:
		err = delivered_find(with, a);
		break;
	case PATH_FORWARDED:
		forwarded_find(with, a);
		break;
	case PATH_UNROUTED:
		unrouted_find(with, a);
		break;
	case PATH_LOST:
		a->verdict = ANSWER_UNKNOWN;
		a->by = ANSWER_BY_NONE;
		snprintf(a->text, sizeof(a->text),
			 "lost on its way, and no rule told of it");
		snprintf(a->decided, sizeof(a->decided), "no rule");
		break;
	}
	counting_remark(with, a);
	return err;
}
