/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules as elements and back. */
#include "nat/nft_elem.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "tests/lib/nat_kit.h"

static int setup(void **state)
{
	*state = nat_kit_parse(nat_kit_text);
	return 0;
}

static int teardown(void **state)
{
	config_free(*state);
	return 0;
}

static const uint32_t mark7 = 0x5a000007;

static void layout_v4(void **state)
{
	static const uint8_t key[NFT_KEY_MAX] = { 198, 51, 100, 7, 6,
						  0,   0,  0,	0, 80 };
	static const uint8_t port[2] = { 0, 22 };
	struct rule r = nat_kit_rule(*state, KIT_SSH, "198.51.100.7", 80);
	struct nft_elem e[NFT_RULE_ELEMS];

	assert_int_equal(nft_elem_of_rule(&r, *state, e), 2);
	assert_int_equal(e[0].set, NFT_SET_GRANT4);
	assert_memory_equal(e[0].key, key, sizeof(key));
	assert_memory_equal(e[0].data, &mark7, sizeof(mark7));
	assert_int_equal(e[0].timeout_ms, 30000);
	assert_string_equal(e[0].comment, "ssh alice");
	assert_int_equal(e[1].set, NFT_SET_REDIR);
	assert_memory_equal(e[1].key, &mark7, sizeof(mark7));
	assert_memory_equal(e[1].data, port, sizeof(port));
	assert_int_equal(e[1].timeout_ms, 32000);
}

static void layout_v6(void **state)
{
	struct rule r = nat_kit_rule(*state, KIT_DNS6, "2001:db8::7", 5353);
	struct nft_elem e[NFT_RULE_ELEMS];

	assert_int_equal(nft_elem_of_rule(&r, *state, e), 4);
	assert_int_equal(e[0].set, NFT_SET_GRANT6);
	assert_memory_equal(e[0].key, r.address.b, 16);
	assert_int_equal(e[0].key[16], IPPROTO_UDP);
	assert_int_equal(e[0].key[20] << 8 | e[0].key[21], 5353);
	/* A late answer of the outer port's own server is kept back. */
	assert_int_equal(e[1].set, NFT_SET_QUIET6);
	assert_memory_equal(e[1].key, e[0].key, NFT_KEY_MAX);
	assert_int_equal(e[1].timeout_ms, e[0].timeout_ms);
	assert_int_equal(e[2].set, NFT_SET_DNAT6);
	assert_memory_equal(e[2].data, r.inner.addr.b, 16);
	assert_int_equal(e[2].data[17], 53);
	assert_int_equal(e[3].set, NFT_SET_SNAT6);
	assert_memory_equal(e[3].data, r.source.b, 16);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(nft_elem_at_door(&e[i]), i < 2);
}

static void kinds(void **state)
{
	struct nft_elem e[NFT_RULE_ELEMS];
	struct rule r = nat_kit_rule(*state, KIT_SSH, "198.51.100.7", 22);

	assert_int_equal(nft_elem_of_rule(&r, *state, e), 1);
	r = nat_kit_rule(*state, KIT_DB4, "198.51.100.7", 15432);
	assert_int_equal(nft_elem_of_rule(&r, *state, e), 3);
	assert_int_equal(e[1].set, NFT_SET_DNAT4);
	assert_int_equal(e[2].set, NFT_SET_MASQ);
	r = nat_kit_rule(*state, KIT_DB6, "2001:db8::7", 15432);
	assert_int_equal(nft_elem_of_rule(&r, *state, e), 2);
	r = nat_kit_rule(*state, KIT_DNS4, "198.51.100.7", 5353);
	assert_int_equal(nft_elem_of_rule(&r, *state, e), 4);
	assert_int_equal(e[1].set, NFT_SET_QUIET4);
	assert_int_equal(e[3].set, NFT_SET_SNAT4);
}

static void mark_elems(void **state)
{
	struct nft_elem e[NFT_MARK_ELEMS];

	(void)state;
	assert_int_equal(nft_elem_of_mark(7, true, e), NFT_MARK_ELEMS);
	for (size_t i = 0; i < NFT_MARK_ELEMS; i++) {
		uint32_t mark = i == 6 ? mark7 | GRANT_ID_WON : mark7;

		assert_memory_equal(e[i].key, &mark, sizeof(mark));
		assert_true(e[i].set != NFT_SET_DNAT6 &&
			    e[i].set != NFT_SET_SNAT6);
	}
}

/* The grant of a rule's first element, as if the kernel had told it. */
static enum haunt_err told(const struct config *c, struct nft_elem *e,
			   struct grant *g)
{
	e->remaining_ms = 12345;
	return nft_elem_grant(e, c, g);
}

static void back(void **state)
{
	static const char *const from[] = { "198.51.100.7", "2001:db8::7" };
	struct nft_elem e[NFT_RULE_ELEMS];
	struct grant g;

	for (size_t i = 0; i < 2; i++) {
		struct rule r = nat_kit_rule(*state, KIT_SSH, from[i], 80);

		(void)nft_elem_of_rule(&r, *state, e);
		check_ok(told(*state, &e[0], &g));
		assert_int_equal(g.id, 7);
		assert_int_equal(g.lifetime_ms, 12345);
		assert_int_equal(g.service, KIT_SSH);
		assert_int_equal(g.client, 0);
		assert_int_equal(g.proto, IPPROTO_TCP);
		assert_int_equal(g.port, 80);
		assert_true(addr_equal(&g.address, &r.address));
		assert_int_equal(nft_elem_id(&e[0]), 7);
	}
}

