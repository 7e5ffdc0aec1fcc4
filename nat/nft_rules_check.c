/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the order in which a new connection is judged. The first rule that
 * says something is the last.
 */
#include "nat/nft_rules.h"

#include <linux/if.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/rtnetlink.h>

#define CHECK_RULES 9 /* those that are always there, but for grants */

/* ct mark set ip saddr . meta l4proto . th dport map @SET accept, or jump few:
 * a miss ends the line, and the next one is tried. */
static void grant_rule(struct nft_batch *b, enum nft_set set)
{
	bool few = nft_set_specs[set].limit;
	struct line l;

	rules_start(&l, b, "check");
	rules_door(&l, nft_set_is_v4(set), &door_from_client);
	line_lookup(&l, nft_set_specs[set].name, 0, LINE_R0);
	line_ct_set_mark(&l);
	line_verdict(&l, few ? NFT_JUMP : NF_ACCEPT, few ? "few" : NULL);
	line_append(&l);
}

/* The number of connections has been counted by now; a door that a session has
 * closed is none, whatever else is at it. */
static void few_rules(struct nft_batch *b)
{
	struct line l;

	/* ct mark and 0xff400000 != 0x5a400000 accept */
	rules_start(&l, b, "few");
	line_ct_bits(&l, NFT_CT_MARK, RULE_MARK_MASK | GRANT_ID_ONCE,
		     NFT_CMP_NEQ, RULE_MARK_BASE | GRANT_ID_ONCE);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
	/* ct mark @once accept */
	rules_start(&l, b, "few");
	rules_mark_in(&l, NFT_SET_ONCE, true);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
	/* ct mark set 0x00000000 */
	rules_start(&l, b, "few");
	line_immediate_u32(&l, 0);
	line_ct_set_mark(&l);
	line_append(&l);
}

static void local_rules(struct nft_batch *b, const struct skeleton *s)
{
	static const char lo[IFNAMSIZ] = "lo";
	struct line l;

	/* iifname "lo" accept */
	rules_start(&l, b, "check");
	line_meta(&l, NFT_META_IIFNAME, LINE_R0);
	line_cmp(&l, NFT_CMP_EQ, lo, sizeof(lo));
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
	/* fib daddr type unicast accept: what is routed through is not ours,
	 * unless it is let through; not "!= local", for broadcasts are to be
	 * cloaked, too. */
	rules_start(&l, b, "check");
	line_fib_type(&l, RTN_UNICAST);
	if (s->ways_len)
		line_verdict(&l, NFT_GOTO, "routed");
	else
		line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
}

/* ip daddr ADDRESS drop: an address that nobody routes to can still be written
 * into a packet by a neighbour. */
static void hidden_rules(struct nft_batch *b, const struct skeleton *s)
{
	struct line l;

	for (size_t i = 0; i < s->hidden_len; i++) {
		struct ip_prefix whole = { .addr = s->hidden[i], .len = 128 };

		rules_start(&l, b, "check");
		line_addr(&l, false, &whole);
		line_verdict(&l, NF_DROP, NULL);
		line_append(&l);
	}
}

/* meta l4proto . th dport @protected jump friends, and there for each
 * ip saddr PREFIX ct mark set FREE accept: the mark takes them through a
 * firewall that drops, too. */
static void friend_rules(struct nft_batch *b, const struct skeleton *s)
{
	struct line l;

	if (!s->friends_len)
		return;
	rules_start(&l, b, "check");
	rules_protected(&l);
	line_verdict(&l, NFT_JUMP, "friends");
	line_append(&l);
	for (size_t i = 0; i < s->friends_len; i++) {
		rules_start(&l, b, "friends");
		line_addr(&l, true, &s->friends[i]);
		line_immediate_u32(&l, RULE_MARK_BASE | GRANT_ID_FREE);
		line_ct_set_mark(&l);
		line_verdict(&l, NF_ACCEPT, NULL);
		line_append(&l);
	}
}

/* What is neither a grant's nor a friend's. */
static void stranger_rules(struct nft_batch *b)
{
	struct line l;

	/* ct mark and 0xff000000 == 0x5a000000 counter drop: a tuple of a
	 * grant that is over. */
	rules_start(&l, b, "check");
	rules_ours(&l, NFT_CMP_EQ);
	line_counter(&l);
	line_verdict(&l, NF_DROP, NULL);
	line_append(&l);
	/* tcp flags ack / syn,ack meta l4proto @grace accept: whatever belongs
	 * to a running connection has ACK. A listener answers it as a closed
	 * port does; FIN, NULL or Xmas it would swallow, and show itself. */
	rules_start(&l, b, "check");
	line_tcp_flags(&l, TCP_SYN | TCP_ACK, NFT_CMP_EQ, TCP_ACK);
	line_meta(&l, NFT_META_L4PROTO, LINE_R0);
	line_lookup(&l, nft_set_specs[NFT_SET_GRACE].name, 0, LINE_NONE);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
	/* meta l4proto . th dport @protected jump cloaked */
	rules_start(&l, b, "check");
	rules_protected(&l);
	line_verdict(&l, NFT_JUMP, "cloaked");
	line_append(&l);
}

void nft_rules_check(struct nft_batch *b, const struct skeleton *s)
{
	struct line l;

	local_rules(b, s);
	hidden_rules(b, s);
	/* ct mark @live ct status ! assured accept: a question that is asked
	 * again, before it was answered, is no new connection. */
	rules_start(&l, b, "check");
	rules_mark_in(&l, NFT_SET_LIVE, true);
	line_ct_bits(&l, NFT_CT_STATUS, IPS_ASSURED, NFT_CMP_EQ, 0);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
	for (size_t i = 0; i < NFT_GRANT_SETS; i++) {
		if (nft_set_has_doors(nft_grant_sets[i]))
			grant_rule(b, nft_grant_sets[i]);
	}
	few_rules(b);
	friend_rules(b, s);
	stranger_rules(b);
}

size_t nft_rules_check_count(const struct skeleton *s)
{
	size_t friends = s->friends_len ? s->friends_len + 1 : 0;

	size_t doors = 0;

	for (size_t i = 0; i < NFT_GRANT_SETS; i++)
		doors += nft_set_has_doors(nft_grant_sets[i]);
	return CHECK_RULES + doors + s->hidden_len + friends;
}
