/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages from the gate to run: whole ones come back as they were, and
 * nothing else does. */
#include "core/run/job.h"

#include <netinet/in.h>
#include <string.h>

#include "conf/config.h"
#include "tests/lib/check.h"

static uint8_t buf[64];

static struct ip_addr address(const char *text)
{
	struct ip_addr a;

	check_ok(addr_parse(text, strlen(text), &a));
	return a;
}

static struct run_job command(void)
{
	return (struct run_job){ .what = 0xfffe,
				 .client = 0x0102,
				 .address = address("2001:db8::7") };
}

static struct run_job hook(void)
{
	return (struct run_job){ .is_hook = true,
				 .what = 7,
				 .client = 9,
				 .address = address("198.51.100.7"),
				 .hook = HOOK_END,
				 .reason = RUN_REASON_REPLACED,
				 .proto = IPPROTO_UDP,
				 .port = 65535,
				 .lifetime_s = 86400,
				 .grant = 0xc00001,
				 .sessions = RUN_SESSIONS_UNKNOWN };
}

static size_t put(const struct run_job *job)
{
	struct wr w = wr_of(buf, sizeof(buf));

	if (job->is_hook)
		run_hook_put(&w, job);
	else
		run_command_put(&w, job);
	assert_false(w.failed);
	return w.len;
}

static enum haunt_err get(size_t len, bool is_hook, struct run_job *out)
{
	struct rd r = rd_of(buf, len);

	return is_hook ? run_hook_get(&r, out) : run_command_get(&r, out);
}

static void check_again(const struct run_job *in, size_t size)
{
	struct run_job out;

	assert_int_equal(put(in), size);
	check_ok(get(size, in->is_hook, &out));
	assert_int_equal(out.is_hook, in->is_hook);
	assert_int_equal(out.what, in->what);
	assert_int_equal(out.client, in->client);
	assert_true(addr_equal(&out.address, &in->address));
	assert_int_equal(out.hook, in->hook);
	assert_int_equal(out.reason, in->reason);
	assert_int_equal(out.proto, in->proto);
	assert_int_equal(out.port, in->port);
	assert_int_equal(out.lifetime_s, in->lifetime_s);
	assert_int_equal(out.grant, in->grant);
	assert_int_equal(out.sessions, in->sessions);
	for (size_t n = 0; n < size; n++)
		check_err(get(n, in->is_hook, &out), HAUNT_ESHORT);
	buf[size] = 0;
	check_err(get(size + 1, in->is_hook, &out), HAUNT_EFORMAT);
}

static void test_round_trip(void **state)
{
	struct run_job c = command(), h = hook(), g = hook();

	(void)state;
	g.hook = HOOK_GRANT;
	g.reason = RUN_REASON_NONE;
	g.proto = IPPROTO_TCP;
	g.sessions = 0;
	check_again(&c, RUN_COMMAND_SIZE);
	check_again(&h, RUN_HOOK_SIZE);
	check_again(&g, RUN_HOOK_SIZE);
}

static void check_refused(const struct run_job *job)
{
	struct run_job out;

	check_err(get(put(job), job->is_hook, &out), HAUNT_EFORMAT);
}

static void test_refused(void **state)
{
	static const char *const unusable[] = { "0.0.0.0", "::", "224.0.0.1",
						"255.255.255.255", "ff02::1" };
	struct run_job j;

	(void)state;
	for (size_t i = 0; i < sizeof(unusable) / sizeof(unusable[0]); i++) {
		j = command();
		j.address = address(unusable[i]);
		check_refused(&j);
		j = hook();
		j.address = address(unusable[i]);
		check_refused(&j);
	}
	j = hook(), j.hook = HOOK_COUNT, check_refused(&j);
	j = hook(), j.reason = RUN_REASON_COUNT, check_refused(&j);
	j = hook(), j.reason = RUN_REASON_NONE, check_refused(&j);
	j = hook(), j.hook = HOOK_GRANT, check_refused(&j);
	j = hook(), j.hook = HOOK_GRANT, j.reason = RUN_REASON_NONE;
	check_refused(&j);
	j = hook(), j.proto = IPPROTO_ICMP, check_refused(&j);
	j = hook(), j.port = 0, check_refused(&j);
	j = hook(), j.grant = 0, check_refused(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
