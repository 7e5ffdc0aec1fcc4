/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the constant beginnings, and libfko's leniency with base64. */
#include "fko/packet.h"

#include <string.h>

#include "core/proto/b64.h"
#include "core/proto/digest.h"
#include "core/proto/fwknop3.h"

struct packet_prefix packet_prefix(int encryption)
{
	switch (encryption) {
	case FKO_ENCRYPTION_RIJNDAEL:
		return (struct packet_prefix){ FWKNOP3_PREFIX,
					       FWKNOP3_PREFIX_LEN };
	case FKO_ENCRYPTION_GPG:
		return (struct packet_prefix){ "hQ", 2 };
	default:
		return (struct packet_prefix){ "", 0 };
	}
}

bool packet_complete(struct fko_packet *packet, struct packet_prefix prefix)
{
	if (packet->len >= prefix.len &&
	    memcmp(packet->text, prefix.text, prefix.len) == 0)
		return true;
	if (packet->len + prefix.len >= sizeof(packet->text))
		return false;
	memmove(packet->text + prefix.len, packet->text, packet->len + 1);
	memcpy(packet->text, prefix.text, prefix.len);
	packet->len += prefix.len;
	return true;
}

int packet_encryption(size_t len)
{
	if (!packet_len_valid(len))
		return FKO_ENCRYPTION_UNKNOWN;
	return len < FKO_GPG_MIN ? FKO_ENCRYPTION_RIJNDAEL : FKO_ENCRYPTION_GPG;
}

int packet_digest(short type, const void *text, size_t len,
		  char out[FKO_DIGEST_CAP])
{
	uint8_t digest[DIGEST_LEN_MAX];
	struct wr w = wr_of(out, FKO_DIGEST_CAP - 1);
	enum haunt_err err;

	if (!digest_known((enum haunt_digest)type))
		return FKO_ERROR_INVALID_DIGEST_TYPE;
	err = digest_compute((enum haunt_digest)type, text, len, digest);
	if (err != HAUNT_OK)
		return packet_code(err);
	b64_put(&w, digest, digest_len((enum haunt_digest)type));
	out[w.len] = '\0';
	return FKO_SUCCESS;
}

size_t packet_digest_chars(short type)
{
	if (!digest_known((enum haunt_digest)type))
		return 0;
	return b64_chars(digest_len((enum haunt_digest)type));
}

bool packet_base64_get(const char *text, size_t len, struct wr *out)
{
	const char *end = memchr(text, '=', len);

	if (end)
		len = (size_t)(end - text);
	if (!b64_alphabet(text, len))
		return false;
	if (len % 4 == 1)
		len--;
	return b64_get_lenient(text, len, out) == HAUNT_OK;
}

int packet_code(enum haunt_err err)
{
	if (err == HAUNT_OK)
		return FKO_SUCCESS;
	if (err == HAUNT_ENOMEM)
		return FKO_ERROR_MEMORY_ALLOCATION;
	if (err == HAUNT_ESYS)
		return FKO_ERROR_FILESYSTEM_OPERATION;
	if (err == HAUNT_EUNSUPPORTED)
		return FKO_ERROR_UNSUPPORTED_FEATURE;
	return FKO_ERROR_UNKNOWN;
}
