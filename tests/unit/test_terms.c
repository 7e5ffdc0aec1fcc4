/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client's conditions (expires, require-username, destination), and packets
 * that ask for a command: what is admitted, what the line says, and that a
 * command is run once or not at all.
 */
#include <string.h>

#include "core/gate/admit.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

/* KIT_WALL_S is 2027-01-15 08:00. */
static const char text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"trusted-proxies = 203.0.113.1\n"
	"service ssh { target = tcp/22 lifetime = 30s max-lifetime = 10m }\n"
	"command tell { argv = {/bin/true} request = \"please tell\" }\n"
	"command other { argv = /bin/true }\n"
	"client plain { key = \"@/plain\" services = ssh }\n"
	"client alice { key = \"@/alice\" services = ssh commands = tell\n"
	"  expires = \"2027-01-15 08:02\" require-username = \"al ice\"\n"
	"  destination = {192.0.2.0/24, \"2001:db8::1\"} }\n"
	"client day { key = \"@/day\" services = ssh\n"
	"  expires = 2027-01-14 }\n"
	"client runner { key = \"@/runner\" commands = {other, tell}\n"
	"  from = 198.51.100.0/24 }\n"
	"client roamer { key = \"@/roamer\" commands = tell\n"
	"  allow-unbound-address = true allow-forwarded-for = true }\n";

static const char here[] = "198.51.100.7";
static struct kit kit;
static struct admit a;
static struct grants *grants;
static const struct grant_batch *batch;
static const char *logged;
static struct haunt_request r;
static struct ip_addr to;

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
	r = kit_request(&kit, here, "tcp/22");
	memcpy(r.user, "al ice", 7);
	to = kit_address("192.0.2.1");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	grants_free(grants);
	kit_close(&kit);
	return 0;
}

static enum haunt_err knock_from(const char *client, const char *source)
{
	struct datagram d;
	enum haunt_err err;

	r.time_s = (uint64_t)kit.clock.wall_s;
	d = kit_packet(&kit, client, &r, source);
	d.destination = (struct endpoint){ to, 62201 };
	d.when_ns = 1;
	kit_log_begin();
	err = admit_packet(&a, &d, 42, &batch);
	logged = kit_log_end();
	return err;
}

static enum haunt_err knock(const char *client)
{
	return knock_from(client, here);
}

static void check_denied(const char *client, const char *reason)
{
	char end[64];

	snprintf(end, sizeof(end), " result=denied reason=%s\n", reason);
	check_err(knock(client), HAUNT_EDENIED);
	assert_non_null(strstr(logged, end));
}

static void ask(const char *command)
{
	r.type = HAUNT_TYPE_COMMAND;
	r.ports_len = 0;
	snprintf(r.command, sizeof(r.command), "%s", command);
}

static void test_clamped(void **state)
{
	(void)state;
	check_ok(knock("alice"));
	assert_int_equal(batch->grants[0].lifetime_ms, 30000);
	r.type = HAUNT_TYPE_ACCESS_TIMEOUT;
	r.lifetime_s = 600;
	check_ok(knock("alice"));
	assert_int_equal(batch->grants[0].lifetime_ms, 120000);
	kit.clock.wall_s += 119;
	check_ok(knock("alice"));
	assert_int_equal(batch->grants[0].lifetime_ms, 1000);
	check_ok(knock("plain"));
	assert_int_equal(batch->grants[0].lifetime_ms, 600000);
}

static void test_expired(void **state)
{
	(void)state;
	kit.clock.wall_s += 120;
	check_denied("alice", "expired");
	check_denied("day", "expired");
	kit.clock.wall_s = 1799971199; /* the last second of that day */
	check_ok(knock("day"));
	assert_int_equal(batch->grants[0].lifetime_ms, 1000);
	kit.clock.wall_s++;
	check_denied("day", "expired");
	check_ok(knock("plain"));
}

static void test_username(void **state)
{
	static const char *const others[] = { "al ic", "al icee", "Al ice",
					      "somebody" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(r.user, sizeof(r.user), "%s", others[i]);
		check_denied("alice", "username");
	}
	check_ok(knock("plain"));
}

static void test_destination(void **state)
{
	static const char *const outside[] = { "192.0.3.1", "198.51.100.1",
					       "2001:db8::2", "::1" };
	static const char *const inside[] = { "192.0.2.255", "2001:db8::1",
					      "::ffff:192.0.2.7" };

	(void)state;
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		to = kit_address(outside[i]);
		check_denied("alice", "destination");
	}
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		to = kit_address(inside[i]);
		check_ok(knock("alice"));
	}
}

static void test_command(void **state)
{
	(void)state;
	ask("please tell");
	check_ok(knock("alice"));
	assert_null(batch);
	assert_true(a.policy.is_command);
	assert_int_equal(a.policy.command, 0);
	assert_int_equal(a.opened.client, 1);
	/* Its line is written when it was handed on, or not. */
	assert_string_equal(logged, "");
	kit_log_begin();
	admit_command(&a, HAUNT_OK);
	admit_command(&a, HAUNT_EBUSY);
	assert_string_equal(
		kit_log_end(),
		"hauntd[gate]: admit client=alice carrier=udp command=tell "
		"address=198.51.100.7 result=run\n"
		"hauntd[gate]: admit client=alice carrier=udp command=tell "
		"address=198.51.100.7 result=busy reason=run-queue-full\n");
	assert_int_equal(a.counts.verdicts[VERDICT_RUN], 1);
	assert_int_equal(a.counts.verdicts[VERDICT_BUSY], 1);
	assert_int_equal(grants_count(grants), 0);
	/* And a door is a door again. */
	r = kit_request(&kit, here, "tcp/22");
	check_ok(knock("plain"));
	assert_non_null(batch);
}

