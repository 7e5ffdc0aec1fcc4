/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how the answer looks on a terminal.
 */
#include "explain/print.h"

#include <inttypes.h>

#include "conf/parse.h"
#include "nat/nl.h"

static void step_print(const struct path_step *s, const struct ruleset *set,
		       FILE *to)
{
	const struct trace_event *e = s->event;
	char verdict[PATH_VERDICT_MAX];

	fprintf(to, "  %s %d: %s %s, chain %s", path_hook_name(s), s->priority,
		nl_family_name(e->family), e->table, e->chain);
	if (e->kind != TRACE_POLICY && s->rule < set->bag.len)
		fprintf(to, ", handle %" PRIu64,
			ruleset_rule(set, s->rule)->handle);
	fprintf(to, ": %s", path_verdict(s, verdict));
	if (s->facts.comment[0])
		fprintf(to, " \"%s\"", s->facts.comment);
	fputc('\n', to);
}

static void notes_print(const struct notes *notes, const char *head, FILE *to)
{
	for (size_t i = 0; i < notes->len; i++)
		fprintf(to, "%s: %s\n", head, notes->at[i]);
	if (notes->more)
		fprintf(to, "%s: and %zu more\n", head, notes->more);
}

void print_text(const struct answer *a, const struct ruleset *set, FILE *to)
{
	const struct question *q = &a->question;
	char client[ADDR_TEXT_MAX], gateway[ADDR_TEXT_MAX];

	fprintf(to, "%s to %s %s/%u, in by %s\n",
		addr_format(&q->client, client), addr_format(&q->to, gateway),
		proto_name(q->proto), q->port, q->in);
	fprintf(to, "%s\n", a->text);
	fprintf(to, "decided by: %s\n", a->decided);
	notes_print(&a->remarks, "note", to);
	notes_print(&a->missing, "not copied", to);
	fprintf(to, "steps:%s\n", a->path.len ? "" : " no rule met it");
	for (size_t i = 0; i < a->path.len; i++)
		step_print(&a->path.steps[i], set, to);
}
