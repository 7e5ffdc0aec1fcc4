/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what a service's options look like.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/parse.h"
#include "conf/schema_part.h"

#define PORT_RANGE_WANTED                                          \
	"a protocol and ports of 1 to 65535, as in \"tcp/22\" or " \
	"\"tcp/40000-60000\""

struct service *service_of(struct reader *r)
{
	struct config *c = draft_config(r);

	return &c->services[c->services_len - 1];
}

static struct service_notes *service_notes_of(struct reader *r)
{
	struct draft *d = reader_arg(r);

	return &d->services[d->services_len - 1];
}

static void service_begin(struct reader *r, const char *title)
{
	struct draft *d = reader_arg(r);
	struct config *c = d->config;
	struct service_notes *notes =
		reader_grow(r, &d->services, &d->services_len, sizeof(*notes));
	struct service *s =
		reader_grow(r, &c->services, &c->services_len, sizeof(*s));

	if (!notes || !s)
		return;
	notes->line = reader_line(r);
	take_name(r, "service", title, s->name);
}

static void service_take_target(struct reader *r, const char *value)
{
	struct service *s = service_of(r);
	struct target t = { 0 };

	if (!strcmp(value, "internet")) {
		s->internet = true;
		return;
	}
	if (parse_target(value, &t) ||
	    (!t.local && !t.host[0] && addr_is_unusable(&t.at.addr))) {
		reader_wanted(r, "target",
			      "\"tcp/22\", an address or a host's name and a "
			      "port, as in \"198.51.100.2 tcp/5432\", or "
			      "\"internet\"",
			      value);
		return;
	}
	if (t.at.port > t.last) {
		reader_wanted(r, "target", "the lower port first", value);
		return;
	}
	if (t.host[0] && !s->named)
		s->named = calloc(1, sizeof(*s->named));
	if (t.host[0] && !s->named) {
		reader_no_memory(r);
		return;
	}
	if (t.host[0])
		memcpy(s->named->host, t.host, sizeof(t.host));
	s->local = t.local;
	s->proto = t.proto;
	s->target = t.at;
	s->target_last = t.last;
}

static void service_take_at(struct reader *r, const char *value)
{
	struct service *s = service_of(r);
	struct service_notes *notes = service_notes_of(r);
	struct port_range range = { 0 }, *at;
	unsigned int *line;

	if (parse_port_range(value, &range)) {
		reader_wanted(r, "at", PORT_RANGE_WANTED, value);
		return;
	}
	if (range.first > range.last) {
		reader_wanted(r, "at", "the lower port first", value);
		return;
	}
	for (size_t i = 0; i < s->at_len; i++)
		if (range_overlaps(&s->at[i], &range))
			reader_mistake(r, reader_line(r),
				       "at: '%s' overlaps a range before it",
				       value);
	at = reader_grow(r, &s->at, &s->at_len, sizeof(*at));
	line = reader_grow(r, &notes->at_lines, &notes->at_lines_len,
			   sizeof(*line));
	if (!at || !line)
		return;
	*at = range;
	*line = reader_line(r);
}

static void service_take_cloak(struct reader *r, const char *value)
{
	take_bool(r, "cloak", value, &service_of(r)->cloak);
}

static void take_lifetime(struct reader *r, const char *field,
			  const char *value, uint32_t *out)
{
	if (!parse_duration(value, CONFIG_LIFETIME_MAX_S, out))
		return;
	service_notes_of(r)->bad_lifetime = true;
	reader_wanted(r, field, "a time of 1s to 24h, as in \"30s\" or \"10m\"",
		      value);
}

static void service_take_lifetime(struct reader *r, const char *value)
{
	take_lifetime(r, "lifetime", value, &service_of(r)->lifetime_s);
}

static void service_take_max_lifetime(struct reader *r, const char *value)
{
	take_lifetime(r, "max-lifetime", value, &service_of(r)->max_lifetime_s);
}

static void service_take_at_end(struct reader *r, const char *value)
{
	if (!strcmp(value, "keep"))
		service_of(r)->at_end = AT_END_KEEP;
	else if (!strcmp(value, "cut"))
		service_of(r)->at_end = AT_END_CUT;
	else
		reader_wanted(r, "at-end", "\"keep\" or \"cut\"", value);
}

/* How long a session may last, or may be idle. */
static void take_session_time(struct reader *r, const char *field,
			      const char *value, uint32_t *out)
{
	if (parse_duration(value, CONFIG_SESSION_MAX_S, out))
		reader_wanted(r, field,
			      "a time of 1s to 720h, as in \"90s\" or \"8h\"",
			      value);
}

