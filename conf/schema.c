/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides which sections and options the gateway's configuration has, and what
 * those of the whole file look like. What needs more than one value to judge
 * is in check.c.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/draft.h"
#include "conf/parse.h"
#include "conf/schema.h"
#include "conf/schema_gpg.h"

struct config *draft_config(const struct reader *r)
{
	return ((struct draft *)reader_arg(r))->config;
}

/* ---- kinds of values ---- */

void take_name(struct reader *r, const char *what, const char *title,
	       char name[CONFIG_NAME_MAX + 1])
{
	if (name_valid(title))
		memcpy(name, title, strlen(title) + 1);
	else
		reader_wanted(r, what,
			      "a name of 1 to 32 of a-z, 0-9, '_' and '-'",
			      title);
}

void take_bool(struct reader *r, const char *field, const char *value,
	       bool *out)
{
	if (parse_bool(value, out))
		reader_wanted(r, field, "true or false", value);
}

static void take_text(struct reader *r, const char *value, char **out)
{
	char *copy = NULL;

	if (asprintf(&copy, "%s", value) < 0) {
		reader_no_memory(r);
		return;
	}
	free(*out);
	*out = copy;
}

void take_path(struct reader *r, const char *field, const char *value,
	       char **out)
{
	if (value[0] == '/')
		take_text(r, value, out);
	else
		reader_wanted(r, field, "a path that begins with '/'", value);
}

void take_prefix(struct reader *r, const char *field, const char *value,
		 struct ip_prefix **prefixes, size_t *len)
{
	struct ip_prefix prefix, *more;

	if (prefix_parse(value, strlen(value), &prefix)) {
		reader_wanted(r, field,
			      "\"any\", an address, or a prefix without host "
			      "bits, as in \"198.51.100.0/24\"",
			      value);
		return;
	}
	more = reader_grow(r, prefixes, len, sizeof(*more));
	if (more)
		*more = prefix;
}

/* ---- the whole file ---- */

static void take_integration(struct reader *r, const char *value)
{
	struct config *c = draft_config(r);

	if (!strcmp(value, "auto"))
		c->integration = INTEGRATION_AUTO;
	else if (!strcmp(value, "manual"))
		c->integration = INTEGRATION_MANUAL;
	else
		reader_wanted(r, "integration", "\"auto\" or \"manual\"",
			      value);
}

static void take_age_window(struct reader *r, const char *value)
{
	if (parse_duration(value, CONFIG_AGE_WINDOW_MAX_S,
			   &draft_config(r)->age_window_s))
		reader_wanted(r, "age-window",
			      "a time of 1s to 1h, as in \"120s\"", value);
}

static void take_max_grants(struct reader *r, const char *value)
{
	if (parse_u32(value, 1, CONFIG_MAX_GRANTS_MAX,
		      &draft_config(r)->max_grants))
		reader_wanted(r, "max-grants", "a number of 1 to 1000000",
			      value);
}

static void take_never_close_for(struct reader *r, const char *value)
{
	struct config *c = draft_config(r);

	if (c->never_close_for_len == CONFIG_PREFIXES_MAX)
		reader_mistake(r, reader_line(r),
			       "never-close-for: more than %d prefixes",
			       CONFIG_PREFIXES_MAX);
	else if (!strcmp(value, "any"))
		reader_wanted(r, "never-close-for",
			      "an address or a prefix: with \"any\" nothing "
			      "would be closed",
			      value);
	else
		take_prefix(r, "never-close-for", value, &c->never_close_for,
			    &c->never_close_for_len);
}

static void take_trusted_proxies(struct reader *r, const char *value)
{
	struct config *c = draft_config(r);

	if (c->trusted_proxies_len == CONFIG_PREFIXES_MAX)
		reader_mistake(r, reader_line(r),
			       "trusted-proxies: more than %d prefixes",
			       CONFIG_PREFIXES_MAX);
	else if (!strcmp(value, "any") || !strcmp(value, "::/0") ||
		 !strcmp(value, "0.0.0.0/0"))
		reader_wanted(r, "trusted-proxies",
			      "an address or a prefix: everybody could say "
			      "whom a packet comes from",
			      value);
	else
		take_prefix(r, "trusted-proxies", value, &c->trusted_proxies,
			    &c->trusted_proxies_len);
}

