/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes news when looks at conntrack follow each other: nothing twice,
 * nothing false, and what was missed is found again. */
#include "nat/picture.h"

#include <errno.h>
#include <stdlib.h>

#include "tests/lib/nat_kit.h"

#define NEWS_MAX 64
#define WALL_MS	 UINT64_C(1800000000000)
#define MANY	 4096

struct bench {
	struct picture *picture;
	struct picture_now now;
	struct session news[NEWS_MAX];
	size_t len;
	struct sight there[NEWS_MAX]; /* what a single look finds */
	size_t there_len;
	bool deaf; /* single looks fail */
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	check_ok(picture_new(&b->picture));
	b->now = (struct picture_now){ .mono_ms = 5000000, .wall_ms = WALL_MS };
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	picture_free(b->picture);
	free(b);
	return 0;
}

static enum haunt_err news(void *arg, const struct session *s)
{
	struct bench *b = arg;

	assert_in_range(b->len, 0, NEWS_MAX - 1);
	b->news[b->len++] = *s;
	return HAUNT_OK;
}

static enum haunt_err look(void *arg, const struct session *s,
			   struct sight *out)
{
	const struct bench *b = arg;

	if (b->deaf) {
		errno = ENOBUFS;
		return HAUNT_ESYS;
	}
	for (size_t i = 0; i < b->there_len; i++) {
		if (b->there[i].session.ct_id != s->ct_id)
			continue;
		*out = b->there[i];
		return HAUNT_OK;
	}
	return HAUNT_ENOENT;
}

static struct sight sight(uint32_t id, uint32_t ct_id)
{
	return (struct sight){
		.session = { .id = id,
			     .ct_id = ct_id,
			     .proto = IPPROTO_TCP,
			     .state = SESSION_LIVES,
			     .client = { nat_kit_addr("198.51.100.7"), 4000 },
			     .outer = { nat_kit_addr("198.51.100.1"), 80 } },
		.left_ms = 432000000,
		.least_ms = 10000,
		.assured = true,
	};
}

/* A whole look that sees these. */
static enum haunt_err see(struct bench *b, const struct sight *s, size_t n)
{
	b->len = 0;
	picture_begin(b->picture, &b->now);
	for (size_t i = 0; i < n; i++)
		check_ok(picture_see(b->picture, &s[i]));
	return picture_end(b->picture, look, news, b);
}

static void pass(struct bench *b, uint64_t ms)
{
	b->now.mono_ms += ms;
	b->now.wall_ms += ms;
}

static void expect(const struct bench *b, size_t i, enum session_news what,
		   uint32_t ct_id, enum session_reason reason)
{
	assert_in_range(i, 0, b->len - 1);
	assert_int_equal(b->news[i].news, what);
	assert_int_equal(b->news[i].ct_id, ct_id);
	assert_int_equal(b->news[i].reason, reason);
}

static void comes_and_goes(void **state)
{
	struct bench *b = *state;
	struct sight s[2] = { sight(7, 1), sight(7, 2) };

	check_ok(see(b, NULL, 0));
	assert_int_equal(b->len, 0);
	pass(b, 10000);
	check_ok(see(b, s, 2));
	assert_int_equal(b->len, 2);
	expect(b, 0, SESSION_OPENED, 1, SESSION_NOT_OVER);
	assert_int_equal(b->news[0].since_ms, b->now.wall_ms);
	assert_true(b->news[1].serial > b->news[0].serial);
	assert_int_equal(picture_count(b->picture), 2);
	pass(b, 10000);
	check_ok(see(b, s, 2));
	assert_int_equal(b->len, 0);
	/* It is closed: what it counted last is told, once. */
	s[0].session.state = SESSION_OVER;
	s[0].session.accounted = true;
	s[0].session.bytes_in = 11;
	s[0].session.bytes_out = 22;
	pass(b, 10000);
	check_ok(see(b, s, 2));
	assert_int_equal(b->len, 1);
	expect(b, 0, SESSION_CLOSED, 1, SESSION_ENDED);
	assert_int_equal(b->news[0].bytes_in, 11);
	assert_int_equal(b->news[0].bytes_out, 22);
	assert_int_equal(b->now.wall_ms - b->news[0].since_ms, 20000);
	check_ok(see(b, s, 2));
	assert_int_equal(b->len, 0);
	/* And forgotten by conntrack. */
	check_ok(see(b, s + 1, 1));
	assert_int_equal(b->len, 0);
	assert_int_equal(picture_count(b->picture), 1);
}

