/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The interface of libfko 3, as programs that were compiled against it call
 * it: names, types and numbers are those of that library. docs/libfko.md says
 * where this one behaves otherwise.
 *
 * Every function with a context returns FKO_ERROR_CTX_NOT_INITIALIZED for one
 * that is NULL or was never made. Text that a getter gives belongs to the
 * context and lives until that value is set again or the context destroyed;
 * NULL is no value. A NULL where an answer should go is
 * FKO_ERROR_INVALID_DATA.
 */
#ifndef HAUNT_FKO_ABI_H
#define HAUNT_FKO_ABI_H

#include <time.h>

#include "fko/code.h"

/* Encryption types and two modes; the others are enum haunt_mode. Message
 * types are enum haunt_type, digest and HMAC types enum haunt_digest. */
enum fko_encryption {
	FKO_ENCRYPTION_UNKNOWN = 0,
	FKO_ENCRYPTION_RIJNDAEL = 1,
	FKO_ENCRYPTION_GPG = 2,
	FKO_ENCRYPTIONS
};
#define FKO_MODE_ASYMMETRIC 7
#define FKO_MODE_LAST	    8

struct fko_context;
typedef struct fko_context *fko_ctx_t;

/* A context with defaults: type access, SHA-256, AES in CBC mode, no HMAC, the
 * user of the environment, now. */
int fko_new(fko_ctx_t *ctx);

/*
 * A context of a packet. The HMAC is verified if a key for it is given; then
 * the packet is decrypted and decoded if dec_key is not NULL. On a failure
 * there is no context.
 */
int fko_new_with_data(fko_ctx_t *ctx, const char *data, const char *dec_key,
		      int dec_key_len, int mode, const char *hmac_key,
		      int hmac_key_len, int hmac_type);
int fko_destroy(fko_ctx_t ctx);

/* Encodes, encrypts and, if an HMAC type is set, appends the HMAC. */
int fko_spa_data_final(fko_ctx_t ctx, const char *key, int key_len,
		       const char *hmac_key, int hmac_key_len);

/* NULL draws one. */
int fko_set_rand_value(fko_ctx_t ctx, const char *digits);
/* NULL and "" take it from the environment. */
int fko_set_username(fko_ctx_t ctx, const char *user);
/* Seconds from now. */
int fko_set_timestamp(fko_ctx_t ctx, int offset);
int fko_set_spa_message_type(fko_ctx_t ctx, short type);
int fko_set_spa_message(fko_ctx_t ctx, const char *message);
int fko_set_spa_nat_access(fko_ctx_t ctx, const char *nat);
int fko_set_spa_server_auth(fko_ctx_t ctx, const char *auth);
int fko_set_spa_client_timeout(fko_ctx_t ctx, int seconds);
int fko_set_spa_digest_type(fko_ctx_t ctx, short type);
int fko_set_spa_digest(fko_ctx_t ctx);
int fko_set_raw_spa_digest_type(fko_ctx_t ctx, short type);
int fko_set_raw_spa_digest(fko_ctx_t ctx);
int fko_set_spa_encryption_type(fko_ctx_t ctx, short type);
int fko_set_spa_encryption_mode(fko_ctx_t ctx, int mode);
int fko_set_spa_data(fko_ctx_t ctx, const char *data);
int fko_set_spa_hmac_type(fko_ctx_t ctx, short type);
int fko_set_spa_hmac(fko_ctx_t ctx, const char *key, int len);

int fko_get_rand_value(fko_ctx_t ctx, char **out);
int fko_get_username(fko_ctx_t ctx, char **out);
int fko_get_timestamp(fko_ctx_t ctx, time_t *out);
int fko_get_spa_message_type(fko_ctx_t ctx, short *out);
int fko_get_spa_message(fko_ctx_t ctx, char **out);
int fko_get_spa_nat_access(fko_ctx_t ctx, char **out);
int fko_get_spa_server_auth(fko_ctx_t ctx, char **out);
int fko_get_spa_client_timeout(fko_ctx_t ctx, int *out);
int fko_get_spa_digest_type(fko_ctx_t ctx, short *out);
int fko_get_spa_digest(fko_ctx_t ctx, char **out);
int fko_get_raw_spa_digest_type(fko_ctx_t ctx, short *out);
int fko_get_raw_spa_digest(fko_ctx_t ctx, char **out);
int fko_get_spa_encryption_type(fko_ctx_t ctx, short *out);
int fko_get_spa_encryption_mode(fko_ctx_t ctx, int *out);
int fko_get_spa_data(fko_ctx_t ctx, char **out);
int fko_get_spa_hmac_type(fko_ctx_t ctx, short *out);
int fko_get_spa_hmac(fko_ctx_t ctx, char **out);
int fko_get_encoded_data(fko_ctx_t ctx, char **out);
int fko_get_version(fko_ctx_t ctx, char **out);

int fko_encode_spa_data(fko_ctx_t ctx);
int fko_decode_spa_data(fko_ctx_t ctx);
int fko_encrypt_spa_data(fko_ctx_t ctx, const char *key, int len);
int fko_decrypt_spa_data(fko_ctx_t ctx, const char *key, int len);
int fko_verify_hmac(fko_ctx_t ctx, const char *key, int len);

/* Static text for one of the codes. */
const char *fko_errstr(int code);
/* What a packet of that length is taken for; -1 for NULL. */
int fko_encryption_type(const char *data);
/* Draws keys into base64; a length of 0 is the usual one. The buffers hold
 * what the lengths need: 44 and 172 characters and a NUL at most. */
int fko_key_gen(char *key_b64, int key_len, char *hmac_b64, int hmac_len,
		int hmac_type);
/* The number of characters, '=' included. */
int fko_base64_encode(unsigned char *in, char *out, int len);
/* The number of bytes, and a NUL behind them; -1 for a foreign character. */
int fko_base64_decode(const char *in, unsigned char *out);

int fko_set_gpg_exe(fko_ctx_t ctx, const char *path);
int fko_get_gpg_exe(fko_ctx_t ctx, char **out);
int fko_set_gpg_recipient(fko_ctx_t ctx, const char *who);
int fko_get_gpg_recipient(fko_ctx_t ctx, char **out);
int fko_set_gpg_signer(fko_ctx_t ctx, const char *who);
int fko_get_gpg_signer(fko_ctx_t ctx, char **out);
int fko_set_gpg_home_dir(fko_ctx_t ctx, const char *path);
int fko_get_gpg_home_dir(fko_ctx_t ctx, char **out);
const char *fko_gpg_errstr(fko_ctx_t ctx);
int fko_set_gpg_signature_verify(fko_ctx_t ctx, unsigned char on);
int fko_get_gpg_signature_verify(fko_ctx_t ctx, unsigned char *out);
int fko_set_gpg_ignore_verify_error(fko_ctx_t ctx, unsigned char on);
int fko_get_gpg_ignore_verify_error(fko_ctx_t ctx, unsigned char *out);
int fko_get_gpg_signature_id(fko_ctx_t ctx, char **out);
int fko_get_gpg_signature_fpr(fko_ctx_t ctx, char **out);
int fko_get_gpg_signature_summary(fko_ctx_t ctx, int *out);
int fko_get_gpg_signature_status(fko_ctx_t ctx, int *out);
int fko_gpg_signature_id_match(fko_ctx_t ctx, const char *id,
			       unsigned char *out);
int fko_gpg_signature_fpr_match(fko_ctx_t ctx, const char *fpr,
				unsigned char *out);

#endif
