/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides every rule of the static ruleset. Each is written so that nft, which
 * has its own idea of how a sentence must be built, reads back what it lists;
 * the comments give nft's words.
 */
#include "nat/nft_table.h"

#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "nat/nft_rules.h"

#define STATE_ESTABLISHED NF_CT_STATE_BIT(IP_CT_ESTABLISHED)
#define STATE_RELATED	  NF_CT_STATE_BIT(IP_CT_RELATED)

const struct door_key door_from_client = { .addr4 = 12, .addr6 = 8, .port = 2 };
const struct door_key door_to_client = { .addr4 = 16, .addr6 = 24, .port = 0 };

struct anon_set {
	uint32_t key_type;
	uint32_t key_len;
	const char *name;
	uint32_t id;
};

void rules_start(struct line *l, struct nft_batch *b, const char *chain)
{
	line_begin(l, b, NFPROTO_INET, NFT_TABLE, chain);
}

/* An anonymous set: { a, b }. values holds n times key_len bytes. */
static void anon_make(struct nft_batch *b, struct anon_set *anon,
		      const void *values, size_t n)
{
	const char *at = values;
	struct nftnl_set *s = nftnl_set_alloc();
	struct nlmsghdr *h;

	anon->name = "__set%d";
	anon->id = nft_batch_id(b);
	if (!s) {
		nft_batch_fail(b, HAUNT_ENOMEM);
		return;
	}
	nftnl_set_set_str(s, NFTNL_SET_TABLE, NFT_TABLE);
	nftnl_set_set_str(s, NFTNL_SET_NAME, anon->name);
	nftnl_set_set_u32(s, NFTNL_SET_ID, anon->id);
	nftnl_set_set_u32(s, NFTNL_SET_FAMILY, NFPROTO_INET);
	nftnl_set_set_u32(s, NFTNL_SET_FLAGS,
			  NFT_SET_ANONYMOUS | NFT_SET_CONSTANT);
	nftnl_set_set_u32(s, NFTNL_SET_KEY_TYPE, anon->key_type);
	nftnl_set_set_u32(s, NFTNL_SET_KEY_LEN, anon->key_len);
	nftnl_set_set_u32(s, NFTNL_SET_DESC_SIZE, (uint32_t)n);
	h = nft_batch_add(b, NFT_MSG_NEWSET, NFPROTO_INET, NLM_F_CREATE);
	nftnl_set_nlmsg_build_payload(h, s);
	for (size_t i = 0; i < n; i++) {
		struct nftnl_set_elem *e = nftnl_set_elem_alloc();

		if (!e || nftnl_set_elem_set(e, NFTNL_SET_ELEM_KEY,
					     at + i * anon->key_len,
					     anon->key_len) < 0)
			nft_batch_fail(b, HAUNT_ENOMEM);
		if (e)
			nftnl_set_elem_add(s, e);
	}
	h = nft_batch_add(b, NFT_MSG_NEWSETELEM, NFPROTO_INET, NLM_F_CREATE);
	nftnl_set_elems_nlmsg_build_payload(h, s);
	nftnl_set_free(s);
}

/* udp dport PORT fib daddr type local notrack: a knock leaves no conntrack
 * entry. One that is routed through to another gateway needs its own. */
static void raw_rules(struct nft_batch *b, const struct skeleton *s)
{
	struct anon_set ports = { .key_type = 13, .key_len = 2 };
	uint16_t net[CONFIG_LISTENERS_MAX * CONFIG_LISTEN_PORTS_MAX];
	struct line l;

	if (s->knocks_len == 0)
		return;
	for (size_t i = 0; i < s->knocks_len; i++)
		net[i] = htons(s->knocks[i]);
	if (s->knocks_len > 1)
		anon_make(b, &ports, net, s->knocks_len);
	rules_start(&l, b, "raw");
	line_l4proto(&l, IPPROTO_UDP);
	line_payload(&l, NFT_PAYLOAD_TRANSPORT_HEADER, door_from_client.port, 2,
		     LINE_R0);
	if (s->knocks_len > 1)
		line_lookup(&l, ports.name, ports.id, LINE_NONE);
	else
		line_cmp(&l, NFT_CMP_EQ, net, sizeof(net[0]));
	line_fib_type(&l, RTN_LOCAL);
	line_notrack(&l);
	line_append(&l);
}

static void pre_rules(struct nft_batch *b)
{
	static const uint32_t none = 0;
	struct line l;

	/* tcp flags syn / fin,syn,rst,ack ct state ! related goto check:
	 * every pure SYN is looked at, whatever conntrack thinks of it. */
	rules_start(&l, b, "pre");
	line_tcp_flags(&l, TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK, NFT_CMP_EQ,
		       TCP_SYN);
	line_ct_bits(&l, NFT_CT_STATE, STATE_RELATED, NFT_CMP_EQ, none);
	line_verdict(&l, NFT_GOTO, "check");
	line_append(&l);
	/* ct state established,related goto est */
	rules_start(&l, b, "pre");
	line_ct_bits(&l, NFT_CT_STATE, STATE_ESTABLISHED | STATE_RELATED,
		     NFT_CMP_NEQ, none);
	line_verdict(&l, NFT_GOTO, "est");
	line_append(&l);
	/* goto late: what begins without a SYN may be a host within that goes
	 * on with what was cut. */
	rules_start(&l, b, "pre");
	line_verdict(&l, NFT_GOTO, "late");
	line_append(&l);
	rules_cut(b, "late", true);
	rules_cut(b, "late", false);
	/* goto check */
	rules_start(&l, b, "late");
	line_verdict(&l, NFT_GOTO, "check");
	line_append(&l);
}

