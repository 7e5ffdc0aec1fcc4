/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transactions: framing, numbers, growing, and whose fault an error is. */
#include "nat/nft_batch.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "tests/lib/check.h"

#define FIRST 1000u

static int setup(void **state)
{
	struct nft_batch *b;

	check_ok(nft_batch_new(NULL, &b));
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	nft_batch_free(*state);
	return 0;
}

static void add(struct nft_batch *b, size_t at)
{
	struct nlmsghdr *h;

	nft_batch_at(b, at);
	h = nft_batch_add(b, NFT_MSG_NEWTABLE, NFPROTO_INET, NLM_F_CREATE);
	mnl_attr_put_strz(h, NFTA_TABLE_NAME, "t");
}

static void framing(void **state)
{
	static const uint16_t types[] = {
		NFNL_MSG_BATCH_BEGIN,
		NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE,
		NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE, NFNL_MSG_BATCH_END
	};
	struct nft_batch *b = *state;
	const struct nlmsghdr *h;
	size_t len;
	int left;

	nft_batch_begin(b);
	add(b, 0);
	add(b, 1);
	assert_int_equal(nft_batch_len(b), 2);
	h = nft_batch_seal(b, FIRST, &len);
	left = (int)len;
	for (size_t i = 0; i < 4; i++) {
		assert_true(mnl_nlmsg_ok(h, left));
		assert_int_equal(h->nlmsg_type, types[i]);
		assert_int_equal(h->nlmsg_seq, FIRST + i);
		/* Only the last of them is acknowledged. */
		assert_int_equal(!!(h->nlmsg_flags & NLM_F_ACK), i == 2);
		h = mnl_nlmsg_next(h, &left);
	}
	assert_int_equal(left, 0);
}

/* What the kernel says to message number seq. */
static bool answer(struct nft_batch *b, uint32_t seq, int error,
		   struct fw_error *why)
{
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
	} m = { .h = { .nlmsg_len = sizeof(m),
		       .nlmsg_type = NLMSG_ERROR,
		       .nlmsg_seq = seq },
		.e = { .error = -error } };

	return nft_batch_answer(b, &m.h, why);
}

static void sealed(struct nft_batch *b, size_t n)
{
	size_t len;

	nft_batch_begin(b);
	for (size_t i = 0; i < n; i++)
		add(b, i / 2);
	(void)nft_batch_seal(b, FIRST, &len);
}

static void success(void **state)
{
	struct fw_error why = { .at = FW_AT_NONE };

	sealed(*state, 4);
	assert_true(answer(*state, FIRST + 4, 0, &why));
	assert_int_equal(why.error, 0);
}

static void blame(void **state)
{
	struct fw_error why = { .at = FW_AT_NONE };

	sealed(*state, 6);
	assert_false(answer(*state, FIRST + 3, ENFILE, &why));
	assert_false(answer(*state, FIRST + 5, ENOENT, &why));
	assert_true(answer(*state, FIRST + 6, 0, &why));
	assert_int_equal(why.error, ENFILE);
	assert_int_equal(why.at, 1);
}

static void refused_whole(void **state)
{
	struct fw_error why = { .at = 5 };

	sealed(*state, 2);
	assert_true(answer(*state, FIRST, EPERM, &why));
	assert_int_equal(why.error, EPERM);
	assert_true(why.at == FW_AT_NONE);
}

static void others_ignored(void **state)
{
	struct fw_error why = { .at = FW_AT_NONE };

	sealed(*state, 2);
	assert_false(answer(*state, FIRST - 1, EPERM, &why));
	assert_false(answer(*state, FIRST + 3, EPERM, &why));
	assert_int_equal(why.error, 0);
}

static void grows(void **state)
{
	struct nft_batch *b = *state;
	const struct nlmsghdr *h;
	size_t len, n = 0;
	int left;

	nft_batch_begin(b);
	for (size_t i = 0; i < 50000; i++)
		add(b, i);
	h = nft_batch_seal(b, FIRST, &len);
	left = (int)len;
	for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left))
		n++;
	assert_int_equal(n, 50002);
	assert_int_equal(left, 0);
	/* And small again. */
	sealed(b, 1);
	assert_int_equal(nft_batch_len(b), 1);
}

static void failure_sticks(void **state)
{
	struct nft_batch *b = *state;
	struct fw_error why;

	nft_batch_begin(b);
	add(b, 0);
	nft_batch_fail(b, HAUNT_ENOMEM);
	nft_batch_fail(b, HAUNT_EBUSY);
	add(b, 1);
	assert_true(nft_batch_failed(b));
	check_err(nft_batch_commit(b, &why), HAUNT_ENOMEM);
	nft_batch_begin(b);
	assert_false(nft_batch_failed(b));
	check_ok(nft_batch_commit(b, &why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(framing),
		cmocka_unit_test(success),
		cmocka_unit_test(blame),
		cmocka_unit_test(refused_whole),
		cmocka_unit_test(others_ignored),
		cmocka_unit_test(grows),
		cmocka_unit_test(failure_sticks),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
