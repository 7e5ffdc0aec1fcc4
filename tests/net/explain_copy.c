/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the ruleset of this network namespace, or of a copy of it, in a form
 * that is the same for the same rules: each message, and each element by
 * itself, in hex; without the time that elements have left. A rule that can
 * not be copied is told, and ends it with 1.
 *
 *	explain_copy host | copy
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/ruleset.h"

static int fail(const char *what)
{
	perror(what);
	return 2;
}

static void hex(const void *data, size_t len)
{
	const uint8_t *at = data;

	for (size_t i = 0; i < len; i++)
		printf("%02x", at[i]);
}

static void attr_print(const struct nlattr *a)
{
	printf(" %u=", mnl_attr_get_type(a));
	hex(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));
}

struct element {
	struct ruleset_place place;
};

static int part_print(const struct nlattr *a, void *arg)
{
	(void)arg;
	if (mnl_attr_get_type(a) != NFTA_SET_ELEM_EXPIRATION)
		attr_print(a);
	return MNL_CB_OK;
}

static int element_print(const struct nlattr *a, void *arg)
{
	const struct element *e = arg;

	printf("element %u %s %s", e->place.family, e->place.table,
	       e->place.name);
	(void)mnl_attr_parse_nested(a, part_print, NULL);
	putchar('\n');
	return MNL_CB_OK;
}

static int whole_print(const struct nlattr *a, void *arg)
{
	(void)arg;
	attr_print(a);
	return MNL_CB_OK;
}

/* Without its number in the transaction. */
static int set_print(const struct nlattr *a, void *arg)
{
	(void)arg;
	if (mnl_attr_get_type(a) != NFTA_SET_ID)
		attr_print(a);
	return MNL_CB_OK;
}

static void message_print(const struct ruleset *set, size_t i)
{
	const struct nlmsghdr *h = bag_at(&set->bag, i);
	struct element e = { .place = ruleset_place(set, i) };
	const struct nlattr *at[NFTA_SET_ELEM_LIST_ELEMENTS + 1];
	enum ruleset_part part = ruleset_part(set, i);

	if (part == RULESET_ELEMENTS) {
		nl_attrs(h, sizeof(struct nfgenmsg), at,
			 NFTA_SET_ELEM_LIST_ELEMENTS + 1);
		(void)mnl_attr_parse_nested(at[NFTA_SET_ELEM_LIST_ELEMENTS],
					    element_print, &e);
		return;
	}
	printf("%d %u", (int)part, e.place.family);
	if (part == RULESET_RULES)
		printf(" #%u", ruleset_rule(set, i)->number);
	(void)mnl_attr_parse(h, sizeof(struct nfgenmsg),
			     part == RULESET_SETS ? set_print : whole_print,
			     NULL);
	putchar('\n');
}

static int copy(struct ruleset *set)
{
	static struct notes missing;
	struct nl *nl = NULL;

	if (unshare(CLONE_NEWNET) < 0)
		return fail("unshare");
	if (nl_open(NETLINK_NETFILTER, 0, &nl))
		return fail("netlink");
	if (ruleset_make(nl, set, &missing))
		return fail("ruleset_make");
	ruleset_free(set);
	if (ruleset_read(nl, set))
		return fail("ruleset_read");
	nl_close(nl);
	for (size_t i = 0; i < missing.len; i++)
		printf("not copied: %s\n", missing.at[i]);
	return missing.len ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct ruleset set;
	struct nl *nl = NULL;
	int status = 0;

	if (nl_open(NETLINK_NETFILTER, 0, &nl))
		return fail("netlink");
	if (ruleset_read(nl, &set))
		return fail("ruleset_read");
	nl_close(nl);
	if (argc == 2 && !strcmp(argv[1], "copy"))
		status = copy(&set);
	for (size_t i = 0; i < set.bag.len; i++)
		message_print(&set, i);
	ruleset_free(&set);
	return status;
}
