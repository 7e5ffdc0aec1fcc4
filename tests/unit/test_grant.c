/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages between gate and nat: what is put is got, and nothing else. */
#include "nat/grant.h"

#include "tests/lib/nat_kit.h"

#define ID_LAST (GRANT_ID_TIED | GRANT_ID_ONCE | GRANT_NUMBER_MAX)
#define BUF_MAX 2560

/* Tries every shorter body, one byte more, and each byte changed: none may
 * decode to something that encodes otherwise. */
typedef enum haunt_err decode_fn(struct rd *r, struct wr *again);

static void check_strict(decode_fn *decode, const uint8_t *body, size_t len)
{
	uint8_t copy[BUF_MAX + 1], again[BUF_MAX];
	struct rd r = rd_of(body, len);
	struct wr w = wr_of(again, sizeof(again));

	check_ok(decode(&r, &w));
	assert_int_equal(w.len, len);
	assert_memory_equal(again, body, len);
	for (size_t n = 0; n < len; n++) {
		r = rd_of(body, n);
		w = wr_of(again, sizeof(again));
		check_err(decode(&r, &w), HAUNT_ESHORT);
	}
	memcpy(copy, body, len);
	copy[len] = 0;
	r = rd_of(copy, len + 1);
	w = wr_of(again, sizeof(again));
	check_err(decode(&r, &w), HAUNT_EFORMAT);
	for (size_t i = 0; i < len * 8; i++) {
		copy[i / 8] = body[i / 8] ^ (uint8_t)(1 << i % 8);
		r = rd_of(copy, len);
		w = wr_of(again, sizeof(again));
		if (decode(&r, &w) == HAUNT_OK)
			assert_memory_equal(again, copy, len);
		copy[i / 8] = body[i / 8];
	}
}

static enum haunt_err batch_decode(struct rd *r, struct wr *again)
{
	struct grant_batch b;
	enum haunt_err err = grant_batch_get(r, &b);

	if (err == HAUNT_OK)
		grant_batch_put(again, &b);
	return err;
}

static enum haunt_err query_decode(struct rd *r, struct wr *again)
{
	struct nat_query q;
	enum haunt_err err = nat_query_get(r, &q);

	if (err == HAUNT_OK)
		nat_query_put(again, &q);
	return err;
}

static enum haunt_err survey_decode(struct rd *r, struct wr *again)
{
	struct grant_survey s;
	enum haunt_err err = grant_survey_get(r, &s);

	if (err == HAUNT_OK)
		grant_survey_put(again, &s);
	return err;
}

static enum haunt_err result_decode(struct rd *r, struct wr *again)
{
	struct nat_result s;
	enum haunt_err err = nat_result_get(r, &s);

	if (err == HAUNT_OK)
		nat_result_put(again, &s);
	return err;
}

static enum haunt_err session_decode(struct rd *r, struct wr *again)
{
	struct session s;
	enum haunt_err err = session_get(r, &s);

	if (err == HAUNT_OK)
		session_put(again, &s);
	return err;
}

static enum haunt_err origin_decode(struct rd *r, struct wr *again)
{
	struct origin x;
	enum haunt_err err = origin_get(r, &x);

	if (err == HAUNT_OK)
		origin_put(again, &x);
	return err;
}

static enum haunt_err ask_decode(struct rd *r, struct wr *again)
{
	struct sessions_ask x;
	enum haunt_err err = sessions_ask_get(r, &x);

	if (err == HAUNT_OK)
		sessions_ask_put(again, &x);
	return err;
}

static enum haunt_err told_decode(struct rd *r, struct wr *again)
{
	struct nat_told x;
	enum haunt_err err = nat_told_get(r, &x);

	if (err == HAUNT_OK)
		nat_told_put(again, &x);
	return err;
}

static enum haunt_err watch_decode(struct rd *r, struct wr *again)
{
	struct nat_watch x;
	enum haunt_err err = nat_watch_get(r, &x);

	if (err == HAUNT_OK)
		nat_watch_put(again, &x);
	return err;
}

static struct grant_batch batch_of(uint8_t len)
{
	struct grant_batch b = { .seq = 0x01020304, .len = len };

	for (size_t i = 0; i < len && i < GRANT_BATCH_MAX; i++) {
		b.grants[i] = nat_kit_grant((uint16_t)i, "2001:db8::7",
					    i % 2 ? IPPROTO_UDP : IPPROTO_TCP,
					    (uint16_t)(i + 1));
		b.grants[i].id = ID_LAST - (uint32_t)i;
		b.grants[i].replaces = (uint32_t)i;
	}
	return b;
}

static void batch_strict(void **state)
{
	uint8_t buf[BUF_MAX];

	(void)state;
	for (uint8_t len = 1; len <= GRANT_BATCH_MAX; len += 15) {
		struct grant_batch b = batch_of(len);
		struct wr w = wr_of(buf, sizeof(buf));

		grant_batch_put(&w, &b);
		assert_false(w.failed);
		assert_int_equal(w.len, 6 + len * GRANT_SIZE);
		check_strict(batch_decode, buf, w.len);
	}
}

