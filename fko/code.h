/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The result codes of libfko 2.6.10, each with its text. Their order is their
 * number, and part of the interface.
 */
#ifndef HAUNT_FKO_CODE_H
#define HAUNT_FKO_CODE_H

/* clang-format off */
#define FKO_CODES(X) \
	X(FKO_SUCCESS, \
	  "success") \
	X(FKO_ERROR_CTX_NOT_INITIALIZED, \
	  "the context was not made by fko_new() or fko_new_with_data()") \
	X(FKO_ERROR_MEMORY_ALLOCATION, \
	  "out of memory") \
	X(FKO_ERROR_FILESYSTEM_OPERATION, \
	  "a file could not be read or written") \
	X(FKO_ERROR_INVALID_DATA, \
	  "an argument is not valid") \
	X(FKO_ERROR_INVALID_DATA_CLIENT_TIMEOUT_NEGATIVE, \
	  "the client timeout is negative") \
	X(FKO_ERROR_INVALID_DATA_DECODE_MSGLEN_VALIDFAIL, \
	  "the message is too short or too long") \
	X(FKO_ERROR_INVALID_DATA_DECODE_NON_ASCII, \
	  "the message has a character that is not printable ASCII") \
	X(FKO_ERROR_INVALID_DATA_DECODE_LT_MIN_FIELDS, \
	  "the message has too few fields") \
	X(FKO_ERROR_INVALID_DATA_DECODE_GT_MAX_FIELDS, \
	  "the message has too many fields") \
	X(FKO_ERROR_INVALID_DATA_DECODE_WRONG_NUM_FIELDS, \
	  "the number of fields does not fit the message type") \
	X(FKO_ERROR_INVALID_DATA_DECODE_ENC_MSG_LEN_MT_T_SIZE, \
	  "a field is longer than its message") \
	X(FKO_ERROR_INVALID_DATA_DECODE_RAND_MISSING, \
	  "the random value is missing or too short") \
	X(FKO_ERROR_INVALID_DATA_DECODE_USERNAME_MISSING, \
	  "the user name is missing") \
	X(FKO_ERROR_INVALID_DATA_DECODE_USERNAME_TOOBIG, \
	  "the user name is too long") \
	X(FKO_ERROR_INVALID_DATA_DECODE_USERNAME_DECODEFAIL, \
	  "the user name is not base64") \
	X(FKO_ERROR_INVALID_DATA_DECODE_USERNAME_VALIDFAIL, \
	  "the user name has a character that it may not have") \
	X(FKO_ERROR_INVALID_DATA_DECODE_TIMESTAMP_MISSING, \
	  "the time is missing") \
	X(FKO_ERROR_INVALID_DATA_DECODE_TIMESTAMP_TOOBIG, \
	  "the time is too long") \
	X(FKO_ERROR_INVALID_DATA_DECODE_TIMESTAMP_DECODEFAIL, \
	  "the time is not a number of seconds since 1970") \
	X(FKO_ERROR_INVALID_DATA_DECODE_VERSION_MISSING, \
	  "the version is missing") \
	X(FKO_ERROR_INVALID_DATA_DECODE_VERSION_TOOBIG, \
	  "the version is too long") \
	X(FKO_ERROR_INVALID_DATA_DECODE_MSGTYPE_MISSING, \
	  "the message type is missing") \
	X(FKO_ERROR_INVALID_DATA_DECODE_MSGTYPE_TOOBIG, \
	  "the message type is too long") \
	X(FKO_ERROR_INVALID_DATA_DECODE_MSGTYPE_DECODEFAIL, \
	  "the message type is unknown") \
	X(FKO_ERROR_INVALID_DATA_DECODE_MESSAGE_MISSING, \
	  "the request is missing") \
	X(FKO_ERROR_INVALID_DATA_DECODE_MESSAGE_TOOBIG, \
	  "the request is too long") \
	X(FKO_ERROR_INVALID_DATA_DECODE_MESSAGE_DECODEFAIL, \
	  "the request is not base64") \
	X(FKO_ERROR_INVALID_DATA_DECODE_MESSAGE_VALIDFAIL, \
	  "the command request is malformed") \
	X(FKO_ERROR_INVALID_DATA_DECODE_ACCESS_VALIDFAIL, \
	  "the access request is malformed") \
	X(FKO_ERROR_INVALID_DATA_DECODE_NATACCESS_MISSING, \
	  "the NAT target is missing") \
	X(FKO_ERROR_INVALID_DATA_DECODE_NATACCESS_TOOBIG, \
	  "the NAT target is too long") \
	X(FKO_ERROR_INVALID_DATA_DECODE_NATACCESS_DECODEFAIL, \
	  "the NAT target is not base64") \
	X(FKO_ERROR_INVALID_DATA_DECODE_NATACCESS_VALIDFAIL, \
	  "the NAT target is malformed") \
	X(FKO_ERROR_INVALID_DATA_DECODE_SRVAUTH_MISSING, \
	  "the server authentication is missing") \
	X(FKO_ERROR_INVALID_DATA_DECODE_SRVAUTH_DECODEFAIL, \
	  "the server authentication is not base64") \
	X(FKO_ERROR_INVALID_DATA_DECODE_SPA_EXTRA_TOOBIG, \
	  "the fields after the request are too long") \
	X(FKO_ERROR_INVALID_DATA_DECODE_EXTRA_TOOBIG, \
	  "the field before the timeout is too long") \
	X(FKO_ERROR_INVALID_DATA_DECODE_EXTRA_DECODEFAIL, \
	  "the field before the timeout is not base64") \
	X(FKO_ERROR_INVALID_DATA_DECODE_TIMEOUT_MISSING, \
	  "the client timeout is missing") \
	X(FKO_ERROR_INVALID_DATA_DECODE_TIMEOUT_TOOBIG, \
	  "the client timeout is too long") \
	X(FKO_ERROR_INVALID_DATA_DECODE_TIMEOUT_VALIDFAIL, \
	  "the client timeout is not a number") \
	X(FKO_ERROR_INVALID_DATA_DECODE_TIMEOUT_DECODEFAIL, \
	  "the client timeout is out of range") \
	X(FKO_ERROR_INVALID_DATA_ENCODE_MESSAGE_TOOBIG, \
	  "the fields together are too long to encode") \
	X(FKO_ERROR_INVALID_DATA_ENCODE_MSGLEN_VALIDFAIL, \
	  "the encoded message is too short or too long") \
	X(FKO_ERROR_INVALID_DATA_ENCODE_DIGEST_VALIDFAIL, \
	  "the digest type is unknown") \
	X(FKO_ERROR_INVALID_DATA_ENCODE_DIGEST_TOOBIG, \
	  "the digest is too long") \
	X(FKO_ERROR_INVALID_DATA_ENCODE_NOTBASE64, \
	  "the packet is not base64") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_MSGLEN_VALIDFAIL, \
	  "the message is too short or too long to encrypt") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_DIGESTLEN_VALIDFAIL, \
	  "the digest has a wrong length") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_PTLEN_VALIDFAIL, \
	  "the plaintext has a wrong length") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_RESULT_MSGLEN_VALIDFAIL, \
	  "the packet would be too short or too long") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_CIPHERLEN_DECODEFAIL, \
	  "the packet cannot be decoded") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_CIPHERLEN_VALIDFAIL, \
	  "the packet is not made of whole cipher blocks") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_DECRYPTED_MESSAGE_MISSING, \
	  "decryption left nothing") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_DECRYPTED_MSGLEN_VALIDFAIL, \
	  "the decrypted message has a wrong length") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_GPG_MESSAGE_VALIDFAIL, \
	  "the message for GnuPG is missing") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_GPG_DIGEST_VALIDFAIL, \
	  "the digest for GnuPG is missing") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_GPG_MSGLEN_VALIDFAIL, \
	  "the message is too short or too long for GnuPG") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_GPG_RESULT_MSGLEN_VALIDFAIL, \
	  "the GnuPG packet would be too short or too long") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_GPG_CIPHER_DECODEFAIL, \
	  "the GnuPG packet cannot be decoded") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_GPG_ENCODEDMSG_NULL, \
	  "the GnuPG message is empty") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_GPG_ENCODEDMSGLEN_VALIDFAIL, \
	  "the GnuPG message has a wrong length") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_TYPE_VALIDFAIL, \
	  "the encryption type is unknown") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_MODE_VALIDFAIL, \
	  "the encryption mode is unknown, or no data can be encrypted in it") \
	X(FKO_ERROR_INVALID_DATA_ENCRYPT_TYPE_UNKNOWN, \
	  "the packet's length does not fit the encryption mode") \
	X(FKO_ERROR_INVALID_DATA_FUNCS_NEW_ENCMSG_MISSING, \
	  "there is no packet") \
	X(FKO_ERROR_INVALID_DATA_FUNCS_NEW_MSGLEN_VALIDFAIL, \
	  "the packet is too short or too long") \
	X(FKO_ERROR_INVALID_DATA_FUNCS_GEN_KEYLEN_VALIDFAIL, \
	  "the encryption key's length is out of range") \
	X(FKO_ERROR_INVALID_DATA_FUNCS_GEN_HMACLEN_VALIDFAIL, \
	  "the HMAC key's length is out of range") \
	X(FKO_ERROR_INVALID_DATA_FUNCS_GEN_KEY_ENCODEFAIL, \
	  "the encryption key cannot be encoded") \
	X(FKO_ERROR_INVALID_DATA_FUNCS_GEN_HMAC_ENCODEFAIL, \
	  "the HMAC key cannot be encoded") \
	X(FKO_ERROR_INVALID_DATA_FUNCS_SET_MSGLEN_VALIDFAIL, \
	  "the packet is too short or too long to be set") \
	X(FKO_ERROR_INVALID_DATA_HMAC_MSGLEN_VALIDFAIL, \
	  "there is no packet to authenticate") \
	X(FKO_ERROR_INVALID_DATA_HMAC_ENCMSGLEN_VALIDFAIL, \
	  "the packet is too short for its HMAC") \
	X(FKO_ERROR_INVALID_DATA_HMAC_COMPAREFAIL, \
	  "the HMAC does not match") \
	X(FKO_ERROR_INVALID_DATA_HMAC_TYPE_VALIDFAIL, \
	  "the HMAC type is unknown") \
	X(FKO_ERROR_INVALID_DATA_HMAC_LEN_VALIDFAIL, \
	  "the HMAC has a wrong length") \
	X(FKO_ERROR_INVALID_DATA_MESSAGE_PORT_MISSING, \
	  "the request has no port") \
	X(FKO_ERROR_INVALID_DATA_MESSAGE_TYPE_VALIDFAIL, \
	  "the message type is unknown") \
	X(FKO_ERROR_INVALID_DATA_MESSAGE_EMPTY, \
	  "the request is empty") \
	X(FKO_ERROR_INVALID_DATA_MESSAGE_CMD_MISSING, \
	  "the command is missing") \
	X(FKO_ERROR_INVALID_DATA_MESSAGE_ACCESS_MISSING, \
	  "the access request is missing") \
	X(FKO_ERROR_INVALID_DATA_MESSAGE_NAT_MISSING, \
	  "the NAT target is missing") \
	X(FKO_ERROR_INVALID_DATA_MESSAGE_PORTPROTO_MISSING, \
	  "the request has a port without a protocol") \
	X(FKO_ERROR_INVALID_DATA_NAT_EMPTY, \
	  "the NAT target is empty") \
	X(FKO_ERROR_INVALID_DATA_RAND_LEN_VALIDFAIL, \
	  "the random value is not 16 characters long") \
	X(FKO_ERROR_INVALID_DATA_SRVAUTH_MISSING, \
	  "the server authentication is empty") \
	X(FKO_ERROR_INVALID_DATA_TIMESTAMP_VALIDFAIL, \
	  "the time is before 1970") \
	X(FKO_ERROR_INVALID_DATA_USER_MISSING, \
	  "the user name is empty") \
	X(FKO_ERROR_INVALID_DATA_USER_FIRSTCHAR_VALIDFAIL, \
	  "the user name begins with a character that it may not have") \
	X(FKO_ERROR_INVALID_DATA_USER_REMCHAR_VALIDFAIL, \
	  "the user name has a character that it may not have") \
	X(FKO_ERROR_INVALID_DATA_UTIL_STRTOL_LT_MIN, \
	  "a number is too small") \
	X(FKO_ERROR_INVALID_DATA_UTIL_STRTOL_GT_MAX, \
	  "a number is too large") \
	X(FKO_ERROR_DATA_TOO_LARGE, \
	  "a value is too long") \
	X(FKO_ERROR_INVALID_KEY_LEN, \
	  "the key's length is out of range") \
	X(FKO_ERROR_USERNAME_UNKNOWN, \
	  "there is no user name") \
	X(FKO_ERROR_INCOMPLETE_SPA_DATA, \
	  "a value that the packet needs is not set") \
	X(FKO_ERROR_MISSING_ENCODED_DATA, \
	  "there is no encoded message") \
	X(FKO_ERROR_INVALID_DIGEST_TYPE, \
	  "the digest's type or length is unknown") \
	X(FKO_ERROR_INVALID_ALLOW_IP, \
	  "the address in the request is not an IPv4 address") \
	X(FKO_ERROR_INVALID_SPA_COMMAND_MSG, \
	  "the command request is malformed") \
	X(FKO_ERROR_INVALID_SPA_ACCESS_MSG, \
	  "the access request is malformed") \
	X(FKO_ERROR_INVALID_SPA_NAT_ACCESS_MSG, \
	  "the NAT target is malformed") \
	X(FKO_ERROR_INVALID_ENCRYPTION_TYPE, \
	  "the encryption type is unknown") \
	X(FKO_ERROR_WRONG_ENCRYPTION_TYPE, \
	  "the encryption type is another") \
	X(FKO_ERROR_DECRYPTION_SIZE, \
	  "the decrypted data has an unexpected length") \
	X(FKO_ERROR_DECRYPTION_FAILURE, \
	  "decryption failed: another key, or no packet") \
	X(FKO_ERROR_DIGEST_VERIFICATION_FAILED, \
	  "the digest does not match: the packet was altered") \
	X(FKO_ERROR_INVALID_HMAC_KEY_LEN, \
	  "the HMAC key's length is out of range") \
	X(FKO_ERROR_UNSUPPORTED_HMAC_MODE, \
	  "the HMAC type is not supported") \
	X(FKO_ERROR_UNSUPPORTED_FEATURE, \
	  "not supported") \
	X(FKO_ERROR_ZERO_OUT_DATA, \
	  "secret data could not be wiped") \
	X(FKO_ERROR_UNKNOWN, \
	  "unknown error") \
	X(GPGME_ERR_START, \
	  "unknown error") \
	X(FKO_ERROR_MISSING_GPG_KEY_DATA, \
	  "no GnuPG recipient is set") \
	X(FKO_ERROR_GPGME_NO_OPENPGP, \
	  "GnuPG has no OpenPGP") \
	X(FKO_ERROR_GPGME_CONTEXT, \
	  "GnuPG could not be started") \
	X(FKO_ERROR_GPGME_PLAINTEXT_DATA_OBJ, \
	  "GnuPG did not take the plaintext") \
	X(FKO_ERROR_GPGME_SET_PROTOCOL, \
	  "GnuPG did not take the protocol") \
	X(FKO_ERROR_GPGME_CIPHER_DATA_OBJ, \
	  "GnuPG did not take the packet") \
	X(FKO_ERROR_GPGME_BAD_PASSPHRASE, \
	  "the GnuPG passphrase is wrong") \
	X(FKO_ERROR_GPGME_ENCRYPT_SIGN, \
	  "GnuPG could not encrypt or sign") \
	X(FKO_ERROR_GPGME_CONTEXT_SIGNER_KEY, \
	  "the GnuPG signer could not be looked for") \
	X(FKO_ERROR_GPGME_SIGNER_KEYLIST_START, \
	  "the list of GnuPG signers could not be read") \
	X(FKO_ERROR_GPGME_SIGNER_KEY_NOT_FOUND, \
	  "there is no such GnuPG signer key") \
	X(FKO_ERROR_GPGME_SIGNER_KEY_AMBIGUOUS, \
	  "several GnuPG signer keys match") \
	X(FKO_ERROR_GPGME_ADD_SIGNER, \
	  "GnuPG did not take the signer key") \
	X(FKO_ERROR_GPGME_CONTEXT_RECIPIENT_KEY, \
	  "the GnuPG recipient could not be looked for") \
	X(FKO_ERROR_GPGME_RECIPIENT_KEYLIST_START, \
	  "the list of GnuPG recipients could not be read") \
	X(FKO_ERROR_GPGME_RECIPIENT_KEY_NOT_FOUND, \
	  "there is no such GnuPG recipient key") \
	X(FKO_ERROR_GPGME_RECIPIENT_KEY_AMBIGUOUS, \
	  "several GnuPG recipient keys match") \
	X(FKO_ERROR_GPGME_DECRYPT_FAILED, \
	  "GnuPG could not decrypt") \
	X(FKO_ERROR_GPGME_DECRYPT_UNSUPPORTED_ALGORITHM, \
	  "GnuPG does not know the algorithm") \
	X(FKO_ERROR_GPGME_BAD_GPG_EXE, \
	  "the GnuPG program cannot be used") \
	X(FKO_ERROR_GPGME_BAD_HOME_DIR, \
	  "the GnuPG home directory cannot be used") \
	X(FKO_ERROR_GPGME_SET_HOME_DIR, \
	  "GnuPG did not take its home directory") \
	X(FKO_ERROR_GPGME_NO_SIGNATURE, \
	  "there is no GnuPG signature") \
	X(FKO_ERROR_GPGME_BAD_SIGNATURE, \
	  "the GnuPG signature is not valid") \
	X(FKO_ERROR_GPGME_SIGNATURE_VERIFY_DISABLED, \
	  "GnuPG signatures are not looked at")
/* clang-format on */

enum fko_code {
#define FKO_CODE_NAME(name, text) name,
	FKO_CODES(FKO_CODE_NAME)
#undef FKO_CODE_NAME
		FKO_LAST_ERROR
};

#endif
