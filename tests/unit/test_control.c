/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control protocol: what is answered to what, and how long lists come. */
#include "core/gate/control.h"

#include <jansson.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

static const char text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" at = {\"tcp/1-65535\"} }\n"
	"service \"db6\" { target = \"2001:db8::2 tcp/5432\" }\n"
	"client \"alice\" { key = \"@/a\" services = {\"ssh\", \"db6\"} }\n"
	"client \"bob\" { key = \"@/b\" services = {\"ssh\"} }\n";

static struct config *config;
static struct clock_fake hands;
static struct gate_core *core;
static struct control_reply reply;
static uint16_t sent_types[64];
static size_t sent;
static bool queue_full;

static enum haunt_err send_nat(void *arg, uint16_t type, const struct wr *body)
{
	(void)arg;
	(void)body;
	if (queue_full)
		return HAUNT_EBUSY;
	sent_types[sent++ % 64] = type;
	return HAUNT_OK;
}

static int setup(void **state)
{
	struct gate_parts parts = { .send = send_nat };

	(void)state;
	sent = 0;
	queue_full = false;
	config = kit_config(text, "/nowhere");
	clock_fake_init(&hands, KIT_WALL_S, KIT_MONO_MS);
	parts.config = config;
	parts.clock = &hands.clock;
	check_ok(gate_core_new(&parts, &core));
	check_ok(gate_core_start(core));
	reply = (struct control_reply){ .state = CONTROL_NONE };
	log_open("hauntd", "gate", LOG_SINK_STDERR, LOG_LEVEL_ERROR);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	control_drop(&reply);
	gate_core_free(core);
	config_free(config);
	return 0;
}

/* n grants of alice, then the answer that nothing more is in force. */
static void adopt(uint32_t n)
{
	const struct nat_result done = { .seq = 1 };
	struct grant g = { .lifetime_ms = 30000, .proto = IPPROTO_TCP };

	g.address = addr_from_v4("\306\063\144\007");
	for (uint32_t i = 1; i <= n; i++) {
		g.id = i;
		g.port = (uint16_t)i;
		check_ok(gate_core_rule(core, &g));
	}
	check_ok(gate_core_result(core, &done));
}

/* Fills in pieces of that size until there is no more; free() it. */
static char *answer(size_t piece)
{
	char *out = NULL;
	char *buf = malloc(piece);
	size_t size = 0;
	FILE *f = open_memstream(&out, &size);

	assert_non_null(buf);
	assert_non_null(f);
	while (reply.state != CONTROL_NONE && reply.state != CONTROL_WAITING) {
		size_t n = control_fill(core, &reply, buf, piece);

		assert_in_range(n, 1, piece);
		fwrite(buf, 1, n, f);
	}
	fclose(f);
	free(buf);
	return out;
}

static json_t *ask_in(const char *line, size_t piece)
{
	json_error_t error;
	char *out;
	json_t *root;

	control_command(core, line, strlen(line), &reply);
	out = answer(piece);
	assert_true(strlen(out) > 0);
	assert_int_equal(out[strlen(out) - 1], '\n');
	assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
	root = json_loads(out, 0, &error);
	assert_non_null(root);
	free(out);
	return root;
}

static json_t *ask(const char *line)
{
	return ask_in(line, 16384);
}

static void check_error(const char *line, const char *error)
{
	json_t *root = ask(line);

	assert_true(json_is_false(json_object_get(root, "ok")));
	assert_string_equal(json_string_value(json_object_get(root, "error")),
			    error);
	json_decref(root);
}

static json_int_t number_at(const json_t *root, const char *name)
{
	const json_t *n = json_object_get(root, name);

	assert_true(json_is_integer(n));
	return json_integer_value(n);
}

static void test_status(void **state)
{
	const json_t *packets;
	json_t *root;

	(void)state;
	root = ask("{\"command\":\"status\"}");
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(root, "roles"), "nat")),
			    "adopting");
	json_decref(root);
	adopt(3);
	root = ask("{\"command\":\"status\"}");
	assert_true(json_is_true(json_object_get(root, "ok")));
	assert_int_equal(number_at(root, "grants"), 3);
	assert_int_equal(number_at(root, "max_grants"), 65536);
	assert_int_equal(number_at(root, "services"), 2);
	assert_int_equal(number_at(root, "clients"), 2);
	assert_int_equal(number_at(root, "since"), KIT_WALL_S);
	assert_string_equal(json_string_value(json_object_get(root, "version")),
			    haunt_version());
	packets = json_object_get(root, "packets");
	assert_int_equal(number_at(packets, "seen"), 0);
	assert_int_equal(number_at(packets, "authenticated"), 0);
	assert_int_equal(number_at(packets, "strangers"), 0);
	assert_int_equal(number_at(packets, "granted"), 0);
	json_decref(root);
}

