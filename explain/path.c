/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how far is told by our own chains, and that a chain without a hook is
 * wherever the chain before it was.
 */
#include "explain/path.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/stage.h"

int32_t path_code(const struct path_step *step)
{
	int32_t verdict = step->event->verdict;

	return verdict < 0 ? verdict : (verdict & NF_VERDICT_MASK);
}

static void step_read(const struct ruleset *set, const struct trace_event *e,
		      const struct path_step *before, struct path_step *out)
{
	struct ruleset_place place = { .family = e->family,
				       .table = e->table,
				       .name = e->chain };
	struct ruleset_hook hook = ruleset_hook(set, &place);

	*out = (struct path_step){ .event = e,
				   .rule = set->bag.len,
				   .hook = PATH_HOOK_NONE };
	if (hook.base) {
		out->hook = hook.hook;
		out->priority = hook.priority;
	} else if (before) {
		out->hook = before->hook;
		out->priority = before->priority;
	}
	if (e->kind != TRACE_RULE && e->kind != TRACE_RETURN)
		return;
	out->rule = ruleset_find(set, e->handle, &place);
	if (out->rule < set->bag.len)
		expr_read(bag_at(&set->bag, out->rule), &out->facts);
}

static enum path_end end_of(const bool seen[STAGE_MARKS],
			    const struct path_step *last)
{
	int32_t code = last && last->event->kind != TRACE_RETURN
			       ? path_code(last)
			       : NF_ACCEPT;

	if (code == NF_DROP)
		return PATH_DROPPED;
	if (code == NF_QUEUE)
		return PATH_QUEUED;
	if (code == NF_STOLEN)
		return PATH_TAKEN;
	if (seen[STAGE_IN_END])
		return PATH_DELIVERED;
	if (seen[STAGE_POST_END])
		return PATH_FORWARDED;
	if (seen[STAGE_PRE_END] && !seen[STAGE_IN_BEGIN] &&
	    !seen[STAGE_FORWARD_BEGIN])
		return PATH_UNROUTED;
	return PATH_LOST;
}

enum haunt_err path_read(const struct trace *trace, const struct ruleset *set,
			 struct path *out)
{
	struct path path = { .steps = calloc(trace->len + 1,
					     sizeof(path.steps[0])) };
	bool seen[STAGE_MARKS + 1] = { false };

	if (!path.steps)
		return HAUNT_ENOMEM;
	/* The end of a chain is told, too, as if by a rule without a handle. */
	for (size_t i = 0; i < trace->len; i++) {
		const struct trace_event *e = &trace->at[i];
		struct path_step *before =
			path.len ? &path.steps[path.len - 1] : NULL;

		if (e->packet.known)
			path.packet = e->packet;
		path.mark = e->mark;
		if (e->out)
			path.out = e->out;
		if (!strcmp(e->table, STAGE_TABLE))
			seen[stage_mark(e->chain)] = true;
		else if (e->handle || e->verdict != NFT_CONTINUE)
			step_read(set, e, before, &path.steps[path.len++]);
	}
	path.end = end_of(seen, path.len ? &path.steps[path.len - 1] : NULL);
	*out = path;
	return HAUNT_OK;
}

void path_free(struct path *path)
{
	free(path->steps);
	*path = (struct path){ .len = 0 };
}

const char *path_hook_name(const struct path_step *step)
{
	static const char *const inet[] = { "prerouting",  "input",
					    "forward",	   "output",
					    "postrouting", "ingress" };
	static const char *const netdev[] = { "ingress", "egress" };
	bool dev = step->event->family == NFPROTO_NETDEV;
	size_t n = dev ? sizeof(netdev) / sizeof(netdev[0])
		       : sizeof(inet) / sizeof(inet[0]);

	if (step->hook >= n)
		return "?";
	return dev ? netdev[step->hook] : inet[step->hook];
}

static const char *code_name(int32_t code)
{
	switch (code) {
	case NF_DROP:
		return "drop";
	case NF_ACCEPT:
		return "accept";
	case NF_STOLEN:
		return "stolen";
	case NF_QUEUE:
		return "queue";
	case NF_REPEAT:
		return "repeat";
	case NFT_CONTINUE:
		return "continue";
	case NFT_BREAK:
		return "break";
	case NFT_JUMP:
		return "jump";
	case NFT_GOTO:
		return "goto";
	case NFT_RETURN:
		return "return";
	default:
		return "?";
	}
}

const char *path_verdict(const struct path_step *step,
			 char buf[PATH_VERDICT_MAX])
{
	int32_t code = path_code(step);
	const char *name = code_name(code);

	if (code == NF_DROP && step->facts.rejects)
		name = "reject";
	if (step->event->kind == TRACE_POLICY)
		snprintf(buf, PATH_VERDICT_MAX, "policy %s", name);
	else if (code == NFT_JUMP || code == NFT_GOTO)
		snprintf(buf, PATH_VERDICT_MAX, "%s %s", name,
			 step->event->target);
	else
		snprintf(buf, PATH_VERDICT_MAX, "%s", name);
	return buf;
}