/* The first look finds what was there before: it is known, not new; and what
 * was over by then is nothing. */
static void from_before(void **state)
{
	struct bench *b = *state;
	struct sight s[2] = { sight(7, 1), sight(8, 2) };
	const struct term term = { .id = 7, .since_ms = WALL_MS - 90000 };

	check_ok(terms_put(picture_terms(b->picture), &term));
	s[1].session.state = SESSION_OVER;
	check_ok(see(b, s, 2));
	assert_int_equal(b->len, 1);
	expect(b, 0, SESSION_KNOWN, 1, SESSION_NOT_OVER);
	assert_int_equal(b->news[0].since_ms, WALL_MS - 90000);
	check_ok(see(b, s, 2));
	assert_int_equal(b->len, 0);
	/* A later one of the same id is younger. */
	pass(b, 5000);
	s[1] = sight(7, 3);
	check_ok(see(b, s, 2));
	assert_int_equal(b->len, 1);
	assert_int_equal(b->news[0].since_ms, b->now.wall_ms);
	/* What conntrack says goes before. */
	s[0] = sight(7, 4);
	s[0].session.since_ms = WALL_MS - 7;
	check_ok(picture_glimpse(b->picture, &b->now, s, false, news, b));
	assert_int_equal(b->len, 2);
	assert_int_equal(b->news[1].since_ms, WALL_MS - 7);
}

/* One that began and ended between two looks is told as both; one that was
 * never answered is none. */
static void short_ones(void **state)
{
	struct bench *b = *state;
	struct sight s[3] = { sight(7, 1), sight(7, 2), sight(7, 3) };

	check_ok(see(b, NULL, 0));
	s[0].session.state = SESSION_OVER;
	s[1].session.state = SESSION_OVER;
	s[1].assured = false;
	s[2].session.state = SESSION_BEGINS;
	check_ok(see(b, s, 3));
	assert_int_equal(b->len, 2);
	expect(b, 0, SESSION_OPENED, 1, SESSION_NOT_OVER);
	expect(b, 1, SESSION_CLOSED, 1, SESSION_ENDED);
	check_ok(see(b, s, 3));
	assert_int_equal(b->len, 0);
	s[2].session.state = SESSION_LIVES;
	check_ok(see(b, s, 3));
	assert_int_equal(b->len, 1);
	expect(b, 0, SESSION_OPENED, 3, SESSION_NOT_OVER);
}

/* A look does not see one that is there: it is not called gone. */
static void missed(void **state)
{
	struct bench *b = *state;
	struct sight s[2] = { sight(7, 1), sight(7, 2) };

	check_ok(see(b, NULL, 0));
	check_ok(see(b, s, 2));
	b->there[0] = s[0];
	b->there_len = 1;
	pass(b, 1000);
	check_ok(see(b, s + 1, 1));
	assert_int_equal(b->len, 0);
	assert_int_equal(picture_count(b->picture), 2);
	/* Where it cannot be looked for, nothing is said at all. */
	b->deaf = true;
	check_err(see(b, s + 1, 1), HAUNT_ESYS);
	assert_int_equal(b->len, 0);
	/* A look that was broken off says nothing about the rest. */
	b->deaf = false;
	picture_begin(b->picture, &b->now);
	check_ok(picture_see(b->picture, &s[1]));
	picture_begin(b->picture, &b->now);
	check_ok(picture_see(b->picture, &s[0]));
	check_ok(picture_see(b->picture, &s[1]));
	check_ok(picture_end(b->picture, look, news, b));
	assert_int_equal(b->len, 0);
}

