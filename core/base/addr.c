/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides that IPv4 and IPv6 are written, stored and handed to the kernel in
 * different ways.
 */
#include "core/base/addr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define V4_BITS 96 /* of an IPv4 address that are not its own */

static const uint8_t v4_mapped[12] = { [10] = 0xff, [11] = 0xff };

struct ip_addr addr_from_v4(const void *four)
{
	struct ip_addr a;

	memcpy(a.b, v4_mapped, sizeof(v4_mapped));
	memcpy(a.b + sizeof(v4_mapped), four, 4);
	return a;
}

struct ip_addr addr_from_v6(const void *sixteen)
{
	struct ip_addr a;

	memcpy(a.b, sixteen, sizeof(a.b));
	return a;
}

struct endpoint endpoint_from_sockaddr(const struct sockaddr *sa)
{
	struct endpoint ep = { .port = 0 };

	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		ep.addr = addr_from_v4(&in.sin_addr);
		ep.port = ntohs(in.sin_port);
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		ep.addr = addr_from_v6(&in6.sin6_addr);
		ep.port = ntohs(in6.sin6_port);
	}
	return ep;
}

socklen_t endpoint_to_sockaddr(const struct endpoint *ep,
			       struct sockaddr_storage *out)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	memset(out, 0, sizeof(*out));
	if (addr_is_v4(&ep->addr)) {
		memcpy(&in.sin_addr, addr_v4_bytes(&ep->addr), 4);
		in.sin_port = htons(ep->port);
		memcpy(out, &in, sizeof(in));
		return sizeof(in);
	}
	memcpy(&in6.sin6_addr, ep->addr.b, 16);
	in6.sin6_port = htons(ep->port);
	memcpy(out, &in6, sizeof(in6));
	return sizeof(in6);
}

bool addr_is_v4(const struct ip_addr *a)
{
	return memcmp(a->b, v4_mapped, sizeof(v4_mapped)) == 0;
}

const uint8_t *addr_v4_bytes(const struct ip_addr *a)
{
	return a->b + sizeof(v4_mapped);
}

bool addr_is_any(const struct ip_addr *a)
{
	static const uint8_t zeros[16];

	if (addr_is_v4(a))
		return memcmp(addr_v4_bytes(a), zeros, 4) == 0;
	return memcmp(a->b, zeros, sizeof(zeros)) == 0;
}

bool addr_is_unusable(const struct ip_addr *a)
{
	/* IPv4: 0/8, 224/4 multicast, 240/4 reserved and broadcast. */
	if (addr_is_v4(a))
		return addr_v4_bytes(a)[0] == 0 || addr_v4_bytes(a)[0] >= 224;
	return addr_is_any(a) || a->b[0] == 0xff;
}

bool addr_equal(const struct ip_addr *a, const struct ip_addr *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

/* True if the first bits of both are the same. */
static bool bits_equal(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	unsigned int whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return !rest || !((a[whole] ^ b[whole]) >> (8 - rest));
}

bool prefix_is_any(const struct ip_prefix *p)
{
	return p->len == 0 && !p->v6;
}

bool prefix_contains(const struct ip_prefix *p, const struct ip_addr *a)
{
	if (p->len < V4_BITS && !prefix_is_any(p) && addr_is_v4(a))
		return false;
	return bits_equal(p->addr.b, a->b, p->len);
}

enum haunt_err addr_parse(const char *text, size_t len, struct ip_addr *out)
{
	char copy[INET6_ADDRSTRLEN];
	uint8_t bytes[16];

	if (len == 0 || len >= sizeof(copy) || memchr(text, 0, len))
		return HAUNT_EFORMAT;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (inet_pton(AF_INET, copy, bytes) == 1) {
		*out = addr_from_v4(bytes);
		return HAUNT_OK;
	}
	if (inet_pton(AF_INET6, copy, bytes) == 1) {
		*out = addr_from_v6(bytes);
		return HAUNT_OK;
	}
	return HAUNT_EFORMAT;
}

/* A decimal number without sign, space or leading zero, at most max. */
static enum haunt_err number_parse(const char *text, size_t len,
				   unsigned int max, unsigned int *out)
{
	unsigned int n = 0;

	if (len == 0 || len > 5 || (len > 1 && text[0] == '0'))
		return HAUNT_EFORMAT;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return HAUNT_EFORMAT;
		n = n * 10 + (unsigned int)(text[i] - '0');
	}
	if (n > max)
		return HAUNT_EFORMAT;
	*out = n;
	return HAUNT_OK;
}

