/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a proxy's answer says about a packet that it was given. */
#include "client/dispatch.h"

#include <stdio.h>

#include "tests/lib/check.h"

static void check_verdict(uint16_t status, const char *error,
			  enum verdict expected)
{
	struct haunt_answer a = { .status = status };

	snprintf(a.error, sizeof(a.error), "%s", error);
	assert_int_equal(dispatch_judge(&a), expected);
}

static void test_judge(void **state)
{
	(void)state;
	/* A public server behind the proxy said so. */
	check_verdict(200, "", VERDICT_NOTHING);
	check_verdict(301, "", VERDICT_NOTHING);
	check_verdict(404, "", VERDICT_NOTHING);
	/* The proxy was heard, the silence was the gateway's. */
	check_verdict(502, "ERR_ZERO_SIZE_OBJECT", VERDICT_NOTHING);
	check_verdict(504, "ERR_READ_TIMEOUT", VERDICT_NOTHING);
	/* It says that it did not. */
	check_verdict(407, "", VERDICT_LOST);
	check_verdict(407, "ERR_CACHE_ACCESS_DENIED", VERDICT_LOST);
	check_verdict(403, "ERR_ACCESS_DENIED", VERDICT_LOST);
	check_verdict(503, "ERR_CONNECT_FAIL", VERDICT_LOST);
	check_verdict(503, "ERR_DNS_FAIL", VERDICT_LOST);
	/* Both may be. */
	check_verdict(0, "", VERDICT_DOUBT);
	check_verdict(403, "", VERDICT_DOUBT);
	check_verdict(502, "", VERDICT_DOUBT);
	check_verdict(503, "", VERDICT_DOUBT);
	check_verdict(504, "", VERDICT_DOUBT);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_judge) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
