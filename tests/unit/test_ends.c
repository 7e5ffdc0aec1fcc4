/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grants that ended: gathered, asked about together, told one line each. */
#include "core/gate/ends.h"

#include <netinet/in.h>
#include <string.h>

#include "core/base/log.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

static const char text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" }\n"
	"client \"alice\" { key = \"@/a\" services = {\"ssh\"} }\n"
	"max-grants = 600\n";

static struct config *config;
static struct ends *e;
static struct cuts *cuts;
static struct grant_survey survey;

static int setup(void **state)
{
	(void)state;
	config = kit_config(text, "/nowhere");
	check_ok(cuts_new(&cuts));
	check_ok(ends_new(config, cuts, &e));
	log_open("hauntd", "gate", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ends_free(e);
	cuts_free(cuts);
	config_free(config);
	return 0;
}

static void end(uint32_t id, uint64_t now_ms)
{
	const struct grant g = { .id = id,
				 .address = addr_from_v4("\306\063\144\007"),
				 .proto = IPPROTO_TCP,
				 .port = 22 };

	ends_add(e, &g, ENDS_EXPIRED, now_ms);
}

static size_t count(const char *log, const char *what)
{
	size_t n = 0;

	for (; (log = strstr(log, what)); log++)
		n++;
	return n;
}

static void test_gathers(void **state)
{
	const struct nat_result done = { .seq = 5 };
	const char *log;

	(void)state;
	assert_int_equal(ends_next_ms(e), UINT64_MAX);
	assert_false(ends_survey(e, 5, 1000, &survey));
	end(3, 1000);
	end(1, 1100);
	assert_int_equal(ends_next_ms(e), 1000 + ENDS_GATHER_MS);
	assert_false(ends_survey(e, 5, 1199, &survey));
	end(2, 1200);
	assert_true(ends_survey(e, 5, 1200, &survey));
	assert_int_equal(survey.len, 3);
	assert_int_equal(survey.seq, 5);
	/* One at a time. */
	end(4, 1300);
	assert_int_equal(ends_next_ms(e), UINT64_MAX);
	kit_log_begin();
	check_ok(ends_result(e, &done));
	log = kit_log_end();
	assert_int_equal(count(log, "end grant="), 3);
	assert_int_equal(count(log, " sessions=0\n"), 3);
	assert_int_equal(ends_next_ms(e), 1300 + ENDS_GATHER_MS);
}

static void test_other_answers(void **state)
{
	struct nat_result other = { .seq = 4 };

	(void)state;
	check_err(ends_result(e, &other), HAUNT_ENOENT);
	end(1, 0);
	assert_true(ends_survey(e, 5, 200, &survey));
	check_err(ends_result(e, &other), HAUNT_ENOENT);
}

static void test_many(void **state)
{
	struct nat_result done = { .seq = 1 };

	(void)state;
	for (uint32_t i = 0; i < 600; i++)
		end(1000 - i, 0);
	kit_log_begin();
	end(4711, 0);
	assert_int_equal(count(kit_log_end(),
			       "end grant=4711 client=alice service=ssh "
			       "address=198.51.100.7 door=tcp/22 "
			       "reason=expired sessions=unknown\n"),
			 1);
	assert_true(ends_survey(e, 1, 200, &survey));
	assert_int_equal(survey.len, GRANT_SURVEY_MAX);
	kit_log_begin();
	for (uint32_t i = 0; i < survey.len; i++) {
		const struct session s = { .id = survey.ids[i] };

		ends_session(e, &s);
	}
	check_ok(ends_result(e, &done));
	assert_true(count(kit_log_end(), "sessions=1 kept\n") > 400);
	assert_true(ends_survey(e, 2, 200, &survey));
	assert_int_equal(survey.len, 600 - GRANT_SURVEY_MAX);
}

static void test_unsent(void **state)
{
	(void)state;
	end(1, 0);
	assert_true(ends_survey(e, 1, 200, &survey));
	ends_unsend(e, 200);
	assert_int_equal(ends_next_ms(e), 200 + ENDS_GATHER_MS);
	assert_true(ends_survey(e, 2, 400, &survey));
	assert_int_equal(survey.len, 1);
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		each(test_gathers),
		each(test_other_answers),
		each(test_many),
		each(test_unsent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
