/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel tells about interfaces, and what follows from it. */
#include "core/capture/links.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "tests/lib/check.h"

static struct listener listeners[] = {
	{ .kind = LISTENER_SNIFF,
	  .interface = "eth0",
	  .udp = { 2,
		   { { .first = 53, .last = 53 },
		     { .first = 62201, .last = 62210 } } },
	  .tcp = { 1, { { .first = 80, .last = 80 } } } },
	{ .kind = LISTENER_UDP },
	{ .kind = LISTENER_SNIFF,
	  .interface = "eth1",
	  .udp = { 1, { { .first = 443, .last = 443 } } },
	  .icmp = true },
};
static const struct config config = { .listeners = listeners,
				      .listeners_len = 3 };
static struct links *links;

/* One message as the kernel writes it. */
struct news {
	uint16_t type;
	unsigned char family;
	int ifindex;
	unsigned int flags;
	const char *name; /* NULL: none */
};

static size_t news_build(const struct news *n, uint8_t *buf)
{
	struct ifinfomsg info = { .ifi_family = n->family,
				  .ifi_index = n->ifindex,
				  .ifi_flags = n->flags };
	size_t name_len = n->name ? strlen(n->name) + 1 : 0;
	struct rtattr other = { .rta_len = sizeof(other) + 4,
				.rta_type = IFLA_MTU };
	struct rtattr name = { .rta_len = (unsigned short)(sizeof(name) +
							   name_len),
			       .rta_type = IFLA_IFNAME };
	struct nlmsghdr head = { .nlmsg_type = n->type };
	size_t len = sizeof(head);

	memset(buf, 0, 128);
	memcpy(buf + len, &info, sizeof(info));
	len += sizeof(info);
	memcpy(buf + len, &other, sizeof(other));
	len += sizeof(other) + 4;
	if (n->name) {
		memcpy(buf + len, &name, sizeof(name));
		memcpy(buf + len + sizeof(name), n->name, name_len);
		len += NLMSG_ALIGN(name.rta_len);
	}
	head.nlmsg_len = (uint32_t)len;
	memcpy(buf, &head, sizeof(head));
	return len;
}

static void feed(struct news n)
{
	uint8_t buf[128];

	links_feed(links, buf, news_build(&n, buf));
}

static void feed_done(void)
{
	const struct nlmsghdr done = { .nlmsg_len = sizeof(done),
				       .nlmsg_type = NLMSG_DONE };

	links_feed(links, &done, sizeof(done));
}

static void assert_link(size_t i, enum link_state state, uint32_t ifindex)
{
	uint32_t index;

	assert_int_equal(links_state(links, i, &index), state);
	assert_int_equal(index, ifindex);
}

static int setup(void **state)
{
	(void)state;
	check_ok(links_new(&config, &links));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	links_free(links);
	return 0;
}

static void test_listing(void **state)
{
	(void)state;
	assert_link(0, LINK_UNKNOWN, 0);
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, "eth0" });
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 8, IFF_UP, "eth00" });
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 9, IFF_UP, "eth" });
	assert_link(0, LINK_UP, 7);
	assert_link(2, LINK_UNKNOWN, 0);
	feed_done();
	assert_link(0, LINK_UP, 7);
	assert_link(1, LINK_UNKNOWN, 0);
	assert_link(2, LINK_MISSING, 0);
}

static void test_down_up(void **state)
{
	(void)state;
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, "eth0" });
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 7, 0, "eth0" });
	assert_link(0, LINK_DOWN, 7);
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, "eth0" });
	assert_link(0, LINK_UP, 7);
}

static void test_created_again(void **state)
{
	(void)state;
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, "eth0" });
	feed((struct news){ RTM_DELLINK, AF_UNSPEC, 7, 0, "eth0" });
	assert_link(0, LINK_MISSING, 0);
	assert_false(links_want(links, 7, CARRIER_UDP, 53));
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 9, IFF_UP, "eth0" });
	assert_link(0, LINK_UP, 9);
	assert_true(links_want(links, 9, CARRIER_UDP, 53));
	/* Old news of an index that is not ours any more. */
	feed((struct news){ RTM_DELLINK, AF_UNSPEC, 7, 0, "eth0" });
	assert_link(0, LINK_UP, 9);
}

