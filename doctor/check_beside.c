/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other ways to what is cloaked: a second port of the same program, and rules
 * of others that lead a port to the cloaked one. haunt judges a packet by the
 * port that it was sent to, before anybody translates it.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <linux/netfilter.h>
#include <string.h>

#include "doctor/check.h"
#include "doctor/words.h"
#include "nat/nl.h"

#define PID_INIT 1  /* holds sockets for others */
#define V4_ALL	 96 /* the length of 0.0.0.0/0 */

static bool is_cloaked(const struct config *config, uint8_t proto,
		       uint16_t port)
{
	for (size_t i = 0; i < config->services_len; i++) {
		const struct service *service = &config->services[i];

		if (service->local && service->cloak &&
		    service->proto == proto && service_targets(service, port))
			return true;
	}
	return false;
}

static bool serves(const struct snapshot *s, pid_t pid,
		   const struct service *service)
{
	for (size_t i = 0; i < s->sockets.len; i++) {
		const struct snap_socket *k = &s->sockets.at[i];

		if (k->pid == pid && k->proto == service->proto &&
		    service_targets(service, k->at.port))
			return true;
	}
	return false;
}

static void check_program(const struct snapshot *s,
			  const struct service *service, struct findings *out)
{
	for (size_t i = 0; i < s->sockets.len; i++) {
		const struct snap_socket *k = &s->sockets.at[i];
		const struct port_range port = { k->proto, k->at.port,
						 k->at.port };
		struct words where = range_words(&port);
		struct finding *f;

		if (k->loopback || k->pid <= PID_INIT ||
		    k->proto != service->proto ||
		    is_cloaked(s->config, k->proto, k->at.port) ||
		    !serves(s, k->pid, service) ||
		    finding_told(out, FOUND_OPEN_BESIDE, where.text))
			continue;
		f = finding_add(out, FOUND_OPEN_BESIDE);
		finding_where(f, "%s", where.text);
		finding_text(f,
			     "%s (process %d), which serves the cloaked %s "
			     "of service \"%s\", listens here as well, and "
			     "this port is not cloaked",
			     k->name, (int)k->pid, target_words(service).text,
			     service->name);
		finding_fix(f,
			    "let %s no longer listen there, or in %s: service "
			    "\"%s-%u\" { target = \"%s\" }",
			    k->name, s->files.path, service->name, k->at.port,
			    where.text);
	}
}

/* ---- translations ---- */

/* True if the rule takes packets to other ports than this one. */
static bool takes_others(const struct ruleset *rs, const struct rs_rule *r,
			 uint16_t port)
{
	for (size_t i = 0; i < r->conds_len; i++) {
		const struct rs_cond *c = &r->conds[i];

		if (c->field != RS_DPORT || c->not || c->mask != UINT32_MAX)
			continue;
		for (size_t j = 0; j < c->len; j++) {
			const struct rs_span *span = &rs->spans[c->first + j];

			if (span->lo != port || span->hi != port)
				return true;
		}
		return false;
	}
	return true;
}

static bool leads_to(const struct snapshot *s, const struct rs_rule *r,
		     const struct service *service)
{
	const struct rs_chain *c = &s->fw.rules.chains[r->chain];
	const struct snap_path *path = snap_path(s, &r->nat_addr);
	struct rs_packet p = { .proto = service->proto,
			       .ct_state = RS_STATE_NEW };

	if (!r->dnat || !service_targets(service, r->nat_port) ||
	    (c->base && c->hook != NF_INET_PRE_ROUTING) ||
	    !(addr_is_any(&r->nat_addr) || (path && path->local)))
		return false;
	for (int v4 = 1; v4 >= 0; v4--) {
		p.v4 = v4;
		if (rs_chain_sees(c, v4) &&
		    ruleset_may_match(&s->fw.rules, r, &p))
			return takes_others(&s->fw.rules, r, r->nat_port);
	}
	return false;
}

static void check_dnat(const struct snapshot *s, const struct service *service,
		       struct findings *out)
{
	for (size_t i = 0; i < s->fw.rules.rules_len; i++) {
		const struct rs_rule *r = &s->fw.rules.rules[i];
		const struct rs_chain *c = &s->fw.rules.chains[r->chain];
		char words[2][SHELL_WORD_MAX];
		struct finding *f;

		if (!leads_to(s, r, service))
			continue;
		f = finding_add(out, FOUND_DNAT_TO_CLOAKED);
		finding_where(f, "chain %s %s %s handle %llu",
			      nl_family_name(c->family), c->table, c->name,
			      (unsigned long long)r->handle);
		finding_text(f,
			     "it leads packets to other ports to the cloaked "
			     "%s/%u of service \"%s\": strangers get in that "
			     "way",
			     service_proto(service), r->nat_port,
			     service->name);
		finding_fix(f, "nft delete rule %s %s %s handle %llu",
			    nl_family_name(c->family),
			    shell_word(c->table, words[0]),
			    shell_word(c->name, words[1]),
			    (unsigned long long)r->handle);
	}
}

/* All addresses of a family, or of both. */
static bool prefix_is_all(const struct ip_prefix *p)
{
	return p->len == 0 || (p->len == V4_ALL && addr_is_v4(&p->addr));
}

static void check_friends(const struct snapshot *s, struct findings *out)
{
	for (size_t i = 0; i < s->config->never_close_for_len; i++) {
		const struct ip_prefix *p = &s->config->never_close_for[i];
		char text[ADDR_TEXT_MAX];
		struct finding *f;

		if (!prefix_is_all(p))
			continue;
		f = finding_add(out, FOUND_CLOAK_FOR_NOBODY);
		finding_where(f, "never-close-for");
		finding_text(f,
			     "it holds %s: cloaked ports are open to everybody",
			     prefix_format(p, text));
		finding_fix(f, "take \"%s\" out of never-close-for in %s",
			    prefix_format(p, text), s->files.path);
	}
}

void check_beside(const struct snapshot *s, struct findings *out)
{
	check_friends(s, out);
	for (size_t i = 0; i < s->config->services_len; i++) {
		const struct service *service = &s->config->services[i];

		if (!service->local || !service->cloak)
			continue;
		check_program(s, service, out);
		check_dnat(s, service, out);
	}
}
