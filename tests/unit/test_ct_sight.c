/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a conntrack entry tells of a session: its state, its ends, how long it
 * has been silent and how long it will be there. */
#include "nat/ct_sight.h"

#include <arpa/inet.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>
#include <linux/netfilter/nf_conntrack_common.h>

#include "tests/lib/nat_kit.h"

static const struct ct_timeouts timeouts = { .established = 432000,
					     .unacknowledged = 300,
					     .fin_wait = 120,
					     .close_wait = 60,
					     .close = 10,
					     .udp = 30,
					     .udp_stream = 120 };

static struct nf_conntrack *entry(uint8_t proto)
{
	struct nf_conntrack *ct = nfct_new();

	assert_non_null(ct);
	nfct_set_attr_u8(ct, ATTR_ORIG_L3PROTO, AF_INET);
	nfct_set_attr_u32(ct, ATTR_ORIG_IPV4_SRC, htonl(0xc6336407));
	nfct_set_attr_u32(ct, ATTR_ORIG_IPV4_DST, htonl(0xc6336401));
	nfct_set_attr_u8(ct, ATTR_ORIG_L4PROTO, proto);
	nfct_set_attr_u16(ct, ATTR_ORIG_PORT_SRC, htons(4000));
	nfct_set_attr_u16(ct, ATTR_ORIG_PORT_DST, htons(80));
	nfct_set_attr_u8(ct, ATTR_REPL_L3PROTO, AF_INET);
	nfct_set_attr_u32(ct, ATTR_REPL_IPV4_SRC, htonl(0xc0000202));
	nfct_set_attr_u32(ct, ATTR_REPL_IPV4_DST, htonl(0xc0000201));
	nfct_set_attr_u16(ct, ATTR_REPL_PORT_SRC, htons(22));
	nfct_set_attr_u16(ct, ATTR_REPL_PORT_DST, htons(4001));
	nfct_set_attr_u32(ct, ATTR_MARK, RULE_MARK_BASE | 7);
	nfct_set_attr_u32(ct, ATTR_ID, 77);
	return ct;
}

static struct sight see(struct nf_conntrack *ct)
{
	struct sight s;

	assert_true(ct_sight(ct, &timeouts, &s));
	return s;
}

static struct sight see_tcp(struct nf_conntrack *ct, uint8_t state,
			    uint32_t left)
{
	nfct_set_attr_u8(ct, ATTR_TCP_STATE, state);
	nfct_set_attr_u32(ct, ATTR_TIMEOUT, left);
	return see(ct);
}

static void ends(void **state)
{
	struct nf_conntrack *ct = entry(IPPROTO_TCP);
	struct sight s = see_tcp(ct, TCP_CONNTRACK_ESTABLISHED, 432000);
	char text[ADDR_TEXT_MAX];

	(void)state;
	assert_int_equal(s.session.id, 7);
	assert_int_equal(s.session.ct_id, 77);
	assert_string_equal(endpoint_format(&s.session.client, text),
			    "198.51.100.7:4000");
	assert_string_equal(endpoint_format(&s.session.outer, text),
			    "198.51.100.1:80");
	assert_string_equal(endpoint_format(&s.session.inner, text),
			    "192.0.2.2:22");
	assert_string_equal(endpoint_format(&s.session.back, text),
			    "192.0.2.1:4001");
	nfct_destroy(ct);
}

static void tcp_states(void **state)
{
	static const struct {
		uint8_t tcp;
		enum session_state is;
	} all[] = { { TCP_CONNTRACK_SYN_SENT, SESSION_BEGINS },
		    { TCP_CONNTRACK_SYN_RECV, SESSION_BEGINS },
		    { TCP_CONNTRACK_ESTABLISHED, SESSION_LIVES },
		    { TCP_CONNTRACK_FIN_WAIT, SESSION_LIVES },
		    { TCP_CONNTRACK_CLOSE_WAIT, SESSION_LIVES },
		    { TCP_CONNTRACK_LAST_ACK, SESSION_OVER },
		    { TCP_CONNTRACK_TIME_WAIT, SESSION_OVER },
		    { TCP_CONNTRACK_CLOSE, SESSION_OVER } };
	struct nf_conntrack *ct = entry(IPPROTO_TCP);

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_int_equal(see_tcp(ct, all[i].tcp, 5).session.state,
				 all[i].is);
	nfct_destroy(ct);
}

static void silence(void **state)
{
	struct nf_conntrack *ct = entry(IPPROTO_TCP);
	struct sight s = see_tcp(ct, TCP_CONNTRACK_ESTABLISHED, 431990);

	(void)state;
	assert_int_equal(s.session.idle_ms, 10000);
	assert_int_equal(s.left_ms, 431990000);
	assert_int_equal(s.least_ms, 10000);
	/* Something is owed an answer: the shorter timeout runs. */
	s = see_tcp(ct, TCP_CONNTRACK_ESTABLISHED, 290);
	assert_int_equal(s.session.idle_ms, 10000);
	/* Longer than all that is known: somebody set it so. */
	s = see_tcp(ct, TCP_CONNTRACK_ESTABLISHED, 500000);
	assert_int_equal(s.session.idle_ms, 0);
	s = see_tcp(ct, TCP_CONNTRACK_FIN_WAIT, 100);
	assert_int_equal(s.session.idle_ms, 20000);
	assert_int_equal(s.least_ms, 0);
	nfct_destroy(ct);
}

static void udp(void **state)
{
	struct nf_conntrack *ct = entry(IPPROTO_UDP);
	struct sight s;

	(void)state;
	nfct_set_attr_u32(ct, ATTR_TIMEOUT, 25);
	s = see(ct);
	assert_int_equal(s.session.state, SESSION_BEGINS);
	nfct_set_attr_u32(ct, ATTR_STATUS, IPS_SEEN_REPLY);
	s = see(ct);
	assert_int_equal(s.session.state, SESSION_LIVES);
	assert_int_equal(s.session.idle_ms, 5000);
	assert_int_equal(s.least_ms, 25000);
	nfct_set_attr_u32(ct, ATTR_STATUS, IPS_SEEN_REPLY | IPS_ASSURED);
	s = see(ct);
	assert_int_equal(s.session.idle_ms, 95000);
	assert_true(s.assured);
	nfct_destroy(ct);
}

/* The library lets nobody but the kernel set counts. */
static void not_counted(void **state)
{
	struct nf_conntrack *ct = entry(IPPROTO_TCP);
	struct sight s = see_tcp(ct, TCP_CONNTRACK_ESTABLISHED, 5);

	(void)state;
	assert_false(s.session.accounted);
	assert_int_equal(s.session.since_ms, 0);
	nfct_destroy(ct);
}

static void not_ours(void **state)
{
	struct nf_conntrack *ct = entry(IPPROTO_TCP);
	struct sight s;

	(void)state;
	nfct_set_attr_u32(ct, ATTR_MARK, 7);
	assert_false(ct_sight(ct, &timeouts, &s));
	/* One that was cut is nobody's any more. */
	nfct_set_attr_u32(ct, ATTR_MARK, RULE_MARK_BASE | GRANT_ID_CUT);
	assert_false(ct_sight(ct, &timeouts, &s));
	nfct_destroy(ct);
	ct = entry(IPPROTO_SCTP);
	assert_false(ct_sight(ct, &timeouts, &s));
	nfct_destroy(ct);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends),	       cmocka_unit_test(tcp_states),
		cmocka_unit_test(silence),     cmocka_unit_test(udp),
		cmocka_unit_test(not_counted), cmocka_unit_test(not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
