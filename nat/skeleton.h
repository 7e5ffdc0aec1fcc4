/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the static ruleset must look like for a configuration and a host: a
 * value that can be compared with what is in the kernel by one number.
 */
#ifndef HAUNT_NAT_SKELETON_H
#define HAUNT_NAT_SKELETON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "nat/host_words.h"

/* Grows with every change to the rules or to the meaning of the maps. */
#define SKELETON_VERSION  5
#define SKELETON_NAME_MAX 40 /* characters of skeleton_name(), with NUL */

/* How a cloaked port looks to strangers: as the host's closed ports do. */
enum cloak {
	CLOAK_REJECT, /* nothing filters: RST, ICMP port unreachable */
	CLOAK_DROP,   /* the host's firewall drops what it does not know */
	CLOAK_HOST,   /* it rejects in a way of its own: so do we */
};

struct cloak_look {
	enum cloak cloak;
	struct host_words words; /* of CLOAK_HOST */
};

struct door {
	uint8_t proto;
	uint16_t port;
};

struct skeleton {
	bool persist; /* owner and persist flags */
	uint32_t max_grants;
	struct cloak_look look4;
	struct cloak_look look6;
	struct door *cloaked; /* sorted, each once */
	size_t cloaked_len;
	uint16_t *knocks; /* ports that packets are sent to; likewise */
	size_t knocks_len;
	struct ip_addr *hidden; /* targets on the gateway; each once */
	size_t hidden_len;
	struct ip_prefix *friends; /* never-close-for, as it is written */
	size_t friends_len;
	const struct config *config; /* lent */
	size_t ways_len;	     /* services of it that are "internet" */
	bool named;		     /* some of it have a name for a target */
	uint64_t protect_ms;  /* the cloak ends then by itself; 0: never */
	bool lifted;	      /* it is not there at all */
	uint64_t fingerprint; /* of all of the above, and of the services */
};

/* Keeps config, which must live as long. */
enum haunt_err skeleton_new(const struct config *config,
			    const struct cloak_look *look4,
			    const struct cloak_look *look6, bool persist,
			    struct skeleton **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void skeleton_free(struct skeleton *s);

/* "haunt VERSION FINGERPRINT" */
const char *skeleton_name(const struct skeleton *s,
			  char buf[SKELETON_NAME_MAX]);
/* The comment on the tables: the name, and which boot of the machine they were
 * made in, for a ruleset that was saved says no less than the kernel's. */
const char *skeleton_comment(const struct skeleton *s,
			     char buf[SKELETON_NAME_MAX]);
/* True if the comment says that name, whatever boot it says. */
bool skeleton_is_named(const char *comment, const char *name);
/* True if it says this boot. */
bool skeleton_is_of_now(const char *comment);
/* "reject", "drop", "host": for the log. */
const char *cloak_name(enum cloak cloak);

#endif
