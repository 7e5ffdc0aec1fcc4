/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in force: new, renewed, taken over, undone, ended. */
#include "core/gate/grants.h"

#include <netinet/in.h>
#include <string.h>

#include "core/base/addr.h"
#include "tests/lib/check.h"

#define MAX 64

enum { ALICE, BOB };
enum { SSH, WEB };

static struct grants *g;
static struct grants_settled settled;
static uint32_t ids_next;
static uint32_t ids_taken;
static bool ids_fail;
static uint32_t seq;

static enum haunt_err take(void *arg, uint32_t n, uint32_t *first)
{
	(void)arg;
	if (ids_fail)
		return HAUNT_ESYS;
	*first = ids_next;
	ids_next = (ids_next - 1 + n) % GRANT_NUMBER_MAX + 1;
	ids_taken++;
	return HAUNT_OK;
}

static int setup(void **state)
{
	static const struct grants_ids ids = { .take = take };

	(void)state;
	ids_next = 100;
	ids_taken = 0;
	ids_fail = false;
	seq = 0;
	check_ok(grants_new(MAX, &ids, &g));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	grants_free(g);
	return 0;
}

static struct grant ask(uint16_t client, uint16_t service, uint16_t port,
			uint32_t lifetime_ms)
{
	return (struct grant){ .lifetime_ms = lifetime_ms,
			       .service = service,
			       .client = client,
			       .address = addr_from_v4("\306\063\144\007"),
			       .proto = IPPROTO_TCP,
			       .port = port };
}

static struct grant_batch one(struct grant grant)
{
	struct grant_batch b = { .seq = ++seq, .len = 1 };

	b.grants[0] = grant;
	return b;
}

static enum grants_refusal reserve(struct grant_batch *b, uint64_t now_ms)
{
	enum grants_refusal why = GRANTS_FITS;
	enum haunt_err err = grants_reserve(g, b, now_ms, 1000, &why);

	assert_int_equal(err, why ? HAUNT_EBUSY : HAUNT_OK);
	return why;
}

/* Reserves and settles; returns the id. */
static uint32_t grant_now(struct grant grant, uint64_t now_ms)
{
	struct grant_batch b = one(grant);

	check_ok(reserve(&b, now_ms));
	check_ok(grants_settle(g, b.seq, HAUNT_OK, now_ms, &settled));
	return b.grants[0].id;
}

/* The grant with that id, as reports see it; remaining 0: there is none. */
static struct grants_report find(uint32_t id, uint64_t now_ms)
{
	static const struct grants_report none = { .since_s = 0 };
	struct grants_report r;
	uint32_t cursor = 0;

	while (grants_walk(g, &cursor, now_ms, &r)) {
		if (r.grant.id == id)
			return r;
	}
	return none;
}

static void test_new(void **state)
{
	struct grant_batch b = one(ask(ALICE, SSH, 22, 30000));

	(void)state;
	check_ok(reserve(&b, 5));
	assert_int_equal(b.grants[0].id, 100);
	assert_int_equal(b.grants[0].replaces, 0);
	assert_int_equal(grants_pending(g), 1);
	assert_int_equal(find(100, 5).grant.id, 0);
	check_ok(grants_settle(g, b.seq, HAUNT_OK, 7, &settled));
	assert_false(settled.renewed);
	assert_false(settled.revoked);
	assert_int_equal(settled.ended_len, 0);
	assert_int_equal(settled.batch.len, 1);
	assert_int_equal(settled.batch.grants[0].id, 100);
	assert_int_equal(grants_next_ms(g), 30007);
	assert_int_equal(find(100, 10007).grant.lifetime_ms, 20000);
	assert_int_equal(find(100, 7).since_s, 1000);
}

static void test_refused_by_the_kernel(void **state)
{
	struct grant_batch b = one(ask(ALICE, SSH, 22, 30000));

	(void)state;
	check_ok(reserve(&b, 5));
	check_ok(grants_settle(g, b.seq, HAUNT_ESYS, 7, &settled));
	assert_int_equal(settled.batch.grants[0].id, 100);
	assert_int_equal(grants_count(g), 0);
	assert_int_equal(grants_pending(g), 0);
	assert_int_equal(grants_next_ms(g), UINT64_MAX);
}