static bool host_bits_clear(const struct ip_prefix *p)
{
	struct ip_addr a = p->addr;

	for (unsigned int bit = p->len; bit < 128; bit++) {
		if (a.b[bit / 8] & (0x80u >> (bit % 8)))
			return false;
	}
	return true;
}

enum haunt_err prefix_parse(const char *text, size_t len, struct ip_prefix *out)
{
	const char *slash = memchr(text, '/', len);
	size_t head = slash ? (size_t)(slash - text) : len;
	struct ip_prefix p = { .len = 128 };
	unsigned int bits;

	if (len == 3 && memcmp(text, "any", 3) == 0) {
		*out = (struct ip_prefix){ .len = 0 };
		return HAUNT_OK;
	}
	if (addr_parse(text, head, &p.addr) != HAUNT_OK)
		return HAUNT_EFORMAT;
	if (slash) {
		bool v4 = addr_is_v4(&p.addr) && !memchr(text, ':', head);

		if (number_parse(slash + 1, len - head - 1, v4 ? 32 : 128,
				 &bits) != HAUNT_OK)
			return HAUNT_EFORMAT;
		p.len = (uint8_t)(v4 ? 96 + bits : bits);
	}
	if (!host_bits_clear(&p))
		return HAUNT_EFORMAT;
	p.v6 = p.len == 0;
	*out = p;
	return HAUNT_OK;
}

enum haunt_err endpoint_parse(const char *text, size_t len,
			      struct endpoint *out)
{
	const char *colon = memrchr(text, ':', len);
	size_t head = colon ? (size_t)(colon - text) : 0;
	struct endpoint ep;
	unsigned int port;
	bool bracketed;

	if (!colon ||
	    number_parse(colon + 1, len - head - 1, 65535, &port) != HAUNT_OK)
		return HAUNT_EFORMAT;
	bracketed = head >= 2 && text[0] == '[' && text[head - 1] == ']';
	if (bracketed) {
		text++;
		head -= 2;
	}
	if (port == 0 || addr_parse(text, head, &ep.addr) != HAUNT_OK)
		return HAUNT_EFORMAT;
	if (bracketed != (memchr(text, ':', head) != NULL))
		return HAUNT_EFORMAT;
	ep.port = (uint16_t)port;
	*out = ep;
	return HAUNT_OK;
}

const char *addr_format(const struct ip_addr *a, char buf[ADDR_TEXT_MAX])
{
	if (addr_is_v4(a))
		inet_ntop(AF_INET, addr_v4_bytes(a), buf, ADDR_TEXT_MAX);
	else
		inet_ntop(AF_INET6, a->b, buf, ADDR_TEXT_MAX);
	return buf;
}

const char *prefix_format(const struct ip_prefix *p, char buf[ADDR_TEXT_MAX])
{
	bool v4 = addr_is_v4(&p->addr) && p->len >= 96;
	size_t used;

	if (p->len == 0) {
		strcpy(buf, prefix_is_any(p) ? "any" : "::/0");
		return buf;
	}
	addr_format(&p->addr, buf);
	used = strlen(buf);
	if (p->len < 128)
		snprintf(buf + used, ADDR_TEXT_MAX - used, "/%u",
			 v4 ? p->len - 96u : p->len);
	return buf;
}

const char *endpoint_format(const struct endpoint *e, char buf[ADDR_TEXT_MAX])
{
	char text[ADDR_TEXT_MAX];

	addr_format(&e->addr, text);
	if (addr_is_v4(&e->addr))
		snprintf(buf, ADDR_TEXT_MAX, "%.45s:%u", text, e->port);
	else
		snprintf(buf, ADDR_TEXT_MAX, "[%.45s]:%u", text, e->port);
	return buf;
}

void addr_put(struct wr *w, const struct ip_addr *a)
{
	wr_bytes(w, a->b, sizeof(a->b));
}

struct ip_addr addr_get(struct rd *r)
{
	struct ip_addr a;

	rd_copy(r, a.b, sizeof(a.b));
	return a;
}

void endpoint_put(struct wr *w, const struct endpoint *e)
{
	addr_put(w, &e->addr);
	wr_u16(w, e->port);
}

struct endpoint endpoint_get(struct rd *r)
{
	struct endpoint e;

	e.addr = addr_get(r);
	e.port = rd_u16(r);
	return e;
}
