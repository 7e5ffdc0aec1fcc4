/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the kernel's trace to a packet's way. */
#include "explain/path.h"

#include "explain/probe.h"
#include "explain/stage.h"
#include "tests/lib/check.h"
#include "tests/lib/nft_kit.h"

/* ---- one event ---- */

static struct nlmsghdr *event(char *buf, uint32_t type, const char *chain,
			      uint32_t handle, int32_t verdict)
{
	struct nlmsghdr *h = kit_message(buf, NFT_MSG_TRACE, NFPROTO_INET);
	struct nlattr *nest;

	mnl_attr_put_strz(h, NFTA_TRACE_TABLE, "filter");
	mnl_attr_put_strz(h, NFTA_TRACE_CHAIN, chain);
	kit_be32(h, NFTA_TRACE_TYPE, type);
	if (handle)
		kit_be64(h, NFTA_TRACE_RULE_HANDLE, handle);
	if (type == NFT_TRACETYPE_POLICY) {
		kit_be32(h, NFTA_TRACE_POLICY, (uint32_t)verdict);
		return h;
	}
	nest = mnl_attr_nest_start(h, NFTA_TRACE_VERDICT);
	kit_be32(h, NFTA_VERDICT_CODE, (uint32_t)verdict);
	if (verdict == NFT_JUMP || verdict == NFT_GOTO)
		mnl_attr_put_strz(h, NFTA_VERDICT_CHAIN, "web");
	mnl_attr_nest_end(h, nest);
	return h;
}

static void headers_put(struct nlmsghdr *h, const char *from, const char *to,
			uint8_t proto, size_t network, size_t transport)
{
	struct probe p = { .proto = proto };
	uint8_t frame[PROBE_MAX];
	bool v4;

	check_ok(addr_parse(from, strlen(from), &p.from.addr));
	check_ok(addr_parse(to, strlen(to), &p.to.addr));
	p.from.port = 50000;
	p.to.port = 80;
	v4 = addr_is_v4(&p.to.addr);
	probe_write(&p, frame);
	mnl_attr_put(h, NFTA_TRACE_NETWORK_HEADER, network, frame);
	mnl_attr_put(h, NFTA_TRACE_TRANSPORT_HEADER, transport,
		     frame + (v4 ? 20 : 40));
}

static void one_event(void **state)
{
	char buf[KIT_BYTES], text[ADDR_TEXT_MAX];
	struct trace_event e;
	struct nlmsghdr *h =
		event(buf, NFT_TRACETYPE_RULE, "input", 7, NFT_JUMP);

	(void)state;
	kit_be32(h, NFTA_TRACE_MARK, 9);
	kit_be32(h, NFTA_TRACE_OIF, 3);
	headers_put(h, "198.51.100.7", "192.0.2.1", IPPROTO_TCP, 20, 20);
	check_ok(trace_read(h, &e));
	assert_int_equal(e.kind, TRACE_RULE);
	assert_int_equal(e.family, NFPROTO_INET);
	assert_string_equal(e.table, "filter");
	assert_string_equal(e.chain, "input");
	assert_string_equal(e.target, "web");
	assert_int_equal(e.handle, 7);
	assert_int_equal(e.verdict, NFT_JUMP);
	assert_int_equal(e.mark, 9);
	assert_int_equal(e.out, 3);
	assert_true(e.packet.known);
	assert_string_equal(endpoint_format(&e.packet.from, text),
			    "198.51.100.7:50000");
	assert_string_equal(endpoint_format(&e.packet.to, text),
			    "192.0.2.1:80");

	h = event(buf, NFT_TRACETYPE_POLICY, "input", 0, NF_DROP);
	headers_put(h, "2001:db8::7", "2001:db8::1", IPPROTO_UDP, 40, 8);
	check_ok(trace_read(h, &e));
	assert_int_equal(e.kind, TRACE_POLICY);
	assert_int_equal(e.verdict, NF_DROP);
	assert_string_equal(endpoint_format(&e.packet.to, text),
			    "[2001:db8::1]:80");
}

