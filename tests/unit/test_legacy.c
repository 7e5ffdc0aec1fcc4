/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of iptables-legacy, put together as the kernel hands them out. */
#include "nat/legacy.h"

#include <netinet/in.h>

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv4/ipt_REJECT.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netfilter_ipv6/ip6t_REJECT.h>
#include <string.h>

#include "nat/rule.h"
#include "tests/lib/check.h"

#define DROP   (-NF_DROP - 1)
#define ACCEPT (-NF_ACCEPT - 1)

/* One table under construction. */
struct blob {
	bool v4;
	size_t len;
	size_t open; /* where the entry that is being written began */
	uint8_t bytes[2048];
};

static void put(struct blob *b, const void *data, size_t len)
{
	assert_true(b->len + len <= sizeof(b->bytes));
	memcpy(b->bytes + b->len, data, len);
	b->len += len;
}

/* Begins an entry for packets of this protocol; 0: all. */
static void entry(struct blob *b, uint8_t proto, bool leads)
{
	struct ipt_entry e4 = { .ip.proto = proto,
				.ip.flags = leads ? IPT_F_GOTO : 0 };
	struct ip6t_entry e6 = { .ipv6.proto = proto };

	e6.ipv6.flags = (uint8_t)((proto ? IP6T_F_PROTO : 0) |
				  (leads ? IP6T_F_GOTO : 0));
	b->open = b->len;
	if (b->v4)
		put(b, &e4, sizeof(e4));
	else
		put(b, &e6, sizeof(e6));
}

static void match(struct blob *b, const char *name, uint8_t revision,
		  const void *info, size_t len)
{
	struct xt_entry_match m = { .u.user.revision = revision };
	static const uint8_t zero[8];
	size_t pad = (8 - len % 8) % 8;

	m.u.user.match_size = (uint16_t)(sizeof(m) + len + pad);
	strcpy(m.u.user.name, name);
	put(b, &m, sizeof(m));
	put(b, info, len);
	put(b, zero, pad);
}

/* Ends the entry with a target: "" is a verdict. */
static void target(struct blob *b, const char *name, int32_t value)
{
	struct xt_entry_target t = { .u.user.target_size = 40 };
	size_t at = b->len - b->open;
	int32_t data[2] = { value, 0 };
	uint16_t offsets[2];

	strcpy(t.u.user.name, name);
	put(b, &t, sizeof(t));
	put(b, data, sizeof(data));
	offsets[0] = (uint16_t)at;
	offsets[1] = (uint16_t)(b->len - b->open);
	memcpy(b->bytes + b->open +
		       (b->v4 ? offsetof(struct ipt_entry, target_offset)
			      : offsetof(struct ip6t_entry, target_offset)),
	       offsets, sizeof(offsets));
}

static void rule(struct blob *b, const char *name, int32_t value)
{
	entry(b, 0, false);
	target(b, name, value);
}

static void rule_local(struct blob *b, int32_t verdict)
{
	struct xt_addrtype_info_v1 local = { .dest = XT_ADDRTYPE_LOCAL };

	entry(b, 0, false);
	match(b, "addrtype", 1, &local, sizeof(local));
	target(b, "", verdict);
}

static void rule_for(struct blob *b, uint32_t mark, uint8_t invert)
{
	struct xt_connmark_mtinfo1 info = { .mark = mark,
					    .mask = RULE_MARK_MASK,
					    .invert = invert };

	entry(b, 0, false);
	match(b, "connmark", 1, &info, sizeof(info));
	target(b, "", ACCEPT);
}

/* The chain from entry on, whose policy is the last entry written. */
static struct host_chain read_input(const struct blob *b, size_t at, bool input)
{
	struct legacy_table t = { .entries = b->bytes,
				  .len = b->len,
				  .v4 = b->v4 };
	struct host_chain c = { .family = b->v4 ? NFPROTO_IPV4 : NFPROTO_IPV6,
				.input = input };

	assert_true(legacy_chain_read(&t, (uint32_t)at, (uint32_t)b->open, &c));
	return c;
}

static void policies(void **state)
{
	(void)state;
	for (int v4 = 0; v4 < 2; v4++) {
		struct blob b = { .v4 = v4 };

		rule(&b, "", ACCEPT);
		assert_int_equal(read_input(&b, 0, true).end, HOST_END_ACCEPT);
		b.len = 0;
		rule(&b, "LOG", 0);
		entry(&b, IPPROTO_TCP, false);
		target(&b, "", ACCEPT);
		rule(&b, "", DROP);
		assert_int_equal(read_input(&b, 0, true).end, HOST_END_DROP);
		b.len = 0;
		rule(&b, "", XT_RETURN);
		rule(&b, "", DROP);
		rule(&b, "", ACCEPT);
		assert_int_equal(read_input(&b, 0, true).end, HOST_END_ACCEPT);
	}
}

