/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Key files: made, read back, and refused where others could read them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/proto/haunt.h"
#include "core/proto/key_text.h"
#include "tests/lib/check.h"
#include "tests/lib/request.h"

static char dir[] = "/tmp/haunt-key-XXXXXX";
static char path[64];

static const struct haunt_key_spec spec = {
	.mode = HAUNT_MODE_CBC,
	.hmac_type = HAUNT_DIGEST_SHA256,
};

static int folder_make(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/key", dir);
	return 0;
}

static int folder_remove(void **state)
{
	(void)state;
	return rmdir(dir);
}

static int file_remove(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static void file_write(const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static void test_create(void **state)
{
	static const size_t hmac_lens[] = { 0, 64, 64, 64, 128, 128, 128, 72 };
	struct haunt_key_spec s = spec;
	struct haunt_key *key;
	struct stat st;

	(void)state;
	for (int type = HAUNT_DIGEST_NONE; type <= HAUNT_DIGEST_SHA3_512;
	     type++) {
		const size_t n = hmac_lens[type];

		s.hmac_type = (enum haunt_digest)type;
		check_ok(haunt_key_create(path, s.hmac_type));
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		/* KEY_BASE64 and 44 characters; the other only if any. */
		assert_int_equal(st.st_size,
				 57 + (n ? 18 + (n + 2) / 3 * 4 : 0));
		check_ok(haunt_key_load(path, &s, &key, NULL));
		assert_int_equal(haunt_key_hmac_type(key), type);
		haunt_key_free(key);
		assert_int_equal(unlink(path), 0);
	}
	check_err(haunt_key_create(path, (enum haunt_digest)8),
		  HAUNT_EUNSUPPORTED);
}

static void test_create_keeps_what_is_there(void **state)
{
	struct haunt_key *key;

	(void)state;
	file_write("KEY: foo\n", 9);
	check_err(haunt_key_create(path, HAUNT_DIGEST_SHA256), HAUNT_EEXIST);
	check_ok(haunt_key_load(path, &spec, &key, NULL));
	assert_int_equal(haunt_key_hmac_type(key), HAUNT_DIGEST_NONE);
	haunt_key_free(key);
	check_err(haunt_key_create("/nonexistent/key", HAUNT_DIGEST_SHA256),
		  HAUNT_ESYS);
	assert_int_equal(errno, ENOENT);
}

static void test_create_despite_umask(void **state)
{
	const mode_t old = umask(0777);
	struct stat st;

	(void)state;
	check_ok(haunt_key_create(path, HAUNT_DIGEST_SHA256));
	umask(old);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void test_two_files_open_each_others_packets(void **state)
{
	const struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 1);
	struct haunt_request back;
	struct haunt_key *a, *b;
	char packet[HAUNT_PACKET_MAX + 1];
	size_t len;

	(void)state;
	check_ok(haunt_key_create(path, HAUNT_DIGEST_SHA256));
	check_ok(haunt_key_load(path, &spec, &a, NULL));
	check_ok(haunt_key_load(path, &spec, &b, NULL));
	check_ok(haunt_seal(a, &r, packet, sizeof(packet), &len));
	check_ok(haunt_open(b, packet, len, &back));
	request_assert_equal(&back, &r);
	haunt_key_free(b);
	assert_int_equal(unlink(path), 0);
	check_ok(haunt_key_create(path, HAUNT_DIGEST_SHA256));
	check_ok(haunt_key_load(path, &spec, &b, NULL));
	check_err(haunt_open(b, packet, len, &back), HAUNT_EAUTH);
	haunt_key_free(a);
	haunt_key_free(b);
}

static void assert_refused(enum haunt_err err)
{
	struct haunt_key *key = NULL;

	check_err(haunt_key_load(path, &spec, &key, NULL), err);
	assert_null(key);
}

static void test_permissions(void **state)
{
	(void)state;
	file_write("KEY: foo\n", 9);
	for (mode_t bit = 01; bit <= 040; bit <<= 1) {
		assert_int_equal(chmod(path, 0600 | bit), 0);
		assert_refused(HAUNT_EDENIED);
	}
	assert_int_equal(chmod(path, 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 12345, 12345), 0);
		assert_refused(HAUNT_EDENIED);
	}
}

static void test_no_file(void **state)
{
	(void)state;
	assert_refused(HAUNT_ESYS);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(HAUNT_EFORMAT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_refused(HAUNT_EFORMAT);
	assert_int_equal(rmdir(path), 0);
}

static void test_contents(void **state)
{
	char text[KEY_TEXT_MAX + 2];
	struct haunt_key *key = NULL;
	unsigned int line = 9;

	(void)state;
	file_write("KEY: foo\nbar\n", 13);
	check_err(haunt_key_load(path, &spec, &key, &line), HAUNT_EFORMAT);
	assert_int_equal(line, 2);
	file_write("KEY: foo\nHMAC_KEY: foo\n", 23);
	check_err(haunt_key_load(path, &spec, &key, &line), HAUNT_EFORMAT);
	assert_int_equal(line, 0);
	memset(text, '\n', sizeof(text));
	memcpy(text, "KEY: foo", 8);
	file_write(text, KEY_TEXT_MAX + 1);
	assert_refused(HAUNT_ELENGTH);
	file_write(text, KEY_TEXT_MAX);
	check_ok(haunt_key_load(path, &spec, &key, NULL));
	haunt_key_free(key);
}

static void test_hmac_key_without_type(void **state)
{
	struct haunt_key_spec s = spec;
	struct haunt_key *key = NULL;

	(void)state;
	s.hmac_type = HAUNT_DIGEST_NONE;
	file_write("KEY: foo\nHMAC_KEY: bar\n", 23);
	check_err(haunt_key_load(path, &s, &key, NULL), HAUNT_EFORMAT);
	assert_null(key);
}

#define CASE(f) cmocka_unit_test_teardown((f), file_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_create),
		CASE(test_create_keeps_what_is_there),
		CASE(test_create_despite_umask),
		CASE(test_two_files_open_each_others_packets),
		CASE(test_permissions),
		CASE(test_no_file),
		CASE(test_contents),
		CASE(test_hmac_key_without_type),
	};

	return cmocka_run_group_tests_name("key_file", tests, folder_make,
					   folder_remove);
}
