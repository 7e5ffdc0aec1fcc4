/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides libnftnl's expressions and their attributes.
 */
#include "nat/nft_line.h"

#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/udata.h>
#include <stdlib.h>
#include <string.h>

#define TCP_FLAGS_OFFSET 13
#define COMMENT_BYTES	 64

void line_begin(struct line *l, struct nft_batch *b, uint16_t family,
		const char *table, const char *chain)
{
	*l = (struct line){ .batch = b,
			    .rule = nftnl_rule_alloc(),
			    .family = family };
	if (!l->rule) {
		nft_batch_fail(b, HAUNT_ENOMEM);
		return;
	}
	nftnl_rule_set_u32(l->rule, NFTNL_RULE_FAMILY, family);
	nftnl_rule_set_str(l->rule, NFTNL_RULE_TABLE, table);
	nftnl_rule_set_str(l->rule, NFTNL_RULE_CHAIN, chain);
}

static void line_end(struct line *l, uint16_t flags)
{
	struct nlmsghdr *h;

	if (!l->rule)
		return;
	h = nft_batch_add(l->batch, NFT_MSG_NEWRULE, l->family, flags);
	nftnl_rule_nlmsg_build_payload(h, l->rule);
	nftnl_rule_free(l->rule);
	l->rule = NULL;
}

void line_append(struct line *l)
{
	line_end(l, NLM_F_CREATE | NLM_F_APPEND);
}

void line_insert(struct line *l)
{
	line_end(l, NLM_F_CREATE);
}

void line_comment(struct line *l, const char *text)
{
	struct nftnl_udata_buf *buf;

	if (!l->rule)
		return;
	buf = nftnl_udata_buf_alloc(COMMENT_BYTES);
	if (buf && nftnl_udata_put_strz(buf, NFTNL_UDATA_RULE_COMMENT, text) &&
	    nftnl_rule_set_data(l->rule, NFTNL_RULE_USERDATA,
				nftnl_udata_buf_data(buf),
				nftnl_udata_buf_len(buf)) == 0) {
		nftnl_udata_buf_free(buf);
		return;
	}
	if (buf)
		nftnl_udata_buf_free(buf);
	nft_batch_fail(l->batch, HAUNT_ENOMEM);
}

/* A new expression at the end of the line; NULL after a failure. */
static struct nftnl_expr *expr_add(struct line *l, const char *name)
{
	struct nftnl_expr *e = l->rule ? nftnl_expr_alloc(name) : NULL;

	if (e)
		nftnl_rule_add_expr(l->rule, e);
	else
		nft_batch_fail(l->batch, HAUNT_ENOMEM);
	return e;
}

static void expr_u32(struct nftnl_expr *e, uint16_t attr, uint32_t value)
{
	if (e)
		nftnl_expr_set_u32(e, attr, value);
}

static void expr_data(struct line *l, struct nftnl_expr *e, uint16_t attr,
		      const void *data, uint32_t len)
{
	if (e && nftnl_expr_set(e, attr, data, len) < 0)
		nft_batch_fail(l->batch, HAUNT_ENOMEM);
}

static void expr_str(struct line *l, struct nftnl_expr *e, uint16_t attr,
		     const char *text)
{
	if (e && nftnl_expr_set_str(e, attr, text) < 0)
		nft_batch_fail(l->batch, HAUNT_ENOMEM);
}

void line_meta(struct line *l, uint32_t key, enum line_reg reg)
{
	struct nftnl_expr *e = expr_add(l, "meta");

	expr_u32(e, NFTNL_EXPR_META_KEY, key);
	expr_u32(e, NFTNL_EXPR_META_DREG, (uint32_t)reg);
}

void line_ct(struct line *l, uint32_t key)
{
	struct nftnl_expr *e = expr_add(l, "ct");

	expr_u32(e, NFTNL_EXPR_CT_KEY, key);
	expr_u32(e, NFTNL_EXPR_CT_DREG, LINE_R0);
}

void line_payload(struct line *l, uint32_t base, uint32_t offset, uint32_t len,
		  enum line_reg reg)
{
	struct nftnl_expr *e = expr_add(l, "payload");

	expr_u32(e, NFTNL_EXPR_PAYLOAD_BASE, base);
	expr_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	expr_u32(e, NFTNL_EXPR_PAYLOAD_LEN, len);
	expr_u32(e, NFTNL_EXPR_PAYLOAD_DREG, (uint32_t)reg);
}

