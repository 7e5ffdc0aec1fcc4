/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides in which words which firewall wants to be told.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <linux/netfilter.h>
#include <stdio.h>
#include <string.h>

#include "conf/parse.h"
#include "doctor/words.h"
#include "nat/nl.h"
#include "nat/rule.h"

struct words service_words(const struct service *service)
{
	struct words w;

	snprintf(w.text, sizeof(w.text), "service \"%s\"", service->name);
	return w;
}

const char *service_proto(const struct service *service)
{
	return proto_name(service->proto);
}

bool service_here(const struct service *service)
{
	return service->local || service->hidden;
}

bool service_takes(const struct service *service, bool v4)
{
	if (service->internet || service->named)
		return service->source_nat != SOURCE_NAT_ADDRESS ||
		       addr_is_v4(&service->source) == v4;
	return service->local || addr_is_v4(&service->target.addr) == v4;
}

bool addr_is_loopback(const struct ip_addr *a)
{
	static const struct ip_addr one = { .b = { [15] = 1 } };

	return addr_is_v4(a) ? addr_v4_bytes(a)[0] == 127 : addr_equal(a, &one);
}

struct words range_words(const struct port_range *range)
{
	struct words w;

	if (range->first == range->last)
		snprintf(w.text, sizeof(w.text), "%s/%u",
			 proto_name(range->proto), range->first);
	else
		snprintf(w.text, sizeof(w.text), "%s/%u-%u",
			 proto_name(range->proto), range->first, range->last);
	return w;
}

struct words target_words(const struct service *service)
{
	const struct port_range range = { service->proto, service->target.port,
					  service->target_last };

	return range_words(&range);
}

bool finding_told(const struct findings *list, enum finding_id id,
		  const char *where)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct finding *f = &list->at[i];

		if (f->id == id && f->where && strcmp(f->where, where) == 0)
			return true;
	}
	return false;
}

static const char *xt_program(uint16_t family)
{
	return family == NFPROTO_IPV6 ? "ip6tables-nft" : "iptables-nft";
}

/* "nft insert rule inet filter input" */
struct place {
	char text[3 * SHELL_WORD_MAX / 4];
};

static void place_words(struct place *p, uint16_t family, const char *table,
			const char *chain)
{
	char words[2][SHELL_WORD_MAX / 4];
	const char *const names[] = { table, chain };

	/* A kernel's names are shorter than this by far. */
	for (size_t i = 0; i < 2; i++) {
		char word[SHELL_WORD_MAX];

		snprintf(words[i], sizeof(words[i]), "%s",
			 shell_word(names[i], word));
	}
	snprintf(p->text, sizeof(p->text), "nft insert rule %s %s %s",
		 nl_family_name(family), words[0], words[1]);
}

void fix_accept_mark(struct finding *f, uint16_t family, const char *table,
		     const char *chain, bool xt, bool tag)
{
	struct place p;

	if (xt) {
		finding_fix(f,
			    "%s -I %s -m connmark --mark 0x%x/0x%x%s -j ACCEPT",
			    xt_program(family), chain, RULE_MARK_BASE,
			    RULE_MARK_MASK,
			    tag ? " -m comment --comment " HOST_TAG : "");
		return;
	}
	place_words(&p, family, table, chain);
	finding_fix(f, "%s ct mark and 0x%x == 0x%x accept%s", p.text,
		    RULE_MARK_MASK, RULE_MARK_BASE,
		    tag ? " comment '\"" HOST_TAG "\"'" : "");
}

void fix_accept_established(struct finding *f, const struct rs_chain *c)
{
	struct place p;

	if (c->xt) {
		finding_fix(f,
			    "%s -I %s -m conntrack --ctstate "
			    "ESTABLISHED,RELATED -j ACCEPT",
			    xt_program(c->family), c->name);
		return;
	}
	place_words(&p, c->family, c->table, c->name);
	finding_fix(f, "%s ct state established,related accept", p.text);
}

void fix_accept_ports(struct finding *f, const struct rs_chain *c,
		      const struct port_range *range)
{
	char ports[16];
	struct place p;

	if (range->first == range->last)
		snprintf(ports, sizeof(ports), "%u", range->first);
	else
		snprintf(ports, sizeof(ports), "%u%c%u", range->first,
			 c->xt ? ':' : '-', range->last);
	if (c->xt) {
		/* Only the filter table is iptables' default. */
		bool filter = strcmp(c->table, "filter") == 0;

		finding_fix(f, "%s%s%s -I %s -p %s --dport %s -j ACCEPT",
			    xt_program(c->family), filter ? "" : " -t ",
			    filter ? "" : c->table, c->name,
			    proto_name(range->proto), ports);
		return;
	}
	place_words(&p, c->family, c->table, c->name);
	finding_fix(f, "%s %s dport %s accept", p.text,
		    proto_name(range->proto), ports);
}
