/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides libgcrypt's numbers for hash functions and how it wants to be
 * started. A program that has started libgcrypt itself keeps its settings.
 */
#include "core/proto/digest.h"

#include <gcrypt.h>
#include <pthread.h>

struct hash {
	int gcry;
	uint8_t len;
	uint8_t block;
};

static const struct hash hashes[] = {
	[HAUNT_DIGEST_MD5] = { GCRY_MD_MD5, 16, 64 },
	[HAUNT_DIGEST_SHA1] = { GCRY_MD_SHA1, 20, 64 },
	[HAUNT_DIGEST_SHA256] = { GCRY_MD_SHA256, 32, 64 },
	[HAUNT_DIGEST_SHA384] = { GCRY_MD_SHA384, 48, 128 },
	[HAUNT_DIGEST_SHA512] = { GCRY_MD_SHA512, 64, 128 },
	[HAUNT_DIGEST_SHA3_256] = { GCRY_MD_SHA3_256, 32, 136 },
	[HAUNT_DIGEST_SHA3_512] = { GCRY_MD_SHA3_512, 64, 72 },
};

/*
 * Secure memory is done without: it is a locked pool of a fixed size, which a
 * thousand keys would not fit in, and an unprivileged process may not lock
 * it. What keys need instead, libgcrypt does anyway: it wipes what it frees.
 */
static void start(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return;
	if (!gcry_check_version("1.9.0"))
		return;
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

enum haunt_err digest_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start);
	return gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)
		       ? HAUNT_OK
		       : HAUNT_EUNSUPPORTED;
}

bool digest_known(enum haunt_digest type)
{
	return (int)type > HAUNT_DIGEST_NONE &&
	       (size_t)type < sizeof(hashes) / sizeof(hashes[0]);
}

size_t digest_len(enum haunt_digest type)
{
	return hashes[type].len;
}

size_t digest_block(enum haunt_digest type)
{
	return hashes[type].block;
}

int digest_gcry(enum haunt_digest type)
{
	return hashes[type].gcry;
}

enum haunt_err digest_compute(enum haunt_digest type, const void *data,
			      size_t len, uint8_t out[DIGEST_LEN_MAX])
{
	gcry_buffer_t piece = { .len = len };
	enum haunt_err err = digest_init();

	if (err != HAUNT_OK)
		return err;
	/* The union drops a const that libgcrypt's type forgets. */
	piece.data = (union {
			     const void *in;
			     void *out;
		     }){ .in = data }
			     .out;
	if (gcry_md_hash_buffers(hashes[type].gcry, 0, out, &piece, 1))
		return HAUNT_EUNSUPPORTED;
	return HAUNT_OK;
}