static void test_renewal(void **state)
{
	uint32_t id = grant_now(ask(ALICE, SSH, 22, 30000), 0);
	struct grant_batch b = one(ask(ALICE, SSH, 22, 10000));

	(void)state;
	check_ok(reserve(&b, 5000));
	assert_int_equal(b.grants[0].id, id);
	assert_int_equal(b.grants[0].replaces, id);
	/* It does not vanish from reports in between. */
	assert_int_equal(find(id, 5000).grant.id, id);
	check_ok(grants_settle(g, b.seq, HAUNT_OK, 5000, &settled));
	assert_true(settled.renewed);
	assert_int_equal(settled.ended_len, 0);
	assert_int_equal(grants_next_ms(g), 15000);
	assert_int_equal(grants_count(g), 1);
}

static void test_renewal_undone(void **state)
{
	uint32_t id = grant_now(ask(ALICE, SSH, 22, 30000), 0);
	struct grant_batch b = one(ask(ALICE, SSH, 22, 60000));

	(void)state;
	check_ok(reserve(&b, 5000));
	check_ok(grants_settle(g, b.seq, HAUNT_ESYS, 6000, &settled));
	assert_int_equal(grants_next_ms(g), 30000);
	assert_int_equal(find(id, 10000).grant.lifetime_ms, 20000);
}

static void test_takeover(void **state)
{
	uint32_t old = grant_now(ask(ALICE, SSH, 22, 60000), 0);
	struct grant_batch b = one(ask(BOB, SSH, 22, 30000));

	(void)state;
	check_ok(reserve(&b, 10000));
	assert_int_not_equal(b.grants[0].id, old);
	assert_int_equal(b.grants[0].replaces, old);
	/* Nobody loses time by it. */
	assert_int_equal(b.grants[0].lifetime_ms, 50000);
	check_ok(grants_settle(g, b.seq, HAUNT_OK, 10000, &settled));
	assert_false(settled.renewed);
	assert_int_equal(settled.ended_len, 1);
	assert_int_equal(settled.ended[0].id, old);
	assert_int_equal(settled.ended[0].client, ALICE);
	assert_false(grants_has(g, old));
	assert_true(grants_has(g, b.grants[0].id));
	assert_int_equal(grants_next_ms(g), 60000);
}

static void test_takeover_gives_the_longer(void **state)
{
	struct grant_batch b;

	(void)state;
	grant_now(ask(ALICE, SSH, 22, 20000), 0);
	b = one(ask(BOB, SSH, 22, 30000));
	check_ok(reserve(&b, 10000));
	assert_int_equal(b.grants[0].lifetime_ms, 30000);
}

static void test_takeover_undone(void **state)
{
	uint32_t old = grant_now(ask(ALICE, SSH, 22, 60000), 0);
	struct grant_batch b = one(ask(BOB, SSH, 22, 30000));

	(void)state;
	check_ok(reserve(&b, 10000));
	check_ok(grants_settle(g, b.seq, HAUNT_EBUSY, 10000, &settled));
	assert_int_equal(settled.ended_len, 0);
	assert_true(grants_has(g, old));
	assert_false(grants_has(g, b.grants[0].id));
	assert_int_equal(grants_next_ms(g), 60000);
}

static void test_other_service_of_the_same_client(void **state)
{
	uint32_t old = grant_now(ask(ALICE, SSH, 80, 60000), 0);
	struct grant_batch b = one(ask(ALICE, WEB, 80, 30000));

	(void)state;
	check_ok(reserve(&b, 10000));
	assert_int_equal(b.grants[0].replaces, old);
	assert_int_equal(b.grants[0].lifetime_ms, 30000);
	check_ok(grants_settle(g, b.seq, HAUNT_OK, 10000, &settled));
	assert_int_equal(settled.ended_len, 1);
	assert_int_equal(grants_count(g), 1);
}

static void test_door_taken(void **state)
{
	struct grant_batch b = one(ask(BOB, WEB, 80, 30000));

	(void)state;
	grant_now(ask(ALICE, SSH, 80, 60000), 0);
	check_err(reserve(&b, 10000), GRANTS_DOOR_TAKEN);
	assert_int_equal(grants_pending(g), 0);
	assert_int_equal(grants_count(g), 1);
}

