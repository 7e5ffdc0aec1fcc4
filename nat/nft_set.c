/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides nft's numbers for types: 6 bits a field, the first on top.
 */
#include "nat/nft_set.h"

#define TYPE_IPV4    7u
#define TYPE_IPV6    8u
#define TYPE_PROTO   12u
#define TYPE_SERVICE 13u
#define TYPE_MARK    19u

#define TYPE2(a, b)	     ((a) << 6 | (b))
#define TYPE3(a, b, c)	     (TYPE2(a, b) << 6 | (c))
#define TYPE5(a, b, c, d, e) (TYPE3(a, b, c) << 12 | TYPE2(d, e))

const struct nft_set_spec nft_set_specs[NFT_SET_COUNT] = {
	[NFT_SET_GRANT4] = { .name = "grant4",
			     .key_type =
				     TYPE3(TYPE_IPV4, TYPE_PROTO, TYPE_SERVICE),
			     .key_len = 12,
			     .data_type = TYPE_MARK,
			     .data_len = 4,
			     .timeout = true,
			     .host_order_data = true },
	[NFT_SET_GRANT6] = { .name = "grant6",
			     .key_type =
				     TYPE3(TYPE_IPV6, TYPE_PROTO, TYPE_SERVICE),
			     .key_len = 24,
			     .data_type = TYPE_MARK,
			     .data_len = 4,
			     .timeout = true,
			     .host_order_data = true },
	[NFT_SET_FEW4] = { .name = "few4",
			   .key_type =
				   TYPE3(TYPE_IPV4, TYPE_PROTO, TYPE_SERVICE),
			   .key_len = 12,
			   .data_type = TYPE_MARK,
			   .data_len = 4,
			   .timeout = true,
			   .limit = true,
			   .host_order_data = true },
	[NFT_SET_FEW6] = { .name = "few6",
			   .key_type =
				   TYPE3(TYPE_IPV6, TYPE_PROTO, TYPE_SERVICE),
			   .key_len = 24,
			   .data_type = TYPE_MARK,
			   .data_len = 4,
			   .timeout = true,
			   .limit = true,
			   .host_order_data = true },
	[NFT_SET_WAY4] = { .name = "way4",
			   .key_type = TYPE_IPV4,
			   .key_len = 4,
			   .data_type = TYPE_MARK,
			   .data_len = 4,
			   .timeout = true,
			   .host_order_data = true },
	[NFT_SET_WAY6] = { .name = "way6",
			   .key_type = TYPE_IPV6,
			   .key_len = 16,
			   .data_type = TYPE_MARK,
			   .data_len = 4,
			   .timeout = true,
			   .host_order_data = true },
	[NFT_SET_TO4] = { .name = "to4",
			  .key_type = TYPE_IPV4,
			  .key_len = 4,
			  .data_type = TYPE_MARK,
			  .data_len = 4,
			  .timeout = true,
			  .host_order_data = true },
	[NFT_SET_TO6] = { .name = "to6",
			  .key_type = TYPE_IPV6,
			  .key_len = 16,
			  .data_type = TYPE_MARK,
			  .data_len = 4,
			  .timeout = true,
			  .host_order_data = true },
	[NFT_SET_WAYS] = { .name = "ways",
			   .key_type = TYPE_MARK,
			   .key_len = 4,
			   .timeout = true,
			   .host_order = true },
	[NFT_SET_NAMED] = { .name = "named",
			    .key_type = TYPE_MARK,
			    .key_len = 4,
			    .timeout = true,
			    .host_order = true },
	[NFT_SET_DNAT4] = { .name = "dnat4",
			    .key_type = TYPE_MARK,
			    .key_len = 4,
			    .data_type = TYPE2(TYPE_IPV4, TYPE_SERVICE),
			    .data_len = 8,
			    .timeout = true,
			    .host_order = true },
	[NFT_SET_DNAT6] = { .name = "dnat6",
			    .key_type = TYPE_MARK,
			    .key_len = 4,
			    .data_type = TYPE2(TYPE_IPV6, TYPE_SERVICE),
			    .data_len = 20,
			    .timeout = true,
			    .host_order = true },
	[NFT_SET_REDIR] = { .name = "redir",
			    .key_type = TYPE_MARK,
			    .key_len = 4,
			    .data_type = TYPE_SERVICE,
			    .data_len = 2,
			    .timeout = true,
			    .host_order = true },
	[NFT_SET_SNAT4] = { .name = "snat4",
			    .key_type = TYPE_MARK,
			    .key_len = 4,
			    .data_type = TYPE_IPV4,
			    .data_len = 4,
			    .timeout = true,
			    .host_order = true },
	[NFT_SET_SNAT6] = { .name = "snat6",
			    .key_type = TYPE_MARK,
			    .key_len = 4,
			    .data_type = TYPE_IPV6,
			    .data_len = 16,
			    .timeout = true,
			    .host_order = true },
	[NFT_SET_MASQ] = { .name = "masq",
			   .key_type = TYPE_MARK,
			   .key_len = 4,
			   .timeout = true,
			   .host_order = true },
	[NFT_SET_QUIET4] = { .name = "quiet4",
			     .key_type =
				     TYPE3(TYPE_IPV4, TYPE_PROTO, TYPE_SERVICE),
			     .key_len = 12,
			     .timeout = true },
	[NFT_SET_QUIET6] = { .name = "quiet6",
			     .key_type =
				     TYPE3(TYPE_IPV6, TYPE_PROTO, TYPE_SERVICE),
			     .key_len = 24,
			     .timeout = true },
	[NFT_SET_LIVE] = { .name = "live",
			   .key_type = TYPE_MARK,
			   .key_len = 4,
			   .timeout = true,
			   .host_order = true },
	[NFT_SET_ONCE] = { .name = "once",
			   .key_type = TYPE_MARK,
			   .key_len = 4,
			   .timeout = true,
			   .dynamic = true,
			   .host_order = true },
	[NFT_SET_CUT4] = { .name = "cut4",
			   .key_type =
				   TYPE5(TYPE_IPV4, TYPE_PROTO, TYPE_SERVICE,
					 TYPE_IPV4, TYPE_SERVICE),
			   .key_len = 20,
			   .timeout = true },
	[NFT_SET_CUT6] = { .name = "cut6",
			   .key_type =
				   TYPE5(TYPE_IPV6, TYPE_PROTO, TYPE_SERVICE,
					 TYPE_IPV6, TYPE_SERVICE),
			   .key_len = 44,
			   .timeout = true },
	[NFT_SET_REVOKED] = { .name = "revoked",
			      .key_type = TYPE_MARK,
			      .key_len = 4,
			      .timeout = true,
			      .host_order = true },
	[NFT_SET_PROTECTED] = { .name = "protected",
				.key_type = TYPE2(TYPE_PROTO, TYPE_SERVICE),
				.key_len = 8,
				.timeout = true },
	[NFT_SET_GRACE] = { .name = "grace",
			    .key_type = TYPE_PROTO,
			    .key_len = 1,
			    .timeout = true },
	[NFT_SET_ORIGIN] = { .name = "origin",
			     .key_type = TYPE_MARK,
			     .key_len = 4,
			     .timeout = true,
			     .host_order = true },
};

