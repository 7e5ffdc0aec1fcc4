/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each carrier in a network of its own with nothing but lo: the kernel takes
 * what is raw only if its checksums are right. */
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
#include "core/base/clock.h"
#include "core/base/wire.h"
#include "core/proto/haunt.h"
#include "tests/lib/check.h"

static const char packet[] = "a+packet/of+some/length";
#define PACKET_LEN (sizeof(packet) - 1)

static bool network_make(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd, ret;

	if (unshare(CLONE_NEWNET) < 0 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ret = fd < 0 ? -1 : ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
	return ret == 0;
}

static struct ip_addr address(const char *text)
{
	struct ip_addr a;

	check_ok(addr_parse(text, strlen(text), &a));
	return a;
}

/* A socket of that type bound there, and the route to it. */
static int receiver(const char *text, int type, int proto,
		    struct haunt_route *route)
{
	struct endpoint here = { .addr = address(text) };
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&here, &ss);
	int fd = socket(ss.ss_family, type | SOCK_CLOEXEC, proto);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&ss, len), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	here = endpoint_from_sockaddr((struct sockaddr *)&ss);
	memcpy(route->gateway, here.addr.b, 16);
	memcpy(route->source, here.addr.b, 16);
	route->port = here.port ? here.port : 7;
	return fd;
}

static void wait_in(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&ready, 1, 5000), 1);
}

/* What arrives, and from where. */
static struct endpoint check_received(int fd, const char *expected, size_t len)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNSPEC };
	socklen_t ss_len = sizeof(ss);
	char buf[2048];

	wait_in(fd);
	assert_int_equal(recvfrom(fd, buf, sizeof(buf), MSG_WAITALL,
				  (struct sockaddr *)&ss, &ss_len),
			 len);
	assert_memory_equal(buf, expected, len);
	return endpoint_from_sockaddr((struct sockaddr *)&ss);
}

static void check_datagram(const char *there, enum haunt_carrier carrier,
			   const char *forged)
{
	struct haunt_delivery d = { .carrier = carrier, .source_port = 4711 };
	struct ip_addr source = address(forged ? forged : there);
	int fd = receiver(there, SOCK_DGRAM, 0, &d.route);
	struct endpoint from;

	if (forged)
		memcpy(d.source, source.b, 16);
	check_ok(haunt_deliver(&d, packet, PACKET_LEN, NULL, NULL));
	from = check_received(fd, packet, PACKET_LEN);
	assert_true(addr_equal(&from.addr, &source));
	assert_int_equal(from.port, 4711);
	close(fd);
}

static void test_datagrams(void **state)
{
	(void)state;
	check_datagram("127.0.0.1", HAUNT_CARRIER_UDP, NULL);
	check_datagram("::1", HAUNT_CARRIER_UDP, NULL);
	check_datagram("127.0.0.1", HAUNT_CARRIER_UDP_RAW, NULL);
	check_datagram("::1", HAUNT_CARRIER_UDP_RAW, NULL);
	/* The kernel drops what claims to come from nowhere over lo; another
	 * of its addresses will do. */
	check_datagram("127.0.0.1", HAUNT_CARRIER_UDP_RAW, "127.9.8.7");
}

static void check_stream(const char *there, enum haunt_carrier carrier)
{
	struct haunt_delivery d = { .carrier = carrier };
	int fd = receiver(there, SOCK_STREAM, 0, &d.route), peer;

	check_ok(haunt_deliver(&d, packet, PACKET_LEN, NULL, NULL));
	wait_in(fd);
	peer = accept(fd, NULL, NULL);
	assert_true(peer >= 0);
	check_received(peer, packet, PACKET_LEN);
	close(peer);
	close(fd);
}

static void test_streams(void **state)
{
	(void)state;
	check_stream("127.0.0.1", HAUNT_CARRIER_TCP);
	check_stream("::1", HAUNT_CARRIER_TCP);
}

/* What the kernel hands to a raw ICMP socket begins with the IP header in IPv4,
 * and has a right checksum in IPv6. */
static void check_ping(const char *there, int proto, uint8_t type)
{
	struct haunt_delivery d = { .carrier = HAUNT_CARRIER_ICMP };
	int fd = receiver(there, SOCK_RAW, proto, &d.route);
	uint8_t buf[256];
	ssize_t n;
	struct rd r;

	check_ok(haunt_deliver(&d, packet, PACKET_LEN, NULL, NULL));
	wait_in(fd);
	n = recv(fd, buf, sizeof(buf), 0);
	assert_true(n > 0);
	r = rd_of(buf, (size_t)n);
	if (proto == IPPROTO_ICMP)
		rd_bytes(&r, 20);
	assert_int_equal(rd_u8(&r), type);
	rd_bytes(&r, 7);
	assert_int_equal(r.left, PACKET_LEN);
	assert_memory_equal(r.at, packet, PACKET_LEN);
	close(fd);
}

static void test_pings(void **state)
{
	(void)state;
	check_ping("127.0.0.1", IPPROTO_ICMP, 8);
	check_ping("::1", IPPROTO_ICMPV6, 128);
}

