/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages are kept byte for byte, but for what stays behind. */
#include "explain/bag.h"

#include <linux/netlink.h>
#include <string.h>

#include "tests/lib/check.h"

static const struct bag_form form = {
	.type = 7, .flags = NLM_F_CREATE, .head = 4, .drop = BAG_DROP(2)
};

static struct nlmsghdr *message(char *buf, uint32_t mark)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);

	h->nlmsg_type = 3;
	h->nlmsg_seq = 99;
	memcpy(mnl_nlmsg_put_extra_header(h, 4), &mark, sizeof(mark));
	mnl_attr_put_strz(h, 1, "name");
	mnl_attr_put_u32(h, 2, 22);
	/* One that nobody knows, with bits of its own. */
	mnl_attr_put(h, 999 | NLA_F_NESTED, 3, "abc");
	return h;
}

static void copied(void **state)
{
	char buf[256], want[256] = { 0 };
	struct bag bag = { .len = 0 };
	struct nlmsghdr *h = message(buf, 5), *w, *got;

	(void)state;
	check_ok(bag_copy(&bag, h, &form));
	check_ok(bag_put_be32(&bag, 3, 0x01020304));
	w = mnl_nlmsg_put_header(want);
	w->nlmsg_type = 7;
	w->nlmsg_flags = NLM_F_CREATE;
	*(uint32_t *)mnl_nlmsg_put_extra_header(w, 4) = 5;
	mnl_attr_put_strz(w, 1, "name");
	mnl_attr_put(w, 999 | NLA_F_NESTED, 3, "abc");
	mnl_attr_put(w, 3, 4, "\1\2\3\4");
	got = bag_last(&bag);
	assert_int_equal(got->nlmsg_len, w->nlmsg_len);
	assert_memory_equal(got, w, w->nlmsg_len);
	bag_free(&bag);
}

static void many(void **state)
{
	char buf[256];
	struct bag bag = { .len = 0 };

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		check_ok(bag_copy(&bag, message(buf, i), &form));
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(
			*(uint32_t *)mnl_nlmsg_get_payload(bag_at(&bag, i)), i);
	bag_cut(&bag, 10);
	assert_int_equal(bag.len, 10);
	bag_cut(&bag, 11);
	assert_int_equal(bag.len, 10);
	check_ok(bag_copy(&bag, message(buf, 77), &form));
	assert_int_equal(*(uint32_t *)mnl_nlmsg_get_payload(bag_at(&bag, 10)),
			 77);
	assert_int_equal(*(uint32_t *)mnl_nlmsg_get_payload(bag_at(&bag, 9)),
			 9);
	bag_free(&bag);
}

static void too_short(void **state)
{
	char buf[64];
	struct bag bag = { .len = 0 };
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);

	(void)state;
	check_err(bag_copy(&bag, h, &form), HAUNT_ELENGTH);
	assert_int_equal(bag.len, 0);
	bag_free(&bag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copied),
		cmocka_unit_test(many),
		cmocka_unit_test(too_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
