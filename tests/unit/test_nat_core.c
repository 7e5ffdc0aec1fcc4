/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat behind a socket, on a firewall in memory: every message is answered,
 * batches are all or nothing, surveys share a dump. */
#include "nat/nat_core.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/log.h"
#include "tests/lib/clock_fake.h"
#include "tests/lib/fw_fake.h"
#include "tests/lib/nat_kit.h"

#define WAIT_MS	    5000
#define ANSWERS_MAX 64

struct bench {
	struct config *config;
	struct clock_fake clock;
	struct fw_fake kernel;
	struct fw *fw;
	struct nat *nat;
	int fds[2]; /* the gate's end, nat's end */
	struct nat_result results[ANSWERS_MAX];
	size_t results_len;
	struct grant rules[ANSWERS_MAX];
	size_t rules_len;
	struct session sessions[ANSWERS_MAX];
	size_t sessions_len;
	struct session news[ANSWERS_MAX];
	size_t news_len;
	struct session listed[ANSWERS_MAX];
	size_t listed_len;
	struct origin origins[ANSWERS_MAX];
	size_t origins_len;
	char told[FACT_COUNT]; /* 'y', 'n', or NUL */
};

static enum haunt_err to_gate(void *arg, uint16_t type, const struct wr *body)
{
	struct bench *b = arg;

	return ipc_send(b->fds[1], type, body);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct nat_port port;

	assert_non_null(b);
	log_open("test", "nat", LOG_SINK_STDERR, LOG_LEVEL_ERROR);
	b->config = nat_kit_parse(nat_kit_text);
	clock_fake_init(&b->clock, 1700000000, 1000);
	b->kernel.clock = &b->clock.clock;
	b->kernel.max = FW_FAKE_ELEMENTS;
	fw_fake_use(&b->kernel);
	check_ok(fw_fake.open(
		&(struct fw_setup){ .config = b->config, .try_ms = -1 },
		&b->fw));
	check_ok(ipc_pair(b->fds));
	port = (struct nat_port){ .clock = &b->clock.clock,
				  .ops = &fw_fake,
				  .fw = b->fw,
				  .send = to_gate,
				  .arg = b };
	check_ok(nat_new(b->config, &port, &b->nat));
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	nat_free(b->nat);
	fw_fake.close(b->fw);
	config_free(b->config);
	close(b->fds[0]);
	close(b->fds[1]);
	free(b);
	return 0;
}

/* What nat makes of one message. */
static enum haunt_err say(struct bench *b, uint16_t type, struct wr *body)
{
	check_ok(ipc_send(b->fds[0], type, body));
	return ipc_dispatch(b->fds[1], nat_permits, nat_permits_len, b->nat);
}

static enum haunt_err say_batch(struct bench *b, uint16_t type,
				const struct grant_batch *batch)
{
	uint8_t buf[IPC_BODY_MAX];
	struct wr w = wr_of(buf, sizeof(buf));

	grant_batch_put(&w, batch);
	return say(b, type, &w);
}

static enum haunt_err say_list(struct bench *b, uint32_t seq)
{
	uint8_t buf[8];
	struct wr w = wr_of(buf, sizeof(buf));

	nat_query_put(&w, &(struct nat_query){ .seq = seq });
	return say(b, NAT_LIST, &w);
}

/* All that nat has to tell. */
static void told(struct bench *b)
{
	while (nat_busy(b->nat))
		check_ok(nat_step(b->nat));
}

static enum haunt_err say_survey(struct bench *b, uint32_t seq, uint32_t id)
{
	static struct grant_survey s;
	uint8_t buf[IPC_BODY_MAX];
	struct wr w = wr_of(buf, sizeof(buf));

	s = (struct grant_survey){ .seq = seq, .len = 2, .ids = { 999, id } };
	grant_survey_put(&w, &s);
	return say(b, NAT_SURVEY, &w);
}

static enum haunt_err got_result(void *arg, struct rd *body)
{
	struct bench *b = arg;

	return nat_result_get(body, &b->results[b->results_len++]);
}

static enum haunt_err got_rule(void *arg, struct rd *body)
{
	struct bench *b = arg;

	return grant_get(body, &b->rules[b->rules_len++]);
}

static enum haunt_err got_session(void *arg, struct rd *body)
{
	struct bench *b = arg;

	struct session s;
	enum haunt_err err = session_get(body, &s);

	if (err == HAUNT_OK && s.news == SESSION_HERE)
		b->sessions[b->sessions_len++] = s;
	else if (err == HAUNT_OK)
		b->news[b->news_len++] = s;
	return err;
}

static enum haunt_err got_listed(void *arg, struct rd *body)
{
	struct bench *b = arg;

	return session_get(body, &b->listed[b->listed_len++]);
}

static enum haunt_err got_told(void *arg, struct rd *body)
{
	struct bench *b = arg;
	struct nat_told told;
	enum haunt_err err = nat_told_get(body, &told);

	if (err == HAUNT_OK)
		b->told[told.fact] = told.is ? 'y' : 'n';
	return err;
}

