/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how keys and data are laid out: fields padded to four bytes, marks in
 * host order, everything else in network order; and the names in a comment.
 */
#include "nat/nft_elem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void port_write(uint8_t *to, uint16_t port)
{
	to[0] = (uint8_t)(port >> 8);
	to[1] = (uint8_t)port;
}

/* Returns the bytes that the address takes. */
static size_t addr_write(uint8_t *to, const struct ip_addr *a)
{
	if (addr_is_v4(a)) {
		memcpy(to, addr_v4_bytes(a), 4);
		return 4;
	}
	memcpy(to, a->b, 16);
	return 16;
}

static struct nft_elem mark_elem(enum nft_set set, uint32_t id,
				 uint64_t timeout_ms)
{
	struct nft_elem e = { .set = set, .timeout_ms = timeout_ms };
	uint32_t mark = RULE_MARK_BASE | id;

	memcpy(e.key, &mark, sizeof(mark));
	return e;
}

/* The key is the rule's client and door. */
static struct nft_elem door_elem(const struct rule *r, enum nft_set v4,
				 enum nft_set v6)
{
	struct nft_elem e = { .set = addr_is_v4(&r->address) ? v4 : v6,
			      .timeout_ms = r->lifetime_ms };
	size_t at = addr_write(e.key, &r->address);

	e.key[at] = r->proto;
	port_write(e.key + at + 4, r->outer);
	return e;
}

/* The key is the client. */
static struct nft_elem client_elem(const struct ip_addr *client,
				   enum nft_set v4, enum nft_set v6,
				   uint64_t timeout_ms)
{
	struct nft_elem e = { .set = addr_is_v4(client) ? v4 : v6,
			      .timeout_ms = timeout_ms };

	(void)addr_write(e.key, client);
	return e;
}

struct nft_elem nft_elem_way(const struct ip_addr *client)
{
	return client_elem(client, NFT_SET_WAY4, NFT_SET_WAY6, 0);
}

struct nft_elem nft_elem_door(const struct rule *rule)
{
	return door_elem(rule, NFT_SET_GRANT4, NFT_SET_GRANT6);
}

static struct nft_elem grant_elem(const struct rule *r,
				  const struct config *config)
{
	uint32_t mark = rule_mark(r);
	struct nft_elem e;

	if (r->kind == RULE_INTERNET)
		e = client_elem(&r->address, NFT_SET_WAY4, NFT_SET_WAY6,
				r->lifetime_ms);
	else if (r->connections)
		e = door_elem(r, NFT_SET_FEW4, NFT_SET_FEW6);
	else
		e = door_elem(r, NFT_SET_GRANT4, NFT_SET_GRANT6);
	e.connections = r->connections;
	memcpy(e.data, &mark, sizeof(mark));
	snprintf(e.comment, sizeof(e.comment), "%s %s",
		 config->services[r->service].name,
		 config->clients[r->client].name);
	return e;
}

/* Where the client is led. */
static struct nft_elem target_elem(const struct rule *r, uint64_t timeout_ms)
{
	bool v4 = addr_is_v4(&r->address);
	struct nft_elem e;

	if (r->kind == RULE_REDIRECT) {
		e = mark_elem(NFT_SET_REDIR, r->id, timeout_ms);
		port_write(e.data, r->inner.port);
		return e;
	}
	e = mark_elem(v4 ? NFT_SET_DNAT4 : NFT_SET_DNAT6, r->id, timeout_ms);
	port_write(e.data + addr_write(e.data, &r->inner.addr), r->inner.port);
	return e;
}

/* A name is too long for a comment. */
static void name_note(const struct service *s, char comment[NFT_COMMENT_MAX])
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (const char *c = s->named->host; *c; c++)
		h = (h ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
	snprintf(comment, NFT_COMMENT_MAX, "name %016" PRIx64, h);
}

void nft_elem_lead(const struct rule *rule, const struct config *config,
		   struct nft_elem *out)
{
	*out = target_elem(rule,
			   (uint64_t)rule->lifetime_ms + NFT_NAT_EXTRA_MS);
	if (config->services[rule->service].named)
		name_note(&config->services[rule->service], out->comment);
}

