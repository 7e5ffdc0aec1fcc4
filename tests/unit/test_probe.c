/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packets that explain sends: lengths and checksums add up. */
#include "explain/probe.h"

#include <string.h>

#include "tests/lib/check.h"

static struct probe probe_of(const char *from, const char *to, uint8_t proto)
{
	struct probe p = { .proto = proto };

	check_ok(addr_parse(from, strlen(from), &p.from.addr));
	check_ok(addr_parse(to, strlen(to), &p.to.addr));
	p.from.port = PROBE_SOURCE_PORT;
	p.to.port = 22;
	return p;
}

/* The sum of all 16-bit words with its own checksum among them is 0xffff. */
static uint32_t sum(uint32_t start, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		start += i % 2 ? data[i] : (uint32_t)data[i] << 8;
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

static void ipv4(void **state)
{
	struct probe p = probe_of("198.51.100.7", "198.51.100.1", IPPROTO_TCP);
	uint8_t f[PROBE_MAX];
	size_t len = probe_write(&p, f);

	(void)state;
	assert_int_equal(len, 20 + 32);
	assert_int_equal(f[0], 0x45);
	assert_int_equal(f[2] << 8 | f[3], len);
	assert_int_equal(f[9], IPPROTO_TCP);
	assert_int_equal(sum(0, f, 20), 0xffff);
	assert_memory_equal(f + 12, "\xc6\x33\x64\x07\xc6\x33\x64\x01", 8);
	assert_int_equal(f[20] << 8 | f[21], PROBE_SOURCE_PORT);
	assert_int_equal(f[22] << 8 | f[23], 22);
	assert_int_equal(f[32] >> 4, 8); /* with 12 bytes of options */
	assert_int_equal(f[33], 0x02);	 /* SYN alone */
	assert_int_equal(sum(sum(32 + IPPROTO_TCP, f + 12, 8), f + 20, 32),
			 0xffff);
}

static void ipv6_udp(void **state)
{
	struct probe p = probe_of("2001:db8::7", "2001:db8::1", IPPROTO_UDP);
	uint8_t f[PROBE_MAX];
	size_t len = probe_write(&p, f);

	(void)state;
	assert_int_equal(len, 40 + 8);
	assert_int_equal(f[0], 0x60);
	assert_int_equal(f[4] << 8 | f[5], 8);
	assert_int_equal(f[6], IPPROTO_UDP);
	assert_int_equal(f[44] << 8 | f[45], 8);
	assert_int_equal(sum(sum(8 + IPPROTO_UDP, f + 8, 32), f + 40, 8),
			 0xffff);
}

/* 0 would say that there is no checksum: the other zero is written. */
static void udp_zero(void **state)
{
	struct probe p = probe_of("198.51.100.7", "198.51.100.1", IPPROTO_UDP);
	uint8_t f[PROBE_MAX];
	bool met = false;

	(void)state;
	for (uint32_t port = 1; port < 65536; port++) {
		p.to.port = (uint16_t)port;
		assert_int_equal(probe_write(&p, f), 28);
		assert_int_not_equal(f[26] << 8 | f[27], 0);
		met = met || (f[26] << 8 | f[27]) == 0xffff;
		assert_int_equal(
			sum(sum(8 + IPPROTO_UDP, f + 12, 8), f + 20, 8),
			0xffff);
	}
	assert_true(met);
}

static void ether(void **state)
{
	struct probe p = probe_of("2001:db8::7", "2001:db8::1", IPPROTO_TCP);
	uint8_t f[PROBE_MAX];

	(void)state;
	p.ether = true;
	memcpy(p.to_mac, "\x02\x01\x02\x03\x04\x05", 6);
	memcpy(p.from_mac, "\x02\x0a\x0b\x0c\x0d\x0e", 6);
	assert_int_equal(probe_write(&p, f), 14 + 40 + 32);
	assert_memory_equal(f,
			    "\x02\x01\x02\x03\x04\x05\x02\x0a\x0b\x0c\x0d"
			    "\x0e\x86\xdd\x60",
			    15);
	p = probe_of("198.51.100.7", "198.51.100.1", PROBE_FENCE);
	p.ether = true;
	assert_int_equal(probe_write(&p, f), 14 + 20);
	assert_memory_equal(f + 12, "\x08\x00\x45", 3);
	assert_int_equal(f[23], PROBE_FENCE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4),
		cmocka_unit_test(ipv6_udp),
		cmocka_unit_test(udp_zero),
		cmocka_unit_test(ether),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
