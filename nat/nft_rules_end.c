/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a session is ended, and what keeps an ended one from going on. All
 * of it is the kernel's: nothing here needs a process to be alive.
 */
#include "nat/nft_rules.h"

#include <linux/netfilter/nf_conntrack_common.h>

#define EST_RULES  7 /* with chain first */
#define KILL_RULES 5 /* with chain hush */
#define OUT_RULES  9

#define TIED_MASK (RULE_MARK_MASK | GRANT_ID_TIED)
#define TIED_MARK (RULE_MARK_BASE | GRANT_ID_TIED)
#define ONCE_MASK (RULE_MARK_MASK | GRANT_ID_ONCE | GRANT_ID_WON)
#define ONCE_MARK (RULE_MARK_BASE | GRANT_ID_ONCE)

/* ct mark @revoked goto kill, or hush */
static void revoked_stop(struct nft_batch *b, const char *chain, const char *to)
{
	struct line l;

	rules_start(&l, b, chain);
	rules_mark_in(&l, NFT_SET_REVOKED, true);
	line_verdict(&l, NFT_GOTO, to);
	line_append(&l);
}

/* ct mark and 0xff800000 == 0x5a800000 ct mark != @live goto kill, or hush: a
 * session that ends with its grant; and one that was cut, whose mark says that
 * it is tied to no grant at all. */
static void tied_stop(struct nft_batch *b, const char *chain, const char *to)
{
	struct line l;

	rules_start(&l, b, chain);
	line_ct_bits(&l, NFT_CT_MARK, TIED_MASK, NFT_CMP_EQ, TIED_MARK);
	rules_mark_in(&l, NFT_SET_LIVE, false);
	line_verdict(&l, NFT_GOTO, to);
	line_append(&l);
}

/*
 * ct mark and 0xff600000 == 0x5a400000 jump first
 *
 * The door of such a grant is open until one session is established. It gets a
 * mark of its own and shuts the door; whoever was only on the way is too late.
 */
static void once_rule(struct nft_batch *b, const char *chain)
{
	struct line l;

	rules_start(&l, b, chain);
	line_ct_bits(&l, NFT_CT_MARK, ONCE_MASK, NFT_CMP_EQ, ONCE_MARK);
	line_verdict(&l, NFT_JUMP, "first");
	line_append(&l);
}

static void first_rules(struct nft_batch *b)
{
	struct line l;

	/* meta l4proto tcp ct status ! assured return: an answer alone is no
	 * session yet. For UDP it is. */
	rules_start(&l, b, "first");
	line_l4proto(&l, IPPROTO_TCP);
	line_ct_bits(&l, NFT_CT_STATUS, IPS_ASSURED, NFT_CMP_EQ, 0);
	line_verdict(&l, NFT_RETURN, NULL);
	line_append(&l);
	/* ct mark @once delete @once { ct mark } ct mark set ct mark or
	 * 0x00200000 accept */
	rules_start(&l, b, "first");
	rules_mark_in(&l, NFT_SET_ONCE, true);
	line_ct(&l, NFT_CT_MARK);
	line_elem_delete(&l, nft_set_specs[NFT_SET_ONCE].name);
	line_ct(&l, NFT_CT_MARK);
	line_or(&l, GRANT_ID_WON);
	line_ct_set_mark(&l);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
	rules_start(&l, b, "first");
	line_verdict(&l, NFT_GOTO, "kill");
	line_append(&l);
}

static void est_rules(struct nft_batch *b)
{
	rules_pass_others(b, "est");
	revoked_stop(b, "est", "kill");
	tied_stop(b, "est", "kill");
	once_rule(b, "est");
	first_rules(b);
}

static void kill_rules(struct nft_batch *b)
{
	struct line l;

	/* tcp flags ! rst counter reject with tcp reset */
	rules_start(&l, b, "kill");
	line_tcp_flags(&l, TCP_RST, NFT_CMP_EQ, 0);
	line_counter(&l);
	line_reject(&l, NFT_REJECT_TCP_RST, 0);
	line_append(&l);
	/* meta l4proto tcp accept: let the resets themselves through */
	rules_start(&l, b, "kill");
	line_l4proto(&l, IPPROTO_TCP);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
	/* counter drop */
	rules_start(&l, b, "kill");
	line_counter(&l);
	line_verdict(&l, NF_DROP, NULL);
	line_append(&l);
}

/*
 * A server of this host whose session has just been stopped. To reset it for
 * what it says would close its socket without a word to the client, who may be
 * listening for hours: resetting the socket itself tells both, and that comes
 * at once if hauntd lives. Until then what it says is lost.
 */
static void hush_rules(struct nft_batch *b)
{
	struct line l;

	/* tcp flags rst / rst accept */
	rules_start(&l, b, "hush");
	line_tcp_flags(&l, TCP_RST, NFT_CMP_EQ, TCP_RST);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
	/* counter drop */
	rules_start(&l, b, "hush");
	line_counter(&l);
	line_verdict(&l, NF_DROP, NULL);
	line_append(&l);
}

/* ip daddr . meta l4proto . th sport @quietN drop */
static void quiet_rule(struct nft_batch *b, bool v4)
{
	struct line l;

	rules_start(&l, b, "answers");
	rules_door(&l, v4, &door_to_client);
	line_lookup(&l,
		    nft_set_specs[v4 ? NFT_SET_QUIET4 : NFT_SET_QUIET6].name, 0,
		    LINE_NONE);
	line_verdict(&l, NF_DROP, NULL);
	line_append(&l);
}

/*
 * Two things that must not begin with a packet of a server of this host.
 *
 * A question that a server on the outer port still had to answer when its
 * entry was cut: the late answer would begin an entry of its own, with the
 * client's next packets for its replies, and so without the grant's NAT. For
 * as long as a UDP grant leads that port elsewhere, nothing new begins there.
 *
 * And a session that was cut, once conntrack has forgotten it: the server's
 * next segment would begin it anew, as a connection of the server's own.
 */
static void out_rules(struct nft_batch *b)
{
	static const uint32_t cut = RULE_MARK_BASE | GRANT_ID_CUT;
	struct line l;

	quiet_rule(b, true);
	quiet_rule(b, false);
	rules_cut(b, "answers", true);
	rules_cut(b, "answers", false);
	/* ct state new jump answers */
	rules_start(&l, b, "out");
	line_ct_bits(&l, NFT_CT_STATE, NF_CT_STATE_BIT(IP_CT_NEW), NFT_CMP_NEQ,
		     0);
	line_verdict(&l, NFT_JUMP, "answers");
	line_append(&l);
	/* ct mark 0x5affffff goto kill: whose socket has been reset */
	rules_start(&l, b, "out");
	line_ct(&l, NFT_CT_MARK);
	line_cmp(&l, NFT_CMP_EQ, &cut, sizeof(cut));
	line_verdict(&l, NFT_GOTO, "kill");
	line_append(&l);
	revoked_stop(b, "out", "hush");
	tied_stop(b, "out", "hush");
	once_rule(b, "out");
}

void nft_rules_end(struct nft_batch *b)
{
	est_rules(b);
	kill_rules(b);
	hush_rules(b);
	out_rules(b);
}

size_t nft_rules_end_count(void)
{
	return EST_RULES + KILL_RULES + OUT_RULES;
}
