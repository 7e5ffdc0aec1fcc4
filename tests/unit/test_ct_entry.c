/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which conntrack entries defeat a rule, and which are sessions. */
#include "nat/ct_entry.h"

#include <arpa/inet.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>
#include <linux/netfilter/nf_conntrack_common.h>

#include "tests/lib/nat_kit.h"

static int setup(void **state)
{
	*state = nat_kit_parse(nat_kit_text);
	return 0;
}

static int teardown(void **state)
{
	config_free(*state);
	return 0;
}

/* A flow of 198.51.100.7 to UDP port 53 of 198.51.100.1, not translated. */
static struct entry flow(void)
{
	return (struct entry){
		.proto = IPPROTO_UDP,
		.source = { nat_kit_addr("198.51.100.7"), 4000 },
		.dest = { nat_kit_addr("198.51.100.1"), 53 },
		.reply_source = { nat_kit_addr("198.51.100.1"), 53 },
	};
}

static void redirect(void **state)
{
	struct rule r = nat_kit_rule(*state, KIT_ECHO, "198.51.100.7", 53);
	struct entry e = flow();

	assert_true(entry_defeats(&e, &r));
	/* A live session of the same target, under any grant. */
	e.mark = 0x5a000001;
	e.reply_source.port = 7;
	assert_false(entry_defeats(&e, &r));
	/* The same port, but not by us. */
	e.mark = 1;
	assert_true(entry_defeats(&e, &r));
	/* By us, but elsewhere. */
	e.mark = 0x5a000001;
	e.reply_source.addr = nat_kit_addr("198.51.100.2");
	assert_true(entry_defeats(&e, &r));
}

/* The same flow, begun by this host: the client's packets are replies. */
static void begun_here(void **state)
{
	struct rule r = nat_kit_rule(*state, KIT_ECHO, "198.51.100.7", 53);
	struct entry e = {
		.proto = IPPROTO_UDP,
		.source = { nat_kit_addr("198.51.100.1"), 53 },
		.dest = { nat_kit_addr("198.51.100.7"), 4000 },
		.reply_source = { nat_kit_addr("198.51.100.7"), 4000 },
	};

	assert_true(entry_defeats(&e, &r));
	e.source.port = 54;
	assert_false(entry_defeats(&e, &r));
	e.source.port = 53;
	e.dest.addr = nat_kit_addr("198.51.100.8");
	assert_false(entry_defeats(&e, &r));
}

static void not_concerned(void **state)
{
	struct rule r = nat_kit_rule(*state, KIT_ECHO, "198.51.100.7", 53);
	struct entry e = flow();

	e.source.addr = nat_kit_addr("198.51.100.8");
	assert_false(entry_defeats(&e, &r));
	e = flow();
	e.dest.port = 54;
	assert_false(entry_defeats(&e, &r));
	e = flow();
	e.proto = IPPROTO_TCP;
	assert_false(entry_defeats(&e, &r));
	/* Rules that do not translate have nothing to be defeated. */
	r = nat_kit_rule(*state, KIT_ECHO, "198.51.100.7", 7);
	e = flow();
	e.dest.port = 7;
	assert_false(rule_translates(&r));
	assert_false(entry_defeats(&e, &r));
	/* TCP starts anew with every SYN. */
	r = nat_kit_rule(*state, KIT_SSH, "198.51.100.7", 80);
	assert_false(rule_translates(&r));
}

static void forward(void **state)
{
	struct rule r = nat_kit_rule(*state, KIT_DNS4, "198.51.100.7", 5353);
	struct entry e = flow();

	e.dest.port = 5353;
	assert_true(entry_defeats(&e, &r));
	e.mark = 0x5a000009;
	e.reply_source.addr = nat_kit_addr("198.51.100.2");
	e.reply_source.port = 53;
	assert_false(entry_defeats(&e, &r));
	e.reply_source.addr = nat_kit_addr("198.51.100.3");
	assert_true(entry_defeats(&e, &r));
}

static void ids(void **state)
{
	struct entry e = { .mark = 0x5adffffe };

	(void)state;
	assert_int_equal(entry_id(&e), 0xdffffe);
	/* The session that has closed the door is its grant's, too. */
	e.mark = 0x5afffffe;
	assert_int_equal(entry_id(&e), 0xdffffe);
	e.mark = 0x5a200001;
	assert_int_equal(entry_id(&e), 0);
	/* What was cut, and who was never kept out, are no grant's. */
	e.mark = RULE_MARK_BASE | GRANT_ID_CUT;
	assert_int_equal(entry_id(&e), 0);
	e.mark = RULE_MARK_BASE | GRANT_ID_FREE;
	assert_int_equal(entry_id(&e), 0);
	e.mark = 0x5a000000;
	assert_int_equal(entry_id(&e), 0);
	e.mark = 0x5b000001;
	assert_int_equal(entry_id(&e), 0);
}