static void test_all_or_nothing(void **state)
{
	struct grant_batch b = { .seq = ++seq, .len = 2 };

	(void)state;
	grant_now(ask(ALICE, SSH, 80, 60000), 0);
	b.grants[0] = ask(BOB, SSH, 22, 30000);
	b.grants[1] = ask(BOB, WEB, 80, 30000);
	check_err(reserve(&b, 10000), GRANTS_DOOR_TAKEN);
	assert_int_equal(grants_count(g), 1);
	b.grants[1] = ask(BOB, WEB, 81, 30000);
	check_ok(reserve(&b, 10000));
	check_ok(grants_settle(g, b.seq, HAUNT_ESYS, 10000, &settled));
	assert_int_equal(settled.batch.len, 2);
	assert_int_equal(grants_count(g), 1);
}

static void test_table_full(void **state)
{
	struct grant_batch b = { .seq = ++seq, .len = 2 };

	(void)state;
	for (uint16_t i = 0; i < MAX - 1; i++)
		grant_now(ask(ALICE, SSH, (uint16_t)(1000 + i), 60000), 0);
	b.grants[0] = ask(ALICE, SSH, 1, 60000);
	b.grants[1] = ask(ALICE, SSH, 2, 60000);
	check_err(reserve(&b, 0), GRANTS_TABLE_FULL);
	assert_int_equal(grants_count(g), MAX - 1);
	b.len = 1;
	check_ok(reserve(&b, 0));
	check_ok(grants_settle(g, b.seq, HAUNT_OK, 0, &settled));
	/* What is there can still be renewed. */
	grant_now(ask(ALICE, SSH, 1000, 70000), 0);
	b = one(ask(ALICE, SSH, 3, 60000));
	check_err(reserve(&b, 0), GRANTS_TABLE_FULL);
}

static void test_queue_full(void **state)
{
	struct grant_batch b;

	(void)state;
	for (uint32_t i = 0; i < GRANTS_PENDING_MAX; i++) {
		b = one(ask(ALICE, SSH, (uint16_t)(1 + i % MAX), 60000));
		check_ok(reserve(&b, 0));
	}
	b = one(ask(ALICE, SSH, 1, 60000));
	check_err(reserve(&b, 0), GRANTS_QUEUE_FULL);
	for (uint32_t i = 1; i <= GRANTS_PENDING_MAX; i++)
		check_ok(grants_settle(g, i, HAUNT_OK, 0, &settled));
	assert_int_equal(grants_pending(g), 0);
	assert_int_equal(grants_count(g), MAX);
}

static void test_no_id(void **state)
{
	struct grant_batch b = one(ask(ALICE, SSH, 22, 30000));

	(void)state;
	ids_fail = true;
	check_err(reserve(&b, 0), GRANTS_NO_ID);
	assert_int_equal(grants_count(g), 0);
}

static void test_ids_wrap_and_skip(void **state)
{
	struct grant old = ask(ALICE, SSH, 9, 60000);

	(void)state;
	old.id = 1;
	check_ok(grants_adopt(g, &old, 0, 1));
	ids_next = GRANT_NUMBER_MAX - 1;
	assert_int_equal(grant_now(ask(ALICE, SSH, 10, 9000), 0),
			 GRANT_NUMBER_MAX - 1);
	assert_int_equal(grant_now(ask(ALICE, SSH, 11, 9000), 0),
			 GRANT_NUMBER_MAX);
	assert_int_equal(grant_now(ask(ALICE, SSH, 12, 9000), 0), 2);
	assert_int_equal(ids_taken, 1);
}

/* Two changes to one door, under way one after the other. */
static void pipeline(enum haunt_err first, enum haunt_err second)
{
	struct grant_batch a = one(ask(ALICE, SSH, 22, 30000));
	struct grant_batch b = one(ask(ALICE, SSH, 22, 40000));

	check_ok(reserve(&a, 0));
	check_ok(reserve(&b, 0));
	assert_int_equal(b.grants[0].id, a.grants[0].id);
	check_ok(grants_settle(g, a.seq, first, 1000, &settled));
	assert_false(settled.renewed);
	check_ok(grants_settle(g, b.seq, second, 2000, &settled));
}

static void test_pipeline_both_stand(void **state)
{
	(void)state;
	pipeline(HAUNT_OK, HAUNT_OK);
	assert_true(settled.renewed);
	assert_int_equal(grants_next_ms(g), 42000);
}

static void test_pipeline_second_undone(void **state)
{
	(void)state;
	pipeline(HAUNT_OK, HAUNT_ESYS);
	assert_int_equal(grants_count(g), 1);
	assert_int_equal(grants_next_ms(g), 31000);
}

