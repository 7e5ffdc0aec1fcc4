/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose packet is it: every client's is found, nobody else's is. */
#include "core/gate/clients.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/log.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

/* config.h gives mode and hmac_type as numbers of haunt.h. */
static const char text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" }\n"
	"client \"alice\" { key = \"@/alice\" services = {\"ssh\"} }\n"
	"client \"bob\" { key = \"@/bob\" services = {\"ssh\"}\n"
	"  hmac = \"sha512\" mode = \"ctr\" }\n"
	"client \"office\" { key = \"@/office\" services = {\"ssh\"}\n"
	"  from = {\"203.0.113.0/24\", \"2001:db8::/32\"} }\n"
	"client \"old\" { key = \"@/old\" services = {\"ssh\"}\n"
	"  hmac = \"none\" allow-without-hmac = true }\n";

static const char here[] = "198.51.100.7";
static struct kit kit;
static struct clients_opened opened;

static int setup(void **state)
{
	(void)state;
	kit_open(&kit, text);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	kit_close(&kit);
	return 0;
}

static struct datagram packet(const char *client, const char *source)
{
	struct haunt_request r = kit_request(&kit, here, "tcp/22");

	return kit_packet(&kit, client, &r, source);
}

static enum haunt_err open_at(const struct datagram *d, uint64_t now_ms)
{
	return clients_open(kit.clients, d, now_ms, &opened);
}

static void check_opens(const char *client, const char *source)
{
	struct datagram d = packet(client, source);

	check_ok(open_at(&d, 0));
	assert_string_equal(kit.config->clients[opened.client].name, client);
	check_ok(opened.contents);
	assert_int_equal(opened.request.ports_len, 1);
	assert_int_equal(opened.request.ports[0].port, 22);
}

static void test_each_is_found(void **state)
{
	static const char *const names[] = { "alice", "bob", "old" };

	(void)state;
	/* From one address in turn, so that the memory of it misleads. */
	for (int i = 0; i < 9; i++)
		check_opens(names[i * 7 % 3], here);
	check_opens("office", "203.0.113.5");
	check_opens("office", "2001:db8::5");
}

static void test_ids_differ(void **state)
{
	struct datagram a = packet("alice", here);
	struct datagram b = packet("alice", here);
	uint8_t id[CLIENTS_ID];

	(void)state;
	check_ok(open_at(&a, 0));
	memcpy(id, opened.id, sizeof(id));
	check_ok(open_at(&b, 0));
	assert_memory_not_equal(id, opened.id, sizeof(id));
	check_ok(open_at(&a, 0));
	assert_memory_equal(id, opened.id, sizeof(id));
}

static void test_every_change_is_noticed(void **state)
{
	struct datagram d = packet("alice", here);

	(void)state;
	for (uint16_t i = 0; i < d.len; i++) {
		struct datagram bad = d;
		enum haunt_err err;

		bad.payload[i] ^= 1;
		err = open_at(&bad, 0);
		assert_true(err == HAUNT_EAUTH || err == HAUNT_EFORMAT);
	}
	for (uint16_t len = 0; len < d.len; len++) {
		struct datagram bad = d;
		enum haunt_err err;

		bad.len = len;
		err = open_at(&bad, 0);
		assert_true(err == HAUNT_EAUTH || err == HAUNT_EFORMAT ||
			    err == HAUNT_ELENGTH);
	}
	check_ok(open_at(&d, 0));
}

static void test_not_with_another_key(void **state)
{
	struct haunt_request r = kit_request(&kit, here, "tcp/22");
	struct haunt_key_spec spec = { .mode = HAUNT_MODE_CBC,
				       .hmac_type = HAUNT_DIGEST_SHA256,
				       .key = "another key",
				       .key_len = 11,
				       .hmac = "another hmac key",
				       .hmac_len = 16 };
	struct datagram d = { .source = { kit_address(here), 1 } };
	struct haunt_key *key;
	size_t len;

	(void)state;
	check_ok(haunt_key_new(&spec, &key));
	check_ok(haunt_seal(key, &r, (char *)d.payload, sizeof(d.payload),
			    &len));
	d.len = (uint16_t)len;
	check_err(open_at(&d, 0), HAUNT_EAUTH);
	haunt_key_free(key);
}

static void test_stray_is_named(void **state)
{
	struct datagram d = packet("office", here);

	(void)state;
	/* The right key in the wrong place: policy will say so. */
	check_ok(open_at(&d, 0));
	assert_string_equal(kit.config->clients[opened.client].name, "office");
}

static void test_strays_are_bounded(void **state)
{
	struct datagram d = packet("office", here);
	int found = 0;

	(void)state;
	for (int i = 0; i < CLIENTS_STRAYS_PER_S + 50; i++)
		found += open_at(&d, 10000) == HAUNT_OK;
	assert_int_equal(found, CLIENTS_STRAYS_PER_S);
	/* Clients at home do not suffer from it. */
	check_opens("alice", here);
	check_opens("office", "203.0.113.5");
	check_ok(open_at(&d, 11000));
}

