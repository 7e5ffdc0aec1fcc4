/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A libfko by its path, so that two of them can be in one process. Types and
 * numbers are those of fko/abi.h.
 */
#ifndef HAUNT_TESTS_FKO_API_H
#define HAUNT_TESTS_FKO_API_H

#include "fko/abi.h"

/* Every function of the interface. */
#define FKO_API(X)                     \
	X(new)                         \
	X(new_with_data)               \
	X(destroy)                     \
	X(spa_data_final)              \
	X(set_rand_value)              \
	X(set_username)                \
	X(set_timestamp)               \
	X(set_spa_message_type)        \
	X(set_spa_message)             \
	X(set_spa_nat_access)          \
	X(set_spa_server_auth)         \
	X(set_spa_client_timeout)      \
	X(set_spa_digest_type)         \
	X(set_spa_digest)              \
	X(set_raw_spa_digest_type)     \
	X(set_raw_spa_digest)          \
	X(set_spa_encryption_type)     \
	X(set_spa_encryption_mode)     \
	X(set_spa_data)                \
	X(set_spa_hmac_type)           \
	X(set_spa_hmac)                \
	X(get_rand_value)              \
	X(get_username)                \
	X(get_timestamp)               \
	X(get_spa_message_type)        \
	X(get_spa_message)             \
	X(get_spa_nat_access)          \
	X(get_spa_server_auth)         \
	X(get_spa_client_timeout)      \
	X(get_spa_digest_type)         \
	X(get_spa_digest)              \
	X(get_raw_spa_digest_type)     \
	X(get_raw_spa_digest)          \
	X(get_spa_encryption_type)     \
	X(get_spa_encryption_mode)     \
	X(get_spa_data)                \
	X(get_spa_hmac_type)           \
	X(get_spa_hmac)                \
	X(get_encoded_data)            \
	X(get_version)                 \
	X(encode_spa_data)             \
	X(decode_spa_data)             \
	X(encrypt_spa_data)            \
	X(decrypt_spa_data)            \
	X(verify_hmac)                 \
	X(errstr)                      \
	X(encryption_type)             \
	X(key_gen)                     \
	X(base64_encode)               \
	X(base64_decode)               \
	X(set_gpg_exe)                 \
	X(get_gpg_exe)                 \
	X(set_gpg_recipient)           \
	X(get_gpg_recipient)           \
	X(set_gpg_signer)              \
	X(get_gpg_signer)              \
	X(set_gpg_home_dir)            \
	X(get_gpg_home_dir)            \
	X(gpg_errstr)                  \
	X(set_gpg_signature_verify)    \
	X(get_gpg_signature_verify)    \
	X(set_gpg_ignore_verify_error) \
	X(get_gpg_ignore_verify_error) \
	X(get_gpg_signature_id)        \
	X(get_gpg_signature_fpr)       \
	X(get_gpg_signature_summary)   \
	X(get_gpg_signature_status)    \
	X(gpg_signature_id_match)      \
	X(gpg_signature_fpr_match)

struct fko_api {
#define FKO_API_MEMBER(name) __typeof__(&fko_##name) name;
	FKO_API(FKO_API_MEMBER)
#undef FKO_API_MEMBER
};

/* Ends the process with status 2 if the library or one of its functions is
 * not there. */
void api_load(const char *path, struct fko_api *out);

#endif
