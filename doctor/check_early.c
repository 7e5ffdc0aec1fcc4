/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of others that meet a packet before it is where it should be: drops in
 * prerouting, and whoever writes over our conntrack mark.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <linux/netfilter.h>
#include <string.h>

#include "doctor/check.h"
#include "doctor/words.h"
#include "nat/nl.h"
#include "nat/rule.h"

#define OUR_MARK     (RULE_MARK_BASE | 1u)
#define OUR_PRIORITY -140 /* from there on packets carry the mark */

static bool is_early_filter(const struct rs_chain *c)
{
	return c->early && !c->ours && strcmp(c->type, "filter") == 0 &&
	       (rs_chain_sees(c, true) || rs_chain_sees(c, false));
}

static bool stops_door(const struct snapshot *s, size_t at,
		       const struct service *service,
		       const struct port_range *door)
{
	const struct rs_chain *c = &s->fw.rules.chains[at];

	for (int v4 = 1; v4 >= 0; v4--) {
		struct rs_packet p = {
			.v4 = v4,
			.proto = door->proto,
			.ct_state = RS_STATE_NEW,
			.ct_mark = c->hook == NF_INET_PRE_ROUTING &&
						   c->priority > OUR_PRIORITY &&
						   c->family != NFPROTO_NETDEV
					   ? OUR_MARK
					   : 0,
		};
		const uint16_t ports[] = { door->first, door->last };

		if (!rs_chain_sees(c, v4) || !service_takes(service, v4))
			continue;
		for (size_t i = 0; i < 2; i++) {
			enum rs_verdict v;

			p.dport = ports[i];
			v = ruleset_walk(&s->fw.rules, at, &p).verdict;
			if (v == RS_DROP || v == RS_REJECT)
				return true;
		}
	}
	return false;
}

static void check_drops(const struct snapshot *s, size_t at,
			struct findings *out)
{
	const struct rs_chain *c = &s->fw.rules.chains[at];

	for (size_t i = 0; i < s->config->services_len; i++) {
		const struct service *service = &s->config->services[i];

		for (size_t j = 0; j < service->at_len; j++) {
			const struct port_range *door = &service->at[j];
			struct finding *f;

			if (!stops_door(s, at, service, door))
				continue;
			f = finding_add(out, FOUND_DROPPED_EARLY);
			finding_where(f, "chain %s %s %s",
				      nl_family_name(c->family), c->table,
				      c->name);
			finding_text(f,
				     "it stops packets to %s before anything "
				     "else sees them: service \"%s\" cannot "
				     "be reached there",
				     range_words(door).text, service->name);
			fix_accept_ports(f, c, door);
		}
	}
}

/* ---- the mark ---- */

/* Whether the rule could see packets of a grant's session. A chain that is
 * led to may be led to from anywhere. */
static bool meets_session(const struct snapshot *s, const struct rs_rule *r,
			  const struct service *service)
{
	const struct rs_chain *c = &s->fw.rules.chains[r->chain];
	bool before = c->early && c->priority <= OUR_PRIORITY;

	for (int v4 = 1; v4 >= 0; v4--) {
		struct rs_packet p = {
			.v4 = v4,
			.proto = service->proto,
			.ct_state = RS_STATE_ESTABLISHED,
			.ct_mark = OUR_MARK,
		};

		/* A door that is one port is known. */
		if (service->at_len == 1 &&
		    service->at[0].first == service->at[0].last &&
		    service->at[0].first == service->target.port)
			p.dport = service->target.port;
		if (!rs_chain_sees(c, v4))
			continue;
		if (ruleset_may_match(&s->fw.rules, r, &p))
			return true;
		p.ct_state = RS_STATE_NEW;
		if (!before && ruleset_may_match(&s->fw.rules, r, &p))
			return true;
	}
	return false;
}

static void check_mark(const struct snapshot *s, const struct rs_rule *r,
		       struct findings *out)
{
	const struct rs_chain *c = &s->fw.rules.chains[r->chain];
	char words[2][SHELL_WORD_MAX];
	struct finding *f;

	for (size_t i = 0; i < s->config->services_len; i++) {
		const struct service *service = &s->config->services[i];

		if (!meets_session(s, r, service))
			continue;
		f = finding_add(out, FOUND_MARK_OVERWRITTEN);
		finding_where(f, "chain %s %s %s handle %llu",
			      nl_family_name(c->family), c->table, c->name,
			      (unsigned long long)r->handle);
		finding_text(f,
			     "it writes the conntrack mark of service \"%s\", "
			     "whose top byte is haunt's; let it leave 0x%x "
			     "alone",
			     service->name, RULE_MARK_MASK);
		finding_fix(f, "nft delete rule %s %s %s handle %llu",
			    nl_family_name(c->family),
			    shell_word(c->table, words[0]),
			    shell_word(c->name, words[1]),
			    (unsigned long long)r->handle);
		return;
	}
}

void check_early(const struct snapshot *s, struct findings *out)
{
	const struct ruleset *rs = &s->fw.rules;

	for (size_t i = 0; i < rs->chains_len; i++) {
		if (is_early_filter(&rs->chains[i]))
			check_drops(s, i, out);
	}
	for (size_t i = 0; i < rs->rules_len; i++) {
		if (rs->rules[i].mark_bits & RULE_MARK_MASK)
			check_mark(s, &rs->rules[i], out);
	}
}
