/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which answers about a name are believed, and for how long. */
#include "nat/names.h"

#include "tests/lib/clock_fake.h"
#include "tests/lib/nat_kit.h"

static const char text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" }\n"
	"service \"db\" { target = \"db.example tcp/5432\" }\n"
	"client \"alice\" { key = \"/nonexistent/alice\"\n"
	"  services = {\"db\"} }\n";

struct bench {
	struct config *config;
	struct clock_fake clock;
	struct ip_addr ours; /* the gateway's own */
	struct names *names;
	struct lead lead;
	bool changed;
};

static enum names_refusal look(void *arg, const struct ip_addr *a)
{
	const struct bench *b = arg;

	return addr_equal(a, &b->ours) ? NAMES_GATEWAY : NAMES_FITS;
}

static int setup(void **state)
{
	static struct bench b;
	struct names_setup setup = { .clock = &b.clock.clock,
				     .look = look,
				     .arg = &b };

	b = (struct bench){ .config = nat_kit_parse(text),
			    .ours = nat_kit_addr("192.0.2.1") };
	clock_fake_init(&b.clock, 1, 1000);
	setup.config = b.config;
	check_ok(names_new(&setup, &b.names));
	*state = &b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	names_free(b->names);
	config_free(b->config);
	return 0;
}

/* An answer of these addresses, NULL at the end; none: a failure. */
static void answer(struct bench *b, const char *const *addresses)
{
	struct lookup l = { .service = 1, .result = LOOKUP_NO_ANSWER };

	for (; *addresses; addresses++) {
		l.addresses[l.len++] = nat_kit_addr(*addresses);
		l.result = LOOKUP_OK;
	}
	check_ok(names_answer(b->names, &l, &b->changed, &b->lead));
}

#define ANSWER(b, ...) answer(b, (const char *const[]){ __VA_ARGS__ NULL })

static void leads(const struct bench *b, bool changed, const char *v4,
		  const char *v6)
{
	struct ip_addr none = { { 0 } };
	struct ip_addr four = v4 ? nat_kit_addr(v4) : none;
	struct ip_addr six = v6 ? nat_kit_addr(v6) : none;

	assert_int_equal(b->changed, changed);
	assert_true(addr_equal(&b->lead.v4, &four));
	assert_true(addr_equal(&b->lead.v6, &six));
	assert_true(addr_equal(&b->config->services[1].named->v4, &four));
	assert_int_equal(b->lead.service, 1);
}

static void first_and_stable(void **state)
{
	struct bench *b = *state;

	ANSWER(b, );
	leads(b, false, NULL, NULL);
	ANSWER(b, "198.51.100.3", "2001:db8::3", "198.51.100.2", );
	leads(b, true, "198.51.100.3", "2001:db8::3");
	ANSWER(b, "198.51.100.2", "198.51.100.3", "2001:db8::2",
	       "2001:db8::3", );
	leads(b, false, "198.51.100.3", "2001:db8::3");
	ANSWER(b, "198.51.100.2", "2001:db8::3", );
	leads(b, true, "198.51.100.2", "2001:db8::3");
}

static void never_the_gateway(void **state)
{
	static const char *const bad[] = {
		"127.0.0.1",
		"127.255.0.9",
		"0.0.0.0",
		"0.1.2.3",
		"224.0.0.1",
		"192.0.2.1",
		"169.254.169.254",
		"255.255.255.255",
		"::1",
		"::",
		"fe80::1",
		"febf::1",
		"ff02::1",
		"::7f00:1",
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ANSWER(b, bad[i], );
		leads(b, false, NULL, NULL);
	}
	ANSWER(b, "127.0.0.1", "192.0.2.1", "10.0.0.5", "::1", );
	leads(b, true, "10.0.0.5", NULL);
	/* What was good stays where the answer is nothing but bad. */
	ANSWER(b, "192.0.2.1", );
	leads(b, false, "10.0.0.5", NULL);
	/* One that has become the gateway's own goes at once. */
	b->ours = nat_kit_addr("10.0.0.5");
	ANSWER(b, "10.0.0.5", );
	leads(b, true, NULL, NULL);
}

static void kept_for_a_day(void **state)
{
	struct bench *b = *state;

	ANSWER(b, "198.51.100.3", "2001:db8::3", );
	leads(b, true, "198.51.100.3", "2001:db8::3");
	b->clock.mono_ms += NAMES_KEEP_MS / 2;
	ANSWER(b, "198.51.100.3", );
	leads(b, false, "198.51.100.3", "2001:db8::3");
	b->clock.mono_ms += NAMES_KEEP_MS / 2 - 1;
	ANSWER(b, );
	leads(b, false, "198.51.100.3", "2001:db8::3");
	b->clock.mono_ms += 1;
	ANSWER(b, );
	leads(b, true, "198.51.100.3", NULL);
	b->clock.mono_ms += NAMES_KEEP_MS / 2;
	ANSWER(b, );
	leads(b, true, NULL, NULL);
}

static void no_such_service(void **state)
{
	struct bench *b = *state;
	struct lookup l = { .service = 0, .result = LOOKUP_NO_ANSWER };

	check_err(names_answer(b->names, &l, &b->changed, &b->lead),
		  HAUNT_EFORMAT);
	l.service = 2;
	check_err(names_answer(b->names, &l, &b->changed, &b->lead),
		  HAUNT_EFORMAT);
}

/* A rule of a name that leads nowhere can be ended, and not put in force. */
static void rules(void **state)
{
	struct bench *b = *state;
	struct rule r = nat_kit_rule(b->config, 1, "198.51.100.7", 5432);

	assert_int_equal(r.kind, RULE_FORWARD);
	assert_false(rule_leads(&r));
	ANSWER(b, "198.51.100.3", );
	r = nat_kit_rule(b->config, 1, "198.51.100.7", 5432);
	assert_true(rule_leads(&r));
	assert_int_equal(r.inner.port, 5432);
	r = nat_kit_rule(b->config, 1, "2001:db8::7", 5432);
	assert_false(rule_leads(&r));
}

static void refusals(void **state)
{
	(void)state;
	assert_string_equal(names_refusal_text(NAMES_GATEWAY), "gateway");
	assert_string_equal(names_refusal_text(NAMES_REFUSAL_COUNT), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(first_and_stable, setup,
						teardown),
		cmocka_unit_test_setup_teardown(never_the_gateway, setup,
						teardown),
		cmocka_unit_test_setup_teardown(kept_for_a_day, setup,
						teardown),
		cmocka_unit_test_setup_teardown(no_such_service, setup,
						teardown),
		cmocka_unit_test_setup_teardown(rules, setup, teardown),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
