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
	NFT_SET_DNAT4, /* ct mark -> other host, port */
	NFT_SET_DNAT6,
	NFT_SET_REDIR, /* ct mark -> other port, the address is kept */
	NFT_SET_SNAT4, /* ct mark -> source address */
	NFT_SET_SNAT6,
	NFT_SET_MASQ,	/* ct marks that are masqueraded */
	NFT_SET_QUIET4, /* client, protocol, outer port: see out_rules() */
	NFT_SET_QUIET6,
	NFT_SET_REVOKED,   /* ct marks whose sessions are cut */
	NFT_SET_PROTECTED, /* protocol, port of cloaked services */
	NFT_SET_GRACE,	   /* protocols whose running sessions may be new to
			      conntrack */
	NFT_SET_COUNT
};

#define NFT_KEY_MAX  24 /* bytes; every field is padded to 4 */
#define NFT_DATA_MAX 20

struct nft_set_spec {
	const char *name;
	uint32_t key_type; /* nft's numbers, 6 bits a field */
	uint8_t key_len;
	uint32_t data_type; /* 0: a set, not a map */
	uint8_t data_len;
	bool timeout;
	bool counter;
	bool host_order; /* of the key */
	bool host_order_data;
};

extern const struct nft_set_spec nft_set_specs[NFT_SET_COUNT];

#endif
