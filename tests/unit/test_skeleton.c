/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the static ruleset depends on. */
#include "nat/skeleton.h"

#include "nat/nft_probe.h"
#include "tests/lib/nat_kit.h"

static struct skeleton *skeleton_of(const struct config *c, enum cloak cloak)
{
	struct cloak_look look = { .cloak = cloak };
	struct skeleton *s;

	check_ok(skeleton_new(c, &look, &look, true, &s));
	return s;
}

static void contents(void **state)
{
	struct config *c = nat_kit_parse(nat_kit_text);
	struct skeleton *s = skeleton_of(c, CLOAK_REJECT);

	(void)state;
	assert_int_equal(s->knocks_len, 3);
	assert_int_equal(s->knocks[0], 62201);
	assert_int_equal(s->knocks[1], 62202);
	assert_int_equal(s->knocks[2], 62300);
	assert_int_equal(s->cloaked_len, 2);
	assert_int_equal(s->cloaked[0].proto, IPPROTO_TCP);
	assert_int_equal(s->cloaked[0].port, 22);
	assert_int_equal(s->cloaked[1].proto, IPPROTO_UDP);
	assert_int_equal(s->max_grants, 65536);
	skeleton_free(s);
	/* Where the host says no in its own way, so do we: it may itself let
	 * in whoever asks for a cloaked port. */
	s = skeleton_of(c, CLOAK_HOST);
	assert_int_equal(s->cloaked_len, 2);
	skeleton_free(s);
	config_free(c);
}

/* The fingerprint after one text was replaced by another. */
static uint64_t fingerprint(const char *old, const char *new, enum cloak cloak)
{
	char text[sizeof(nat_kit_text) + 64];
	const char *at = strstr(nat_kit_text, old);
	struct config *c;
	struct skeleton *s;
	uint64_t f;

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - nat_kit_text),
		 nat_kit_text, new, at + strlen(old));
	c = nat_kit_parse(text);
	s = skeleton_of(c, cloak);
	f = s->fingerprint;
	skeleton_free(s);
	config_free(c);
	return f;
}

static void fingerprints(void **state)
{
	uint64_t base = fingerprint("alice", "alice", CLOAK_REJECT);

	(void)state;
	/* Clients and lifetimes are judged grant by grant. */
	assert_true(base == fingerprint("alice", "carol", CLOAK_REJECT));
	assert_true(base == fingerprint("10m", "20m", CLOAK_REJECT));
	assert_true(base != fingerprint("alice", "alice", CLOAK_DROP));
	assert_true(base != fingerprint("62300", "62301", CLOAK_REJECT));
	assert_true(base !=
		    fingerprint("tcp/22\"\n", "tcp/23\"\n", CLOAK_REJECT));
	assert_true(base != fingerprint("198.51.100.2 tcp", "198.51.100.3 tcp",
					CLOAK_REJECT));
	assert_true(base !=
		    fingerprint("\"none\"", "\"masquerade\"", CLOAK_REJECT));
}

static void name(void **state)
{
	struct skeleton s = { .fingerprint = 0x123 };
	char buf[SKELETON_NAME_MAX];

	(void)state;
	assert_string_equal(skeleton_name(&s, buf), "haunt 5 0000000000000123");
}

static void features(void **state)
{
	struct nft_features f = { true, true, true, true };

	(void)state;
	check_ok(nft_features_drop(&f, NULL));
	check_ok(nft_features_drop(&f, ""));
	assert_true(f.persist && f.update && f.destroy && f.ctfilter);
	check_ok(nft_features_drop(&f, "update,ctfilter"));
	assert_true(f.persist && !f.update && f.destroy && !f.ctfilter);
	check_ok(nft_features_drop(&f, "persist"));
	assert_false(f.persist);
	check_err(nft_features_drop(&f, "dest"), HAUNT_EFORMAT);
	check_err(nft_features_drop(&f, "destroys"), HAUNT_EFORMAT);
	assert_true(f.destroy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contents),
		cmocka_unit_test(fingerprints),
		cmocka_unit_test(name),
		cmocka_unit_test(features),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