struct ip_addr nft_elem_led_to(const struct nft_elem *e)
{
	return e->set == NFT_SET_DNAT4 ? addr_from_v4(e->data)
				       : addr_from_v6(e->data);
}

static struct nft_elem source_elem(const struct rule *r, uint64_t timeout_ms)
{
	bool v4 = addr_is_v4(&r->source);
	struct nft_elem e;

	if (r->source_nat == SOURCE_NAT_MASQUERADE)
		return mark_elem(NFT_SET_MASQ, r->id, timeout_ms);
	e = mark_elem(v4 ? NFT_SET_SNAT4 : NFT_SET_SNAT6, r->id, timeout_ms);
	(void)addr_write(e.data, &r->source);
	return e;
}

static struct nft_elem class_elem(const struct rule *r)
{
	struct nft_elem e = client_elem(&r->address, NFT_SET_TO4, NFT_SET_TO6,
					r->lifetime_ms);
	uint32_t class = NFT_WAY_CLASS(r->service);

	memcpy(e.data, &class, sizeof(class));
	return e;
}

size_t nft_elem_of_rule(const struct rule *rule, const struct config *config,
			struct nft_elem out[NFT_RULE_ELEMS])
{
	uint64_t timeout_ms = (uint64_t)rule->lifetime_ms + NFT_NAT_EXTRA_MS;
	size_t n = 0;

	out[n++] = grant_elem(rule, config);
	if (rule_translates(rule))
		out[n++] = door_elem(rule, NFT_SET_QUIET4, NFT_SET_QUIET6);
	if (rule->kind == RULE_INTERNET) {
		out[n++] = class_elem(rule);
		out[n++] = mark_elem(NFT_SET_WAYS, rule->id, timeout_ms);
	} else if (rule->kind != RULE_ACCEPT) {
		nft_elem_lead(rule, config, &out[n++]);
		if (config->services[rule->service].named)
			out[n++] =
				mark_elem(NFT_SET_NAMED, rule->id, timeout_ms);
	}
	if (rule_tied(rule) || rule->connections)
		out[n++] = mark_elem(NFT_SET_LIVE, rule->id, rule->lifetime_ms);
	if (rule_tied(rule) && rule_once(rule))
		out[n++] = mark_elem(NFT_SET_LIVE, rule->id | GRANT_ID_WON,
				     rule->lifetime_ms);
	if (rule_once(rule))
		out[n++] = mark_elem(NFT_SET_ONCE, rule->id, timeout_ms);
	if (rule->source_nat != SOURCE_NAT_NONE)
		out[n++] = source_elem(rule, timeout_ms);
	return n;
}

bool nft_elem_at_door(const struct nft_elem *e)
{
	return e->set == NFT_SET_WAY4 || e->set == NFT_SET_WAY6 ||
	       e->set == NFT_SET_TO4 || e->set == NFT_SET_TO6 ||
	       e->set == NFT_SET_GRANT4 || e->set == NFT_SET_GRANT6 ||
	       e->set == NFT_SET_FEW4 || e->set == NFT_SET_FEW6 ||
	       e->set == NFT_SET_QUIET4 || e->set == NFT_SET_QUIET6;
}

size_t nft_elem_of_mark(uint32_t id, bool v4,
			struct nft_elem out[NFT_MARK_ELEMS])
{
	out[0] = mark_elem(NFT_SET_REDIR, id, 0);
	out[1] = mark_elem(NFT_SET_MASQ, id, 0);
	out[2] = mark_elem(v4 ? NFT_SET_DNAT4 : NFT_SET_DNAT6, id, 0);
	out[3] = mark_elem(v4 ? NFT_SET_SNAT4 : NFT_SET_SNAT6, id, 0);
	out[4] = mark_elem(NFT_SET_ONCE, id, 0);
	out[5] = mark_elem(NFT_SET_LIVE, id, 0);
	out[6] = mark_elem(NFT_SET_LIVE, id | GRANT_ID_WON, 0);
	out[7] = mark_elem(NFT_SET_WAYS, id, 0);
	out[8] = mark_elem(NFT_SET_NAMED, id, 0);
	return NFT_MARK_ELEMS;
}