/* An entry that is gone before it could have ended was deleted. */
static void lost(void **state)
{
	struct bench *b = *state;
	struct sight s[2] = { sight(7, 1), sight(7, 2) };

	check_ok(see(b, NULL, 0));
	check_ok(see(b, s, 2));
	pass(b, 5000);
	check_ok(see(b, s + 1, 1));
	assert_int_equal(b->len, 1);
	expect(b, 0, SESSION_CLOSED, 1, SESSION_LOST);
	pass(b, 15000);
	check_ok(see(b, NULL, 0));
	assert_int_equal(b->len, 1);
	expect(b, 0, SESSION_CLOSED, 2, SESSION_ENDED);
}

/* Events tell at once what looks tell later, and neither tells it twice. */
static void glimpses(void **state)
{
	struct bench *b = *state;
	struct sight s = sight(7, 1);

	/* Before the first look nobody knows what is new. */
	check_ok(picture_glimpse(b->picture, &b->now, &s, false, news, b));
	assert_int_equal(b->len, 0);
	check_ok(see(b, NULL, 0));
	check_ok(picture_glimpse(b->picture, &b->now, &s, false, news, b));
	assert_int_equal(b->len, 1);
	expect(b, 0, SESSION_OPENED, 1, SESSION_NOT_OVER);
	check_ok(see(b, &s, 1));
	assert_int_equal(b->len, 0);
	/* The last event has the last count. */
	s.session.accounted = true;
	s.session.bytes_in = 5;
	pass(b, 60000);
	check_ok(picture_glimpse(b->picture, &b->now, &s, true, news, b));
	assert_int_equal(b->len, 1);
	expect(b, 0, SESSION_CLOSED, 1, SESSION_ENDED);
	assert_int_equal(b->news[0].bytes_in, 5);
	check_ok(see(b, NULL, 0));
	assert_int_equal(b->len, 0);
	/* A look was faster than its event: it is not told again. */
	check_ok(picture_glimpse(b->picture, &b->now, &s, true, news, b));
	assert_int_equal(b->len, 0);
	assert_int_equal(picture_count(b->picture), 0);
}

/* How long it is silent is what its timeout loses. */
static void idle(void **state)
{
	struct bench *b = *state;
	struct sight s = sight(7, 1);
	struct session out;

	check_ok(see(b, NULL, 0));
	check_ok(see(b, &s, 1));
	pass(b, 20000);
	s.left_ms -= 20000;
	s.session.idle_ms = 20000;
	check_ok(see(b, &s, 1));
	assert_true(picture_next(b->picture, 0, &out));
	assert_int_equal(out.idle_ms, 20000);
	/* A packet: as long as before is left. */
	pass(b, 5000);
	s.left_ms = 432000000 - 1000;
	s.session.idle_ms = 1000;
	check_ok(see(b, &s, 1));
	assert_true(picture_next(b->picture, 0, &out));
	assert_int_equal(out.idle_ms, 1000);
	/* What the timeout was set to may be unknown: it is told by how it
	 * goes on. */
	pass(b, 9000);
	s.left_ms -= 9000;
	s.session.idle_ms = 0;
	check_ok(see(b, &s, 1));
	assert_true(picture_next(b->picture, 0, &out));
	assert_int_equal(out.idle_ms, 10000);
}

static void overdue(void **state)
{
	struct bench *b = *state;
	struct sight s[3] = { sight(7, 1), sight(8, 2), sight(9, 3) };
	const struct term idle = { .id = 7, .idle_ms = 30000 };
	const struct term length = { .id = 8, .length_ms = 60000 };
	struct session out;

	check_ok(see(b, NULL, 0));
	check_ok(see(b, s, 3));
	assert_true(picture_due_ms(b->picture) == UINT64_MAX);
	check_ok(terms_put(picture_terms(b->picture), &idle));
	picture_terms_news(b->picture, 7);
	check_ok(terms_put(picture_terms(b->picture), &length));
	picture_terms_news(b->picture, 8);
	assert_int_equal(picture_due_ms(b->picture), b->now.mono_ms + 30000);
	pass(b, 29000);
	s[0].left_ms -= 29000;
	check_ok(see(b, s, 3));
	assert_false(picture_overdue(b->picture, 0, &out));
	pass(b, 2000);
	s[0].left_ms -= 2000;
	check_ok(see(b, s, 3));
	assert_true(picture_overdue(b->picture, 0, &out));
	assert_int_equal(out.ct_id, 1);
	assert_int_equal(out.reason, SESSION_IDLE);
	assert_false(picture_overdue(b->picture, out.serial, &out));
	check_ok(picture_cut(b->picture, out.serial, SESSION_IDLE, news, b));
	assert_int_equal(b->len, 1);
	expect(b, 0, SESSION_CLOSED, 1, SESSION_IDLE);
	/* Its entry stays for a while: that is not news. */
	pass(b, 29000);
	check_ok(see(b, s, 3));
	assert_int_equal(b->len, 0);
	assert_true(picture_overdue(b->picture, 0, &out));
	assert_int_equal(out.ct_id, 2);
	assert_int_equal(out.reason, SESSION_TOO_LONG);
	assert_false(picture_overdue(b->picture, out.serial, &out));
	assert_int_equal(picture_count(b->picture), 2);
}

