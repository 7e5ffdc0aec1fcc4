/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides that the gate knows of all this only what the monitor told it, and
 * which of nat's errors means what to a person. */
#include "core/gate/control_config.h"

#include <inttypes.h>

#include "core/gate/confirm.h"

void control_configuration(struct gate_core *core, json_t *args,
			   struct control_reply *reply)
{
	const struct news *n = gate_core_news(core);

	(void)args;
	control_object(reply, json_pack("{s:b,s:I,s:I,s:b,s:s,s:s}", "ok", 1,
					"generation", (json_int_t)n->generation,
					"reloads", (json_int_t)n->reloads,
					"busy", (int)n->busy, "result",
					news_result_text(n->result), "reason",
					n->text));
}

void control_reload(struct gate_core *core, json_t *args,
		    struct control_reply *reply)
{
	const struct news *n = gate_core_news(core);

	(void)args;
	if (gate_core_wish(core, WISH_RELOAD) != HAUNT_OK)
		control_error(reply, "the monitor does not listen");
	else
		control_object(reply, json_pack("{s:b,s:I}", "ok", 1, "reloads",
						(json_int_t)n->reloads));
}

static uint64_t try_left_s(const struct gate_core *core)
{
	uint64_t now = clock_mono_ms(gate_core_clock(core));
	uint64_t until = gate_core_news(core)->cloak_until_ms;

	return until > now ? (until - now + 999) / 1000 : 0;
}

json_t *control_cloak(const struct gate_core *core)
{
	const struct news *n = gate_core_news(core);

	if (!n || n->cloak == NEWS_CLOAK_IN_FORCE)
		return json_string("in force");
	if (n->cloak == NEWS_CLOAK_LIFTED || !try_left_s(core))
		return json_string("lifted");
	return json_sprintf("tried, %" PRIu64 " s left", try_left_s(core));
}

static const char *confirm_wrong(enum haunt_err err)
{
	switch ((int)err) {
	case HAUNT_ENOENT:
		return "connection tracking does not know this connection: "
		       "connect anew and confirm from there";
	case HAUNT_EDENIED:
		return "this connection came in neither by a grant nor from "
		       "never-close-for: it does not show that there is a way "
		       "in";
	case HAUNT_ESTALE:
		return "the time is over, and the cloak is lifted: start "
		       "hauntd anew";
	default:
		return "the firewall refused";
	}
}

static void confirm_told(void *arg, enum haunt_err err)
{
	struct control_reply *reply = arg;

	reply->confirm = NULL;
	if (err)
		control_error(reply, confirm_wrong(err));
	else
		control_object(reply, json_pack("{s:b,s:s}", "ok", 1, "cloak",
						"in force"));
	if (reply->wake)
		reply->wake(reply->arg);
}

/* What is to be asked of nat; or what is wrong with it. */
static const char *confirm_question(struct gate_core *core, json_t *args,
				    struct nat_confirm *q)
{
	const json_t *here = json_object_get(args, "here");
	const char *text =
		json_string_value(json_object_get(args, "connection"));
	enum news_cloak cloak = gate_core_news(core)->cloak;

	if (cloak == NEWS_CLOAK_IN_FORCE)
		return "nothing is tried: the cloak is in force";
	if (cloak == NEWS_CLOAK_LIFTED || !try_left_s(core))
		return confirm_wrong(HAUNT_ESTALE);
	q->here = json_is_true(here);
	if (!text == !q->here)
		return "confirm takes either a connection or here";
	if (q->here)
		return NULL;
	if (connection_parse(text, &q->client, &q->server))
		return "connection must be as in SSH_CONNECTION";
	if (before_has(gate_core_before(core), &q->client))
		return "this connection was there before the try began: "
		       "connect anew and confirm from there";
	return NULL;
}

void control_confirm(struct gate_core *core, json_t *args,
		     struct control_reply *reply)
{
	struct nat_confirm q = { .here = false };
	const char *wrong = confirm_question(core, args, &q);
	enum haunt_err err;

	if (wrong) {
		control_error(reply, wrong);
		return;
	}
	err = gate_core_confirm(core, &q, &reply->confirm);
	if (err) {
		control_error(reply, haunt_strerror(err));
		return;
	}
	reply->state = CONTROL_WAITING;
	reply->confirm->tell = confirm_told;
	reply->confirm->arg = reply;
}