const enum nft_set nft_grant_sets[NFT_GRANT_SETS] = {
	NFT_SET_GRANT4, NFT_SET_GRANT6, NFT_SET_FEW4,
	NFT_SET_FEW6,	NFT_SET_WAY4,	NFT_SET_WAY6
};

const enum nft_set nft_kept_sets[NFT_KEPT_SETS] = {
	NFT_SET_LIVE,	 NFT_SET_ONCE,	NFT_SET_CUT4,  NFT_SET_CUT6,
	NFT_SET_REVOKED, NFT_SET_GRACE, NFT_SET_ORIGIN
};

bool nft_set_is_v4(enum nft_set set)
{
	return set == NFT_SET_GRANT4 || set == NFT_SET_FEW4 ||
	       set == NFT_SET_WAY4;
}

bool nft_set_has_doors(enum nft_set set)
{
	return set != NFT_SET_WAY4 && set != NFT_SET_WAY6;
}

bool nft_elem_twin(enum nft_set set, enum nft_set *out)
{
	switch ((unsigned int)set) {
	case NFT_SET_GRANT4:
		*out = NFT_SET_FEW4;
		return true;
	case NFT_SET_GRANT6:
		*out = NFT_SET_FEW6;
		return true;
	case NFT_SET_FEW4:
		*out = NFT_SET_GRANT4;
		return true;
	case NFT_SET_FEW6:
		*out = NFT_SET_GRANT6;
		return true;
	default:
		return false;
	}
}