static void service_take_idle_timeout(struct reader *r, const char *value)
{
	take_session_time(r, "idle-timeout", value,
			  &service_of(r)->idle_timeout_s);
}

static void service_take_max_session(struct reader *r, const char *value)
{
	take_session_time(r, "max-session", value,
			  &service_of(r)->max_session_s);
}

static void service_take_single_use(struct reader *r, const char *value)
{
	take_bool(r, "single-use", value, &service_of(r)->single_use);
}

static void service_take_connections(struct reader *r, const char *value)
{
	uint32_t n = 0;

	if (parse_u32(value, 1, CONFIG_CONNECTIONS_MAX, &n))
		reader_wanted(r, "connections", "a number of 1 to 65535",
			      value);
	else
		service_of(r)->connections = (uint16_t)n;
}

static void service_take_hidden(struct reader *r, const char *value)
{
	take_bool(r, "hidden", value, &service_of(r)->hidden);
}

static void service_take_source_nat(struct reader *r, const char *value)
{
	struct service *s = service_of(r);

	if (!strcmp(value, "none"))
		s->source_nat = SOURCE_NAT_NONE;
	else if (!strcmp(value, "masquerade"))
		s->source_nat = SOURCE_NAT_MASQUERADE;
	else if (!addr_parse(value, strlen(value), &s->source) &&
		 !addr_is_unusable(&s->source))
		s->source_nat = SOURCE_NAT_ADDRESS;
	else
		reader_wanted(r, "source-nat",
			      "\"none\", \"masquerade\" or an address", value);
}

static void service_take_to(struct reader *r, const char *value)
{
	struct service *s = service_of(r);

	take_prefix(r, "to", value, &s->to, &s->to_len);
}

static void service_take_refresh(struct reader *r, const char *value)
{
	uint32_t *s = &service_notes_of(r)->refresh_s;

	if (!parse_duration(value, CONFIG_REFRESH_MAX_S, s) &&
	    *s >= CONFIG_REFRESH_MIN_S)
		return;
	reader_wanted(r, "refresh",
		      "a time of 10s to 24h, as in \"30s\" or \"5m\"", value);
	*s = CONFIG_REFRESH_MIN_S;
}

static void service_end(struct reader *r)
{
	struct service_notes *notes = service_notes_of(r);

	for (size_t i = 0; i < SERVICE_FIELDS; i++)
		notes->given[i] = reader_given(r, i);
}

static const struct reader_field fields[SERVICE_FIELDS] = {
	[SERVICE_TARGET] = { "target", false, service_take_target },
	[SERVICE_AT] = { "at", true, service_take_at },
	[SERVICE_CLOAK] = { "cloak", false, service_take_cloak },
	[SERVICE_LIFETIME] = { "lifetime", false, service_take_lifetime },
	[SERVICE_MAX_LIFETIME] = { "max-lifetime", false,
				   service_take_max_lifetime },
	[SERVICE_AT_END] = { "at-end", false, service_take_at_end },
	[SERVICE_IDLE_TIMEOUT] = { "idle-timeout", false,
				   service_take_idle_timeout },
	[SERVICE_MAX_SESSION] = { "max-session", false,
				  service_take_max_session },
	[SERVICE_SINGLE_USE] = { "single-use", false, service_take_single_use },
	[SERVICE_CONNECTIONS] = { "connections", false,
				  service_take_connections },
	[SERVICE_HIDDEN] = { "hidden", false, service_take_hidden },
	[SERVICE_SOURCE_NAT] = { "source-nat", false, service_take_source_nat },
	[SERVICE_ON_GRANT] = { "on-grant", true, service_take_on_grant },
	[SERVICE_ON_END] = { "on-end", true, service_take_on_end },
	[SERVICE_HOOK_USER] = { "hook-user", false, service_take_hook_user },
	[SERVICE_HOOK_GROUP] = { "hook-group", false, service_take_hook_group },
	[SERVICE_HOOK_TIMEOUT] = { "hook-timeout", false,
				   service_take_hook_timeout },
	[SERVICE_TO] = { "to", true, service_take_to },
	[SERVICE_REFRESH] = { "refresh", false, service_take_refresh },
};

const struct reader_section schema_service = {
	.name = "service",
	.fields = fields,
	.fields_len = SERVICE_FIELDS,
	.begin = service_begin,
	.end = service_end,
};