static enum haunt_err got_origin(void *arg, struct rd *body)
{
	struct bench *b = arg;

	return origin_get(body, &b->origins[b->origins_len++]);
}

static const struct ipc_permit gate_permits[] = {
	{ NAT_RESULT, 0, IPC_BODY_MAX, got_result },
	{ NAT_RULE, 0, IPC_BODY_MAX, got_rule },
	{ NAT_SESSION, SESSION_SIZE, SESSION_SIZE, got_session },
	{ NAT_LISTED, SESSION_SIZE, SESSION_SIZE, got_listed },
	{ NAT_TOLD, 2, 2, got_told },
	{ NAT_ORIGIN, ORIGIN_MIN, ORIGIN_MAX, got_origin },
};

/* Reads answers until n results are there; none waits beyond. */
static void hear(struct bench *b, size_t n)
{
	struct pollfd p = { .fd = b->fds[0], .events = POLLIN };

	b->results_len = b->rules_len = b->sessions_len = 0;
	b->news_len = b->listed_len = b->origins_len = 0;
	while (b->results_len < n) {
		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		check_ok(ipc_dispatch(
			b->fds[0], gate_permits,
			sizeof(gate_permits) / sizeof(gate_permits[0]), b));
	}
	assert_int_equal(poll(&p, 1, 0), 0);
}

static void expect(struct bench *b, uint32_t seq, enum haunt_err err,
		   uint32_t error, uint8_t at)
{
	hear(b, 1);
	assert_int_equal(b->results[0].seq, seq);
	assert_int_equal(b->results[0].err, err);
	assert_int_equal(b->results[0].error, error);
	assert_int_equal(b->results[0].at, at);
}

static struct grant_batch two(void)
{
	struct grant_batch batch = { .seq = 5, .len = 2 };

	batch.grants[0] =
		nat_kit_grant(KIT_SSH, "198.51.100.7", IPPROTO_TCP, 80);
	batch.grants[1] =
		nat_kit_grant(KIT_ECHO, "198.51.100.7", IPPROTO_UDP, 53);
	batch.grants[1].id = 8;
	return batch;
}

static void granted(void **state)
{
	struct bench *b = *state;
	struct grant_batch batch = two();

	check_ok(say_batch(b, NAT_GRANT, &batch));
	expect(b, 5, HAUNT_OK, 0, NAT_RESULT_AT_NONE);
	assert_int_equal(fw_fake_count(&b->kernel), 2);
	/* Only UDP that is translated needs its past to be cut. */
	assert_true(jobs_run(nat_jobs(b->nat)));
	assert_int_equal(b->kernel.cuts, 1);
	assert_false(jobs_run(nat_jobs(b->nat)));
	check_ok(say_list(b, 6));
	told(b);
	hear(b, 1);
	assert_int_equal(b->rules_len, 2);
	assert_int_equal(b->rules[1].id, 8);
	assert_int_equal(b->rules[1].service, KIT_ECHO);
	check_ok(say_batch(b, NAT_REVOKE, &batch));
	expect(b, 5, HAUNT_OK, 0, NAT_RESULT_AT_NONE);
	assert_int_equal(fw_fake_count(&b->kernel), 0);
}

static void denied(void **state)
{
	struct bench *b = *state;
	struct grant_batch batch = two();

	batch.grants[1].port = 54;
	check_ok(say_batch(b, NAT_GRANT, &batch));
	expect(b, 5, HAUNT_EDENIED, 0, 1);
	assert_int_equal(fw_fake_count(&b->kernel), 0);
	assert_false(jobs_run(nat_jobs(b->nat)));
}

static void kernel_error(void **state)
{
	struct bench *b = *state;
	struct grant_batch batch = two();

	b->kernel.fail_errno = ENOSPC;
	check_ok(say_batch(b, NAT_GRANT, &batch));
	hear(b, 1);
	assert_int_equal(b->results[0].err, HAUNT_ESYS);
	assert_int_equal(b->results[0].error, ENOSPC);
	assert_int_equal(fw_fake_count(&b->kernel), 0);
	assert_false(jobs_run(nat_jobs(b->nat)));
	check_ok(say_batch(b, NAT_GRANT, &batch));
	expect(b, 5, HAUNT_OK, 0, NAT_RESULT_AT_NONE);
}

/* Neither answer would be true: nat has to begin anew. */
static void in_doubt(void **state)
{
	struct bench *b = *state;
	struct grant_batch batch = two();
	struct pollfd p = { .fd = b->fds[0], .events = POLLIN };
	static const uint16_t verbs[] = { NAT_GRANT, NAT_REVOKE };

	for (size_t i = 0; i < 2; i++) {
		b->kernel.fail_errno = ENOBUFS;
		b->kernel.fail_unknown = true;
		check_err(say_batch(b, verbs[i], &batch), HAUNT_ESTALE);
		assert_int_equal(poll(&p, 1, 0), 0);
		assert_false(jobs_run(nat_jobs(b->nat)));
	}
}