static struct nf_conntrack *tcp_entry(uint8_t tcp_state)
{
	struct nf_conntrack *ct = nfct_new();

	assert_non_null(ct);
	nfct_set_attr_u8(ct, ATTR_L3PROTO, AF_INET);
	nfct_set_attr_u32(ct, ATTR_IPV4_SRC, inet_addr("198.51.100.7"));
	nfct_set_attr_u32(ct, ATTR_IPV4_DST, inet_addr("198.51.100.1"));
	nfct_set_attr_u8(ct, ATTR_L4PROTO, IPPROTO_TCP);
	nfct_set_attr_u16(ct, ATTR_PORT_SRC, htons(4000));
	nfct_set_attr_u16(ct, ATTR_PORT_DST, htons(80));
	nfct_set_attr_u32(ct, ATTR_REPL_IPV4_SRC, inet_addr("198.51.100.1"));
	nfct_set_attr_u32(ct, ATTR_REPL_IPV4_DST, inet_addr("198.51.100.7"));
	nfct_set_attr_u8(ct, ATTR_REPL_L4PROTO, IPPROTO_TCP);
	nfct_set_attr_u16(ct, ATTR_REPL_PORT_SRC, htons(22));
	nfct_set_attr_u16(ct, ATTR_REPL_PORT_DST, htons(4000));
	nfct_set_attr_u32(ct, ATTR_MARK, 0x5a000003);
	nfct_set_attr_u8(ct, ATTR_TCP_STATE, tcp_state);
	return ct;
}

static bool lives(uint8_t tcp_state)
{
	struct nf_conntrack *ct = tcp_entry(tcp_state);
	struct entry e;

	assert_true(entry_read(ct, &e));
	nfct_destroy(ct);
	return e.lives;
}

static void reading(void **state)
{
	static const enum nf_conntrack_attr needed[] = {
		ATTR_IPV4_SRC,	   ATTR_IPV4_DST, ATTR_L4PROTO,
		ATTR_PORT_SRC,	   ATTR_PORT_DST, ATTR_REPL_IPV4_SRC,
		ATTR_REPL_PORT_SRC
	};
	struct nf_conntrack *ct = tcp_entry(TCP_CONNTRACK_ESTABLISHED);
	char text[ADDR_TEXT_MAX];
	struct entry e;

	(void)state;
	assert_true(entry_read(ct, &e));
	assert_int_equal(entry_id(&e), 3);
	assert_string_equal(endpoint_format(&e.source, text),
			    "198.51.100.7:4000");
	assert_string_equal(endpoint_format(&e.dest, text), "198.51.100.1:80");
	assert_string_equal(endpoint_format(&e.reply_source, text),
			    "198.51.100.1:22");
	nfct_destroy(ct);
	/* What is not named in full is not taken for anything. */
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		ct = tcp_entry(TCP_CONNTRACK_ESTABLISHED);
		nfct_attr_unset(ct, needed[i]);
		assert_false(entry_read(ct, &e));
		nfct_destroy(ct);
	}
}

static void alive(void **state)
{
	struct nf_conntrack *ct;
	struct entry e;

	(void)state;
	assert_true(lives(TCP_CONNTRACK_ESTABLISHED));
	assert_true(lives(TCP_CONNTRACK_CLOSE_WAIT));
	assert_false(lives(TCP_CONNTRACK_SYN_SENT));
	assert_false(lives(TCP_CONNTRACK_TIME_WAIT));
	assert_false(lives(TCP_CONNTRACK_CLOSE));
	ct = tcp_entry(TCP_CONNTRACK_NONE);
	nfct_set_attr_u8(ct, ATTR_L4PROTO, IPPROTO_UDP);
	assert_true(entry_read(ct, &e));
	assert_false(e.lives);
	nfct_set_attr_u32(ct, ATTR_STATUS, IPS_SEEN_REPLY);
	assert_true(entry_read(ct, &e));
	assert_true(e.lives);
	nfct_destroy(ct);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(redirect),	 cmocka_unit_test(begun_here),
		cmocka_unit_test(not_concerned), cmocka_unit_test(forward),
		cmocka_unit_test(ids),		 cmocka_unit_test(reading),
		cmocka_unit_test(alive),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