void line_cmp(struct line *l, uint32_t op, const void *data, uint32_t len)
{
	struct nftnl_expr *e = expr_add(l, "cmp");

	expr_u32(e, NFTNL_EXPR_CMP_SREG, LINE_R0);
	expr_u32(e, NFTNL_EXPR_CMP_OP, op);
	expr_data(l, e, NFTNL_EXPR_CMP_DATA, data, len);
}

void line_cut_key(struct line *l, bool v4)
{
	uint32_t size = v4 ? 4 : 16;
	unsigned int reg = LINE_R0;

	line_nfproto(l, v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	line_payload(l, NFT_PAYLOAD_NETWORK_HEADER, v4 ? 12 : 8, size,
		     (enum line_reg)reg);
	reg += size / 4;
	line_meta(l, NFT_META_L4PROTO, (enum line_reg)reg++);
	line_payload(l, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 2,
		     (enum line_reg)reg++);
	line_payload(l, NFT_PAYLOAD_NETWORK_HEADER, v4 ? 16 : 24, size,
		     (enum line_reg)reg);
	reg += size / 4;
	line_payload(l, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, (enum line_reg)reg);
}

void line_immediate_u32(struct line *l, uint32_t value)
{
	struct nftnl_expr *e = expr_add(l, "immediate");

	expr_u32(e, NFTNL_EXPR_IMM_DREG, LINE_R0);
	expr_data(l, e, NFTNL_EXPR_IMM_DATA, &value, sizeof(value));
}

/* (LINE_R0 and mask) xor bits. */
static void line_mask_xor(struct line *l, const void *mask, const void *bits,
			  uint32_t len)
{
	struct nftnl_expr *e = expr_add(l, "bitwise");

	expr_u32(e, NFTNL_EXPR_BITWISE_SREG, LINE_R0);
	expr_u32(e, NFTNL_EXPR_BITWISE_DREG, LINE_R0);
	expr_u32(e, NFTNL_EXPR_BITWISE_LEN, len);
	expr_data(l, e, NFTNL_EXPR_BITWISE_MASK, mask, len);
	expr_data(l, e, NFTNL_EXPR_BITWISE_XOR, bits, len);
}

static void line_bitwise(struct line *l, const void *mask, uint32_t len)
{
	static const uint8_t zero[16];

	line_mask_xor(l, mask, zero, len);
}

void line_or(struct line *l, uint32_t bits)
{
	uint32_t mask = ~bits;

	line_mask_xor(l, &mask, &bits, sizeof(bits));
}

void line_l4proto(struct line *l, uint8_t proto)
{
	line_meta(l, NFT_META_L4PROTO, LINE_R0);
	line_cmp(l, NFT_CMP_EQ, &proto, sizeof(proto));
}

void line_nfproto(struct line *l, uint8_t family)
{
	line_meta(l, NFT_META_NFPROTO, LINE_R0);
	line_cmp(l, NFT_CMP_EQ, &family, sizeof(family));
}

void line_tcp_flags(struct line *l, uint8_t mask, uint32_t op, uint8_t value)
{
	line_l4proto(l, IPPROTO_TCP);
	line_payload(l, NFT_PAYLOAD_TRANSPORT_HEADER, TCP_FLAGS_OFFSET, 1,
		     LINE_R0);
	line_bitwise(l, &mask, sizeof(mask));
	line_cmp(l, op, &value, sizeof(value));
}

void line_ct_bits(struct line *l, uint32_t key, uint32_t mask, uint32_t op,
		  uint32_t value)
{
	line_ct(l, key);
	line_bitwise(l, &mask, sizeof(mask));
	line_cmp(l, op, &value, sizeof(value));
}

void line_addr(struct line *l, bool source, const struct ip_prefix *prefix)
{
	bool v4 = addr_is_v4(&prefix->addr);
	uint32_t size = v4 ? 4 : 16;
	uint32_t offset = v4 ? (source ? 12 : 16) : (source ? 8 : 24);
	uint32_t bits = v4 ? prefix->len - 96u : prefix->len;
	uint8_t mask[16] = { 0 };

	for (uint32_t i = 0; i < bits; i++)
		mask[i / 8] |= (uint8_t)(0x80 >> i % 8);
	line_nfproto(l, v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	line_payload(l, NFT_PAYLOAD_NETWORK_HEADER, offset, size, LINE_R0);
	if (bits < size * 8)
		line_bitwise(l, mask, size);
	line_cmp(l, NFT_CMP_EQ,
		 v4 ? addr_v4_bytes(&prefix->addr) : prefix->addr.b, size);
}

void line_fib_type(struct line *l, uint32_t type)
{
	struct nftnl_expr *e = expr_add(l, "fib");

	expr_u32(e, NFTNL_EXPR_FIB_FLAGS, NFTA_FIB_F_DADDR);
	expr_u32(e, NFTNL_EXPR_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	expr_u32(e, NFTNL_EXPR_FIB_DREG, LINE_R0);
	line_cmp(l, NFT_CMP_EQ, &type, sizeof(type));
}

void line_lookup(struct line *l, const char *set, uint32_t id,
		 enum line_reg dreg)
{
	struct nftnl_expr *e = expr_add(l, "lookup");

	expr_u32(e, NFTNL_EXPR_LOOKUP_SREG, LINE_R0);
	if (dreg != LINE_NONE)
		expr_u32(e, NFTNL_EXPR_LOOKUP_DREG, (uint32_t)dreg);
	expr_str(l, e, NFTNL_EXPR_LOOKUP_SET, set);
	if (id)
		expr_u32(e, NFTNL_EXPR_LOOKUP_SET_ID, id);
}

void line_lookup_not(struct line *l, const char *set)
{
	struct nftnl_expr *e = expr_add(l, "lookup");

	expr_u32(e, NFTNL_EXPR_LOOKUP_SREG, LINE_R0);
	expr_str(l, e, NFTNL_EXPR_LOOKUP_SET, set);
	expr_u32(e, NFTNL_EXPR_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
}

void line_xt_match(struct line *l, const char *name, uint32_t revision,
		   const void *info, uint32_t len)
{
	struct nftnl_expr *e = expr_add(l, "match");
	/* libnftnl frees it with the expression. */
	void *copy = e ? malloc(len) : NULL;

	if (!copy) {
		nft_batch_fail(l->batch, HAUNT_ENOMEM);
		return;
	}
	memcpy(copy, info, len);
	expr_str(l, e, NFTNL_EXPR_MT_NAME, name);
	expr_u32(e, NFTNL_EXPR_MT_REV, revision);
	expr_data(l, e, NFTNL_EXPR_MT_INFO, copy, len);
}

void line_ct_set_mark(struct line *l)
{
	struct nftnl_expr *e = expr_add(l, "ct");

	expr_u32(e, NFTNL_EXPR_CT_KEY, NFT_CT_MARK);
	expr_u32(e, NFTNL_EXPR_CT_SREG, LINE_R0);
}

void line_elem_delete(struct line *l, const char *set)
{
	struct nftnl_expr *e = expr_add(l, "dynset");

	expr_u32(e, NFTNL_EXPR_DYNSET_SREG_KEY, LINE_R0);
	expr_u32(e, NFTNL_EXPR_DYNSET_OP, NFT_DYNSET_OP_DELETE);
	expr_str(l, e, NFTNL_EXPR_DYNSET_SET_NAME, set);
}

void line_counter(struct line *l)
{
	(void)expr_add(l, "counter");
}

void line_notrack(struct line *l)
{
	(void)expr_add(l, "notrack");
}

void line_verdict(struct line *l, int verdict, const char *chain)
{
	struct nftnl_expr *e = expr_add(l, "immediate");

	expr_u32(e, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	expr_u32(e, NFTNL_EXPR_IMM_VERDICT, (uint32_t)verdict);
	if (chain)
		expr_str(l, e, NFTNL_EXPR_IMM_CHAIN, chain);
}

void line_reject(struct line *l, uint32_t type, uint8_t code)
{
	struct nftnl_expr *e = expr_add(l, "reject");

	expr_u32(e, NFTNL_EXPR_REJECT_TYPE, type);
	if (e)
		nftnl_expr_set_u8(e, NFTNL_EXPR_REJECT_CODE, code);
}

void line_nat(struct line *l, uint32_t type, uint32_t family,
	      enum line_reg address, enum line_reg port)
{
	struct nftnl_expr *e = expr_add(l, "nat");

	expr_u32(e, NFTNL_EXPR_NAT_TYPE, type);
	expr_u32(e, NFTNL_EXPR_NAT_FAMILY, family);
	if (address != LINE_NONE)
		expr_u32(e, NFTNL_EXPR_NAT_REG_ADDR_MIN, (uint32_t)address);
	if (port != LINE_NONE)
		expr_u32(e, NFTNL_EXPR_NAT_REG_PROTO_MIN, (uint32_t)port);
}

void line_masquerade(struct line *l)
{
	(void)expr_add(l, "masq");
}
