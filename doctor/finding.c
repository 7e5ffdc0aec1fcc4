/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the memory of a list of findings, and that texts which come from
 * elsewhere may hold anything.
 */
#include "doctor/finding.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct kind {
	const char *name;
	enum severity severity;
};

static const struct kind kinds[FOUND_COUNT] = {
	[FOUND_CONFIG_UNREADABLE] = { "config-unreadable", SEVERITY_ERROR },
	[FOUND_CONFIG_MISTAKE] = { "config-mistake", SEVERITY_ERROR },
	[FOUND_CONFIG_WRITABLE] = { "config-writable", SEVERITY_ERROR },
	[FOUND_KEY_MISSING] = { "key-missing", SEVERITY_ERROR },
	[FOUND_KEY_READABLE] = { "key-readable", SEVERITY_ERROR },
	[FOUND_KEY_OWNER] = { "key-owner", SEVERITY_ERROR },
	[FOUND_KEY_UNUSABLE] = { "key-unusable", SEVERITY_ERROR },
	[FOUND_USER_MISSING] = { "user-missing", SEVERITY_ERROR },
	[FOUND_GROUP_MISSING] = { "group-missing", SEVERITY_ERROR },
	[FOUND_STATE_DIR_OWNER] = { "state-dir-owner", SEVERITY_ERROR },
	[FOUND_STATE_DIR_OPEN] = { "state-dir-open", SEVERITY_WARNING },
	[FOUND_CONTROL_SOCKET_OPEN] = { "control-socket-open",
					SEVERITY_WARNING },
	[FOUND_NOT_RUNNING] = { "not-running", SEVERITY_ERROR },
	[FOUND_NOT_ANSWERING] = { "not-answering", SEVERITY_ERROR },
	[FOUND_CONFIG_NEWER] = { "config-newer", SEVERITY_WARNING },
	[FOUND_OTHER_VERSION] = { "other-version", SEVERITY_WARNING },
	[FOUND_TABLE_MISSING] = { "table-missing", SEVERITY_ERROR },
	[FOUND_TABLE_DAMAGED] = { "table-damaged", SEVERITY_ERROR },
	[FOUND_TABLE_OTHER_VERSION] = { "table-other-version",
					SEVERITY_WARNING },
	[FOUND_TABLE_OTHER_CONFIG] = { "table-other-config", SEVERITY_WARNING },
	[FOUND_CLOAK_STALE] = { "cloak-stale", SEVERITY_WARNING },
	[FOUND_NOT_CLOAKED] = { "not-cloaked", SEVERITY_ERROR },
	[FOUND_TAG_MISSING] = { "tag-missing", SEVERITY_ERROR },
	[FOUND_FORWARDING_OFF] = { "forwarding-off", SEVERITY_ERROR },
	[FOUND_FORWARD_OPEN] = { "forward-open", SEVERITY_WARNING },
	[FOUND_REVERSE_PATH] = { "reverse-path", SEVERITY_ERROR },
	[FOUND_TARGET_LOOPBACK] = { "target-loopback", SEVERITY_ERROR },
	[FOUND_TARGET_NO_ROUTE] = { "target-no-route", SEVERITY_ERROR },
	[FOUND_NO_WAY_BACK] = { "no-way-back", SEVERITY_NOTE },
	[FOUND_ROUTE_LOCALNET] = { "route-localnet", SEVERITY_WARNING },
	[FOUND_CONNTRACK_FULL] = { "conntrack-full", SEVERITY_ERROR },
	[FOUND_CONNTRACK_BUCKETS] = { "conntrack-buckets", SEVERITY_WARNING },
	[FOUND_CONNTRACK_ACCT_OFF] = { "conntrack-acct-off", SEVERITY_NOTE },
	[FOUND_CONNTRACK_TIMESTAMP_OFF] = { "conntrack-timestamp-off",
					    SEVERITY_NOTE },
	[FOUND_CONNTRACK_STRICT] = { "conntrack-strict", SEVERITY_NOTE },
	[FOUND_CONNTRACK_EVENTS_OFF] = { "conntrack-events-off",
					 SEVERITY_WARNING },
	[FOUND_HIDDEN_NOT_HERE] = { "hidden-not-here", SEVERITY_ERROR },
	[FOUND_HIDDEN_OPEN] = { "hidden-open", SEVERITY_ERROR },
	[FOUND_NOTHING_LISTENING] = { "nothing-listening", SEVERITY_WARNING },
	[FOUND_LISTENS_ON_LOOPBACK] = { "listens-on-loopback", SEVERITY_ERROR },
	[FOUND_ONE_FAMILY] = { "one-family", SEVERITY_NOTE },
	[FOUND_GHOST_ALONE] = { "ghost-alone", SEVERITY_NOTE },
	[FOUND_RANGE_COVERS_LISTENER] = { "range-covers-listener",
					  SEVERITY_WARNING },
	[FOUND_EPHEMERAL_OVERLAP] = { "ephemeral-overlap", SEVERITY_NOTE },
	[FOUND_CLOAK_FOR_NOBODY] = { "cloak-for-nobody", SEVERITY_WARNING },
	[FOUND_CLIENT_EXPIRED] = { "client-expired", SEVERITY_WARNING },
	[FOUND_OPEN_BESIDE] = { "open-beside", SEVERITY_WARNING },
	[FOUND_DNAT_TO_CLOAKED] = { "dnat-to-cloaked", SEVERITY_ERROR },
	[FOUND_GRANT_DROPPED] = { "grant-dropped", SEVERITY_ERROR },
	[FOUND_ESTABLISHED_NOT_ACCEPTED] = { "established-not-accepted",
					     SEVERITY_WARNING },
	[FOUND_ANSWERS_DROPPED] = { "answers-dropped", SEVERITY_ERROR },
	[FOUND_DROPPED_EARLY] = { "dropped-early", SEVERITY_ERROR },
	[FOUND_KNOCK_DROPPED] = { "knock-dropped", SEVERITY_ERROR },
	[FOUND_MARK_OVERWRITTEN] = { "mark-overwritten", SEVERITY_ERROR },
	[FOUND_LEGACY_DROP] = { "legacy-drop", SEVERITY_ERROR },
	[FOUND_MANAGER] = { "manager", SEVERITY_NOTE },
	[FOUND_FLUSH_SERVICE] = { "flush-service", SEVERITY_NOTE },
	[FOUND_RULESET_CUT] = { "ruleset-cut", SEVERITY_NOTE },
	[FOUND_INTERFACE_MISSING] = { "interface-missing", SEVERITY_WARNING },
	[FOUND_INTERFACE_DOWN] = { "interface-down", SEVERITY_WARNING },
	[FOUND_INTERFACE_NO_ADDRESS] = { "interface-no-address",
					 SEVERITY_WARNING },
	[FOUND_BRIDGE_PORT] = { "bridge-port", SEVERITY_WARNING },
	[FOUND_LISTEN_PORT_TAKEN] = { "listen-port-taken", SEVERITY_ERROR },
	[FOUND_KNOCK_PORT_SERVED] = { "knock-port-served", SEVERITY_WARNING },
	[FOUND_KNOCK_PORT_UNSERVED] = { "knock-port-unserved", SEVERITY_NOTE },
	[FOUND_CLOCK_UNSYNCHRONISED] = { "clock-unsynchronised",
					 SEVERITY_WARNING },
	[FOUND_CLOCK_WRONG] = { "clock-wrong", SEVERITY_ERROR },
	[FOUND_AGE_WINDOW_SMALL] = { "age-window-small", SEVERITY_WARNING },
	[FOUND_KERNEL_WITHOUT] = { "kernel-without", SEVERITY_NOTE },
};