static void test_broken_contents(void **state)
{
	struct haunt_key_spec spec = { .mode = HAUNT_MODE_CTR,
				       .hmac_type = HAUNT_DIGEST_SHA512 };
	struct datagram d = packet("bob", here);
	struct haunt_request r = kit_request(&kit, here, "tcp/22");
	struct haunt_key *key;
	char path[160];
	char text_of[HAUNT_PACKET_MAX + 1];
	char line[512];
	FILE *in, *out;
	size_t len;

	(void)state;
	/* Bob's HMAC key with another cipher key: authentic, and garbage. */
	in = fopen(kit.config->clients[1].key_path, "r");
	snprintf(path, sizeof(path), "%s/broken", kit.dir);
	out = fopen(path, "w");
	assert_non_null(in);
	assert_non_null(out);
	fchmod(fileno(out), 0600);
	while (fgets(line, sizeof(line), in)) {
		if (strncmp(line, "KEY_BASE64:", 11) == 0)
			strcpy(line, "KEY: something else\n");
		fputs(line, out);
	}
	fclose(in);
	fclose(out);
	check_ok(haunt_key_load(path, &spec, &key, NULL));
	unlink(path);
	check_ok(haunt_seal(key, &r, text_of, sizeof(text_of), &len));
	memcpy(d.payload, text_of, len);
	d.len = (uint16_t)len;
	check_ok(open_at(&d, 0));
	assert_int_equal(opened.client, 1);
	check_err(opened.contents, HAUNT_EAUTH);
	haunt_key_free(key);
}

static const char *new_fails_with(const char *config_text)
{
	struct config *config = kit_config(config_text, kit.dir);
	struct clients *c = NULL;
	const char *log;

	kit_log_begin();
	check_err(clients_new(config, &c), HAUNT_EFORMAT);
	log = kit_log_end();
	assert_null(c);
	config_free(config);
	return log;
}

static const char head[] = "listen \"eth0\" { ports = {62201} }\n"
			   "service \"ssh\" { target = \"tcp/22\" }\n";

static void test_key_files(void **state)
{
	char config_text[1024];
	const char *log;
	char path[160];

	(void)state;
	snprintf(config_text, sizeof(config_text),
		 "%sclient \"eve\" { key = \"@/missing\" services = {\"ssh\"} "
		 "}\n"
		 "client \"eva\" { key = \"@/gone\" services = {\"ssh\"} }\n",
		 head);
	log = new_fails_with(config_text);
	assert_non_null(strstr(log, "client=eve"));
	assert_non_null(strstr(log, "client=eva"));
	assert_non_null(strstr(log, "ENOENT"));

	snprintf(path, sizeof(path), "%s/alice", kit.dir);
	assert_int_equal(chmod(path, 0644), 0);
	snprintf(config_text, sizeof(config_text),
		 "%sclient \"eve\" { key = \"@/alice\" services = {\"ssh\"} "
		 "}\n",
		 head);
	log = new_fails_with(config_text);
	assert_non_null(strstr(log, "others-can-read-it"));
	assert_int_equal(chmod(path, 0600), 0);

	snprintf(config_text, sizeof(config_text),
		 "%sclient \"eve\" { key = \"@/old\" services = {\"ssh\"} }\n",
		 head);
	log = new_fails_with(config_text);
	assert_non_null(strstr(log, "client=eve"));
	assert_null(strstr(log, "KEY"));
}

/* The configuration's numbers are the library's. */
static void test_numbers_agree(void **state)
{
	static const char *const modes[] = { "cbc", "ecb", "cfb",
					     "ofb", "ctr", "legacy" };
	static const char *const digests[] = { "md5",	  "sha1",   "sha256",
					       "sha384",  "sha512", "sha3_256",
					       "sha3_512" };
	char config_text[1024];
	struct config *config;

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		enum haunt_mode mode;

		snprintf(config_text, sizeof(config_text),
			 "%sclient \"a\" { key = \"@/a\" services = {\"ssh\"} "
			 "mode = \"%s\" }\n",
			 head, modes[i]);
		config = kit_config(config_text, "/nowhere");
		check_ok(haunt_mode_parse(modes[i], &mode));
		assert_int_equal(config->clients[0].mode, mode);
		config_free(config);
	}
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		enum haunt_digest digest;

		snprintf(config_text, sizeof(config_text),
			 "%sclient \"a\" { key = \"@/a\" services = {\"ssh\"} "
			 "hmac = \"%s\" }\n",
			 head, digests[i]);
		config = kit_config(config_text, "/nowhere");
		check_ok(haunt_digest_parse(digests[i], &digest));
		assert_int_equal(config->clients[0].hmac_type, digest);
		config_free(config);
	}
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		each(test_each_is_found),
		each(test_ids_differ),
		each(test_every_change_is_noticed),
		each(test_not_with_another_key),
		each(test_stray_is_named),
		each(test_strays_are_bounded),
		each(test_broken_contents),
		each(test_key_files),
		each(test_numbers_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