/* A chain "no" that drops what is not for this host, or all. */
static void jumps(void **state)
{
	(void)state;
	for (int v4 = 0; v4 < 2; v4++) {
		struct blob b = { .v4 = v4 };
		size_t input;

		rule_local(&b, XT_RETURN);
		rule(&b, "", DROP);
		input = b.len;
		rule(&b, "", 0);
		rule(&b, "", ACCEPT);
		assert_int_equal(read_input(&b, input, true).end,
				 HOST_END_ACCEPT);
		assert_int_equal(read_input(&b, input, false).end,
				 HOST_END_DROP);
		b.len = 0;
		rule(&b, "", XT_RETURN);
		input = b.len;
		entry(&b, 0, true);
		target(&b, "", 0);
		rule(&b, "", DROP);
		rule(&b, "", ACCEPT);
		/* Gone for good: the rule behind is never reached. */
		assert_int_equal(read_input(&b, input, true).end,
				 HOST_END_ACCEPT);
	}
}

static void words(void **state)
{
	struct blob b = { .v4 = true };
	struct host_chain c;

	(void)state;
	entry(&b, IPPROTO_TCP, false);
	target(&b, "REJECT", IPT_TCP_RESET);
	rule(&b, "REJECT", IPT_ICMP_ADMIN_PROHIBITED);
	rule(&b, "", ACCEPT);
	c = read_input(&b, 0, true);
	assert_int_equal(c.end, HOST_END_REJECT);
	assert_true(c.words.reset);
	assert_int_equal(c.words.code4, ICMP_PKT_FILTERED);
	b = (struct blob){ .v4 = false };
	rule(&b, "REJECT", IP6T_ICMP6_ADM_PROHIBITED);
	rule(&b, "", ACCEPT);
	c = read_input(&b, 0, true);
	assert_int_equal(c.end, HOST_END_REJECT);
	assert_false(c.words.reset);
	assert_int_equal(c.words.code6, ICMPV6_ADM_PROHIBITED);
	b.len = 0;
	entry(&b, IPPROTO_TCP, false);
	target(&b, "REJECT", IP6T_TCP_RESET);
	rule(&b, "", DROP);
	c = read_input(&b, 0, true);
	assert_int_equal(c.end, HOST_END_REJECT);
	assert_true(c.words.reset && c.words.silent);
}

/* What is invalid may be dropped before the rest is rejected. */
static void strict(void **state)
{
	struct xt_conntrack_mtinfo3 ct = {
		.match_flags = XT_CONNTRACK_STATE,
		.state_mask = XT_CONNTRACK_STATE_INVALID,
	};
	struct blob b = { .v4 = true };

	(void)state;
	for (int i = 0; i < 3; i++) {
		b.len = 0;
		entry(&b, i == 1 ? IPPROTO_TCP : 0, false);
		ct.invert_flags = i == 2 ? XT_CONNTRACK_STATE : 0;
		match(&b, "conntrack", 3, &ct, sizeof(ct));
		target(&b, "", DROP);
		rule(&b, "REJECT", IPT_ICMP_ADMIN_PROHIBITED);
		rule(&b, "", ACCEPT);
		assert_int_equal(read_input(&b, 0, true).words.strict, i == 0);
	}
}

static void marks(void **state)
{
	static const char comment[256] = "by hand";
	struct blob b = { .v4 = true };

	(void)state;
	rule_for(&b, RULE_MARK_BASE, 0);
	rule(&b, "", DROP);
	assert_int_equal(read_input(&b, 0, true).tagged, 1);
	b.len = 0;
	rule_for(&b, RULE_MARK_BASE, 1);
	rule_for(&b, 1, 0);
	rule(&b, "", DROP);
	assert_int_equal(read_input(&b, 0, true).tagged, 0);
	b.len = 0;
	entry(&b, 0, false);
	match(&b, "comment", 0, comment, sizeof(comment));
	target(&b, "", DROP);
	rule_for(&b, RULE_MARK_BASE, 0);
	rule(&b, "", ACCEPT);
	/* Behind a rule that drops all it is of no use. */
	assert_int_equal(read_input(&b, 0, true).end, HOST_END_DROP);
	assert_int_equal(read_input(&b, 0, true).tagged, 0);
}

static void broken(void **state)
{
	struct blob b = { .v4 = true };
	struct legacy_table t = { .entries = b.bytes, .v4 = true };
	struct host_chain c = { .family = NFPROTO_IPV4, .input = true };

	(void)state;
	rule(&b, "", ACCEPT);
	for (t.len = 0; t.len < b.len; t.len++)
		assert_false(legacy_chain_read(&t, 0, 0, &c));
	assert_true(legacy_chain_read(&t, 0, 0, &c));
	assert_false(legacy_chain_read(&t, (uint32_t)b.len, 0, &c));
	assert_false(legacy_chain_read(&t, UINT32_MAX, 0, &c));
	b.len = 0;
	rule(&b, XT_ERROR_TARGET, 0);
	assert_false(legacy_chain_read(&t, 0, 0, &c));
	/* Circles, by jumps and by gotos. */
	b.len = 0;
	rule(&b, "", 0);
	assert_false(legacy_chain_read(&t, 0, 0, &c));
	b.len = 0;
	entry(&b, 0, true);
	target(&b, "", 0);
	assert_false(legacy_chain_read(&t, 0, 0, &c));
	b.len = 0;
	rule(&b, "", XT_RETURN);
	assert_false(legacy_chain_read(&t, 0, 0, &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies), cmocka_unit_test(jumps),
		cmocka_unit_test(words),    cmocka_unit_test(marks),
		cmocka_unit_test(strict),   cmocka_unit_test(broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