static void back_refused(void **state)
{
	struct rule r = nat_kit_rule(*state, KIT_SSH, "198.51.100.7", 80);
	struct nft_elem e[NFT_RULE_ELEMS], bad;
	struct grant g;

	(void)nft_elem_of_rule(&r, *state, e);
	bad = e[0];
	strcpy(bad.comment, "ssh nobody");
	check_err(told(*state, &bad, &g), HAUNT_ENOENT);
	strcpy(bad.comment, "nothing alice");
	check_err(told(*state, &bad, &g), HAUNT_ENOENT);
	strcpy(bad.comment, "ssh");
	check_err(told(*state, &bad, &g), HAUNT_EFORMAT);
	bad.comment[0] = '\0';
	check_err(told(*state, &bad, &g), HAUNT_EFORMAT);
	bad = e[0];
	memset(bad.data, 0, sizeof(bad.data));
	check_err(told(*state, &bad, &g), HAUNT_EFORMAT);
	bad = e[0];
	bad.timeout_ms = 0;
	check_err(told(*state, &bad, &g), HAUNT_EFORMAT);
	check_err(told(*state, &e[1], &g), HAUNT_EFORMAT);
}

struct seen {
	struct nft_elem at[512];
	size_t len;
};

static enum haunt_err see(void *arg, const struct nft_elem *e)
{
	struct seen *seen = arg;

	assert_true(seen->len < 512);
	seen->at[seen->len++] = *e;
	return HAUNT_OK;
}

/* What is written into messages is read from them; long runs are split. */
static void messages(void **state)
{
	static struct seen seen;
	struct rule r = nat_kit_rule(*state, KIT_SSH, "2001:db8::7", 80);
	struct nft_elem e[NFT_RULE_ELEMS];
	const struct nlmsghdr *h;
	struct nft_batch *b;
	struct nft_run run;
	size_t len, n = 0;
	int left;

	check_ok(nft_batch_new(NULL, &b));
	nft_batch_begin(b);
	nft_run_begin(&run, b, NFT_MSG_NEWSETELEM, NFT_SET_GRANT6);
	for (uint16_t i = 0; i < 450; i++) {
		r.outer = i;
		(void)nft_elem_of_rule(&r, *state, e);
		nft_run_put(&run, &e[0]);
	}
	nft_run_end(&run);
	h = nft_batch_seal(b, 1, &len);
	left = (int)len;
	for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
		if ((h->nlmsg_type & 0xff) != NFT_MSG_NEWSETELEM)
			continue;
		n++;
		check_ok(nft_elem_each(h, NFT_SET_GRANT6, see, &seen));
	}
	assert_int_equal(n, 3);
	assert_int_equal(seen.len, 450);
	assert_memory_equal(seen.at[449].key, e[0].key, sizeof(e[0].key));
	assert_int_equal(seen.at[449].timeout_ms, 30000);
	assert_string_equal(seen.at[449].comment, "ssh alice");
	nft_batch_free(b);
}

/* What is passed on for a client is found by it alone, and read back with the
 * door that the configuration says. */
static void ways(void **state)
{
	struct config *c = nat_kit_parse(
		"listen \"eth0\" { ports = {62201} }\n"
		"service \"ssh\" { target = \"tcp/22\" }\n"
		"service \"net\" { target = \"internet\" at = \"udp/9\"\n"
		"  at-end = \"cut\" }\n"
		"client \"alice\" { key = \"/nonexistent/alice\"\n"
		"  services = {\"net\", \"ssh\"} }\n");
	struct rule r = nat_kit_rule(c, 1, "2001:db8::7", 9);
	struct nft_elem e[NFT_RULE_ELEMS];
	struct grant g;
	size_t n;

	(void)state;
	r.id |= GRANT_ID_TIED;
	n = nft_elem_of_rule(&r, c, e);
	assert_int_equal(n, 5);
	assert_int_equal(e[0].set, NFT_SET_WAY6);
	assert_memory_equal(e[0].key, r.address.b, 16);
	assert_int_equal(e[1].set, NFT_SET_TO6);
	assert_int_equal(e[1].data[0] | e[1].data[3], NFT_WAY_CLASS(1));
	assert_int_equal(e[2].set, NFT_SET_WAYS);
	assert_int_equal(e[3].set, NFT_SET_LIVE);
	assert_int_equal(e[4].set, NFT_SET_MASQ);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(nft_elem_at_door(&e[i]), i < 2);
	e[0].remaining_ms = 5;
	check_ok(nft_elem_grant(&e[0], c, &g));
	assert_int_equal(g.proto, IPPROTO_UDP);
	assert_int_equal(g.port, 9);
	assert_int_equal(g.service, 1);
	/* A service that is no longer one has no way. */
	strcpy(e[0].comment, "ssh alice");
	check_ok(nft_elem_grant(&e[0], c, &g));
	check_err(rule_resolve(c, &g, &r), HAUNT_EDENIED);
	config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ways),		cmocka_unit_test(layout_v4),
		cmocka_unit_test(layout_v6),	cmocka_unit_test(kinds),
		cmocka_unit_test(mark_elems),	cmocka_unit_test(back),
		cmocka_unit_test(back_refused), cmocka_unit_test(messages),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
