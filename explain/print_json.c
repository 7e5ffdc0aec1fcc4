/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the members of the object. Names are any bytes to the kernel: what is
 * not UTF-8 is shown with '?' in place of it.
 */
#include <jansson.h>
#include <string.h>

#include "conf/parse.h"
#include "explain/print.h"
#include "nat/nl.h"

/* jansson refuses what is not UTF-8; ASCII is kept. */
static json_t *text_new(const char *text)
{
	json_t *json = json_string(text);
	char plain[ANSWER_TEXT_MAX];
	size_t n = 0;

	if (json)
		return json;
	for (; text[n] && n < sizeof(plain) - 1; n++)
		plain[n] = text[n] & ~0x7f ? '?' : text[n];
	plain[n] = '\0';
	return json_string(plain);
}

static void text_set(json_t *object, const char *key, const char *text)
{
	(void)json_object_set_new(object, key, text_new(text));
}

static void addr_set(json_t *object, const char *key, const struct ip_addr *a)
{
	char text[ADDR_TEXT_MAX];

	text_set(object, key, addr_format(a, text));
}

static void integer_set(json_t *object, const char *key, uint64_t value)
{
	(void)json_object_set_new(object, key, json_integer((json_int_t)value));
}

static json_t *step_new(const struct path_step *s, const struct ruleset *set)
{
	const struct trace_event *e = s->event;
	char verdict[PATH_VERDICT_MAX];
	json_t *o = json_object();

	text_set(o, "hook", path_hook_name(s));
	(void)json_object_set_new(o, "priority", json_integer(s->priority));
	text_set(o, "family", nl_family_name(e->family));
	text_set(o, "table", e->table);
	text_set(o, "chain", e->chain);
	if (e->kind != TRACE_POLICY && s->rule < set->bag.len) {
		const struct ruleset_rule *rule = ruleset_rule(set, s->rule);

		integer_set(o, "handle", rule->handle);
		integer_set(o, "number", rule->number);
	}
	if (s->facts.comment[0])
		text_set(o, "comment", s->facts.comment);
	text_set(o, "verdict", path_verdict(s, verdict));
	return o;
}

static json_t *notes_new(const struct notes *notes)
{
	json_t *list = json_array();

	for (size_t i = 0; i < notes->len; i++)
		(void)json_array_append_new(list, text_new(notes->at[i]));
	if (notes->more)
		(void)json_array_append_new(
			list, json_sprintf("and %zu more", notes->more));
	return list;
}

static json_t *decided_new(const struct answer *a, const struct ruleset *set)
{
	json_t *o = json_object(), *grant;

	text_set(o, "kind", answer_by_name(a->by));
	text_set(o, "text", a->decided);
	if (a->step < a->path.len)
		(void)json_object_set_new(
			o, "step", step_new(&a->path.steps[a->step], set));
	if (!a->grant.id)
		return o;
	grant = json_object();
	integer_set(grant, "id", a->grant.id);
	text_set(grant, "client", a->grant.client);
	text_set(grant, "service", a->grant.service);
	integer_set(grant, "remaining_s", (a->grant.remaining_ms + 999) / 1000);
	(void)json_object_set_new(o, "grant", grant);
	return o;
}

static json_t *leads_new(const struct answer *a)
{
	json_t *o = json_object();
	bool local = a->path.end == PATH_DELIVERED;

	addr_set(o, "address", &a->leads_to.addr);
	text_set(o, "proto", proto_name(a->question.proto));
	integer_set(o, "port", a->leads_to.port);
	(void)json_object_set_new(o, "local", json_boolean(local));
	addr_set(o, "source", &a->source);
	if (a->out[0])
		text_set(o, "interface", a->out);
	return o;
}

enum haunt_err print_json(const struct answer *a, const struct ruleset *set,
			  FILE *to)
{
	const struct question *q = &a->question;
	bool open =
		a->verdict == ANSWER_ACCEPTED || a->verdict == ANSWER_FORWARDED;
	json_t *o = json_object(), *steps = json_array();
	int failed;

	(void)json_object_set_new(o, "ok", json_true());
	addr_set(o, "address", &q->client);
	text_set(o, "proto", proto_name(q->proto));
	integer_set(o, "port", q->port);
	addr_set(o, "to", &q->to);
	text_set(o, "in", q->in);
	text_set(o, "verdict", answer_verdict_name(a->verdict));
	(void)json_object_set_new(o, "open", json_boolean(open));
	text_set(o, "text", a->text);
	(void)json_object_set_new(o, "decided_by", decided_new(a, set));
	if (a->path.end == PATH_DELIVERED || a->path.end == PATH_FORWARDED)
		(void)json_object_set_new(o, "leads_to", leads_new(a));
	for (size_t i = 0; i < a->path.len; i++)
		(void)json_array_append_new(steps,
					    step_new(&a->path.steps[i], set));
	(void)json_object_set_new(o, "steps", steps);
	(void)json_object_set_new(o, "notes", notes_new(&a->remarks));
	(void)json_object_set_new(o, "not_copied", notes_new(&a->missing));
	failed = json_dumpf(o, to, JSON_COMPACT);
	fputc('\n', to);
	json_decref(o);
	return failed ? HAUNT_ENOMEM : HAUNT_OK;
}
