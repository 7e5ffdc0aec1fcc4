/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a rule's expressions tell. */
#include "explain/expr.h"

#include "tests/lib/check.h"
#include "tests/lib/nft_kit.h"

struct rule {
	char buf[KIT_BYTES];
	struct nlmsghdr *h;
	struct nlattr *list;
};

static void begin(struct rule *r, uint8_t family)
{
	r->h = kit_message(r->buf, NFT_MSG_NEWRULE, family);
	mnl_attr_put_strz(r->h, NFTA_RULE_TABLE, "filter");
	r->list = mnl_attr_nest_start(r->h, NFTA_RULE_EXPRESSIONS);
}

static struct expr_facts end(struct rule *r)
{
	struct expr_facts facts;

	mnl_attr_nest_end(r->h, r->list);
	expr_read(r->h, &facts);
	return facts;
}

static void payload(struct rule *r, uint32_t base, uint32_t offset,
		    uint32_t len)
{
	struct kit_expr e = kit_expr(r->h, "payload");

	kit_be32(r->h, NFTA_PAYLOAD_DREG, 1);
	kit_be32(r->h, NFTA_PAYLOAD_BASE, base);
	kit_be32(r->h, NFTA_PAYLOAD_OFFSET, offset);
	kit_be32(r->h, NFTA_PAYLOAD_LEN, len);
	kit_expr_end(r->h, e);
}

static void meta(struct rule *r, uint32_t key)
{
	struct kit_expr e = kit_expr(r->h, "meta");

	kit_be32(r->h, NFTA_META_DREG, 1);
	kit_be32(r->h, NFTA_META_KEY, key);
	kit_expr_end(r->h, e);
}

static void protocols(void **state)
{
	struct expr_facts f;
	struct rule r;

	(void)state;
	begin(&r, NFPROTO_IPV4);
	payload(&r, NFT_PAYLOAD_NETWORK_HEADER, 9, 1);
	kit_cmp(r.h, NFT_CMP_EQ, IPPROTO_TCP);
	f = end(&r);
	assert_true(f.proto_known);
	assert_false(f.proto_not);
	assert_int_equal(f.proto, IPPROTO_TCP);
	assert_false(f.xt);

	begin(&r, NFPROTO_IPV6);
	payload(&r, NFT_PAYLOAD_NETWORK_HEADER, 6, 1);
	kit_cmp(r.h, NFT_CMP_NEQ, IPPROTO_UDP);
	f = end(&r);
	assert_true(f.proto_known && f.proto_not);
	assert_int_equal(f.proto, IPPROTO_UDP);

	begin(&r, NFPROTO_IPV6);
	meta(&r, NFT_META_L4PROTO);
	kit_cmp(r.h, NFT_CMP_EQ, IPPROTO_TCP);
	f = end(&r);
	assert_true(f.proto_known);

	/* TTL, a port's byte, and a protocol that is not compared next. */
	begin(&r, NFPROTO_IPV4);
	payload(&r, NFT_PAYLOAD_NETWORK_HEADER, 8, 1);
	kit_cmp(r.h, NFT_CMP_EQ, 6);
	payload(&r, NFT_PAYLOAD_TRANSPORT_HEADER, 9, 1);
	kit_cmp(r.h, NFT_CMP_EQ, 6);
	meta(&r, NFT_META_L4PROTO);
	meta(&r, NFT_META_MARK);
	kit_cmp(r.h, NFT_CMP_EQ, 6);
	f = end(&r);
	assert_false(f.proto_known);
}

static void statements(void **state)
{
	struct expr_facts f;
	struct kit_expr e;
	struct rule r;

	(void)state;
	begin(&r, NFPROTO_INET);
	e = kit_expr(r.h, "lookup");
	mnl_attr_put_strz(r.h, NFTA_LOOKUP_SET, "grant4");
	kit_expr_end(r.h, e);
	e = kit_expr(r.h, "lookup");
	mnl_attr_put_strz(r.h, NFTA_LOOKUP_SET, "other");
	kit_expr_end(r.h, e);
	f = end(&r);
	assert_string_equal(f.set, "grant4");
	assert_false(f.rejects || f.counts || f.xt);

	begin(&r, NFPROTO_INET);
	e = kit_expr(r.h, "limit");
	kit_expr_end(r.h, e);
	e = kit_expr(r.h, "reject");
	kit_expr_end(r.h, e);
	f = end(&r);
	assert_true(f.rejects && f.counts);
}

static void extensions(void **state)
{
	static const char text[256] = "not today";
	struct expr_facts f;
	struct rule r;

	(void)state;
	begin(&r, NFPROTO_IPV4);
	kit_xt(r.h, "match", "comment", text, sizeof(text));
	kit_xt(r.h, "match", "hashlimit", "", 1);
	kit_xt(r.h, "target", "REJECT", "", 1);
	f = end(&r);
	assert_true(f.xt && f.rejects && f.counts);
	assert_string_equal(f.comment, "not today");

	/* A name that only begins the same. */
	begin(&r, NFPROTO_IPV4);
	kit_xt(r.h, "target", "REJECTED", "", 1);
	f = end(&r);
	assert_true(f.xt);
	assert_false(f.rejects);
}

static void comments(void **state)
{
	char out[EXPR_COMMENT_MAX];
	uint8_t longest[2 + 255] = { 0, 255 };

	(void)state;
	expr_comment(rd_of("\0\4web", 6), out);
	assert_string_equal(out, "web");
	expr_comment(rd_of("\5\2xy\0\3ab", 9), out);
	assert_string_equal(out, "ab");
	expr_comment(rd_of("\0\5web", 6), out); /* ends before its text */
	assert_string_equal(out, "");
	expr_comment(rd_of("\0", 1), out);
	assert_string_equal(out, "");
	expr_comment(rd_of(NULL, 0), out);
	assert_string_equal(out, "");
	memset(longest + 2, 'x', 255);
	expr_comment(rd_of(longest, sizeof(longest)), out);
	assert_int_equal(strlen(out), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protocols),
		cmocka_unit_test(statements),
		cmocka_unit_test(extensions),
		cmocka_unit_test(comments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