static enum haunt_err count(void *arg, const struct session *s)
{
	size_t *n = arg;

	(void)s;
	++*n;
	return HAUNT_OK;
}

static enum haunt_err look_none(void *arg, const struct session *s,
				struct sight *out)
{
	(void)arg;
	(void)s;
	(void)out;
	return HAUNT_ENOENT;
}

/* Sees the ones from first on, every step-th of them. */
static size_t see_some(struct bench *b, uint32_t first, uint32_t step)
{
	size_t n = 0;

	picture_begin(b->picture, &b->now);
	for (uint32_t i = first; i < MANY; i += step) {
		struct sight s = sight(7, i + 1);

		s.least_ms = 0;
		check_ok(picture_see(b->picture, &s));
	}
	check_ok(picture_end(b->picture, look_none, count, &n));
	return n;
}

/* Thousands come and go; a reader who takes them one by one misses none that
 * stays, and sees none twice, whatever happens in between. */
static void many(void **state)
{
	struct bench *b = *state;
	struct session out;
	uint64_t after = 0;
	size_t n = 0;

	assert_int_equal(see_some(b, 0, 1), MANY);
	while (picture_next(b->picture, after, &out)) {
		assert_true(out.serial > after);
		after = out.serial;
		/* Every other one goes while it is read. */
		if (++n == MANY / 4)
			assert_int_equal(see_some(b, 0, 2), MANY / 2);
	}
	assert_int_equal(n, MANY / 4 + (MANY - MANY / 4) / 2);
	assert_int_equal(picture_count(b->picture), MANY / 2);
	/* They come back as new ones, and the table is squeezed on the way. */
	assert_int_equal(see_some(b, 0, 1), MANY / 2);
	assert_int_equal(see_some(b, MANY, 1), MANY);
	assert_int_equal(picture_count(b->picture), 0);
	assert_int_equal(see_some(b, 0, 1), MANY);
	assert_false(picture_full(b->picture));
}

/* Terms are found whatever has come and gone before. */
static void terms(void **state)
{
	struct terms *t;

	(void)state;
	check_ok(terms_new(&t));
	for (uint32_t i = 1; i <= MANY; i++) {
		const struct term term = { .id = i, .idle_ms = i };

		check_ok(terms_put(t, &term));
		if (i > 10)
			terms_drop(t, i - 10);
	}
	assert_int_equal(terms_count(t), 10);
	assert_null(terms_find(t, MANY - 10));
	for (uint32_t i = MANY - 9; i <= MANY; i++)
		assert_int_equal(terms_find(t, i)->idle_ms, i);
	terms_drop(t, 1);
	assert_int_equal(terms_count(t), 10);
	terms_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comes_and_goes, setup,
						teardown),
		cmocka_unit_test_setup_teardown(from_before, setup, teardown),
		cmocka_unit_test_setup_teardown(short_ones, setup, teardown),
		cmocka_unit_test_setup_teardown(missed, setup, teardown),
		cmocka_unit_test_setup_teardown(lost, setup, teardown),
		cmocka_unit_test_setup_teardown(glimpses, setup, teardown),
		cmocka_unit_test_setup_teardown(idle, setup, teardown),
		cmocka_unit_test_setup_teardown(overdue, setup, teardown),
		cmocka_unit_test_setup_teardown(many, setup, teardown),
		cmocka_unit_test(terms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