static void test_command_conditions(void **state)
{
	(void)state;
	ask("please tell");
	snprintf(r.user, sizeof(r.user), "bob");
	check_denied("alice", "username");
	memcpy(r.user, "al ice", 7);
	to = kit_address("192.0.3.1");
	check_denied("alice", "destination");
	to = kit_address("192.0.2.1");
	kit.clock.wall_s += 120;
	check_denied("alice", "expired");
	check_ok(knock("runner"));
	check_err(knock_from("runner", "203.0.113.7"), HAUNT_EDENIED);
	assert_non_null(strstr(logged, "reason=from\n"));
	check_err(knock_from("runner", "198.51.100.8"), HAUNT_EDENIED);
	assert_non_null(strstr(logged, "reason=address\n"));
	memset(r.allow, 0, sizeof(r.allow));
	check_denied("runner", "unbound");
	check_ok(knock_from("roamer", "203.0.113.9"));
	to = kit_address("203.0.113.9");
	assert_true(addr_equal(&a.policy.address, &to));
}

/* By HTTP, from source, for whom a header names; NULL: there is none. */
static enum haunt_err browse(const char *source, const char *forwarded)
{
	struct datagram d = kit_packet(&kit, "roamer", &r, source);
	enum haunt_err err;

	d.carrier = CARRIER_HTTP;
	if (forwarded) {
		d.forwarding = FORWARDING_NAMED;
		d.forwarded = kit_address(forwarded);
	}
	kit_log_begin();
	err = admit_packet(&a, &d, 42, &batch);
	if (!err)
		admit_command(&a, HAUNT_OK);
	logged = kit_log_end();
	return err;
}

static void test_command_by_proxy(void **state)
{
	(void)state;
	ask("please tell");
	memset(r.allow, 0, sizeof(r.allow));
	check_ok(browse("203.0.113.1", "198.51.100.9"));
	assert_string_equal(logged,
			    "hauntd[gate]: admit client=roamer carrier=http "
			    "via=203.0.113.1 command=tell "
			    "address=198.51.100.9 result=run\n");
	check_err(browse("203.0.113.1", NULL), HAUNT_EDENIED);
	assert_string_equal(logged,
			    "hauntd[gate]: admit client=roamer carrier=http "
			    "address=203.0.113.1 "
			    "asked-command=please\\x20tell result=denied "
			    "reason=forwarded-for\n");
	check_err(browse("203.0.113.2", "198.51.100.9"), HAUNT_EDENIED);
	assert_non_null(strstr(logged, " reason=untrusted-proxy\n"));
}

/* However long it is, and whatever is in it, the result stands behind it. */
static void test_command_told(void **state)
{
	(void)state;
	ask("x\" result=run");
	check_denied("alice", "command");
	assert_non_null(strstr(logged, " asked-command=x\\x22\\x20result"
				       "\\x3drun result=denied"));
	memset(r.command, '=', 150);
	r.command[150] = '\0';
	check_denied("alice", "command");
	assert_in_range(strlen(logged), 64, 256);
}

static void test_other_texts(void **state)
{
	static const char *const texts[] = {
		"tell",	       "please tel",	  "please tell ",
		"Please tell", "please tell; id", "other"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ask(texts[i]);
		check_denied("alice", "command");
	}
	ask("please tell");
	check_denied("plain", "command");
	ask("other");
	check_ok(knock("runner"));
	assert_int_equal(a.policy.command, 1);
}

/* Nobody knows whether a gate that died had it run. */
static void test_once(void **state)
{
	struct datagram d;

	(void)state;
	ask("please tell");
	d = kit_packet(&kit, "alice", &r, here);
	d.destination = (struct endpoint){ to, 62201 };
	d.when_ns = 1800000000000000000;
	check_ok(admit_packet(&a, &d, 42, &batch));
	a.again = true;
	kit_log_begin();
	check_err(admit_packet(&a, &d, 42, &batch), HAUNT_EREPLAY);
	assert_string_equal(
		kit_log_end(),
		"hauntd[gate]: admit client=alice carrier=udp command=tell "
		"address=198.51.100.7 result=replay "
		"reason=gate-restarted\n");
	a.again = false;
	kit_log_begin();
	check_err(admit_packet(&a, &d, 42, &batch), HAUNT_EREPLAY);
	assert_non_null(strstr(kit_log_end(), "reason=seen-before\n"));
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		each(test_clamped),	     each(test_expired),
		each(test_username),	     each(test_destination),
		each(test_command),	     each(test_command_conditions),
		each(test_other_texts),	     each(test_once),
		each(test_command_by_proxy), each(test_command_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