static void test_grants(void **state)
{
	const json_t *one;
	json_t *root;

	(void)state;
	adopt(1);
	hands.mono_ms += 10500;
	hands.wall_s += 10;
	root = ask("{\"command\":\"grants\"}");
	assert_int_equal(json_array_size(json_object_get(root, "grants")), 1);
	one = json_array_get(json_object_get(root, "grants"), 0);
	assert_int_equal(number_at(one, "id"), 1);
	assert_int_equal(number_at(one, "outer"), 1);
	assert_int_equal(number_at(one, "since"), KIT_WALL_S);
	assert_int_equal(number_at(one, "remaining_s"), 20);
	assert_int_equal(number_at(one, "expires"), KIT_WALL_S + 30);
	assert_string_equal(json_string_value(json_object_get(one, "target")),
			    "tcp/22");
	json_decref(root);
}

static void test_no_grants(void **state)
{
	json_t *root;

	(void)state;
	adopt(0);
	root = ask("{\"command\":\"grants\"}");
	assert_true(json_is_true(json_object_get(root, "ok")));
	assert_int_equal(json_array_size(json_object_get(root, "grants")), 0);
	json_decref(root);
}

static void test_forward_target(void **state)
{
	const struct nat_result done = { .seq = 1 };
	struct grant g = { .id = 7,
			   .lifetime_ms = 1000,
			   .service = 1,
			   .proto = IPPROTO_TCP,
			   .port = 5432 };
	const json_t *one;
	json_t *root;

	(void)state;
	g.address = kit_address("2001:db8::7");
	check_ok(gate_core_rule(core, &g));
	check_ok(gate_core_result(core, &done));
	root = ask("{\"command\":\"grants\"}");
	one = json_array_get(json_object_get(root, "grants"), 0);
	assert_string_equal(json_string_value(json_object_get(one, "target")),
			    "2001:db8::2 tcp/5432");
	assert_string_equal(json_string_value(json_object_get(one, "address")),
			    "2001:db8::7");
	json_decref(root);
}

static void test_long_list_in_small_pieces(void **state)
{
	json_t *root;

	(void)state;
	adopt(10000);
	root = ask_in("{\"command\":\"grants\"}", CONTROL_FILL_MIN);
	assert_int_equal(json_array_size(json_object_get(root, "grants")),
			 10000);
	json_decref(root);
	root = ask_in("{\"command\":\"grants\"}", 65536);
	assert_int_equal(json_array_size(json_object_get(root, "grants")),
			 10000);
	json_decref(root);
}

static void test_list_while_it_changes(void **state)
{
	char buf[CONTROL_FILL_MIN];
	uint64_t next;
	size_t n;

	(void)state;
	adopt(100);
	control_command(core, "{\"command\":\"grants\"}", 20, &reply);
	n = control_fill(core, &reply, buf, sizeof(buf));
	assert_true(n > 0 && reply.state == CONTROL_GRANTS);
	hands.mono_ms += 40000;
	check_ok(gate_core_tick(core, &next));
	n = control_fill(core, &reply, buf, sizeof(buf));
	assert_int_equal(n, 3);
	assert_memory_equal(buf, "]}\n", 3);
	assert_int_equal(reply.state, CONTROL_NONE);
}

static void test_bad_commands(void **state)
{
	(void)state;
	adopt(1);
	check_error("", "this is not JSON");
	check_error("hello", "this is not JSON");
	check_error("{\"command\":\"status\"", "this is not JSON");
	check_error("{\"command\":\"status\",\"command\":\"grants\"}",
		    "this is not JSON");
	check_error("[1]", "a command is a JSON object");
	check_error("{}", "there is no such command");
	check_error("{\"command\":17}", "there is no such command");
	check_error("{\"command\":\"open\"}", "there is no such command");
	check_error("{\"command\":\"status\",\"grant\":1}",
		    "the command has a member that it does not know");
	check_error("{\"command\":\"revoke\"}",
		    "revoke takes either a client or a grant");
	check_error("{\"command\":\"revoke\",\"client\":\"alice\",\"grant\":1}",
		    "revoke takes either a client or a grant");
	check_error("{\"command\":\"revoke\",\"grant\":\"1\"}",
		    "grant must be the number of a grant");
	check_error("{\"command\":\"revoke\",\"grant\":0}",
		    "grant must be the number of a grant");
	check_error("{\"command\":\"revoke\",\"grant\":16777216}",
		    "grant must be the number of a grant");
	check_error("{\"command\":\"revoke\",\"grant\":-1}",
		    "grant must be the number of a grant");
	check_error("{\"command\":\"revoke\",\"client\":1}",
		    "client must be a name");
	check_error("{\"command\":\"revoke\",\"client\":\"mallory\"}",
		    "there is no such client");
	check_error("{\"command\":\"revoke\",\"client\":\"bob\"}",
		    "there is no such grant");
	check_error("{\"command\":\"revoke\",\"grant\":2}",
		    "there is no such grant");
	assert_int_equal(sent, 1);
}

