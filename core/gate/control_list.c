/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a long answer becomes text a piece at a time: a head, elements
 * with commas between them, a tail.
 */
#include "core/gate/control_list.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void control_list_begin(struct control_reply *reply, enum control_state state)
{
	reply->state = state;
	reply->begun = false;
	reply->first = true;
	reply->cursor = 0;
}

void control_list_end(struct control_reply *reply)
{
	reply->state = CONTROL_NONE;
	revoke_free(reply->revoke);
	reply->revoke = NULL;
	inquiry_free(reply->inquiry);
	reply->inquiry = NULL;
	if (reply->watcher)
		gate_core_unwatch(reply->core, reply->watcher);
	free(reply->watcher);
	reply->watcher = NULL;
}

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static const char *proto_name(uint8_t proto)
{
	return proto == IPPROTO_UDP ? "udp" : "tcp";
}

static size_t put(char *buf, const char *text)
{
	size_t n = strlen(text);

	memcpy(buf, text, n);
	return n;
}

static size_t grant_put_json(struct gate_core *core,
			     const struct grants_report *r, char *buf,
			     size_t cap)
{
	const struct config *config = gate_core_config(core);
	const struct service *s = &config->services[r->grant.service];
	int64_t left = (r->grant.lifetime_ms + 999) / 1000;
	char address[ADDR_TEXT_MAX];
	char target[SERVICE_TARGET_MAX];
	json_t *o;
	size_t n;

	service_target_of(s, r->grant.port, target);
	o = json_pack("{s:o,s:s,s:s,s:s,s:s,s:i,s:s,s:I,s:I,s:I}", "id",
		      number(r->grant.id), "client",
		      config->clients[r->grant.client].name, "service", s->name,
		      "address", addr_format(&r->grant.address, address),
		      "proto", r->grant.proto == IPPROTO_UDP ? "udp" : "tcp",
		      "outer", (int)r->grant.port, "target", target, "since",
		      (json_int_t)r->since_s, "expires",
		      (json_int_t)(clock_wall_s(gate_core_clock(core)) + left),
		      "remaining_s", (json_int_t)left);
	n = o ? json_dumpb(o, buf, cap, JSON_COMPACT) : 0;
	json_decref(o);
	return n <= cap ? n : 0;
}

static json_t *bytes_json(const struct session *s, uint64_t bytes)
{
	return s->accounted ? number(bytes) : json_null();
}

static size_t row_put_json(struct gate_core *core, const struct session *s,
			   char *buf, size_t cap)
{
	const struct owner *owner = gate_core_owner(core, s->id);
	char from[ADDR_TEXT_MAX], door[ADDR_TEXT_MAX];
	char to[ADDR_TEXT_MAX], source[ADDR_TEXT_MAX];
	json_t *o = json_pack(
		"{s:s,s:s,s:o,s:b,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:o}",
		"client", owner ? owner->origin.client : "?", "service",
		owner ? owner->origin.service : "?", "grant", number(s->id),
		"granted", (int)gate_core_granted(core, s->id), "proto",
		proto_name(s->proto), "from", endpoint_format(&s->client, from),
		"door", endpoint_format(&s->outer, door), "to",
		endpoint_format(&s->inner, to), "source",
		endpoint_format(&s->back, source), "since",
		number(s->since_ms / 1000), "idle_s", number(s->idle_ms / 1000),
		"in", bytes_json(s, s->bytes_in), "out",
		bytes_json(s, s->bytes_out));
	size_t n = o ? json_dumpb(o, buf, cap, JSON_COMPACT) : 0;

	json_decref(o);
	return n <= cap ? n : 0;
}

/* The next session of the part that nat sent; 0 where it is used up. */
static size_t row_put(struct gate_core *core, struct control_reply *reply,
		      char *buf, size_t cap)
{
	const struct inquiry *q = reply->inquiry;

	if (reply->cursor >= q->len)
		return 0;
	return row_put_json(core, &q->part[reply->cursor++], buf, cap);
}

/* The next element of a list; 0 at the end. */
static size_t element_put(struct gate_core *core, struct control_reply *reply,
			  char *buf, size_t cap)
{
	struct grants_report report;

	if (reply->state == CONTROL_SESSIONS)
		return row_put(core, reply, buf, cap);
	if (reply->state == CONTROL_GRANTS)
		return gate_core_walk(core, &reply->cursor, &report)
			       ? grant_put_json(core, &report, buf, cap)
			       : 0;
	if (reply->cursor >= reply->revoke->ended)
		return 0;
	return (size_t)snprintf(buf, cap, "%" PRIu32,
				reply->revoke->ids[reply->cursor++]);
}

static size_t failure_put(char *buf, const char *who, enum haunt_err err,
			  int error, const char *list)
{
	const char *why = error ? strerrordesc_np(error) : NULL;

	return (size_t)snprintf(buf, CONTROL_FILL_MIN / 2,
				"{\"ok\":false,\"error\":\"%s: %s\",\"%s\":[",
				who, why ? why : haunt_strerror(err), list);
}

