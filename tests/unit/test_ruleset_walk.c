/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a packet of which little is known is led through chains. */
#include "nat/ruleset.h"

#include <linux/netfilter.h>
#include <string.h>

#include "nat/ruleset_read.h"
#include "tests/lib/check.h"

static struct ruleset rs;

static const struct rs_packet packet = {
	.v4 = true,
	.proto = IPPROTO_TCP,
	.dport = 22,
	.ct_state = RS_STATE_NEW,
	.ct_mark = 0x5a000001,
};

static size_t chain(bool base, bool drop)
{
	struct rs_chain *c = rs_chain_new(&rs);

	assert_non_null(c);
	c->family = NFPROTO_INET;
	c->base = base;
	c->drop = drop;
	return rs.chains_len - 1;
}

static struct rs_rule *rule(size_t in, enum rs_verdict verdict)
{
	struct rs_rule *r = rs_rule_new(&rs);

	assert_non_null(r);
	r->chain = in;
	r->verdict = verdict;
	r->to = SIZE_MAX;
	return r;
}

static struct rs_cond *cond(struct rs_rule *r, enum rs_field field, uint32_t lo,
			    uint32_t hi)
{
	struct rs_cond *c = rs_cond_add(r, field);

	check_ok(rs_cond_span(&rs, c, lo, hi));
	return c;
}

static int forget(void **state)
{
	(void)state;
	ruleset_forget(&rs);
	return 0;
}

static enum rs_verdict walk(size_t at)
{
	return ruleset_walk(&rs, at, &packet).verdict;
}

static void policies(void **state)
{
	size_t accepts = chain(true, false);
	size_t drops = chain(true, true);

	(void)state;
	assert_int_equal(walk(accepts), RS_ACCEPT);
	assert_int_equal(walk(drops), RS_DROP);
	assert_true(ruleset_walk(&rs, drops, &packet).rule == SIZE_MAX);
	rule(drops, RS_NONE);
	assert_int_equal(walk(drops), RS_DROP);
	rule(drops, RS_REJECT);
	assert_int_equal(walk(drops), RS_REJECT);
	assert_int_equal(ruleset_walk(&rs, drops, &packet).rule, 1);
}