/* Ticks and answers revocations with err until the reply is there. */
static void revoke_play(enum haunt_err err, uint32_t error)
{
	struct nat_result r = { .err = (uint8_t)err, .error = error };
	uint64_t next;
	uint32_t seq = 1;

	while (reply.state == CONTROL_WAITING && seq < 2000) {
		size_t before = sent;

		check_ok(gate_core_tick(core, &next));
		if (sent == before && reply.state != CONTROL_WAITING)
			break;
		/* Answers come for sent messages only; numbers in between
		 * were used for nothing. */
		do {
			r.seq = ++seq;
		} while (gate_core_result(core, &r) != HAUNT_OK && seq < 2000);
	}
	check_ok(gate_core_tick(core, &next));
}

static void test_revoke_many(void **state)
{
	static const char line[] = "{\"command\":\"revoke\","
				   "\"client\":\"alice\"}";
	struct gate_status status;
	json_error_t error;
	json_t *root;
	char *out;

	(void)state;
	adopt(5000);
	control_command(core, line, sizeof(line) - 1, &reply);
	assert_int_equal(reply.state, CONTROL_WAITING);
	assert_int_equal(control_fill(core, &reply, NULL, 0), 0);
	revoke_play(HAUNT_OK, 0);
	assert_int_equal(reply.state, CONTROL_REVOKED);
	out = answer(CONTROL_FILL_MIN);
	root = json_loads(out, 0, &error);
	assert_non_null(root);
	assert_true(json_is_true(json_object_get(root, "ok")));
	assert_int_equal(json_array_size(json_object_get(root, "revoked")),
			 5000);
	json_decref(root);
	free(out);
	gate_core_status(core, &status);
	assert_int_equal(status.grants, 0);
}

static void test_revoke_refused(void **state)
{
	static const char line[] = "{\"command\":\"revoke\",\"grant\":1}";
	char *out;

	(void)state;
	adopt(2);
	control_command(core, line, sizeof(line) - 1, &reply);
	revoke_play(HAUNT_ESYS, 1);
	out = answer(CONTROL_FILL_MIN);
	assert_string_equal(out, "{\"ok\":false,\"error\":\"the firewall "
				 "refused: Operation not permitted\","
				 "\"revoked\":[]}\n");
	free(out);
}

static void test_who_asked_has_gone(void **state)
{
	static const char line[] = "{\"command\":\"revoke\",\"grant\":1}";
	struct gate_status status;
	uint64_t next;

	(void)state;
	adopt(2);
	control_command(core, line, sizeof(line) - 1, &reply);
	control_drop(&reply);
	assert_int_equal(reply.state, CONTROL_NONE);
	check_ok(gate_core_tick(core, &next));
	for (uint32_t seq = 2; seq < 10; seq++) {
		const struct nat_result r = { .seq = seq };

		if (gate_core_result(core, &r) == HAUNT_OK)
			break;
	}
	check_ok(gate_core_tick(core, &next));
	gate_core_status(core, &status);
	assert_int_equal(status.grants, 1);
	assert_int_equal(reply.state, CONTROL_NONE);
}

static void test_revoke_waits_for_room(void **state)
{
	static const char line[] = "{\"command\":\"revoke\",\"grant\":1}";
	uint64_t next;

	(void)state;
	adopt(1);
	control_command(core, line, sizeof(line) - 1, &reply);
	queue_full = true;
	check_ok(gate_core_tick(core, &next));
	assert_int_equal(reply.state, CONTROL_WAITING);
	assert_true(next > hands.mono_ms && next < hands.mono_ms + 1000);
	queue_full = false;
	hands.mono_ms = next;
	revoke_play(HAUNT_OK, 0);
	assert_int_equal(reply.state, CONTROL_REVOKED);
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		each(test_status),
		each(test_grants),
		each(test_no_grants),
		each(test_forward_target),
		each(test_long_list_in_small_pieces),
		each(test_list_while_it_changes),
		each(test_bad_commands),
		each(test_revoke_many),
		each(test_revoke_refused),
		each(test_who_asked_has_gone),
		each(test_revoke_waits_for_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