static void test_pipeline_first_undone(void **state)
{
	(void)state;
	pipeline(HAUNT_ESYS, HAUNT_OK);
	assert_false(settled.renewed);
	assert_int_equal(grants_count(g), 1);
	assert_int_equal(grants_next_ms(g), 42000);
}

static void test_pipeline_both_undone(void **state)
{
	(void)state;
	pipeline(HAUNT_ESYS, HAUNT_ESYS);
	assert_int_equal(grants_count(g), 0);
	assert_int_equal(grants_next_ms(g), UINT64_MAX);
}

static void test_settle_out_of_order(void **state)
{
	struct grant_batch a = one(ask(ALICE, SSH, 22, 30000));
	struct grant_batch b = one(ask(ALICE, SSH, 23, 30000));

	(void)state;
	check_err(grants_settle(g, 1, HAUNT_OK, 0, &settled), HAUNT_ENOENT);
	check_ok(reserve(&a, 0));
	check_ok(reserve(&b, 0));
	check_err(grants_settle(g, b.seq, HAUNT_OK, 0, &settled), HAUNT_ENOENT);
	check_ok(grants_settle(g, a.seq, HAUNT_OK, 0, &settled));
}

static void test_unsend(void **state)
{
	uint32_t id = grant_now(ask(ALICE, SSH, 22, 30000), 0);
	struct grant_batch a = one(ask(ALICE, SSH, 22, 50000));
	struct grant_batch b = { .seq = ++seq, .len = 2 };

	(void)state;
	b.grants[0] = ask(ALICE, SSH, 22, 60000);
	b.grants[1] = ask(ALICE, SSH, 23, 60000);
	check_ok(reserve(&a, 0));
	check_ok(reserve(&b, 0));
	grants_unsend(g);
	assert_int_equal(grants_pending(g), 1);
	assert_int_equal(grants_count(g), 1);
	check_ok(grants_settle(g, a.seq, HAUNT_OK, 0, &settled));
	assert_int_equal(grants_next_ms(g), 50000);
	assert_true(grants_has(g, id));
	grants_unsend(g);
	assert_int_equal(grants_count(g), 1);
}

static struct grant_batch revocation(uint32_t id)
{
	return one((struct grant){ .id = id });
}

static void test_revoke(void **state)
{
	uint32_t id = grant_now(ask(ALICE, SSH, 22, 30000), 0);
	struct grant_batch b = revocation(id);

	(void)state;
	check_ok(grants_revoke(g, &b));
	assert_int_equal(b.grants[0].port, 22);
	assert_int_equal(b.grants[0].client, ALICE);
	assert_false(grants_has(g, id));
	check_ok(grants_settle(g, b.seq, HAUNT_OK, 5, &settled));
	assert_true(settled.revoked);
	assert_int_equal(settled.ended_len, 1);
	assert_int_equal(settled.ended[0].id, id);
	assert_int_equal(grants_count(g), 0);
}

static void test_revoke_undone(void **state)
{
	uint32_t id = grant_now(ask(ALICE, SSH, 22, 30000), 0);
	struct grant_batch b = revocation(id);

	(void)state;
	check_ok(grants_revoke(g, &b));
	check_ok(grants_settle(g, b.seq, HAUNT_ESYS, 5, &settled));
	assert_int_equal(settled.ended_len, 0);
	assert_true(grants_has(g, id));
	assert_int_equal(grants_next_ms(g), 30000);
}

static void test_revoke_then_knock(void **state)
{
	uint32_t id = grant_now(ask(ALICE, SSH, 22, 30000), 0);
	struct grant_batch a = revocation(id);
	struct grant_batch b = one(ask(BOB, WEB, 22, 40000));

	(void)state;
	check_ok(grants_revoke(g, &a));
	check_ok(reserve(&b, 0));
	assert_int_equal(b.grants[0].replaces, 0);
	check_ok(grants_settle(g, a.seq, HAUNT_OK, 5, &settled));
	check_ok(grants_settle(g, b.seq, HAUNT_OK, 6, &settled));
	assert_int_equal(grants_count(g), 1);
	assert_int_equal(grants_next_ms(g), 40006);
}

static void test_revoke_unknown(void **state)
{
	struct grant_batch b = revocation(4711);

	(void)state;
	check_err(grants_revoke(g, &b), HAUNT_ENOENT);
	assert_int_equal(grants_pending(g), 0);
}

