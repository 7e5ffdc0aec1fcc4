/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind ruleset_look() share: a rule is read with the sets
 * that it names at hand.
 */
#ifndef HAUNT_NAT_RULESET_READ_H
#define HAUNT_NAT_RULESET_READ_H

#include "nat/ruleset.h"

struct nftnl_expr;
struct nftnl_rule;

#define RS_VALUE_MAX 16 /* bytes of a key that is looked at */

/* An element of a set: one value, or where an interval begins or ends. */
struct rs_elem {
	uint8_t key[RS_VALUE_MAX];
	bool ends; /* the interval before it, which does not hold it */
	enum rs_verdict verdict; /* of a verdict map */
	size_t to;
};

struct rs_set {
	uint16_t family;
	char table[HOST_NAME_MAX];
	char name[HOST_NAME_MAX];
	uint32_t key_len;
	bool intervals;
	struct rs_elem *elems;
	size_t len;
	size_t cap;
};

struct reading {
	struct ruleset *rs;
	struct rs_set *sets;
	size_t sets_len;
	size_t sets_cap;
};

/* Sets of others whose keys are short enough to be one field (ruleset_sets.c).
 */
enum haunt_err ruleset_sets_read(struct nl *nl,
				 struct reading *r) HAUNT_MUST_CHECK;
void ruleset_sets_free(struct reading *r);
const struct rs_set *ruleset_set_find(const struct reading *r,
				      const struct rs_chain *chain,
				      const char *name);

/* The span that begins with element i; false if none does. */
bool rs_elem_span(const struct rs_set *set, size_t i, enum rs_field field,
		  struct rs_span *out);

#define RS_REGS 16 /* of 4 bytes */

struct rs_reg {
	enum rs_field field;
	uint32_t mask;
	uint32_t flips;
	bool immediate; /* data is what it holds */
	uint8_t data[16];
	uint32_t len;
};

/* The reading of one rule. */
struct rule_reader {
	struct reading *r;
	const struct rs_chain *chain;
	struct rs_rule rule;
	struct rs_reg regs[RS_REGS];
	/* A verdict map makes one rule of each element. */
	const struct rs_set *map;
	enum rs_field map_field;
	uint32_t map_mask;
	enum haunt_err err;
};

/* A register by its number; NULL: there is none such. */
struct rs_reg *rs_reg_at(struct rule_reader *rr, uint32_t number);
/* Takes an expression that loads, compares or looks up; false: it is none. */
bool ruleset_match_read(struct rule_reader *rr, const struct nftnl_expr *e,
			const char *name);
/* Appends what a rule says. */
enum haunt_err ruleset_rule_read(struct reading *r,
				 struct nftnl_rule *rule) HAUNT_MUST_CHECK;

/* One more condition of a rule, true for nothing yet; RS_OTHER in place of
 * one that is too many. */
struct rs_cond *rs_cond_add(struct rs_rule *r, enum rs_field field);
enum haunt_err rs_cond_span(struct ruleset *rs, struct rs_cond *c, uint32_t lo,
			    uint32_t hi) HAUNT_MUST_CHECK;

/* The extensions of x_tables (ruleset_xt.c): what iptables-nft writes. */
enum haunt_err ruleset_xt_match(struct ruleset *rs, struct rs_rule *r,
				const struct nftnl_expr *e) HAUNT_MUST_CHECK;
void ruleset_xt_target(struct rs_rule *r, const struct nftnl_expr *e,
		       uint16_t family);

#endif