static void batch_bounds(void **state)
{
	uint8_t buf[BUF_MAX] = { 0 };
	struct grant_batch b = batch_of(GRANT_BATCH_MAX);
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r;

	(void)state;
	b.len = GRANT_BATCH_MAX + 1;
	grant_batch_put(&w, &b);
	assert_true(w.failed);
	w = wr_of(buf, sizeof(buf));
	b.len = 0;
	grant_batch_put(&w, &b);
	assert_true(w.failed);
	r = rd_of(buf, 6);
	check_err(grant_batch_get(&r, &b), HAUNT_EFORMAT);
	buf[4] = 2;
	buf[5] = 1;
	r = rd_of(buf, sizeof(buf));
	check_err(grant_batch_get(&r, &b), HAUNT_EFORMAT);
	buf[4] = 0;
	buf[5] = GRANT_BATCH_MAX + 1;
	r = rd_of(buf, sizeof(buf));
	check_err(grant_batch_get(&r, &b), HAUNT_EFORMAT);
}

/* Puts g, and expects it to be refused. */
static void grant_refused(struct grant g)
{
	uint8_t buf[GRANT_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r;

	grant_put(&w, &g);
	assert_int_equal(w.len, GRANT_SIZE);
	r = rd_of(buf, w.len);
	check_err(grant_get(&r, &g), HAUNT_EFORMAT);
}

static void grant_values(void **state)
{
	struct grant good = nat_kit_grant(0, "198.51.100.7", IPPROTO_TCP, 22);
	struct grant g;

	(void)state;
	g = good;
	g.id = 0;
	grant_refused(g);
	g.id = GRANT_ID_MAX + 1;
	grant_refused(g);
	g = good;
	g.replaces = GRANT_ID_MAX + 1;
	grant_refused(g);
	g = good;
	g.proto = IPPROTO_ICMP;
	grant_refused(g);
	g = good;
	g.port = 0;
	grant_refused(g);
}

static void survey_strict(void **state)
{
	static struct grant_survey s = { .seq = 9, .len = 3 };
	uint8_t buf[BUF_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r;

	(void)state;
	s.ids[0] = 1;
	s.ids[1] = ID_LAST;
	s.ids[2] = 5;
	grant_survey_put(&w, &s);
	check_strict(survey_decode, buf, w.len);
	for (size_t i = 0; i < GRANT_SURVEY_MAX; i++)
		s.ids[i] = (uint32_t)i + 1;
	s.len = GRANT_SURVEY_MAX;
	w = wr_of(buf, sizeof(buf));
	grant_survey_put(&w, &s);
	check_strict(survey_decode, buf, w.len);
	s.ids[4] = 0;
	w = wr_of(buf, sizeof(buf));
	grant_survey_put(&w, &s);
	r = rd_of(buf, w.len);
	check_err(grant_survey_get(&r, &s), HAUNT_EFORMAT);
	s.len = 0;
	w = wr_of(buf, sizeof(buf));
	grant_survey_put(&w, &s);
	assert_true(w.failed);
}

static void query_strict(void **state)
{
	struct nat_query q = { .seq = 77 };
	uint8_t buf[8];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	nat_query_put(&w, &q);
	check_strict(query_decode, buf, w.len);
}

static void result_refused(struct nat_result s)
{
	uint8_t buf[16];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r;

	nat_result_put(&w, &s);
	r = rd_of(buf, w.len);
	check_err(nat_result_get(&r, &s), HAUNT_EFORMAT);
}

static void result_strict(void **state)
{
	struct nat_result s = { .seq = 1,
				.err = HAUNT_ESYS,
				.error = 28,
				.at = GRANT_BATCH_MAX - 1 };
	uint8_t buf[16];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	nat_result_put(&w, &s);
	check_strict(result_decode, buf, w.len);
	s.at = GRANT_BATCH_MAX;
	result_refused(s);
	s.at = NAT_RESULT_AT_NONE;
	s.err = HAUNT_ERR_COUNT;
	result_refused(s);
	s.err = HAUNT_EBUSY;
	result_refused(s);
}

static struct session session_good(void)
{
	return (struct session){
		.id = 3,
		.ct_id = 0x01020304,
		.zone = 5,
		.proto = IPPROTO_UDP,
		.news = SESSION_OPENED,
		.state = SESSION_LIVES,
		.accounted = true,
		.serial = UINT64_C(0x0102030405060708),
		.since_ms = UINT64_C(1800000000123),
		.idle_ms = 77,
		.bytes_in = UINT64_MAX,
		.bytes_out = 2,
		.client = { nat_kit_addr("198.51.100.7"), 4000 },
		.outer = { nat_kit_addr("198.51.100.1"), 53 },
		.inner = { nat_kit_addr("2001:db8::2"), 7 },
		.back = { nat_kit_addr("2001:db8::1"), 4001 },
	};
}

static void session_strict(void **state)
{
	struct session s = session_good();
	uint8_t buf[BUF_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct session again;
	struct rd r;

	(void)state;
	session_put(&w, &s);
	assert_int_equal(w.len, SESSION_SIZE);
	check_strict(session_decode, buf, w.len);
	r = rd_of(buf, w.len);
	check_ok(session_get(&r, &again));
	assert_int_equal(again.bytes_in, s.bytes_in);
	assert_int_equal(again.since_ms, s.since_ms);
	assert_true(addr_equal(&again.back.addr, &s.back.addr));
}

static void session_refused(struct session s)
{
	uint8_t buf[BUF_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r;

	session_put(&w, &s);
	r = rd_of(buf, w.len);
	check_err(session_get(&r, &s), HAUNT_EFORMAT);
}

static void session_values(void **state)
{
	struct session s = session_good();

	(void)state;
	s.proto = IPPROTO_SCTP;
	session_refused(s);
	s = session_good();
	s.id = 0;
	session_refused(s);
	s = session_good();
	s.news = SESSION_NEWS_COUNT;
	session_refused(s);
	s = session_good();
	s.state = SESSION_STATE_COUNT;
	session_refused(s);
	/* A reason belongs to an end, and an end has one. */
	s = session_good();
	s.reason = SESSION_IDLE;
	session_refused(s);
	s.news = SESSION_CLOSED;
	s.reason = SESSION_NOT_OVER;
	session_refused(s);
	s.reason = SESSION_REASON_COUNT;
	session_refused(s);
	/* Bytes that nobody counted. */
	s = session_good();
	s.accounted = false;
	session_refused(s);
}

static struct origin origin_good(void)
{
	return (struct origin){ .id = 3,
				.since_ms = UINT64_C(1800000000123),
				.service = "ssh",
				.client = "alice-2_b" };
}

static void origin_strict(void **state)
{
	struct origin o = origin_good();
	uint8_t buf[BUF_MAX];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	origin_put(&w, &o);
	check_strict(origin_decode, buf, w.len);
	memset(o.client, 'c', CONFIG_NAME_MAX);
	memset(o.service, 's', CONFIG_NAME_MAX);
	o.over = true;
	w = wr_of(buf, sizeof(buf));
	origin_put(&w, &o);
	assert_int_equal(w.len, ORIGIN_MAX);
	check_strict(origin_decode, buf, w.len);
	strcpy(o.client, "c");
	strcpy(o.service, "s");
	w = wr_of(buf, sizeof(buf));
	origin_put(&w, &o);
	assert_int_equal(w.len, ORIGIN_MIN);
}

/* What nobody can be called does not reach the kernel's comments. */
static void origin_names(void **state)
{
	static const char *const bad[] = { "", "a b", "A", "?", "a\"", "a.b" };
	uint8_t buf[BUF_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct origin o = origin_good();
		struct wr w = wr_of(buf, sizeof(buf));

		strcpy(o.client, bad[i]);
		origin_put(&w, &o);
		assert_true(w.failed);
		w = wr_of(buf, sizeof(buf));
		o = origin_good();
		strcpy(o.service, bad[i]);
		origin_put(&w, &o);
		assert_true(w.failed);
	}
}

static void small_strict(void **state)
{
	struct sessions_ask a = { .seq = 7, .after = 1ull << 40, .max = 64 };
	struct nat_told told = { .fact = FACT_AT_RISK, .is = true };
	struct nat_watch watch = { .on = true };
	uint8_t buf[BUF_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r;

	(void)state;
	sessions_ask_put(&w, &a);
	assert_int_equal(w.len, SESSIONS_ASK_SIZE);
	check_strict(ask_decode, buf, w.len);
	a.max = SESSIONS_ASK_MAX + 1;
	w = wr_of(buf, sizeof(buf));
	sessions_ask_put(&w, &a);
	r = rd_of(buf, w.len);
	check_err(sessions_ask_get(&r, &a), HAUNT_EFORMAT);
	w = wr_of(buf, sizeof(buf));
	nat_told_put(&w, &told);
	check_strict(told_decode, buf, w.len);
	w = wr_of(buf, sizeof(buf));
	nat_watch_put(&w, &watch);
	check_strict(watch_decode, buf, w.len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batch_strict),
		cmocka_unit_test(batch_bounds),
		cmocka_unit_test(grant_values),
		cmocka_unit_test(survey_strict),
		cmocka_unit_test(query_strict),
		cmocka_unit_test(result_strict),
		cmocka_unit_test(session_strict),
		cmocka_unit_test(session_values),
		cmocka_unit_test(origin_strict),
		cmocka_unit_test(origin_names),
		cmocka_unit_test(small_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
