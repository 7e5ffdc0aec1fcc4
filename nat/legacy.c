/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the table as the kernel hands it out: entries one behind the other,
 * each with its matches and its target, and the last of a chain is its policy.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include "nat/legacy.h"

#include <errno.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nat/rule.h"

#define TABLE	    "filter"
#define BLOB_MAX    (64u << 20)
#define NAME_LEN    sizeof(((struct xt_entry_match *)0)->u.user.name)
#define HEAD_MATCH  sizeof(struct xt_entry_match)
#define HEAD_TARGET sizeof(struct xt_entry_target)

/* What differs between the families. */
struct family {
	int domain;
	int level;
	const char *names; /* which tables there are */
	size_t entry_len;
	size_t target_offset;
	size_t next_offset;
	int get_info;
	int get_entries;
};

static const struct family families[] = {
	{ AF_INET6, IPPROTO_IPV6, "/proc/net/ip6_tables_names",
	  sizeof(struct ip6t_entry), offsetof(struct ip6t_entry, target_offset),
	  offsetof(struct ip6t_entry, next_offset), IP6T_SO_GET_INFO,
	  IP6T_SO_GET_ENTRIES },
	{ AF_INET, IPPROTO_IP, "/proc/net/ip_tables_names",
	  sizeof(struct ipt_entry), offsetof(struct ipt_entry, target_offset),
	  offsetof(struct ipt_entry, next_offset), IPT_SO_GET_INFO,
	  IPT_SO_GET_ENTRIES },
};

/* Asking for a table that is not there would make it. */
static bool table_there(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[64];
	bool there = false;

	while (f && !there && fgets(line, sizeof(line), f))
		there = strcmp(line, TABLE "\n") == 0;
	if (f)
		fclose(f);
	return there;
}

/* One entry of the table. */
struct entry {
	const uint8_t *at;
	uint16_t target;
	uint16_t next;
};

static bool entry_at(const struct family *f, const uint8_t *blob, size_t len,
		     size_t offset, struct entry *out)
{
	if (offset > len || len - offset < f->entry_len)
		return false;
	out->at = blob + offset;
	memcpy(&out->target, out->at + f->target_offset, sizeof(out->target));
	memcpy(&out->next, out->at + f->next_offset, sizeof(out->next));
	return out->target >= f->entry_len && out->next <= len - offset &&
	       out->next >= out->target + HEAD_TARGET;
}

/* The verdict of a standard target; 0 for any other. */
static int entry_verdict(const struct entry *e)
{
	struct xt_standard_target t;

	if ((size_t)(e->next - e->target) < sizeof(t))
		return 0;
	memcpy(&t, e->at + e->target, sizeof(t));
	return t.target.u.user.name[0] == '\0' ? t.verdict : 0;
}

static bool match_is_us(const uint8_t *info, size_t len)
{
	struct xt_connmark_mtinfo1 m;

	if (len < sizeof(m))
		return false;
	memcpy(&m, info, sizeof(m));
	return !m.invert && (RULE_MARK_BASE & m.mask) == m.mark;
}

static bool match_is_est(const uint8_t *info, size_t len)
{
	struct xt_conntrack_mtinfo3 m;

	if (len < sizeof(m))
		return false;
	memcpy(&m, info, sizeof(m));
	return (m.match_flags & ~XT_CONNTRACK_STATE_ALIAS) ==
		       XT_CONNTRACK_STATE &&
	       !m.invert_flags &&
	       (m.state_mask & XT_CONNTRACK_STATE_BIT(IP_CT_ESTABLISHED));
}

/* True if the rule has this match and no other. */
static bool entry_only_match(const struct family *f, const struct entry *e,
			     const char *name,
			     bool (*is)(const uint8_t *info, size_t len))
{
	const uint8_t *at = e->at + f->entry_len;
	size_t left = e->target - f->entry_len;
	uint16_t size;

	if (left < HEAD_MATCH)
		return false;
	memcpy(&size, at, sizeof(size));
	return size == left &&
	       strncmp((const char *)at +
			       offsetof(struct xt_entry_match, u.user.name),
		       name, NAME_LEN) == 0 &&
	       is(at + HEAD_MATCH, left - HEAD_MATCH);
}

static struct legacy_chain chain_read(const struct family *f,
				      const uint8_t *blob, size_t len,
				      size_t first, size_t policy)
{
	struct legacy_chain c = { .drops = false };
	struct entry e;

	for (size_t at = first; at <= policy && entry_at(f, blob, len, at, &e);
	     at += e.next) {
		int verdict = entry_verdict(&e);

		if (at == policy)
			c.drops = verdict == -NF_DROP - 1;
		else if (verdict != -NF_ACCEPT - 1)
			continue;
		else if (entry_only_match(f, &e, "connmark", match_is_us))
			c.lets_us = true;
		else if (entry_only_match(f, &e, "conntrack", match_is_est))
			c.lets_est = true;
	}
	return c;
}

/* The two families' structs for these are laid out alike. */
static enum haunt_err table_get(const struct family *f, int fd,
				struct ipt_getinfo *info, uint8_t **blob)
{
	socklen_t len = sizeof(*info);
	struct ipt_get_entries *get;
	enum haunt_err err = HAUNT_OK;

	*info = (struct ipt_getinfo){ .name = TABLE };
	if (getsockopt(fd, f->level, f->get_info, info, &len) < 0)
		return HAUNT_ESYS;
	if (info->size > BLOB_MAX)
		return HAUNT_ELENGTH;
	len = (socklen_t)(sizeof(*get) + info->size);
	get = calloc(1, len);
	*blob = malloc(info->size + 1);
	if (!get || !*blob) {
		err = HAUNT_ENOMEM;
		goto out;
	}
	strcpy(get->name, TABLE);
	get->size = info->size;
	if (getsockopt(fd, f->level, f->get_entries, get, &len) < 0)
		err = HAUNT_ESYS;
	else
		memcpy(*blob, get->entrytable, info->size);
out:
	free(get);
	if (err != HAUNT_OK) {
		free(*blob);
		*blob = NULL;
	}
	return err;
}

enum haunt_err legacy_look(bool v4, struct legacy_table *out)
{
	const struct family *f = &families[v4];
	struct ipt_getinfo info;
	uint8_t *blob = NULL;
	enum haunt_err err;
	int fd;

	*out = (struct legacy_table){ .present = table_there(f->names) };
	if (!out->present)
		return HAUNT_OK;
	fd = socket(f->domain, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	if (fd < 0)
		return HAUNT_ESYS;
	err = table_get(f, fd, &info, &blob);
	/* A table that changes as it is read is read the next time. */
	if (err == HAUNT_OK) {
		out->input = chain_read(f, blob, info.size,
					info.hook_entry[NF_INET_LOCAL_IN],
					info.underflow[NF_INET_LOCAL_IN]);
		out->forward = chain_read(f, blob, info.size,
					  info.hook_entry[NF_INET_FORWARD],
					  info.underflow[NF_INET_FORWARD]);
	}
	free(blob);
	close(fd);
	return err;
}
