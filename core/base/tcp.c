/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the kernel's table: "sl: ADDRESS:PORT ADDRESS:PORT STATE ...", the
 * address as words of 32 bits in the host's order, all in hexadecimal.
 */
#include "core/base/tcp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ESTABLISHED 1

static void spaces_skip(struct rd *r)
{
	while (rd_peek(r) == ' ')
		(void)rd_u8(r);
}

static int digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Exactly `digits` of them. */
static uint32_t hex(struct rd *r, unsigned int digits)
{
	uint32_t n = 0;

	for (unsigned int i = 0; i < digits; i++) {
		int d = digit(rd_peek(r));

		if (d < 0) {
			r->failed = true;
			return 0;
		}
		n = n << 4 | (uint32_t)d;
		(void)rd_u8(r);
	}
	return n;
}

static struct endpoint end_parse(struct rd *r)
{
	struct endpoint e = { .port = 0 };
	uint8_t bytes[16];
	size_t n = 0;

	spaces_skip(r);
	while (n < sizeof(bytes) && digit(rd_peek(r)) >= 0) {
		uint32_t word = hex(r, 8);

		memcpy(bytes + n, &word, sizeof(word));
		n += sizeof(word);
	}
	if ((n != 4 && n != 16) || rd_u8(r) != ':')
		r->failed = true;
	if (!r->failed)
		e.addr = n == 4 ? addr_from_v4(bytes) : addr_from_v6(bytes);
	e.port = (uint16_t)hex(r, 4);
	return e;
}

bool tcp_line_parse(const char *line, size_t len, struct tcp_conn *out)
{
	struct rd r = rd_of(line, len);
	struct tcp_conn c;
	uint32_t state;

	spaces_skip(&r);
	while (rd_peek(&r) >= '0' && rd_peek(&r) <= '9')
		(void)rd_u8(&r);
	if (rd_u8(&r) != ':')
		return false;
	c.local = end_parse(&r);
	c.remote = end_parse(&r);
	spaces_skip(&r);
	state = hex(&r, 2);
	if (r.failed || state != ESTABLISHED)
		return false;
	*out = c;
	return true;
}

static bool is_loopback(const struct ip_addr *a)
{
	static const struct ip_addr one = { .b = { [15] = 1 } };

	if (addr_is_v4(a))
		return addr_v4_bytes(a)[0] == 127;
	return addr_equal(a, &one);
}

static enum haunt_err conn_add(struct tcp_conns *out, const struct tcp_conn *c)
{
	if (out->len == out->cap) {
		size_t cap = out->cap ? out->cap * 2 : 64;
		struct tcp_conn *more =
			reallocarray(out->at, cap, sizeof(out->at[0]));

		if (!more)
			return HAUNT_ENOMEM;
		out->at = more;
		out->cap = cap;
	}
	out->at[out->len++] = *c;
	return HAUNT_OK;
}

static enum haunt_err table_read(const char *path, struct tcp_conns *out)
{
	FILE *f = fopen(path, "re");
	enum haunt_err err = HAUNT_OK;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!f)
		return errno == ENOENT ? HAUNT_OK : HAUNT_ESYS;
	while (!err && (n = getline(&line, &cap, f)) > 0) {
		struct tcp_conn c;

		if (tcp_line_parse(line, (size_t)n, &c) &&
		    !is_loopback(&c.remote.addr))
			err = conn_add(out, &c);
	}
	if (!err && ferror(f))
		err = HAUNT_ESYS;
	free(line);
	fclose(f);
	return err;
}

enum haunt_err tcp_established(struct tcp_conns *out)
{
	struct tcp_conns found = { .len = 0 };
	enum haunt_err err = table_read("/proc/net/tcp", &found);

	if (!err)
		err = table_read("/proc/net/tcp6", &found);
	if (err)
		free(found.at);
	else
		*out = found;
	return err;
}
