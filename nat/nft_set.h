/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of our tables and the shape of their sets and maps, which the
 * static ruleset declares and grants fill.
 */
#ifndef HAUNT_NAT_NFT_SET_H
#define HAUNT_NAT_NFT_SET_H

#include <stdbool.h>
#include <stdint.h>

#define NFT_TABLE  "haunt"
#define NFT_ANCHOR "haunt_anchor"

enum nft_set {
	NFT_SET_GRANT4, /* client, protocol, outer port -> ct mark */
	NFT_SET_GRANT6,
	NFT_SET_FEW4, /* the same, for so many new connections */
	NFT_SET_FEW6,
	NFT_SET_WAY4, /* client -> ct mark of what it sends to be passed on */
	NFT_SET_WAY6,
	NFT_SET_TO4, /* client -> which service lets it, and so where to */
	NFT_SET_TO6,
	NFT_SET_WAYS,  /* these marks */
	NFT_SET_NAMED, /* ct marks of what a name leads to others */
	NFT_SET_DNAT4, /* ct mark -> other host, port */
	NFT_SET_DNAT6,
	NFT_SET_REDIR, /* ct mark -> other port, the address is kept */
	NFT_SET_SNAT4, /* ct mark -> source address */
	NFT_SET_SNAT6,
	NFT_SET_MASQ,	/* ct marks that are masqueraded */
	NFT_SET_QUIET4, /* client, protocol, outer port: see out_rules() */
	NFT_SET_QUIET6,
	NFT_SET_LIVE, /* ct marks of grants in force whose sessions end with
			 them, or that admit a number of connections */
	NFT_SET_ONCE, /* ct marks whose door no session has closed yet */
	NFT_SET_CUT4, /* who must not go on: server, protocol, port, client's
			 address and port, as the server's packets say it */
	NFT_SET_CUT6,
	NFT_SET_REVOKED,   /* ct marks whose sessions are cut */
	NFT_SET_PROTECTED, /* protocol, port of cloaked services */
	NFT_SET_GRACE,	   /* protocols whose running sessions may be new to
			      conntrack */
	NFT_SET_ORIGIN,	   /* ct marks of sessions; the comment says whose */
	NFT_SET_COUNT
};

/* Seconds in which a spent connection would come back: a day. */
#define NFT_LIMIT_UNIT_S UINT64_C(86400)

#define NFT_KEY_MAX  44 /* bytes; every field is padded to 4 */
#define NFT_DATA_MAX 20

struct nft_set_spec {
	const char *name;
	uint32_t key_type; /* nft's numbers, 6 bits a field */
	uint8_t key_len;
	uint32_t data_type; /* 0: a set, not a map */
	uint8_t data_len;
	bool timeout;
	bool limit;	 /* an element has as many connections to give */
	bool dynamic;	 /* rules delete elements */
	bool host_order; /* of the key */
	bool host_order_data;
};

extern const struct nft_set_spec nft_set_specs[NFT_SET_COUNT];

/* The sets that hold grants: each by itself is read, listed, restored. */
#define NFT_GRANT_SETS 6
extern const enum nft_set nft_grant_sets[NFT_GRANT_SETS];
bool nft_set_is_v4(enum nft_set set);
/* True for those whose grants have a door, and not a whole way. */
bool nft_set_has_doors(enum nft_set set);
/* Sets that go over into a new table as they are: what they hold is told by no
 * grant. */
#define NFT_KEPT_SETS 7
extern const enum nft_set nft_kept_sets[NFT_KEPT_SETS];
/* The other set that may hold the same door; false for what has none. */
bool nft_elem_twin(enum nft_set set, enum nft_set *out);

#endif