static void test_rename(void **state)
{
	(void)state;
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, "eth0" });
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 8, IFF_UP, "eth1" });
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, "old" });
	assert_link(0, LINK_MISSING, 0);
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 8, IFF_UP, "eth0" });
	assert_link(0, LINK_UP, 8);
	assert_link(2, LINK_MISSING, 0);
}

/* A port that leaves its bridge is deleted for the bridge only. */
static void test_bridge(void **state)
{
	(void)state;
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, "eth0" });
	feed((struct news){ RTM_DELLINK, AF_BRIDGE, 7, IFF_UP, "eth0" });
	assert_link(0, LINK_UP, 7);
	/* A message without a name changes no name. */
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, NULL });
	assert_link(0, LINK_UP, 7);
}

static void test_want(void **state)
{
	(void)state;
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, "eth0" });
	feed((struct news){ RTM_NEWLINK, AF_UNSPEC, 8, IFF_UP, "eth1" });
	assert_true(links_hear(links, 7));
	assert_true(links_hear(links, 8));
	assert_false(links_hear(links, 9));
	assert_false(links_hear(links, 0));
	assert_true(links_want(links, 7, CARRIER_UDP, 53));
	assert_true(links_want(links, 7, CARRIER_UDP, 62201));
	assert_false(links_want(links, 7, CARRIER_UDP, 443));
	assert_true(links_want(links, 8, CARRIER_UDP, 443));
	assert_false(links_want(links, 8, CARRIER_UDP, 53));
	assert_false(links_want(links, 0, CARRIER_UDP, 53));
	/* Ranges, and each carrier for itself. */
	assert_true(links_want(links, 7, CARRIER_UDP, 62210));
	assert_false(links_want(links, 7, CARRIER_UDP, 62211));
	assert_true(links_want(links, 7, CARRIER_TCP, 80));
	assert_true(links_want(links, 7, CARRIER_HTTP, 80));
	assert_false(links_want(links, 7, CARRIER_UDP, 80));
	assert_false(links_want(links, 7, CARRIER_TCP, 53));
	assert_false(links_want(links, 7, CARRIER_ICMP, 0));
	assert_true(links_want(links, 8, CARRIER_ICMP, 0));
	assert_false(links_want(links, 8, CARRIER_TCP, 443));
}

static void test_any(void **state)
{
	struct listener any = { .kind = LISTENER_SNIFF,
				.interface = "any",
				.udp = { 1, { { .first = 99, .last = 99 } } } };
	const struct config all = { .listeners = &any, .listeners_len = 1 };

	(void)state;
	links_free(links);
	check_ok(links_new(&all, &links));
	feed_done();
	assert_link(0, LINK_UNKNOWN, 0);
	assert_true(links_want(links, 12345, CARRIER_UDP, 99));
	assert_false(links_want(links, 12345, CARRIER_UDP, 98));
}

/* Cut anywhere, and with every bit flipped: no crash, and no read beyond. */
static void test_broken_messages(void **state)
{
	const struct news n = { RTM_NEWLINK, AF_UNSPEC, 7, IFF_UP, "eth0" };
	uint8_t buf[128];
	size_t len = news_build(&n, buf);

	(void)state;
	for (size_t cut = 0; cut < len - 4; cut++)
		links_feed(links, buf, cut);
	assert_link(0, LINK_UNKNOWN, 0);
	for (size_t bit = 0; bit < len * 8; bit++) {
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		links_feed(links, buf, len);
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	links_feed(links, buf, len);
	assert_link(0, LINK_UP, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_listing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_down_up, setup, teardown),
		cmocka_unit_test_setup_teardown(test_created_again, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_rename, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bridge, setup, teardown),
		cmocka_unit_test_setup_teardown(test_want, setup, teardown),
		cmocka_unit_test_setup_teardown(test_any, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_messages, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