static void fields(void **state)
{
	static const struct {
		enum rs_field field;
		uint32_t lo, hi;
		bool holds;
	} cases[] = {
		{ RS_NFPROTO, NFPROTO_IPV4, NFPROTO_IPV4, true },
		{ RS_NFPROTO, NFPROTO_IPV6, NFPROTO_IPV6, false },
		{ RS_L4PROTO, IPPROTO_TCP, IPPROTO_TCP, true },
		{ RS_L4PROTO, IPPROTO_UDP, IPPROTO_UDP, false },
		{ RS_DPORT, 1, 1023, true },
		{ RS_DPORT, 23, 1023, false },
		{ RS_CT_STATE, RS_STATE_NEW, RS_STATE_NEW, true },
		{ RS_CT_STATE, RS_STATE_ESTABLISHED, RS_STATE_ESTABLISHED,
		  false },
		{ RS_OTHER, 0, UINT32_MAX, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t at = chain(true, false);
		struct rs_cond *c;

		cond(rule(at, RS_DROP), cases[i].field, cases[i].lo,
		     cases[i].hi);
		assert_int_equal(walk(at),
				 cases[i].holds ? RS_DROP : RS_ACCEPT);
		at = chain(true, false);
		c = cond(rule(at, RS_DROP), cases[i].field, cases[i].lo,
			 cases[i].hi);
		c->not = true;
		/* What is not known holds in neither way. */
		assert_int_equal(walk(at),
				 cases[i].holds || cases[i].field == RS_OTHER
					 ? RS_ACCEPT
					 : RS_DROP);
	}
}

static void marks(void **state)
{
	size_t at = chain(true, true);
	struct rs_cond *c =
		cond(rule(at, RS_ACCEPT), RS_CT_MARK, 0x5a000000, 0x5a000000);
	struct rs_packet other = packet;

	(void)state;
	c->mask = 0xff000000;
	assert_int_equal(walk(at), RS_ACCEPT);
	other.ct_mark = 1;
	assert_int_equal(ruleset_walk(&rs, at, &other).verdict, RS_DROP);
}

static void iif(struct rs_rule *r, const char *name, uint8_t len, bool not )
{
	struct rs_cond *c = rs_cond_add(r, RS_IIFNAME);

	memcpy(c->name, name, strlen(name));
	c->name_len = len;
	c->not = not ;
}

static void interfaces(void **state)
{
	struct rs_packet known = packet;
	size_t at = chain(true, false);

	(void)state;
	known.iif = "eth0";
	iif(rule(at, RS_DROP), "lo", 16, false);
	assert_int_equal(walk(at), RS_ACCEPT);
	iif(rule(at, RS_DROP), "eth0", 16, false);
	assert_int_equal(walk(at), RS_ACCEPT);
	assert_int_equal(ruleset_walk(&rs, at, &known).verdict, RS_DROP);
	at = chain(true, false);
	iif(rule(at, RS_DROP), "eth", 3, false);
	assert_int_equal(ruleset_walk(&rs, at, &known).verdict, RS_DROP);
	at = chain(true, false);
	iif(rule(at, RS_DROP), "lo", 16, true);
	assert_int_equal(walk(at), RS_DROP);
	/* Nobody's name is a part of "lo" by chance. */
	at = chain(true, false);
	iif(rule(at, RS_DROP), "eth00", 16, false);
	assert_int_equal(ruleset_walk(&rs, at, &known).verdict, RS_ACCEPT);
}

static void leads(void **state)
{
	size_t base = chain(true, true);
	size_t first = chain(false, false);
	size_t second = chain(false, false);

	(void)state;
	rule(base, RS_JUMP)->to = first;
	cond(rule(first, RS_DROP), RS_DPORT, 80, 80);
	rule(first, RS_RETURN);
	rule(first, RS_DROP); /* behind the return */
	assert_int_equal(walk(base), RS_DROP);
	rule(base, RS_JUMP)->to = second;
	rule(base, RS_ACCEPT);
	assert_int_equal(walk(base), RS_ACCEPT);
	rule(second, RS_REJECT);
	assert_int_equal(walk(base), RS_REJECT);
}

static void gone_for_good(void **state)
{
	size_t base = chain(true, false);
	size_t jumped = chain(false, false);
	size_t gone = chain(false, false);

	(void)state;
	/* A goto does not come back to where it was said, but to where the
	 * jump before it was. */
	rule(base, RS_JUMP)->to = jumped;
	rule(jumped, RS_GOTO)->to = gone;
	rule(jumped, RS_REJECT);
	rule(base, RS_DROP);
	assert_int_equal(walk(base), RS_DROP);
	base = chain(true, false);
	rule(base, RS_GOTO)->to = gone;
	rule(base, RS_DROP);
	assert_int_equal(walk(base), RS_ACCEPT);
}

static void circles(void **state)
{
	size_t base = chain(true, false);

	(void)state;
	/* No kernel has them, but a ruleset that changes as it is read may. */
	rule(base, RS_GOTO)->to = base;
	assert_int_equal(walk(base), RS_ACCEPT);
	rule(base, RS_JUMP)->to = base;
	assert_int_equal(walk(base), RS_ACCEPT);
	base = chain(true, false);
	rule(base, RS_JUMP)->to = SIZE_MAX;
	assert_int_equal(walk(base), RS_ACCEPT);
}

static void too_many_conditions(void **state)
{
	size_t at = chain(true, false);
	struct rs_rule *r = rule(at, RS_DROP);

	(void)state;
	for (int i = 0; i < RS_CONDS_MAX; i++)
		cond(r, RS_DPORT, 22, 22);
	assert_int_equal(walk(at), RS_DROP);
	cond(r, RS_DPORT, 22, 22);
	assert_int_equal(walk(at), RS_ACCEPT);
	assert_true(ruleset_may_match(&rs, r, &packet));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(policies, forget),
		cmocka_unit_test_teardown(fields, forget),
		cmocka_unit_test_teardown(marks, forget),
		cmocka_unit_test_teardown(interfaces, forget),
		cmocka_unit_test_teardown(leads, forget),
		cmocka_unit_test_teardown(gone_for_good, forget),
		cmocka_unit_test_teardown(circles, forget),
		cmocka_unit_test_teardown(too_many_conditions, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
