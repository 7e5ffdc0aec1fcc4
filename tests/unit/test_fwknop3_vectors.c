/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of the real fwknop client: each opens to exactly its fields and is
 * sealed again byte for byte, or is refused at its step. */
#include <string.h>

#include "core/proto/b64.h"
#include "core/proto/fwknop3.h"
#include "core/proto/message.h"
#include "tests/lib/check.h"
#include "tests/lib/request.h"
#include "tests/lib/vectors.h"

#define VECTORS 138 /* in the file; a shorter file would test less */

static const char *const steps[] = { "parse", "verify", "decrypt", "open" };

/* How far a packet came, and what ended it. */
struct outcome {
	const char *step;
	enum haunt_err err;
	struct haunt_request request;
};

static struct outcome outcome_of(struct haunt_key *key, const char *text)
{
	struct outcome o = { .step = steps[0] };
	uint8_t id[FWKNOP3_ID_LEN];
	struct fwknop3_packet p;

	o.err = fwknop3_parse(text, strlen(text), &p);
	if (o.err != HAUNT_OK)
		return o;
	o.step = steps[1];
	o.err = fwknop3_verify(key, &p);
	if (o.err != HAUNT_OK)
		return o;
	o.step = steps[2];
	o.err = fwknop3_decrypt(key, &p, &o.request, id);
	if (o.err == HAUNT_OK)
		o.step = steps[3];
	return o;
}

static const char *err_name(enum haunt_err err)
{
	switch ((int)err) {
	case HAUNT_OK:
		return "OK";
	case HAUNT_EFORMAT:
		return "EFORMAT";
	case HAUNT_ELENGTH:
		return "ELENGTH";
	case HAUNT_EAUTH:
		return "EAUTH";
	case HAUNT_EDIGEST:
		return "EDIGEST";
	default:
		return "?";
	}
}

static void assert_text(const struct haunt_request *r, const char *want,
			void (*put)(struct wr *, const struct haunt_request *))
{
	char text[MESSAGE_MAX];
	struct wr w = wr_of(text, sizeof(text));

	put(&w, r);
	assert_int_equal(w.len, strlen(want));
	assert_memory_equal(text, want, w.len);
}

/* The members that the file has as text are compared as text. */
static void assert_fields(const struct vector *v,
			  const struct haunt_request *got)
{
	struct haunt_request want = v->want;

	assert_text(got, v->message, message_put);
	if (message_has_nat(got->type))
		assert_text(got, v->nat, message_nat_put);
	memcpy(want.allow, got->allow, sizeof(want.allow));
	memcpy(want.ports, got->ports, sizeof(want.ports));
	memcpy(want.command, got->command, sizeof(want.command));
	want.ports_len = got->ports_len;
	if (v->nat[0]) {
		memcpy(want.nat_host, got->nat_host, sizeof(want.nat_host));
		want.nat_port = got->nat_port;
	}
	request_assert_equal(got, &want);
}

static void assert_reseals(const struct vector *v, struct haunt_key *key,
			   const struct haunt_request *r)
{
	char packet[HAUNT_PACKET_MAX];
	struct wr w = wr_of(packet, sizeof(packet));

	check_ok(fwknop3_seal_with_salt(key, r, v->salt, &w));
	assert_int_equal(w.len, strlen(v->packet));
	assert_memory_equal(packet, v->packet, w.len);
}

static void assert_vector(const struct vector *v)
{
	struct haunt_key *key = vectors_key(v);
	const struct outcome o = outcome_of(key, v->packet);
	struct haunt_request request;
	char verdict[32];

	snprintf(verdict, sizeof(verdict), "%s %s", o.step, err_name(o.err));
	if (strcmp(verdict, v->refuse[0] ? v->refuse : "open OK"))
		fail_msg("%s: %s", v->id, verdict);
	check_err(haunt_open(key, v->packet, strlen(v->packet), &request),
		  o.err);
	if (o.err == HAUNT_OK) {
		assert_fields(v, &o.request);
		request_assert_equal(&request, &o.request);
	}
	if (v->reseals)
		assert_reseals(v, key, &o.request);
	haunt_key_free(key);
}

static void test_vectors(void **state)
{
	FILE *f = vectors_open();
	struct vector v;
	size_t count = 0, resealed = 0;

	(void)state;
	while (vectors_next(f, &v)) {
		assert_vector(&v);
		count++;
		resealed += v.reseals;
		if (v.id[0] == 'w' || v.id[0] == 'p')
			assert_true(v.reseals);
	}
	fclose(f);
	assert_int_equal(count, VECTORS);
	assert_true(resealed > 90);
}

/* Every vector under every other vector's key: only the same key opens. */
static void test_other_keys(void **state)
{
	static struct vector all[VECTORS];
	FILE *f = vectors_open();

	(void)state;
	for (size_t i = 0; i < VECTORS; i++)
		assert_true(vectors_next(f, &all[i]));
	fclose(f);
	for (size_t k = 0; k < VECTORS; k++) {
		struct haunt_key *key = vectors_key(&all[k]);

		for (size_t i = 0; i < VECTORS; i++) {
			if (all[i].mode != all[k].mode ||
			    all[i].hmac_type != all[k].hmac_type ||
			    all[i].key_len != all[k].key_len ||
			    memcmp(all[i].key, all[k].key, all[k].key_len) ||
			    all[i].hmac_len != all[k].hmac_len ||
			    memcmp(all[i].hmac, all[k].hmac, all[k].hmac_len))
				assert_int_not_equal(
					outcome_of(key, all[i].packet).err,
					HAUNT_OK);
		}
		haunt_key_free(key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_other_keys),
	};

	return cmocka_run_group_tests_name("fwknop3_vectors", tests, NULL,
					   NULL);
}