static void table_full(void **state)
{
	struct bench *b = *state;
	struct grant_batch batch = two();

	b->kernel.max = 1;
	check_ok(say_batch(b, NAT_GRANT, &batch));
	hear(b, 1);
	assert_int_equal(b->results[0].err, HAUNT_EBUSY);
	assert_int_equal(b->results[0].error, 0);
	assert_int_equal(fw_fake_count(&b->kernel), 0);
}

static void list_fails(void **state)
{
	struct bench *b = *state;

	b->kernel.fail_list = true;
	check_ok(say_list(b, 4));
	hear(b, 1);
	assert_int_equal(b->results[0].seq, 4);
	assert_int_equal(b->results[0].err, HAUNT_ESYS);
}

static struct session session_of(uint32_t id)
{
	return (struct session){
		.id = id,
		.ct_id = id,
		.proto = IPPROTO_TCP,
		.state = SESSION_LIVES,
		.client = { nat_kit_addr("198.51.100.7"), 4000 },
		.outer = { nat_kit_addr("198.51.100.1"), 80 },
		.inner = { nat_kit_addr("198.51.100.1"), 22 },
	};
}

static void surveys(void **state)
{
	struct bench *b = *state;

	b->kernel.sessions[0] = session_of(7);
	b->kernel.sessions[1] = session_of(8);
	b->kernel.sessions[2] = session_of(8);
	b->kernel.sessions[2].client.port++;
	b->kernel.sessions_len = 3;
	check_ok(say_survey(b, 1, 8));
	check_ok(say_survey(b, 2, 3));
	assert_true(jobs_run(nat_jobs(b->nat)));
	hear(b, 2);
	assert_int_equal(b->sessions_len, 2);
	assert_int_equal(b->sessions[0].id, 8);
	assert_int_equal(b->results[0].seq, 1);
	assert_int_equal(b->results[1].seq, 2);
	assert_int_equal(b->results[1].err, HAUNT_OK);
	b->kernel.fail_sessions = true;
	check_ok(say_survey(b, 3, 8));
	assert_true(jobs_run(nat_jobs(b->nat)));
	hear(b, 1);
	assert_int_equal(b->results[0].err, HAUNT_ESYS);
}

static void too_many_surveys(void **state)
{
	struct bench *b = *state;
	size_t n = 0;
	struct pollfd p = { .fd = b->fds[0], .events = POLLIN };

	/* They wait until there are too many; then one is told so. */
	do {
		check_ok(say_survey(b, (uint32_t)++n, 8));
		assert_in_range(n, 1, 1000);
	} while (poll(&p, 1, 0) == 0);
	expect(b, (uint32_t)n, HAUNT_EBUSY, 0, NAT_RESULT_AT_NONE);
}

/* The thread answers without being asked to run. */
static void threaded(void **state)
{
	struct bench *b = *state;
	struct grant_batch batch = two();

	check_ok(jobs_start(nat_jobs(b->nat)));
	b->kernel.sessions[0] = session_of(7);
	b->kernel.sessions_len = 1;
	check_ok(say_survey(b, 1, 7));
	hear(b, 1);
	assert_int_equal(b->sessions_len, 1);
	check_ok(say_batch(b, NAT_GRANT, &batch));
	expect(b, 5, HAUNT_OK, 0, NAT_RESULT_AT_NONE);
	check_ok(say_survey(b, 2, 7));
	hear(b, 1);
	assert_int_equal(b->results[0].seq, 2);
}

static void refused(void **state)
{
	struct bench *b = *state;
	uint8_t buf[IPC_BODY_MAX] = { 0 };
	struct wr w = wr_of(buf, sizeof(buf));

	/* A type that is not the gate's to send. */
	wr_u32(&w, 1);
	check_err(say(b, NAT_RULE, &w), HAUNT_EFORMAT);
	/* Lengths that no message has. */
	check_err(say(b, NAT_GRANT, &w), HAUNT_EFORMAT);
	check_err(say(b, NAT_SURVEY, &w), HAUNT_EFORMAT);
	wr_u8(&w, 0);
	check_err(say(b, NAT_LIST, &w), HAUNT_EFORMAT);
	/* A batch that says that it holds none. */
	w = wr_of(buf, sizeof(buf));
	(void)wr_room(&w, 5 + GRANT_SIZE);
	check_err(say(b, NAT_GRANT, &w), HAUNT_EFORMAT);
	check_err(say(b, NAT_REVOKE, &w), HAUNT_EFORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(granted, setup, teardown),
		cmocka_unit_test_setup_teardown(denied, setup, teardown),
		cmocka_unit_test_setup_teardown(kernel_error, setup, teardown),
		cmocka_unit_test_setup_teardown(in_doubt, setup, teardown),
		cmocka_unit_test_setup_teardown(table_full, setup, teardown),
		cmocka_unit_test_setup_teardown(list_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(surveys, setup, teardown),
		cmocka_unit_test_setup_teardown(too_many_surveys, setup,
						teardown),
		cmocka_unit_test_setup_teardown(threaded, setup, teardown),
		cmocka_unit_test_setup_teardown(refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
