/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the client's file is, and what becomes of one that is no good. */
#include "client/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/check.h"

static char dir[] = "/tmp/haunt-test-XXXXXX";
static char path[64];

static void put(const char *text, size_t len)
{
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	assert_int_equal(fwrite(text, 1, len, to), len);
	assert_int_equal(fclose(to), 0);
}

static int setup(void **state)
{
	char config[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(config, sizeof(config), "%s/haunt", dir);
	assert_int_equal(mkdir(config, 0700), 0);
	snprintf(path, sizeof(path), "%s/haunt/haunt.conf", dir);
	assert_int_equal(setenv("XDG_CONFIG_HOME", dir, 1), 0);
	assert_int_equal(setenv("HOME", "/home/alice", 1), 0);
	return 0;
}

static int teardown(void **state)
{
	char config[64];

	(void)state;
	unlink(path);
	snprintf(config, sizeof(config), "%s/haunt", dir);
	rmdir(config);
	rmdir(dir);
	return 0;
}

static void test_default_place(void **state)
{
	static const char text[] =
		"gateway g { address = 192.0.2.1 key = '~/k' }";
	struct client_conf *conf = NULL;

	(void)state;
	/* It need not be there, but one that is named does. */
	check_ok(profile_read(NULL, &conf));
	assert_int_equal(conf->gateways_len, 0);
	client_conf_free(conf);
	conf = NULL;
	check_err(profile_read(path, &conf), HAUNT_ESYS);
	assert_null(conf);
	put(text, strlen(text));
	check_ok(profile_read(NULL, &conf));
	assert_string_equal(conf->gateways[0].key_path, "/home/alice/k");
	client_conf_free(conf);
	check_ok(profile_read(path, &conf));
	assert_int_equal(conf->gateways_len, 1);
	client_conf_free(conf);
}

static void test_no_good(void **state)
{
	struct client_conf *conf = NULL;

	(void)state;
	put("gateway g {", 11);
	check_err(profile_read(NULL, &conf), HAUNT_EFORMAT);
	/* What stands behind a NUL would not be seen. */
	put("# a\0b", 5);
	check_err(profile_read(NULL, &conf), HAUNT_EFORMAT);
	check_err(profile_read(dir, &conf), HAUNT_ESYS);
	assert_null(conf);
	put("", 0);
	check_ok(profile_read(NULL, &conf));
	assert_int_equal(conf->gateways_len, 0);
	client_conf_free(conf);
}

static void test_login(void **state)
{
	char login[CLIENT_USER_MAX + 1] = "";
	struct client_gateway g = client_gateway_default();

	(void)state;
	profile_login(login);
	check_ok(client_parse_user(login, &g));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default_place),
		cmocka_unit_test(test_no_good),
		cmocka_unit_test(test_login),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