static void take_session_events(struct reader *r, const char *value)
{
	take_bool(r, "session-events", value, &draft_config(r)->session_events);
}

static void take_session_poll(struct reader *r, const char *value)
{
	if (parse_duration(value, CONFIG_SESSION_POLL_MAX_S,
			   &draft_config(r)->session_poll_s))
		reader_wanted(r, "session-poll",
			      "a time of 1s to 1h, as in \"10s\"", value);
}

static void take_state_dir(struct reader *r, const char *value)
{
	take_path(r, "state-dir", value, &draft_config(r)->state_dir);
}

static void take_control_socket(struct reader *r, const char *value)
{
	if (strlen(value) > CONFIG_SOCKET_PATH_MAX)
		reader_wanted(r, "control-socket",
			      "a path of at most 107 characters", value);
	else
		take_path(r, "control-socket", value,
			  &draft_config(r)->control_socket);
}

/* A user or a group of the system. */
void take_account(struct reader *r, const char *field, const char *value,
		  char **out)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_.-";
	size_t len = strlen(value);

	if (len && len <= CONFIG_NAME_MAX && value[0] != '-' &&
	    strspn(value, chars) == len)
		take_text(r, value, out);
	else
		reader_wanted(r, field, "the name of an account", value);
}

static void take_control_group(struct reader *r, const char *value)
{
	take_account(r, "control-group", value,
		     &draft_config(r)->control_group);
}

static void take_user_capture(struct reader *r, const char *value)
{
	take_account(r, "user-capture", value, &draft_config(r)->user_capture);
}

static void take_user_gate(struct reader *r, const char *value)
{
	take_account(r, "user-gate", value, &draft_config(r)->user_gate);
}

static void take_user_nat(struct reader *r, const char *value)
{
	take_account(r, "user-nat", value, &draft_config(r)->user_nat);
}

static void take_user_run(struct reader *r, const char *value)
{
	take_account(r, "user-run", value, &draft_config(r)->user_run);
}

static void take_user_names(struct reader *r, const char *value)
{
	take_account(r, "user-names", value, &draft_config(r)->user_names);
}

static void take_log(struct reader *r, const char *value)
{
	struct config *c = draft_config(r);

	if (!strcmp(value, "stderr"))
		c->log_sink = LOG_SINK_STDERR;
	else if (!strcmp(value, "syslog"))
		c->log_sink = LOG_SINK_SYSLOG;
	else
		reader_wanted(r, "log", "\"stderr\" or \"syslog\"", value);
}

static void take_log_level(struct reader *r, const char *value)
{
	if (log_level_parse(value, &draft_config(r)->log_level))
		reader_wanted(r, "log-level",
			      "\"error\", \"warning\", \"info\" or \"debug\"",
			      value);
}

static const struct reader_field fields[] = {
	{ "integration", false, take_integration },
	{ "age-window", false, take_age_window },
	{ "max-grants", false, take_max_grants },
	{ "never-close-for", true, take_never_close_for },
	{ "trusted-proxies", true, take_trusted_proxies },
	{ "session-events", false, take_session_events },
	{ "session-poll", false, take_session_poll },
	{ "state-dir", false, take_state_dir },
	{ "control-socket", false, take_control_socket },
	{ "control-group", false, take_control_group },
	{ "user-capture", false, take_user_capture },
	{ "user-gate", false, take_user_gate },
	{ "user-nat", false, take_user_nat },
	{ "user-pgp", false, gpg_take_user },
	{ "gpg-home", false, gpg_take_home },
	{ "gpg-passphrase-file", false, gpg_take_passphrase_file },
	{ "user-run", false, take_user_run },
	{ "user-names", false, take_user_names },
	{ "log", false, take_log },
	{ "log-level", false, take_log_level },
};

static const struct reader_section *const sections[] = {
	&schema_listener,
	&schema_service,
	&schema_client,
	&schema_command,
};

const struct reader_section schema_root = {
	.name = "the file",
	.fields = fields,
	.fields_len = sizeof(fields) / sizeof(fields[0]),
	.sections = sections,
	.sections_len = sizeof(sections) / sizeof(sections[0]),
};
