/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What stands behind fko_ctx_t. All text is in arrays of the largest size that
 * any way in allows, so that nothing but the context is ever allocated; empty
 * text is no value.
 */
#ifndef HAUNT_FKO_CONTEXT_H
#define HAUNT_FKO_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "core/proto/haunt.h"
#include "fko/abi.h"

#define FKO_RAND_LEN	 16
#define FKO_USER_CAP	 64  /* with the NUL, as all of these */
#define FKO_MESSAGE_CAP	 256 /* type 0 to 6 */
#define FKO_NAT_CAP	 128
#define FKO_AUTH_CAP	 64
#define FKO_DIGEST_CAP	 87
#define FKO_PACKET_MIN	 36   /* characters of any message or packet */
#define FKO_PACKET_CAP	 1500 /* one more than the longest has */
#define FKO_GPG_MIN	 400  /* from here on a packet is taken for GnuPG's */
#define FKO_PATH_CAP	 256
#define FKO_KEY_MAX	 32
#define FKO_HMAC_KEY_MAX 136

struct fko_packet {
	size_t len;
	bool verified; /* an HMAC was, and is cut off */
	char text[FKO_PACKET_CAP + 10 + FKO_DIGEST_CAP]; /* prefix, HMAC */
};

/* Of a signature, as GnuPG told it. */
struct fko_signature {
	bool known;
	int summary;
	int status;
	char id[17];
	char fpr[65];
};

struct fko_gpg {
	bool verify;
	bool ignore;
	char exe[FKO_PATH_CAP];
	char home[FKO_PATH_CAP];
	char recipient[FKO_PATH_CAP];
	char signer[FKO_PATH_CAP];
	char error[FKO_PATH_CAP];
	struct fko_signature signature;
};

/*
 * fwknop and fwknopd look into a context themselves before they print it: how
 * long the HMAC is, and a byte that says that the context was made. Both stand
 * where their compiler put them.
 */
#define FKO_HMAC_LEN_AT 152
#define FKO_MADE_AT	168
#define FKO_MADE	0x81

struct fko_context {
	uint64_t magic;
	char room[FKO_HMAC_LEN_AT - sizeof(uint64_t)];
	int hmac_len; /* of hmac; 0: none */
	char more_room[FKO_MADE_AT - FKO_HMAC_LEN_AT - sizeof(int)];
	unsigned char made;
	bool modified; /* encoded is older than what was set */
	short type;
	short digest_type;
	short raw_digest_type;
	short hmac_type;
	short encryption;
	int mode;
	int timeout_s;
	time_t time_s;
	char rand[FKO_RAND_LEN + 1];
	char user[FKO_USER_CAP];
	char version[9];
	char message[FKO_MESSAGE_CAP];
	char nat[FKO_MESSAGE_CAP];
	char auth[FKO_PACKET_CAP];
	char digest[FKO_DIGEST_CAP];
	char raw_digest[FKO_DIGEST_CAP];
	char hmac[FKO_DIGEST_CAP];
	char encoded[FKO_PACKET_CAP]; /* without the digest */
	struct fko_packet packet;
	struct fko_gpg gpg;
};

/* True if ctx is one that was made and not destroyed. */
bool context_valid(const struct fko_context *ctx);

/* The type that a request of this type has with or without a timeout. */
short type_with_timeout(short type, bool timeout);

/* True for a length that messages and packets have. */
static inline bool packet_len_valid(size_t len)
{
	return len >= FKO_PACKET_MIN && len < FKO_PACKET_CAP;
}

/* True for the types that carry a NAT target, and those with a timeout. */
static inline bool type_has_nat(int type)
{
	return type == HAUNT_TYPE_NAT || type >= HAUNT_TYPE_NAT_TIMEOUT;
}

static inline bool type_has_timeout(int type)
{
	return type == HAUNT_TYPE_ACCESS_TIMEOUT ||
	       type == HAUNT_TYPE_NAT_TIMEOUT ||
	       type == HAUNT_TYPE_LOCAL_NAT_TIMEOUT;
}

#endif
