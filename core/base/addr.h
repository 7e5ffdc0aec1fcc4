/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * IP addresses as values. IPv4 lives inside IPv6 as ::ffff:a.b.c.d, so that
 * one type, one comparison and one table serve both. All zeros means "none"
 * or "whoever sent it", never an address that could be granted.
 */
#ifndef HAUNT_BASE_ADDR_H
#define HAUNT_BASE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/base/err.h"
#include "core/base/wire.h"

#define ADDR_TEXT_MAX 64 /* longest text of an endpoint or prefix, with NUL */

struct ip_addr {
	uint8_t b[16];
};

/* len counts bits of the 16 bytes: an IPv4 /24 is 120. Host bits are zero. */
struct ip_prefix {
	struct ip_addr addr;
	uint8_t len;
	bool v6; /* with len 0: all of IPv6 alone */
};

struct endpoint {
	struct ip_addr addr;
	uint16_t port; /* host order */
};

/* From 4 or 16 bytes in network order. */
struct ip_addr addr_from_v4(const void *four);
struct ip_addr addr_from_v6(const void *sixteen);
/* The source of a socket address; zeros for another family. */
struct endpoint endpoint_from_sockaddr(const struct sockaddr *sa);
/* Fills a socket address and returns its length. IPv4 becomes AF_INET. */
socklen_t endpoint_to_sockaddr(const struct endpoint *ep,
			       struct sockaddr_storage *out);

bool addr_is_v4(const struct ip_addr *a);
/* True for ::, and for 0.0.0.0 as IPv4. */
bool addr_is_any(const struct ip_addr *a);
/* True for multicast, broadcast and any: nothing that a client can have. */
bool addr_is_unusable(const struct ip_addr *a);
bool addr_equal(const struct ip_addr *a, const struct ip_addr *b);
/* The 4 bytes of an IPv4 address; only for addr_is_v4(). */
const uint8_t *addr_v4_bytes(const struct ip_addr *a);
/* True for all of IPv4 and IPv6. */
bool prefix_is_any(const struct ip_prefix *p);
/* No IPv4 address is in a prefix of IPv6. */
bool prefix_contains(const struct ip_prefix *p, const struct ip_addr *a);

/*
 * Text to address: dotted quad without leading zeros, or IPv6 without a zone.
 * EFORMAT for anything else; len counts characters, no NUL needed.
 */
enum haunt_err addr_parse(const char *text, size_t len,
			  struct ip_addr *out) HAUNT_MUST_CHECK;
/* ADDRESS or ADDRESS/LEN, or "any" for all of IPv4 and IPv6. Host bits that
 * are set are EFORMAT. */
enum haunt_err prefix_parse(const char *text, size_t len,
			    struct ip_prefix *out) HAUNT_MUST_CHECK;
/* 192.0.2.1:22 or [2001:db8::1]:22; the port is 1 to 65535. */
enum haunt_err endpoint_parse(const char *text, size_t len,
			      struct endpoint *out) HAUNT_MUST_CHECK;

/* Each writes at most ADDR_TEXT_MAX bytes with NUL to buf and returns buf. */
const char *addr_format(const struct ip_addr *a, char buf[ADDR_TEXT_MAX]);
const char *prefix_format(const struct ip_prefix *p, char buf[ADDR_TEXT_MAX]);
const char *endpoint_format(const struct endpoint *e, char buf[ADDR_TEXT_MAX]);

void addr_put(struct wr *w, const struct ip_addr *a);
struct ip_addr addr_get(struct rd *r);
void endpoint_put(struct wr *w, const struct endpoint *e);
struct endpoint endpoint_get(struct rd *r);

#endif
