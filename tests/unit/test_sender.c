/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is believed to say whom a packet is from, and what follows from it. */
#include "core/gate/sender.h"

#include <stdio.h>
#include <string.h>

#include "core/base/log.h"
#include "core/gate/admit.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

static const char text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" at = {\"tcp/1-65535\"} }\n"
	"client \"alice\" { key = \"@/alice\" services = {\"ssh\"}\n"
	"  allow-unbound-address = true }\n"
	"client \"pete\" { key = \"@/pete\" services = {\"ssh\"}\n"
	"  from = {\"203.0.113.0/24\", \"2001:db8:7::/48\"}\n"
	"  allow-unbound-address = true allow-forwarded-for = true }\n"
	"trusted-proxies = {\"192.0.2.7\", \"2001:db8:9::/64\"}\n";

static const char proxy[] = "192.0.2.7", friend[] = "203.0.113.7";
static struct kit kit;
static struct admit a;
static struct grants *grants;
static const struct grant_batch *batch;
static char logged[1024];

static enum haunt_err take(void *arg, uint32_t n, uint32_t *first)
{
	(void)arg;
	return replay_take_ids(kit.replay, n, first);
}

static int setup(void **state)
{
	static const struct grants_ids ids = { .take = take };

	(void)state;
	kit_open(&kit, text);
	check_ok(grants_new(kit.config->max_grants, &ids, &grants));
	a = (struct admit){ .config = kit.config,
			    .clock = &kit.clock.clock,
			    .clients = kit.clients,
			    .replay = kit.replay,
			    .grants = grants };
	log_open("hauntd", "gate", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	grants_free(grants);
	kit_close(&kit);
	return 0;
}

/* A packet by HTTP that asks for an address; who: as X-Forwarded-For says. */
static enum haunt_err knock(const char *client, const char *allow,
			    const char *source, enum forwarding forwarding,
			    const char *who)
{
	struct haunt_request r = kit_request(&kit, allow, "tcp/22");
	struct datagram d = kit_packet(&kit, client, &r, source);
	enum haunt_err err;

	d.carrier = CARRIER_HTTP;
	d.forwarding = forwarding;
	if (forwarding == FORWARDING_NAMED)
		d.forwarded = kit_address(who);
	kit_log_begin();
	err = admit_packet(&a, &d, 42, &batch);
	snprintf(logged, sizeof(logged), "%s", kit_log_end());
	return err;
}

static void opens_for(const char *who)
{
	const struct ip_addr wanted = kit_address(who);

	assert_int_equal(batch->len, 1);
	assert_true(addr_equal(&batch->grants[0].address, &wanted));
}

static void denied(enum haunt_err err, const char *line)
{
	check_err(err, HAUNT_EDENIED);
	assert_non_null(strstr(logged, line));
}

static void test_believed(void **state)
{
	(void)state;
	check_ok(knock("pete", "0.0.0.0", proxy, FORWARDING_NAMED, friend));
	opens_for(friend);
	assert_int_equal(a.counts.authentic, 1);
	check_ok(knock("pete", friend, proxy, FORWARDING_NAMED, friend));
	opens_for(friend);
	/* The proxy's family need not be the client's. */
	check_ok(knock("pete", "0.0.0.0", "2001:db8:9::1", FORWARDING_NAMED,
		       friend));
	opens_for(friend);
	check_ok(knock("pete", "0.0.0.0", proxy, FORWARDING_NAMED,
		       "2001:db8:7::1"));
	opens_for("2001:db8:7::1");
	/* `from` is about him, too. */
	denied(knock("pete", "0.0.0.0", proxy, FORWARDING_NAMED,
		     "198.51.100.7"),
	       "client=pete carrier=http via=192.0.2.7 address=198.51.100.7 "
	       "asked=tcp/22 result=denied reason=from\n");
	denied(knock("pete", friend, proxy, FORWARDING_NAMED, "203.0.113.8"),
	       "via=192.0.2.7 address=203.0.113.8 asked=tcp/22 result=denied "
	       "reason=address\n");
}

static void test_not_believed(void **state)
{
	(void)state;
	/* Who is no proxy, whatever the client may. */
	denied(knock("alice", "0.0.0.0", "198.51.100.7", FORWARDING_NAMED,
		     friend),
	       "carrier=http address=198.51.100.7 asked=tcp/22 result=denied "
	       "reason=untrusted-proxy\n");
	denied(knock("alice", "0.0.0.0", "198.51.100.7", FORWARDING_BAD, NULL),
	       "reason=untrusted-proxy\n");
	denied(knock("pete", "0.0.0.0", "203.0.113.9", FORWARDING_NAMED,
		     friend),
	       "address=203.0.113.9 asked=tcp/22 result=denied "
	       "reason=untrusted-proxy\n");
	/* What he asks for by name he gets, if it is himself. */
	check_ok(knock("alice", "198.51.100.7", "198.51.100.7",
		       FORWARDING_NAMED, friend));
	opens_for("198.51.100.7");
	denied(knock("alice", friend, "198.51.100.7", FORWARDING_NAMED, friend),
	       "result=denied reason=address\n");
	/* A client whose proxies are not believed. */
	denied(knock("alice", "0.0.0.0", proxy, FORWARDING_NAMED, friend),
	       "address=192.0.2.7 asked=tcp/22 result=denied reason=proxy\n");
	denied(knock("alice", "0.0.0.0", proxy, FORWARDING_NONE, NULL),
	       "result=denied reason=proxy\n");
	check_ok(knock("alice", proxy, proxy, FORWARDING_NAMED, friend));
	opens_for(proxy);
	/* No header at all, and no proxy: nothing is different. */
	check_ok(knock("alice", "0.0.0.0", "198.51.100.9", FORWARDING_NONE,
		       NULL));
	opens_for("198.51.100.9");
}

/* A proxy that says for nobody: it is not the one who knocks. */
static void test_says_nothing(void **state)
{
	static const enum forwarding said[] = { FORWARDING_NONE,
						FORWARDING_BAD };

	(void)state;
	kit.config->clients[1].from[0].len = 0;
	for (size_t i = 0; i < 2; i++) {
		denied(knock("pete", "0.0.0.0", proxy, said[i], NULL),
		       "client=pete carrier=http address=192.0.2.7 "
		       "asked=tcp/22 result=denied reason=forwarded-for\n");
		denied(knock("pete", friend, proxy, said[i], NULL),
		       "result=denied reason=address\n");
	}
	kit.config->clients[1].from[0].len = 96 + 24;
}

/* By any other carrier a proxy is a host like others: it may be a router, too,
 * with clients behind it. */
static void test_other_carriers(void **state)
{
	struct haunt_request r = kit_request(&kit, "0.0.0.0", "tcp/22");
	struct datagram d = kit_packet(&kit, "alice", &r, proxy);

	(void)state;
	assert_false(sender_is_proxy(kit.config, &d));
	check_ok(admit_packet(&a, &d, 42, &batch));
	opens_for(proxy);
	d.carrier = CARRIER_HTTP;
	assert_true(sender_is_proxy(kit.config, &d));
	d.source.addr = kit_address("192.0.2.8");
	assert_false(sender_is_proxy(kit.config, &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_believed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_believed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_says_nothing, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_other_carriers, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