void rules_ours(struct line *l, uint32_t op)
{
	line_ct_bits(l, NFT_CT_MARK, RULE_MARK_MASK, op, RULE_MARK_BASE);
}

void rules_pass_others(struct nft_batch *b, const char *chain)
{
	struct line l;

	rules_start(&l, b, chain);
	rules_ours(&l, NFT_CMP_NEQ);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
}

void rules_door(struct line *l, bool v4, const struct door_key *at)
{
	line_nfproto(l, v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	line_payload(l, NFT_PAYLOAD_NETWORK_HEADER, v4 ? at->addr4 : at->addr6,
		     v4 ? 4 : 16, LINE_R0);
	line_meta(l, NFT_META_L4PROTO, v4 ? LINE_R1 : LINE_R4);
	line_payload(l, NFT_PAYLOAD_TRANSPORT_HEADER, at->port, 2,
		     v4 ? LINE_R2 : LINE_R5);
}

void rules_cut(struct nft_batch *b, const char *chain, bool v4)
{
	struct line l;

	rules_start(&l, b, chain);
	line_cut_key(&l, v4);
	line_lookup(&l, nft_set_specs[v4 ? NFT_SET_CUT4 : NFT_SET_CUT6].name, 0,
		    LINE_NONE);
	line_verdict(&l, NFT_GOTO, "kill");
	line_append(&l);
}

void rules_mark_in(struct line *l, enum nft_set set, bool in)
{
	line_ct(l, NFT_CT_MARK);
	if (in)
		line_lookup(l, nft_set_specs[set].name, 0, LINE_NONE);
	else
		line_lookup_not(l, nft_set_specs[set].name);
}

void rules_protected(struct line *l)
{
	line_meta(l, NFT_META_L4PROTO, LINE_R0);
	line_payload(l, NFT_PAYLOAD_TRANSPORT_HEADER, door_from_client.port, 2,
		     LINE_R1);
	line_lookup(l, nft_set_specs[NFT_SET_PROTECTED].name, 0, LINE_NONE);
}

/* meta l4proto { tcp, udp } dnat FAMILY to ct mark map @MAP; nft wants the
 * protocols in words where it translates a port. */
static void dnat_rule(struct nft_batch *b, enum nft_set set, uint32_t family,
		      enum line_reg address, enum line_reg port)
{
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP };
	struct anon_set both = { .key_type = 12, .key_len = 1 };
	struct line l;

	anon_make(b, &both, protos, sizeof(protos));
	rules_start(&l, b, "nat_pre");
	line_meta(&l, NFT_META_L4PROTO, LINE_R0);
	line_lookup(&l, both.name, both.id, LINE_NONE);
	line_ct(&l, NFT_CT_MARK);
	line_lookup(&l, nft_set_specs[set].name, 0, LINE_R0);
	line_nat(&l, NFT_NAT_DNAT, family, address, port);
	line_append(&l);
}

/* meta nfproto FAMILY snat to ct mark map @MAP */
static void snat_rule(struct nft_batch *b, enum nft_set set, uint8_t family)
{
	struct line l;

	rules_start(&l, b, "nat_post");
	line_nfproto(&l, family);
	line_ct(&l, NFT_CT_MARK);
	line_lookup(&l, nft_set_specs[set].name, 0, LINE_R0);
	line_nat(&l, NFT_NAT_SNAT, family, LINE_R0, LINE_NONE);
	line_append(&l);
}

static void nat_rules(struct nft_batch *b)
{
	struct line l;

	rules_pass_others(b, "nat_pre");
	dnat_rule(b, NFT_SET_DNAT4, NFPROTO_IPV4, LINE_R0, LINE_R1);
	dnat_rule(b, NFT_SET_DNAT6, NFPROTO_IPV6, LINE_R0, LINE_R4);
	/* dnat to :PORT, not redirect: that would change the address, too. */
	dnat_rule(b, NFT_SET_REDIR, NFPROTO_INET, LINE_NONE, LINE_R0);
	rules_pass_others(b, "nat_post");
	snat_rule(b, NFT_SET_SNAT4, NFPROTO_IPV4);
	snat_rule(b, NFT_SET_SNAT6, NFPROTO_IPV6);
	/* ct mark @masq masquerade */
	rules_start(&l, b, "nat_post");
	line_ct(&l, NFT_CT_MARK);
	line_lookup(&l, nft_set_specs[NFT_SET_MASQ].name, 0, LINE_NONE);
	line_masquerade(&l);
	line_append(&l);
}

void nft_rules_make(struct nft_batch *b, const struct skeleton *s)
{
	struct line l;

	raw_rules(b, s);
	pre_rules(b);
	nft_rules_check(b, s);
	nft_rules_cloak(b, s);
	nft_rules_end(b);
	nft_rules_way(b, s);
	nat_rules(b);
	/* ct status dnat accept: an expression of conntrack's is what keeps
	 * its hooks, and so the NAT of sessions, while our table is away. */
	line_begin(&l, b, NFPROTO_INET, NFT_ANCHOR, "keep");
	line_ct_bits(&l, NFT_CT_STATUS, IPS_DST_NAT, NFT_CMP_NEQ, 0);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
}

size_t nft_rules_count(const struct skeleton *s)
{
	/* pre 3, late 3, nat 4 + 4 */
	size_t n = 14 + nft_rules_check_count(s) + nft_rules_cloak_count(s) +
		   nft_rules_end_count() + nft_rules_way_count(s);

	return s->knocks_len > 0 ? n + 1 : n;
}
