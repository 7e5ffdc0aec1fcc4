/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an examination finds: each finding has a name that never changes, a
 * severity, a place, one sentence, and what repairs it, exactly.
 */
#ifndef HAUNT_DOCTOR_FINDING_H
#define HAUNT_DOCTOR_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/base/err.h"

enum severity {
	SEVERITY_ERROR,	  /* something does not work, or is open */
	SEVERITY_WARNING, /* it works, but not as one would think */
	SEVERITY_NOTE,	  /* nothing is wrong */
};

enum finding_id {
	FOUND_CONFIG_UNREADABLE,
	FOUND_CONFIG_MISTAKE,
	FOUND_CONFIG_WRITABLE,
	FOUND_KEY_MISSING,
	FOUND_KEY_READABLE,
	FOUND_KEY_OWNER,
	FOUND_KEY_UNUSABLE,
	FOUND_USER_MISSING,
	FOUND_GROUP_MISSING,
	FOUND_STATE_DIR_OWNER,
	FOUND_STATE_DIR_OPEN,
	FOUND_CONTROL_SOCKET_OPEN,
	FOUND_NOT_RUNNING,
	FOUND_NOT_ANSWERING,
	FOUND_CONFIG_NEWER,
	FOUND_OTHER_VERSION,
	FOUND_TABLE_MISSING,
	FOUND_TABLE_DAMAGED,
	FOUND_TABLE_OTHER_VERSION,
	FOUND_TABLE_OTHER_CONFIG,
	FOUND_CLOAK_STALE,
	FOUND_NOT_CLOAKED,
	FOUND_TAG_MISSING,
	FOUND_FORWARDING_OFF,
	FOUND_FORWARD_OPEN,
	FOUND_REVERSE_PATH,
	FOUND_TARGET_LOOPBACK,
	FOUND_TARGET_NO_ROUTE,
	FOUND_NO_WAY_BACK,
	FOUND_ROUTE_LOCALNET,
	FOUND_CONNTRACK_FULL,
	FOUND_CONNTRACK_BUCKETS,
	FOUND_CONNTRACK_ACCT_OFF,
	FOUND_CONNTRACK_TIMESTAMP_OFF,
	FOUND_CONNTRACK_STRICT,
	FOUND_CONNTRACK_EVENTS_OFF,
	FOUND_HIDDEN_NOT_HERE,
	FOUND_HIDDEN_OPEN,
	FOUND_NOTHING_LISTENING,
	FOUND_LISTENS_ON_LOOPBACK,
	FOUND_ONE_FAMILY,
	FOUND_GHOST_ALONE,
	FOUND_RANGE_COVERS_LISTENER,
	FOUND_EPHEMERAL_OVERLAP,
	FOUND_CLOAK_FOR_NOBODY,
	FOUND_CLIENT_EXPIRED,
	FOUND_OPEN_BESIDE,
	FOUND_DNAT_TO_CLOAKED,
	FOUND_GRANT_DROPPED,
	FOUND_ESTABLISHED_NOT_ACCEPTED,
	FOUND_ANSWERS_DROPPED,
	FOUND_DROPPED_EARLY,
	FOUND_KNOCK_DROPPED,
	FOUND_MARK_OVERWRITTEN,
	FOUND_LEGACY_DROP,
	FOUND_MANAGER,
	FOUND_FLUSH_SERVICE,
	FOUND_RULESET_CUT,
	FOUND_INTERFACE_MISSING,
	FOUND_INTERFACE_DOWN,
	FOUND_INTERFACE_NO_ADDRESS,
	FOUND_BRIDGE_PORT,
	FOUND_LISTEN_PORT_TAKEN,
	FOUND_KNOCK_PORT_SERVED,
	FOUND_KNOCK_PORT_UNSERVED,
	FOUND_CLOCK_UNSYNCHRONISED,
	FOUND_CLOCK_WRONG,
	FOUND_AGE_WINDOW_SMALL,
	FOUND_KERNEL_WITHOUT,
	FOUND_COUNT
};

struct finding {
	enum finding_id id;
	char *where;
	char *text;
	char *fix; /* empty where there is nothing to do */
};

struct findings {
	struct finding *at;
	size_t len;
	size_t cap;
	struct finding spare; /* handed out when there is no memory */
	bool failed;
};

const char *finding_name(enum finding_id id);
enum severity finding_severity(enum finding_id id);

/* One more finding, to be filled; never NULL. It lives until the next one is
 * added. */
struct finding *finding_add(struct findings *list, enum finding_id id);
void finding_where(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_text(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_fix(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void findings_free(struct findings *list);

/* True if there is nothing but notes. */
bool findings_ok(const struct findings *list);
/* ENOMEM: they are not all there. */
enum haunt_err findings_whole(const struct findings *list) HAUNT_MUST_CHECK;

/* problem is why the examination is not whole, or NULL. */
void findings_print(const struct findings *list, FILE *to);
enum haunt_err findings_print_json(const struct findings *list,
				   const char *problem,
				   FILE *to) HAUNT_MUST_CHECK;

/* A word of a command line: as it is, or in single quotes. Returns buf; what
 * does not fit becomes "''". */
#define SHELL_WORD_MAX 1024
const char *shell_word(const char *text, char buf[SHELL_WORD_MAX]);

#endif