/* A listener whose queue is full answers no SYN. */
static void test_timeout(void **state)
{
	struct haunt_delivery d = { .carrier = HAUNT_CARRIER_TCP,
				    .timeout_ms = 200 };
	const struct clock *c = clock_system();
	const char *step = NULL;
	int fd = receiver("127.0.0.1", SOCK_STREAM, 0, &d.route);
	enum haunt_err err = HAUNT_OK;
	uint64_t start = 0, took;

	(void)state;
	assert_int_equal(listen(fd, 0), 0);
	for (int i = 0; i < 8 && !err; i++) {
		start = clock_mono_ms(c);
		err = haunt_deliver(&d, packet, PACKET_LEN, NULL, &step);
	}
	took = clock_mono_ms(c) - start;
	check_err(err, HAUNT_ESYS);
	assert_int_equal(errno, ETIMEDOUT);
	assert_string_equal(step, "connecting");
	assert_in_range(took, 190, 2000);
	close(fd);
}

static void test_refused(void **state)
{
	struct haunt_delivery d = { .carrier = HAUNT_CARRIER_HTTP };
	const char *step = NULL;

	(void)state;
	close(receiver("127.0.0.1", SOCK_STREAM, 0, &d.route));
	check_err(haunt_deliver(&d, packet, PACKET_LEN, NULL, &step),
		  HAUNT_ESYS);
	assert_int_equal(errno, ECONNREFUSED);
	assert_string_equal(step, "connecting");
	d.carrier = HAUNT_CARRIER_TCP_RAW;
	d.route = (struct haunt_route){
		.gateway = { [10] = 255, 255, 192, 0, 2, 1 }, .port = 7
	};
	check_err(haunt_deliver(&d, packet, PACKET_LEN, NULL, &step),
		  HAUNT_ESYS);
	assert_int_equal(errno, ENETUNREACH);
	assert_string_equal(step, "sending");
}

static void test_misfits(void **state)
{
	static const struct haunt_route route = {
		.gateway = { [10] = 255, 255, 127, 0, 0, 1 }, .port = 7
	};
	static const struct haunt_route portless = {
		.gateway = { [10] = 255, 255, 127, 0, 0, 1 }
	};
#define FORGED .source = { [10] = 255, 255, 127, 0, 0, 2 }
	const struct {
		struct haunt_delivery d;
		const char *step;
	} cases[] = {
		{ { .carrier = (enum haunt_carrier)6 }, "carrier" },
		{ { .carrier = HAUNT_CARRIER_TCP, FORGED }, "source" },
		{ { .carrier = HAUNT_CARRIER_UDP, FORGED }, "source" },
		{ { .carrier = HAUNT_CARRIER_HTTP, FORGED }, "source" },
		{ { .carrier = HAUNT_CARRIER_ICMP, .source = { 32, 1 } },
		  "source" },
		{ { .carrier = HAUNT_CARRIER_ICMP,
		    .source = { [10] = 255, 255 } },
		  "source" },
		{ { .carrier = HAUNT_CARRIER_ICMP, .source_port = 1 },
		  "source_port" },
		{ { .carrier = HAUNT_CARRIER_UDP_RAW, .icmp_set = 1 },
		  "icmp_type" },
		{ { .carrier = HAUNT_CARRIER_TCP, .proxy = &route }, "proxy" },
		{ { .carrier = HAUNT_CARRIER_HTTP, .proxy = &portless },
		  "proxy" },
		{ { .carrier = HAUNT_CARRIER_TCP, .host = "h" }, "host" },
		{ { .carrier = HAUNT_CARRIER_HTTP, .host = "h\r\nX: y" },
		  "host" },
		{ { .carrier = HAUNT_CARRIER_HTTP, .user_agent = "a\nb" },
		  "user_agent" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct haunt_delivery d = cases[i].d;
		const char *step = NULL;

		d.route = route;
		check_err(haunt_deliver(&d, packet, PACKET_LEN, NULL, &step),
			  HAUNT_EFORMAT);
		assert_string_equal(step, cases[i].step);
	}
}

static void test_lengths(void **state)
{
	static const char large[HAUNT_PACKET_MAX + 1];
	struct haunt_delivery d = { .carrier = HAUNT_CARRIER_UDP_RAW };
	int fd = receiver("::1", SOCK_DGRAM, 0, &d.route);
	const char *step = NULL;

	(void)state;
	check_err(haunt_deliver(&d, packet, 0, NULL, &step), HAUNT_ELENGTH);
	assert_string_equal(step, "packet");
	check_err(haunt_deliver(&d, large, sizeof(large), NULL, &step),
		  HAUNT_ELENGTH);
	check_ok(haunt_deliver(&d, large, HAUNT_PACKET_MAX, NULL, &step));
	check_received(fd, large, HAUNT_PACKET_MAX);
	d.route.port = 0;
	check_err(haunt_deliver(&d, packet, 1, NULL, &step), HAUNT_EFORMAT);
	assert_string_equal(step, "route");
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_datagrams),
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_pings),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_misfits),
		cmocka_unit_test(test_lengths),
	};

	if (!network_make()) {
		puts("1..0 # SKIP no network namespace may be made here");
		return 0;
	}
	return cmocka_run_group_tests_name("deliver", tests, NULL, NULL);
}