static void test_expiry_in_order(void **state)
{
	static const uint32_t lifetimes[] = { 5000, 1000, 9000, 3000, 7000 };
	uint64_t last = 0;
	struct grant ended;

	(void)state;
	for (uint16_t i = 0; i < 5; i++)
		grant_now(ask(ALICE, SSH, (uint16_t)(20 + i), lifetimes[i]), 0);
	assert_int_equal(grants_next_ms(g), 1000);
	assert_false(grants_expire(g, 999, &ended));
	for (int i = 0; i < 5; i++) {
		uint64_t next = grants_next_ms(g);

		assert_true(next > last);
		assert_true(grants_expire(g, next, &ended));
		assert_int_equal(ended.lifetime_ms, next);
		assert_false(grants_expire(g, next, &ended));
		last = next;
	}
	assert_int_equal(grants_count(g), 0);
}

static void test_no_expiry_under_way(void **state)
{
	struct grant_batch b;
	struct grant ended;

	(void)state;
	grant_now(ask(ALICE, SSH, 22, 1000), 0);
	b = one(ask(ALICE, SSH, 22, 5000));
	check_ok(reserve(&b, 999));
	assert_false(grants_expire(g, 2000, &ended));
	check_ok(grants_settle(g, b.seq, HAUNT_ESYS, 2000, &settled));
	assert_true(grants_expire(g, 2000, &ended));
}

static void test_adopt(void **state)
{
	struct grant old = ask(ALICE, SSH, 22, 12000);
	struct grant_batch b = one(ask(ALICE, SSH, 22, 30000));

	(void)state;
	old.id = 77;
	check_ok(grants_adopt(g, &old, 100, 2000));
	check_err(grants_adopt(g, &old, 100, 2000), HAUNT_EREPLAY);
	old.port = 23;
	check_err(grants_adopt(g, &old, 100, 2000), HAUNT_EEXIST);
	assert_int_equal(grants_next_ms(g), 12100);
	check_ok(reserve(&b, 200));
	assert_int_equal(b.grants[0].id, 77);
	assert_int_equal(b.grants[0].replaces, 77);
}

static void test_adopt_full(void **state)
{
	struct grant old = ask(ALICE, SSH, 22, 12000);
	struct grant_batch b;

	(void)state;
	for (uint16_t i = 0; i < MAX; i++) {
		old.id = i + 1u;
		old.port = i + 1;
		check_ok(grants_adopt(g, &old, 0, 1));
	}
	/* What is in force is known, and can be revoked, even where the table
	 * has become smaller since; there is no room for more. */
	old.id = 1000;
	old.port = 1000;
	check_ok(grants_adopt(g, &old, 0, 1));
	assert_true(grants_has(g, 1000));
	b = one(ask(ALICE, SSH, 1000, 12000));
	assert_int_equal(reserve(&b, 0), GRANTS_FITS);
	b = one(ask(ALICE, SSH, 1001, 12000));
	assert_int_equal(reserve(&b, 0), GRANTS_TABLE_FULL);
}

static void test_every_refusal_has_a_text(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < GRANTS_REFUSAL_COUNT; i++)
		assert_non_null(grants_refusal_text((enum grants_refusal)i));
	assert_string_equal(grants_refusal_text(GRANTS_DOOR_TAKEN),
			    "door-taken");
	assert_string_equal(grants_refusal_text(GRANTS_REFUSAL_COUNT),
			    "unknown");
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		each(test_new),
		each(test_refused_by_the_kernel),
		each(test_renewal),
		each(test_renewal_undone),
		each(test_takeover),
		each(test_takeover_gives_the_longer),
		each(test_takeover_undone),
		each(test_other_service_of_the_same_client),
		each(test_door_taken),
		each(test_all_or_nothing),
		each(test_table_full),
		each(test_queue_full),
		each(test_no_id),
		each(test_ids_wrap_and_skip),
		each(test_pipeline_both_stand),
		each(test_pipeline_second_undone),
		each(test_pipeline_first_undone),
		each(test_pipeline_both_undone),
		each(test_settle_out_of_order),
		each(test_unsend),
		each(test_revoke),
		each(test_revoke_undone),
		each(test_revoke_then_knock),
		each(test_revoke_unknown),
		each(test_expiry_in_order),
		each(test_no_expiry_under_way),
		each(test_adopt),
		each(test_adopt_full),
		each(test_every_refusal_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
