/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small grammars that both configuration files are written in: numbers,
 * durations, ports, targets, names. Each takes NUL-terminated text and wants
 * all of it; none allocates, none reports: the caller knows what the value
 * was for.
 */
#ifndef HAUNT_CONF_PARSE_H
#define HAUNT_CONF_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/wire.h"

/* Decimal digits only. EFORMAT: anything else. ELENGTH: outside min..max. */
enum haunt_err parse_u32(const char *text, uint32_t min, uint32_t max,
			 uint32_t *out) HAUNT_MUST_CHECK;
/* "true" or "false". */
enum haunt_err parse_bool(const char *text, bool *out) HAUNT_MUST_CHECK;
/* N, Ns, Nm or Nh to seconds. ELENGTH: 0, or more than max_s. */
enum haunt_err parse_duration(const char *text, uint32_t max_s,
			      uint32_t *out) HAUNT_MUST_CHECK;

/* N or N-M. ELENGTH: a port is not 1 to 65535. first may be above last: that
 * deserves a message of its own. proto is not touched. */
enum haunt_err parse_ports(const char *text,
			   struct port_range *out) HAUNT_MUST_CHECK;
/* tcp/N, udp/N, tcp/N-M, udp/N-M; as parse_ports() otherwise. */
enum haunt_err parse_port_range(const char *text,
				struct port_range *out) HAUNT_MUST_CHECK;

/* tcp/N on the gateway itself, ADDRESS tcp/N, or NAME tcp/N; also tcp/N-M,
 * whose last may be below the first. */
struct target {
	bool local;
	uint8_t proto;
	uint16_t last;
	struct endpoint at; /* the address is zeros if local, or named */
	char host[CONFIG_HOST_MAX + 1]; /* empty: it is not named */
};
/* A name of the DNS: labels of letters, digits, '-' and '_', of which the last
 * is no number; out gets it in small letters, without a dot at the end. */
enum haunt_err parse_host(const char *text, size_t len,
			  char out[CONFIG_HOST_MAX + 1]) HAUNT_MUST_CHECK;
enum haunt_err parse_target(const char *text,
			    struct target *out) HAUNT_MUST_CHECK;

/* 1 to CONFIG_NAME_MAX of a-z 0-9 _ and -. */
bool name_valid(const char *name);

/* A name that the kernel could give to an interface; "any" is one. */
bool interface_valid(const char *name);

bool range_overlaps(const struct port_range *a, const struct port_range *b);

/* "tcp" or "udp"; "?" for other numbers. */
const char *proto_name(uint8_t proto);

/*
 * Cipher modes and hash functions by the names that the command lines use.
 * The numbers are those of enum haunt_mode and enum haunt_digest ("none" is
 * 0), which this room may not include. The name of an unknown number is "?".
 */
#define MODE_DEFAULT   2 /* cbc */
#define DIGEST_DEFAULT 3 /* sha256 */
#define DIGEST_NONE    0
#define MODES_WANTED   "cbc, ecb, cfb, ofb, ctr or legacy"
#define DIGESTS_WANTED "md5, sha1, sha256, sha384, sha512, sha3_256, sha3_512"
enum haunt_err mode_parse(const char *name, int *out) HAUNT_MUST_CHECK;
const char *mode_name(int mode);
enum haunt_err digest_parse(const char *name, int *out) HAUNT_MUST_CHECK;
const char *digest_name(int digest);

/* "error", "warning", "info" or "debug". */
enum haunt_err log_level_parse(const char *name,
			       enum log_level *out) HAUNT_MUST_CHECK;
const char *log_level_name(enum log_level level);

/* Takes what stands before sep into head and leaves what follows it in r;
 * false, and nothing is taken, if there is no sep. */
bool text_split(struct rd *r, char sep, struct rd *head);
/* parse_port_range() of all of r. */
enum haunt_err rd_port_range(struct rd r,
			     struct port_range *out) HAUNT_MUST_CHECK;

#endif