static void odd_events(void **state)
{
	char buf[KIT_BYTES];
	struct trace_event e;
	struct nlmsghdr *h = event(buf, 17, "input", 7, NF_DROP);

	(void)state;
	check_err(trace_read(h, &e), HAUNT_EFORMAT);
	h = kit_message(buf, NFT_MSG_NEWRULE, NFPROTO_INET);
	check_err(trace_read(h, &e), HAUNT_EFORMAT);
	/* Headers that are cut off are no packet. */
	for (size_t len = 0; len < 20; len++) {
		h = event(buf, NFT_TRACETYPE_RULE, "input", 7, NF_DROP);
		headers_put(h, "198.51.100.7", "192.0.2.1", IPPROTO_TCP, len,
			    20);
		check_ok(trace_read(h, &e));
		assert_false(e.packet.known);
	}
	for (size_t len = 0; len < 4; len++) {
		h = event(buf, NFT_TRACETYPE_RULE, "input", 7, NF_DROP);
		headers_put(h, "198.51.100.7", "192.0.2.1", IPPROTO_TCP, 20,
			    len);
		check_ok(trace_read(h, &e));
		assert_false(e.packet.known);
	}
}

/* ---- a way ---- */

/* Chains input (hook input, priority 5) and web; a rule in each, handles 70
 * and 71 where they were read, 7 and 7 in the copy; the second rejects. */
static struct ruleset_rule rules[] = {
	{ .handle = 70, .copy = 7, .number = 1 },
	{ .handle = 71, .copy = 7, .number = 1 }
};

static void chain_add(struct bag *bag, const char *name, bool base)
{
	static const struct bag_form form = { .type = NFT_MSG_NEWCHAIN,
					      .head = sizeof(struct nfgenmsg) };
	char buf[KIT_BYTES];
	struct nlmsghdr *h = kit_message(buf, NFT_MSG_NEWCHAIN, NFPROTO_INET);
	struct nlattr *nest;

	mnl_attr_put_strz(h, NFTA_CHAIN_TABLE, "filter");
	mnl_attr_put_strz(h, NFTA_CHAIN_NAME, name);
	if (base) {
		nest = mnl_attr_nest_start(h, NFTA_CHAIN_HOOK);
		kit_be32(h, NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_IN);
		kit_be32(h, NFTA_HOOK_PRIORITY, 5);
		mnl_attr_nest_end(h, nest);
	}
	check_ok(bag_copy(bag, h, &form));
}

static void rule_add(struct bag *bag, const char *chain, const char *name)
{
	static const struct bag_form form = { .type = NFT_MSG_NEWRULE,
					      .head = sizeof(struct nfgenmsg) };
	char buf[KIT_BYTES];
	struct nlmsghdr *h = kit_message(buf, NFT_MSG_NEWRULE, NFPROTO_INET);
	struct nlattr *list;
	struct kit_expr e;

	mnl_attr_put_strz(h, NFTA_RULE_TABLE, "filter");
	mnl_attr_put_strz(h, NFTA_RULE_CHAIN, chain);
	list = mnl_attr_nest_start(h, NFTA_RULE_EXPRESSIONS);
	e = kit_expr(h, name);
	kit_expr_end(h, e);
	mnl_attr_nest_end(h, list);
	check_ok(bag_copy(bag, h, &form));
}

static int setup(void **state)
{
	static struct ruleset set;

	set = (struct ruleset){ .rules = rules };
	chain_add(&set.bag, "input", true);
	chain_add(&set.bag, "web", false);
	for (int part = RULESET_SETS; part <= RULESET_RULES; part++)
		set.from[part] = set.bag.len;
	rule_add(&set.bag, "input", "counter");
	rule_add(&set.bag, "web", "reject");
	set.from[RULESET_PARTS] = set.bag.len;
	*state = &set;
	return 0;
}

static int teardown(void **state)
{
	struct ruleset *set = *state;

	bag_free(&set->bag);
	return 0;
}

