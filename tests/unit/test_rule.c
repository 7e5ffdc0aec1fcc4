/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a grant means in a configuration, and every way to be refused. */
#include "nat/rule.h"

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

static void kinds(void **state)
{
	const struct config *c = *state;
	struct rule r = nat_kit_rule(c, KIT_SSH, "198.51.100.7", 22);

	assert_int_equal(r.kind, RULE_ACCEPT);
	assert_int_equal(rule_mark(&r), 0x5a000007);
	r = nat_kit_rule(c, KIT_SSH, "2001:db8::7", 80);
	assert_int_equal(r.kind, RULE_REDIRECT);
	assert_int_equal(r.inner.port, 22);
	assert_int_equal(r.source_nat, SOURCE_NAT_NONE);
	r = nat_kit_rule(c, KIT_SSH, "2001:db8::7", 60000);
	assert_int_equal(r.kind, RULE_REDIRECT);
	r = nat_kit_rule(c, KIT_DB4, "198.51.100.7", 15432);
	assert_int_equal(r.kind, RULE_FORWARD);
	assert_int_equal(r.inner.port, 5432);
	assert_int_equal(r.source_nat, SOURCE_NAT_MASQUERADE);
	r = nat_kit_rule(c, KIT_DB6, "2001:db8::7", 15432);
	assert_int_equal(r.source_nat, SOURCE_NAT_NONE);
	r = nat_kit_rule(c, KIT_DNS4, "198.51.100.7", 5353);
	assert_int_equal(r.source_nat, SOURCE_NAT_ADDRESS);
	assert_int_equal(r.proto, IPPROTO_UDP);
}

/* Each outer port of a range leads to the one at its place. */
static void ranges(void **state)
{
	struct config *c = nat_kit_parse(
		"listen \"eth0\" { ports = {62201} }\n"
		"service \"here\" { target = \"tcp/5000-5010\"\n"
		"  at = {\"tcp/5000-5010\", \"tcp/65525-65535\"} }\n"
		"service \"there\" { target = \"198.51.100.2 udp/1-65535\" }\n"
		"client \"alice\" { key = \"/nonexistent/alice\"\n"
		"  services = {\"here\", \"there\"} }\n");
	struct rule r = nat_kit_rule(c, 0, "198.51.100.7", 5003);

	(void)state;
	assert_int_equal(r.kind, RULE_ACCEPT);
	assert_int_equal(r.inner.port, 5003);
	r = nat_kit_rule(c, 0, "2001:db8::7", 65525);
	assert_int_equal(r.kind, RULE_REDIRECT);
	assert_int_equal(r.inner.port, 5000);
	r = nat_kit_rule(c, 0, "2001:db8::7", 65535);
	assert_int_equal(r.inner.port, 5010);
	r = nat_kit_rule(c, 1, "198.51.100.7", 65535);
	assert_int_equal(r.kind, RULE_FORWARD);
	assert_int_equal(r.inner.port, 65535);
	config_free(c);
}

static void internet(void **state)
{
	struct config *c = nat_kit_parse(
		"listen \"eth0\" { ports = {62201} }\n"
		"service \"net\" { target = \"internet\" }\n"
		"service \"net4\" { target = \"internet\"\n"
		"  source-nat = \"198.51.100.1\" }\n"
		"client \"alice\" { key = \"/nonexistent/alice\"\n"
		"  services = {\"net\"} }\n"
		"client \"bob\" { key = \"/nonexistent/bob\"\n"
		"  services = {\"net4\"} }\n");
	struct rule r = nat_kit_rule(c, 0, "198.51.100.7", 1);
	struct grant g = nat_kit_grant(1, "2001:db8::7", IPPROTO_TCP, 1);

	(void)state;
	assert_int_equal(r.kind, RULE_INTERNET);
	assert_int_equal(r.source_nat, SOURCE_NAT_MASQUERADE);
	assert_false(rule_translates(&r));
	assert_true(rule_has_stale(&r));
	r = nat_kit_rule(c, 0, "2001:db8::7", 1);
	assert_int_equal(r.kind, RULE_INTERNET);
	/* That address is none of IPv6. */
	g.client = 1;
	check_err(rule_resolve(c, &g, &r), HAUNT_EDENIED);
	g = nat_kit_grant(0, "198.51.100.7", IPPROTO_TCP, 2);
	check_err(rule_resolve(c, &g, &r), HAUNT_EDENIED);
	config_free(c);
}

static void lifetime(void **state)
{
	const struct config *c = *state;
	struct grant g =
		nat_kit_grant(KIT_SSH, "198.51.100.7", IPPROTO_TCP, 22);
	struct rule r;

	g.lifetime_ms = 600000;
	check_ok(rule_resolve(c, &g, &r));
	assert_int_equal(r.lifetime_ms, 600000);
	g.lifetime_ms = UINT32_MAX;
	check_ok(rule_resolve(c, &g, &r));
	assert_int_equal(r.lifetime_ms, 600000);
	g.lifetime_ms = 1;
	check_ok(rule_resolve(c, &g, &r));
	assert_int_equal(r.lifetime_ms, 1);
}

static void refused(const struct config *c, struct grant g)
{
	struct rule r = { .id = 99 };

	check_err(rule_resolve(c, &g, &r), HAUNT_EDENIED);
	/* Outputs are written only on success. */
	assert_int_equal(r.id, 99);
}

static void refusals(void **state)
{
	static const char *const unusable[] = { "0.0.0.0",
						"::", "255.255.255.255",
						"224.0.0.1", "ff02::1" };
	const struct config *c = *state;
	struct grant good =
		nat_kit_grant(KIT_SSH, "198.51.100.7", IPPROTO_TCP, 22);
	struct grant g = good;

	g.service = (uint16_t)c->services_len;
	refused(c, g);
	g = good;
	g.client = (uint16_t)c->clients_len;
	refused(c, g);
	g = good;
	g.id = 0;
	refused(c, g);
	g.id = GRANT_ID_MAX + 1;
	refused(c, g);
	g = good;
	g.replaces = GRANT_ID_MAX + 1;
	refused(c, g);
	g = good;
	g.port = 23;
	refused(c, g);
	g.port = 0;
	refused(c, g);
	g = good;
	g.proto = IPPROTO_UDP;
	refused(c, g);
	for (size_t i = 0; i < sizeof(unusable) / sizeof(unusable[0]); i++) {
		g = good;
		g.address = nat_kit_addr(unusable[i]);
		refused(c, g);
	}
	/* bob has ssh only. */
	g = nat_kit_grant(KIT_ECHO, "198.51.100.7", IPPROTO_UDP, 7);
	g.client = 1;
	refused(c, g);
}

static void families(void **state)
{
	const struct config *c = *state;

	refused(c, nat_kit_grant(KIT_DB4, "2001:db8::7", IPPROTO_TCP, 15432));
	refused(c, nat_kit_grant(KIT_DB6, "198.51.100.7", IPPROTO_TCP, 15432));
	refused(c, nat_kit_grant(KIT_DNS6, "198.51.100.7", IPPROTO_UDP, 5353));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),    cmocka_unit_test(ranges),
		cmocka_unit_test(internet), cmocka_unit_test(lifetime),
		cmocka_unit_test(refusals), cmocka_unit_test(families),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
