/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resolving and sending, in a network of its own with nothing but lo. */
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/proto/haunt.h"
#include "tests/lib/check.h"

static int lo_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int ret = fd < 0 ? -1 : ioctl(fd, SIOCSIFFLAGS, &ifr);

	close(fd);
	return ret;
}

static bool network_make(void)
{
	if (unshare(CLONE_NEWNET) < 0 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	return lo_up() == 0;
}

/* A socket bound to the address, and the port that it was given. */
static int receiver(const char *address, uint16_t *port)
{
	struct sockaddr_storage ss;
	struct endpoint here = { .port = 0 };
	socklen_t len;
	int fd;

	check_ok(addr_parse(address, strlen(address), &here.addr));
	len = endpoint_to_sockaddr(&here, &ss);
	fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&ss, len), 0);
	len = sizeof(ss);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	*port = endpoint_from_sockaddr((struct sockaddr *)&ss).port;
	return fd;
}

static void assert_arrives(const char *address, int family)
{
	struct haunt_route route;
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct ip_addr want;
	struct endpoint from;
	char buf[16];
	uint16_t port;
	int fd = receiver(address, &port);
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	check_ok(addr_parse(address, strlen(address), &want));
	check_ok(haunt_resolve(address, port, family, &route));
	assert_memory_equal(route.gateway, want.b, 16);
	assert_memory_equal(route.source, want.b, 16);
	assert_int_equal(route.port, port);
	check_ok(haunt_send(&route, "knock", 5));
	assert_int_equal(poll(&ready, 1, 5000), 1);
	assert_int_equal(
		recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&ss, &len),
		5);
	assert_memory_equal(buf, "knock", 5);
	from = endpoint_from_sockaddr((struct sockaddr *)&ss);
	assert_memory_equal(from.addr.b, route.source, 16);
	close(fd);
}

static void test_sends(void **state)
{
	(void)state;
	assert_arrives("127.0.0.1", AF_INET);
	assert_arrives("127.0.0.1", AF_UNSPEC);
	assert_arrives("::1", AF_INET6);
	assert_arrives("::1", AF_UNSPEC);
}

static void test_no_route(void **state)
{
	struct haunt_route route = { .port = 7 };

	(void)state;
	errno = 0;
	check_err(haunt_resolve("192.0.2.1", 1, AF_INET, &route), HAUNT_ESYS);
	assert_int_equal(errno, ENETUNREACH);
	assert_int_equal(route.port, 7);
	route = (struct haunt_route){
		.gateway = { [10] = 255, 255, 192, 0, 2, 1 }, .port = 7
	};
	errno = 0;
	check_err(haunt_send(&route, "knock", 5), HAUNT_ESYS);
	assert_int_equal(errno, ENETUNREACH);
}

static void test_no_host(void **state)
{
	struct haunt_route route;

	(void)state;
	check_err(haunt_resolve("192.0.2.1", 1, AF_INET6, &route),
		  HAUNT_ENOENT);
	check_err(haunt_resolve("2001:db8::1", 1, AF_INET, &route),
		  HAUNT_ENOENT);
	check_err(haunt_resolve("fe80::1%lo", 1, AF_INET6, &route),
		  HAUNT_EUNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sends),
		cmocka_unit_test(test_no_route),
		cmocka_unit_test(test_no_host),
	};

	if (!network_make()) {
		puts("1..0 # SKIP no network namespace may be made here");
		return 0;
	}
	return cmocka_run_group_tests_name("send", tests, NULL, NULL);
}