const char *finding_name(enum finding_id id)
{
	return kinds[id].name;
}

enum severity finding_severity(enum finding_id id)
{
	return kinds[id].severity;
}

struct finding *finding_add(struct findings *list, enum finding_id id)
{
	struct finding *f;

	if (list->len == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 16;
		struct finding *more =
			reallocarray(list->at, cap, sizeof(list->at[0]));

		if (!more) {
			list->failed = true;
			free(list->spare.where);
			free(list->spare.text);
			free(list->spare.fix);
			list->spare = (struct finding){ .id = id };
			return &list->spare;
		}
		list->at = more;
		list->cap = cap;
	}
	f = &list->at[list->len++];
	*f = (struct finding){ .id = id };
	return f;
}

/* Sets *field; it stays NULL without memory. What a terminal would obey
 * becomes a question mark. */
__attribute__((format(printf, 2, 0))) static void field_set(char **field,
							    const char *format,
							    va_list values)
{
	char *text = NULL;

	if (vasprintf(&text, format, values) < 0)
		text = NULL;
	for (char *c = text; c && *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}
	free(*field);
	*field = text;
}

void finding_where(struct finding *f, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	field_set(&f->where, format, values);
	va_end(values);
}

void finding_text(struct finding *f, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	field_set(&f->text, format, values);
	va_end(values);
}

void finding_fix(struct finding *f, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	field_set(&f->fix, format, values);
	va_end(values);
}

static void finding_free(struct finding *f)
{
	free(f->where);
	free(f->text);
	free(f->fix);
}

void findings_free(struct findings *list)
{
	for (size_t i = 0; i < list->len; i++)
		finding_free(&list->at[i]);
	finding_free(&list->spare);
	free(list->at);
	*list = (struct findings){ .len = 0 };
}

bool findings_ok(const struct findings *list)
{
	for (size_t i = 0; i < list->len; i++) {
		if (kinds[list->at[i].id].severity != SEVERITY_NOTE)
			return false;
	}
	return true;
}

enum haunt_err findings_whole(const struct findings *list)
{
	if (list->failed)
		return HAUNT_ENOMEM;
	for (size_t i = 0; i < list->len; i++) {
		const struct finding *f = &list->at[i];

		if (!f->where || !f->text || !f->fix)
			return HAUNT_ENOMEM;
	}
	return HAUNT_OK;
}

static bool word_plain(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:@%+=,-";

	return *text && strspn(text, plain) == strlen(text);
}

const char *shell_word(const char *text, char buf[SHELL_WORD_MAX])
{
	size_t n = 0;

	if (word_plain(text) && strlen(text) < SHELL_WORD_MAX)
		return strcpy(buf, text);
	buf[n++] = '\'';
	for (; *text && n < SHELL_WORD_MAX - 8; text++) {
		if (*text == '\'') {
			memcpy(buf + n, "'\\''", 4);
			n += 4;
		} else {
			buf[n++] = *text;
		}
	}
	if (*text)
		return strcpy(buf, "''");
	buf[n++] = '\'';
	buf[n] = '\0';
	return buf;
}
