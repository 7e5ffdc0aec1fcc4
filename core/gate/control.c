/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides JSON. Commands are a table; each takes exactly the members that it
 * knows, and anything else is an error that names what is wrong.
 */
#include "core/gate/control_list.h"

#include <inttypes.h>
#include <jansson.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/gate/control_config.h"

#define MEMBERS_MAX 3

void control_object(struct control_reply *reply, json_t *object)
{
	size_t n = object ? json_dumpb(object, reply->text,
				       sizeof(reply->text) - 1, JSON_COMPACT)
			  : 0;

	json_decref(object);
	reply->state = CONTROL_TEXT;
	reply->at = 0;
	if (!n || n >= sizeof(reply->text)) {
		static const char failed[] =
			"{\"ok\":false,\"error\":\"no memory\"}";

		n = sizeof(failed) - 1;
		memcpy(reply->text, failed, n);
	}
	reply->text[n] = '\n';
	reply->len = n + 1;
}

void control_error(struct control_reply *reply, const char *error)
{
	control_object(reply, json_pack("{s:b,s:s}", "ok", 0, "error", error));
}

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *packets_object(const struct gate_status *s)
{
	const struct admit_counts *c = &s->counts;
	json_t *o = json_pack(
		"{s:o,s:o,s:o,s:o,s:o,s:o}", "seen", number(c->seen),
		"authenticated", number(c->authentic), "strangers",
		number(c->strangers), "malformed", number(c->malformed),
		"not-captured", number(s->capture.dropped), "not-decoded",
		number(s->capture.malformed));

	for (unsigned int i = 0; i < VERDICT_COUNT; i++)
		json_object_set_new(o, verdict_text((enum verdict_result)i),
				    number(c->verdicts[i]));
	return o;
}

static void command_status(struct gate_core *core, json_t *args,
			   struct control_reply *reply)
{
	const struct config *config = gate_core_config(core);
	struct gate_status s;

	(void)args;
	gate_core_status(core, &s);
	control_object(
		reply,
		json_pack("{s:b,s:o,s:s,s:I,s:{s:s,s:s,s:s},s:o,s:o,s:o,s:o,"
			  "s:o,s:o,s:o}",
			  "ok", 1, "cloak", control_cloak(core), "version",
			  haunt_version(), "since", (json_int_t)s.since_s,
			  "roles", "capture", "up", "gate", "up", "nat",
			  s.adopted ? "up" : "adopting", "packets",
			  packets_object(&s), "grants", number(s.grants),
			  "sessions", number(s.sessions), "max_grants",
			  number(config->max_grants), "services",
			  number(config->services_len), "clients",
			  number(config->clients_len), "remembered",
			  number(s.remembered)));
}

static void command_grants(struct gate_core *core, json_t *args,
			   struct control_reply *reply)
{
	(void)core;
	(void)args;
	control_list_begin(reply, CONTROL_GRANTS);
}

static void revoke_told(void *arg, struct revoke *r)
{
	struct control_reply *reply = arg;

	reply->revoke = r;
	control_list_begin(reply, CONTROL_REVOKED);
	if (reply->wake)
		reply->wake(reply->arg);
}

/* The selection that the members name; NULL, or what is wrong. */
static const char *selection_of(struct gate_core *core, json_t *args,
				struct revoke_selection *out)
{
	json_t *grant = json_object_get(args, "grant");
	json_t *client = json_object_get(args, "client");
	json_t *cut = json_object_get(args, "cut");

	if (cut && !json_is_boolean(cut))
		return "cut must be true or false";
	out->cut = json_is_true(cut);
	if (!grant == !client)
		return "revoke takes either a client or a grant";
	if (grant) {
		json_int_t id = json_integer_value(grant);

		if (id < 1 || id > GRANT_ID_MAX ||
		    !grant_id_valid((uint32_t)id))
			return "grant must be the number of a grant";
		out->id = (uint32_t)id;
		return NULL;
	}
	if (!json_is_string(client))
		return "client must be a name";
	out->id = 0;
	out->client = config_client(gate_core_config(core),
				    json_string_value(client));
	return out->client == SIZE_MAX ? "there is no such client" : NULL;
}

static void command_revoke(struct gate_core *core, json_t *args,
			   struct control_reply *reply)
{
	struct revoke_selection which;
	const char *wrong = selection_of(core, args, &which);
	enum haunt_err err;

	if (wrong) {
		control_error(reply, wrong);
		return;
	}
	err = gate_core_revoke(core, &which, &reply->revoke);
	if (err == HAUNT_ENOENT) {
		control_error(reply, "there is no such grant");
	} else if (err) {
		control_error(reply, haunt_strerror(err));
	} else {
		reply->state = CONTROL_WAITING;
		reply->revoke->tell = revoke_told;
		reply->revoke->arg = reply;
	}
}

static void sessions_told(void *arg, struct inquiry *q)
{
	struct control_reply *reply = arg;

	(void)q;
	/* The parts of one list follow each other. */
	reply->state = CONTROL_SESSIONS;
	reply->cursor = 0;
	if (reply->wake)
		reply->wake(reply->arg);
}