static void event_add(struct trace *t, const char *table, const char *chain,
		      enum trace_kind kind, uint64_t handle, int32_t verdict)
{
	struct trace_event *e = &t->at[t->len++];

	*e = (struct trace_event){ .kind = kind,
				   .family = NFPROTO_INET,
				   .handle = handle,
				   .verdict = verdict };
	strcpy(e->table, table);
	strcpy(e->chain, chain);
	strcpy(e->target, "web");
}

static void mark_add(struct trace *t, const char *chain)
{
	event_add(t, STAGE_TABLE, chain, TRACE_POLICY, 0, NF_ACCEPT);
}

static void rejected(void **state)
{
	struct trace_event events[8];
	struct trace t = { .at = events };
	char verdict[PATH_VERDICT_MAX];
	struct ruleset *set = *state;
	struct path path;

	event_add(&t, STAGE_TABLE, STAGE_START, TRACE_RULE, 3, NFT_CONTINUE);
	mark_add(&t, "pre-end");
	mark_add(&t, "in-begin");
	event_add(&t, "filter", "input", TRACE_RULE, 7, NFT_JUMP);
	event_add(&t, "filter", "web", TRACE_RULE, 7, NF_DROP);
	check_ok(path_read(&t, set, &path));
	assert_int_equal(path.end, PATH_DROPPED);
	assert_int_equal(path.len, 2);
	assert_int_equal(ruleset_rule(set, path.steps[0].rule)->handle, 70);
	assert_int_equal(ruleset_rule(set, path.steps[1].rule)->handle, 71);
	assert_string_equal(path_verdict(&path.steps[0], verdict), "jump web");
	assert_string_equal(path_verdict(&path.steps[1], verdict), "reject");
	/* The second has no hook: it is where the first was. */
	assert_string_equal(path_hook_name(&path.steps[1]), "input");
	assert_int_equal(path.steps[1].priority, 5);
	path_free(&path);
}

static void ends(void **state)
{
	struct trace_event events[8];
	struct trace t = { .at = events };
	struct path path;

	check_ok(path_read(&t, *state, &path));
	assert_int_equal(path.end, PATH_LOST);
	path_free(&path);
	mark_add(&t, "pre-end");
	check_ok(path_read(&t, *state, &path));
	assert_int_equal(path.end, PATH_UNROUTED);
	path_free(&path);
	mark_add(&t, "forward-begin");
	mark_add(&t, "forward-end");
	check_ok(path_read(&t, *state, &path));
	assert_int_equal(path.end, PATH_LOST);
	path_free(&path);
	mark_add(&t, "post-end");
	check_ok(path_read(&t, *state, &path));
	assert_int_equal(path.end, PATH_FORWARDED);
	path_free(&path);

	t.len = 1;
	mark_add(&t, "in-begin");
	event_add(&t, "filter", "input", TRACE_RULE, 7, NF_QUEUE | 5 << 16);
	check_ok(path_read(&t, *state, &path));
	assert_int_equal(path.end, PATH_QUEUED);
	path_free(&path);
	t.len--;
	event_add(&t, "filter", "input", TRACE_RULE, 7, NF_STOLEN);
	check_ok(path_read(&t, *state, &path));
	assert_int_equal(path.end, PATH_TAKEN);
	path_free(&path);
	t.len--;
	/* The end of a chain is no step. */
	event_add(&t, "filter", "input", TRACE_RULE, 0, NFT_CONTINUE);
	event_add(&t, "filter", "input", TRACE_POLICY, 0, NF_ACCEPT);
	mark_add(&t, "in-end");
	check_ok(path_read(&t, *state, &path));
	assert_int_equal(path.end, PATH_DELIVERED);
	assert_int_equal(path.len, 1);
	path_free(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_event),
		cmocka_unit_test(odd_events),
		cmocka_unit_test_setup_teardown(rejected, setup, teardown),
		cmocka_unit_test_setup_teardown(ends, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