struct nft_elem nft_elem_protected(uint8_t proto, uint16_t port)
{
	struct nft_elem e = { .set = NFT_SET_PROTECTED };

	e.key[0] = proto;
	port_write(e.key + 4, port);
	return e;
}

struct nft_elem nft_elem_grace(uint8_t proto, uint64_t timeout_ms)
{
	struct nft_elem e = { .set = NFT_SET_GRACE, .timeout_ms = timeout_ms };

	e.key[0] = proto;
	return e;
}

struct nft_elem nft_elem_once(uint32_t id)
{
	return mark_elem(NFT_SET_ONCE, id, 0);
}

struct nft_elem nft_elem_revoked(uint32_t id, uint64_t timeout_ms)
{
	return mark_elem(NFT_SET_REVOKED, id, timeout_ms);
}

struct nft_elem nft_elem_cut(uint8_t proto, const struct endpoint *server,
			     const struct endpoint *client, uint64_t timeout_ms)
{
	struct nft_elem e = { .set = addr_is_v4(&server->addr) ? NFT_SET_CUT4
							       : NFT_SET_CUT6,
			      .timeout_ms = timeout_ms };
	size_t at = addr_write(e.key, &server->addr);

	e.key[at] = proto;
	port_write(e.key + at + 4, server->port);
	at += 8;
	at += addr_write(e.key + at, &client->addr);
	port_write(e.key + at, client->port);
	return e;
}

static bool set_holds_grants(enum nft_set set)
{
	for (size_t i = 0; i < NFT_GRANT_SETS; i++) {
		if (nft_grant_sets[i] == set)
			return true;
	}
	return false;
}

uint32_t nft_elem_id(const struct nft_elem *e)
{
	uint32_t mark;

	memcpy(&mark, e->data, sizeof(mark));
	return rule_id_of_mark(mark);
}

/* Finds the indexes of the names in a comment. */
static enum haunt_err names_find(const char *comment,
				 const struct config *config, struct grant *g)
{
	const char *space = strchr(comment, ' ');
	char name[NFT_COMMENT_MAX] = "";
	size_t service, client;

	if (!space)
		return HAUNT_EFORMAT;
	memcpy(name, comment, (size_t)(space - comment));
	service = config_service(config, name);
	client = config_client(config, space + 1);
	if (service == SIZE_MAX || client == SIZE_MAX)
		return HAUNT_ENOENT;
	g->service = (uint16_t)service;
	g->client = (uint16_t)client;
	return HAUNT_OK;
}

enum haunt_err nft_elem_grant(const struct nft_elem *e,
			      const struct config *config, struct grant *out)
{
	bool v4 = nft_set_is_v4(e->set), door = nft_set_has_doors(e->set);
	size_t at = v4 ? 4 : 16;
	struct grant g = { .id = nft_elem_id(e) };
	enum haunt_err err;

	if (!set_holds_grants(e->set) || !grant_id_valid(g.id))
		return HAUNT_EFORMAT;
	/* What never ends was not made by us. */
	if (e->timeout_ms == 0 || e->remaining_ms > UINT32_MAX)
		return HAUNT_EFORMAT;
	g.address = v4 ? addr_from_v4(e->key) : addr_from_v6(e->key);
	g.lifetime_ms = (uint32_t)e->remaining_ms;
	err = names_find(e->comment, config, &g);
	if (err != HAUNT_OK)
		return err;
	if (door) {
		g.proto = e->key[at];
		g.port = (uint16_t)(e->key[at + 4] << 8 | e->key[at + 5]);
	} else if (config->services[g.service].internet) {
		/* It is asked for by that port, and has no other. */
		g.proto = config->services[g.service].proto;
		g.port = config->services[g.service].target.port;
	}
	*out = g;
	return HAUNT_OK;
}
