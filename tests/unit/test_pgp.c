/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GnuPG and throw-away keys: packets of the real fwknop client open, what is
 * sealed here opens again, and what must not open does not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/proto/message.h"
#include "core/proto/pgp.h"
#include "tests/lib/check.h"
#include "tests/lib/request.h"
#include "tests/lib/vectors.h"

#define SERVER	  "72C67912D44930328B48E7D918C9BF15FCEA5C07"
#define CLIENT	  "4FD75A8DCAFAB1E2BCF698A86EDD028739B10F30"
#define HMAC_KEY  "hmac-key-for-tests"
#define DATA_TIME "1795177400"

static char home[] = "/tmp/haunt-pgp-XXXXXX";

/* The keys were made at a certain time: GnuPG is told that it is then. */
static int home_make(void **state)
{
	const char *srcdir = getenv("srcdir");
	char command[1024];

	(void)state;
	if (!mkdtemp(home))
		return -1;
	snprintf(command, sizeof(command),
		 "echo faked-system-time " DATA_TIME " >%s/gpg.conf &&"
		 "gpg --homedir %s --batch -q --import"
		 " %s/tests/data/pgp-server.asc %s/tests/data/pgp-client.asc",
		 home, home, srcdir ? srcdir : ".", srcdir ? srcdir : ".");
	return system(command);
}

static int home_remove(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command),
		 "gpgconf --homedir %s --kill all; rm -rf %s", home, home);
	return system(command);
}

static struct haunt_pgp *pgp_of(struct haunt_pgp_spec spec)
{
	struct haunt_pgp *pgp;

	spec.home = home;
	check_ok(haunt_pgp_new(&spec, &pgp));
	return pgp;
}

static struct haunt_pgp *vector_pgp(const struct vector *v)
{
	return pgp_of((struct haunt_pgp_spec){
		.hmac = v->hmac_len ? v->hmac : NULL,
		.hmac_len = v->hmac_len,
		.hmac_type = v->hmac_type,
	});
}

static void assert_opens(const struct vector *v)
{
	struct haunt_pgp *pgp = vector_pgp(v);
	struct haunt_request want = v->want;
	struct haunt_pgp_opened o;

	want.type = v->want.type;
	check_ok(message_get(v->message, strlen(v->message), &want));
	check_ok(haunt_pgp_open(pgp, v->packet, strlen(v->packet), &o));
	assert_int_equal(o.signature, HAUNT_PGP_GOOD);
	assert_string_equal(o.signer, v->signer);
	assert_string_equal(o.primary, v->signer);
	request_assert_equal(&o.request, &want);
	haunt_pgp_free(pgp);
}

static void test_vectors(void **state)
{
	FILE *f = vectors_open_pgp();
	struct vector v;
	size_t opened = 0;

	(void)state;
	while (vectors_next(f, &v)) {
		if (!v.signer[0])
			continue;
		assert_opens(&v);
		opened++;
	}
	fclose(f);
	assert_int_equal(opened, 2);
}

static struct haunt_request request_plain(void)
{
	struct haunt_request r = { .time_s = 1795177400,
				   .type = HAUNT_TYPE_ACCESS,
				   .user = "alice",
				   .ports_len = 1,
				   .ports = { { 6, 22 } } };

	return r;
}

static void test_seal(void **state)
{
	struct haunt_pgp *pgp = pgp_of((struct haunt_pgp_spec){
		.recipient = SERVER,
		.signer = CLIENT,
		.hmac = HMAC_KEY,
		.hmac_len = strlen(HMAC_KEY),
		.hmac_type = HAUNT_DIGEST_SHA512,
	});
	struct haunt_request r = request_plain();
	char packet[HAUNT_PACKET_MAX + 1];
	struct haunt_pgp_opened o;
	size_t len;

	(void)state;
	check_ok(haunt_pgp_seal(pgp, &r, packet, sizeof(packet), &len));
	assert_int_equal(strlen(packet), len);
	assert_true(len >= PGP_UNPROVEN_MIN);
	check_ok(haunt_pgp_open(pgp, packet, len, &o));
	assert_string_equal(o.signer, CLIENT);
	assert_string_equal(o.request.user, "alice");
	packet[40] = packet[40] == 'A' ? 'B' : 'A';
	check_err(haunt_pgp_open(pgp, packet, len, &o), HAUNT_EAUTH);
	haunt_pgp_free(pgp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_seal),
	};

	return cmocka_run_group_tests_name("pgp", tests, home_make,
					   home_remove);
}