static void command_sessions(struct gate_core *core, json_t *args,
			     struct control_reply *reply)
{
	enum haunt_err err = inquiry_new(&reply->inquiry);

	(void)args;
	if (!err) {
		control_list_begin(reply, CONTROL_WAITING);
		reply->inquiry->tell = sessions_told;
		reply->inquiry->arg = reply;
		err = gate_core_ask(core, reply->inquiry);
	}
	if (!err)
		return;
	inquiry_free(reply->inquiry);
	reply->inquiry = NULL;
	control_error(reply, haunt_strerror(err));
}

static void watch_woken(void *arg)
{
	struct control_reply *reply = arg;

	if (reply->wake)
		reply->wake(reply->arg);
}

static void command_watch(struct gate_core *core, json_t *args,
			  struct control_reply *reply)
{
	(void)args;
	if (gate_core_watchers(core) >= WATCHERS_MAX) {
		control_error(reply, "too many watch already");
		return;
	}
	reply->watcher = calloc(1, sizeof(*reply->watcher));
	if (!reply->watcher) {
		control_error(reply, "no memory");
		return;
	}
	reply->watcher->wake = watch_woken;
	reply->watcher->arg = reply;
	reply->core = core;
	control_list_begin(reply, CONTROL_WATCH);
	gate_core_watch(core, reply->watcher);
}

static const struct command {
	const char *name;
	const char *members[MEMBERS_MAX]; /* besides "command" */
	bool waits; /* what is known of a part would be taken for all */
	void (*run)(struct gate_core *core, json_t *args,
		    struct control_reply *reply);
} commands[] = {
	{ "status", { NULL }, false, command_status },
	{ "grants", { NULL }, true, command_grants },
	{ "revoke", { "client", "grant", "cut" }, true, command_revoke },
	{ "configuration", { NULL }, false, control_configuration },
	{ "reload", { NULL }, false, control_reload },
	{ "confirm", { "connection", "here" }, false, control_confirm },
	{ "sessions", { NULL }, true, command_sessions },
	{ "watch", { NULL }, false, command_watch },
};

static bool knows_member(const struct command *c, const char *name)
{
	if (strcmp(name, "command") == 0)
		return true;
	for (size_t i = 0; i < MEMBERS_MAX && c->members[i]; i++) {
		if (strcmp(name, c->members[i]) == 0)
			return true;
	}
	return false;
}

static const struct command *command_find(json_t *root)
{
	const char *name = json_string_value(json_object_get(root, "command"));

	for (size_t i = 0; name && i < sizeof(commands) / sizeof(commands[0]);
	     i++) {
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
	}
	return NULL;
}

/* What is in force is known: now carry it out. */
static void command_known(struct gate_core *core, json_t *root, void *arg)
{
	struct control_reply *reply = arg;

	command_find(root)->run(core, root, reply);
	if (reply->state != CONTROL_WAITING && reply->wake)
		reply->wake(reply->arg);
}

static void object_run(struct gate_core *core, json_t *root,
		       struct control_reply *reply)
{
	const struct command *c = command_find(root);
	const char *name;
	json_t *value;

	if (!json_is_object(root)) {
		control_error(reply, "a command is a JSON object");
		return;
	}
	if (!c) {
		control_error(reply, "there is no such command");
		return;
	}
	json_object_foreach(root, name, value)
	{
		if (!knows_member(c, name)) {
			control_error(reply, "the command has a member that "
					     "it does not know");
			return;
		}
	}
	if (!c->waits || gate_core_adopted(core)) {
		c->run(core, root, reply);
		return;
	}
	reply->state = CONTROL_WAITING;
	later_begin(&reply->later, core, root, command_known, reply);
}

void control_command(struct gate_core *core, const char *line, size_t len,
		     struct control_reply *reply)
{
	json_error_t error;
	json_t *root = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);

	if (!root)
		control_error(reply, "this is not JSON");
	else
		object_run(core, root, reply);
	json_decref(root);
}

size_t control_fill(struct gate_core *core, struct control_reply *reply,
		    char *buf, size_t cap)
{
	size_t n;

	switch (reply->state) {
	case CONTROL_NONE:
	case CONTROL_WAITING:
		return 0;
	case CONTROL_GRANTS:
	case CONTROL_REVOKED:
	case CONTROL_SESSIONS:
		return control_list_fill(core, reply, buf, cap);
	case CONTROL_WATCH:
		return control_watch_fill(reply, buf, cap);
	case CONTROL_TEXT:
		break;
	}
	n = reply->len - reply->at < cap ? reply->len - reply->at : cap;
	memcpy(buf, reply->text + reply->at, n);
	reply->at += n;
	if (reply->at == reply->len)
		reply->state = CONTROL_NONE;
	return n;
}

void control_drop(struct control_reply *reply)
{
	if (later_drop(&reply->later)) {
		/* It has not begun. */
	} else if (reply->state == CONTROL_WAITING && reply->confirm) {
		reply->confirm->tell = NULL;
	} else if (reply->state == CONTROL_WAITING) {
		if (reply->revoke)
			revoke_forget(reply->revoke);
		if (reply->inquiry)
			inquiry_forget(reply->inquiry);
		reply->revoke = NULL;
		reply->inquiry = NULL;
	}
	control_list_end(reply);
}