static size_t sessions_head_put(const struct gate_core *core,
				const struct control_reply *reply, char *buf)
{
	const struct inquiry *q = reply->inquiry;
	struct gate_status s;

	if (q->err)
		return failure_put(buf, "conntrack cannot be read", q->err,
				   q->error, "sessions");
	gate_core_status(core, &s);
	return (size_t)snprintf(buf, CONTROL_FILL_MIN / 2,
				"{\"ok\":true,\"accounting\":%s,\"sessions\":[",
				s.accounting ? "true" : "false");
}

static size_t head_put(const struct gate_core *core,
		       const struct control_reply *reply, char *buf)
{
	const struct revoke *r = reply->revoke;

	if (reply->state == CONTROL_SESSIONS)
		return sessions_head_put(core, reply, buf);
	if (reply->state == CONTROL_GRANTS)
		return put(buf, "{\"ok\":true,\"grants\":[");
	if (!r->err)
		return put(buf, "{\"ok\":true,\"revoked\":[");
	return failure_put(buf, "the firewall refused", r->err, r->error,
			   "revoked");
}

/* True if there is more to come from nat, which has been asked for it. */
static bool list_asks(struct gate_core *core, struct control_reply *reply)
{
	enum haunt_err err;

	if (reply->state != CONTROL_SESSIONS || reply->inquiry->last)
		return false;
	reply->state = CONTROL_WAITING;
	err = gate_core_ask(core, reply->inquiry);
	return !err;
}

size_t control_list_fill(struct gate_core *core, struct control_reply *reply,
			 char *buf, size_t cap)
{
	size_t n = 0;
	size_t got = 1;

	if (!reply->begun)
		n = head_put(core, reply, buf);
	reply->begun = true;
	while (cap - n >= CONTROL_FILL_MIN / 2) {
		got = element_put(core, reply, buf + n + !reply->first,
				  cap - n - 4);
		if (!got)
			break;
		if (!reply->first)
			buf[n++] = ',';
		reply->first = false;
		n += got;
	}
	if (got || list_asks(core, reply))
		return n;
	n += put(buf + n, "]}\n");
	control_list_end(reply);
	return n;
}

/* ---- watch ---- */

static json_t *event_begin(const struct watch_event *e, const char *name,
			   uint32_t id)
{
	return json_pack("{s:s,s:I,s:o,s:s,s:s}", "event", name, "time",
			 (json_int_t)e->wall_s, "grant", number(id), "client",
			 e->client, "service", e->service);
}

static void set_text(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, json_string(text));
}

static json_t *session_event(const struct watch_event *e)
{
	const struct session *s = &e->session;
	bool closed = s->news == SESSION_CLOSED;
	uint64_t now_ms = e->wall_s > 0 ? (uint64_t)e->wall_s * 1000 : 0;
	uint64_t age = now_ms > s->since_ms ? now_ms - s->since_ms : 0;
	json_t *o = event_begin(e, closed ? "session-close" : "session-open",
				s->id);
	char text[ADDR_TEXT_MAX];

	set_text(o, "proto", proto_name(s->proto));
	set_text(o, "from", endpoint_format(&s->client, text));
	set_text(o, "door", endpoint_format(&s->outer, text));
	set_text(o, "to", endpoint_format(&s->inner, text));
	if (!closed)
		return o;
	json_object_set_new(o, "duration_s", number(age / 1000));
	json_object_set_new(o, "in", bytes_json(s, s->bytes_in));
	json_object_set_new(o, "out", bytes_json(s, s->bytes_out));
	set_text(o, "reason",
		 session_reason_text((enum session_reason)s->reason));
	return o;
}

static json_t *grant_event(const struct watch_event *e)
{
	static const char *const names[] = { [WATCH_GRANTED] = "granted",
					     [WATCH_RENEWED] = "renewed",
					     [WATCH_ENDED] = "ended" };
	json_t *o = event_begin(e, names[e->kind], e->grant.id);
	char text[ADDR_TEXT_MAX], door[16];

	set_text(o, "address", addr_format(&e->grant.address, text));
	snprintf(door, sizeof(door), "%s/%u", proto_name(e->grant.proto),
		 (unsigned int)e->grant.port);
	set_text(o, "door", door);
	if (e->kind == WATCH_ENDED)
		set_text(o, "reason", e->reason);
	else
		json_object_set_new(o, "lifetime_s",
				    number(e->grant.lifetime_ms / 1000));
	return o;
}

static size_t event_put(const struct watch_event *e, char *buf, size_t cap)
{
	json_t *o =
		e->kind == WATCH_SESSION ? session_event(e) : grant_event(e);
	size_t n = o ? json_dumpb(o, buf, cap, JSON_COMPACT) : 0;

	json_decref(o);
	if (!n || n >= cap)
		return 0;
	buf[n] = '\n';
	return n + 1;
}

size_t control_watch_fill(struct control_reply *reply, char *buf, size_t cap)
{
	struct watch_event e;
	uint64_t missed = 0;
	size_t n = 0;

	if (!reply->begun)
		n = put(buf, "{\"ok\":true,\"watching\":true}\n");
	reply->begun = true;
	while (cap - n >= CONTROL_FILL_MIN / 2) {
		if (watch_next(reply->watcher, &e, &missed)) {
			n += event_put(&e, buf + n, cap - n);
			continue;
		}
		if (missed)
			n += (size_t)snprintf(buf + n, cap - n,
					      "{\"event\":\"missed\","
					      "\"lines\":%" PRIu64 "}\n",
					      missed);
		break;
	}
	return n;
}
