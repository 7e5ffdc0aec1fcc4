/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that nf_tables holds, as messages that make it anew elsewhere, and how
 * what the copy says is led back to what was copied.
 */
#ifndef HAUNT_EXPLAIN_RULESET_H
#define HAUNT_EXPLAIN_RULESET_H

#include <stdbool.h>

#include "explain/bag.h"
#include "explain/notes.h"
#include "nat/nl.h"

/* What a message makes, in the order in which it must be made. */
enum ruleset_part {
	RULESET_TABLES,
	RULESET_CHAINS,
	RULESET_SETS,
	RULESET_OBJECTS,
	RULESET_FLOWTABLES,
	RULESET_ELEMENTS,
	RULESET_RULES,
	RULESET_PARTS
};

struct ruleset_rule {
	uint64_t handle; /* where it was read */
	uint64_t copy;	 /* in the copy; 0: it was not copied */
	uint32_t number; /* in its chain, from 1 */
};

struct ruleset {
	struct bag bag;
	size_t from[RULESET_PARTS + 1]; /* where each part begins */
	struct ruleset_rule *rules;	/* as many as messages in that part */
	size_t rules_cap;
};

/* Where a message's thing lives. */
struct ruleset_place {
	uint16_t family;
	const char *table;
	const char *name; /* of the chain, for a rule; of the set, for elements;
			     of the thing itself otherwise */
};

/* A chain that packets enter by a hook. */
struct ruleset_hook {
	bool base;
	uint32_t hook; /* NF_INET_*, NF_NETDEV_* */
	int32_t priority;
};

/* EBUSY: it changed again and again while it was read. ESYS. ENOMEM. */
enum haunt_err ruleset_read(struct nl *nl,
			    struct ruleset *out) HAUNT_MUST_CHECK;
void ruleset_free(struct ruleset *set);

/* Makes all of it; what the kernel refuses is left out and noted. */
enum haunt_err ruleset_make(struct nl *nl, struct ruleset *set,
			    struct notes *missing) HAUNT_MUST_CHECK;

enum ruleset_part ruleset_part(const struct ruleset *set, size_t i);
/* Names live as long as the ruleset. */
struct ruleset_place ruleset_place(const struct ruleset *set, size_t i);
/* The index of the rule with this handle in the copy; len if there is none. */
size_t ruleset_find(const struct ruleset *set, uint64_t copy,
		    const struct ruleset_place *place);
struct ruleset_hook ruleset_hook(const struct ruleset *set,
				 const struct ruleset_place *chain);
/* True if elements of this set limit or count. */
bool ruleset_set_counts(const struct ruleset *set, uint16_t family,
			const char *table, const char *name);
/* The rule's message, and what is known of it besides. */
const struct ruleset_rule *ruleset_rule(const struct ruleset *set, size_t i);

#endif
