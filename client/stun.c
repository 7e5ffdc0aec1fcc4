/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the layout of STUN messages. */
#include "client/stun.h"

#define COOKIE 0x2112a442u

enum message {
	BINDING_REQUEST = 0x0001,
	BINDING_SUCCESS = 0x0101,
	BINDING_ERROR = 0x0111,
};

enum attribute {
	MAPPED_ADDRESS = 0x0001,
	RESPONSE_ADDRESS = 0x0002, /* RFC 3489, as the next two */
	SOURCE_ADDRESS = 0x0004,
	CHANGED_ADDRESS = 0x0005,
	MESSAGE_INTEGRITY = 0x0008, /* none was asked for */
	ERROR_CODE = 0x0009,
	UNKNOWN_ATTRIBUTES = 0x000a,
	REFLECTED_FROM = 0x000b,
	REALM = 0x0014,
	NONCE = 0x0015,
	MESSAGE_INTEGRITY_SHA256 = 0x001c,
	XOR_MAPPED_ADDRESS = 0x0020,
	OPTIONAL = 0x8000, /* this bit: may be passed over */
};

/* What is known so far. */
struct found {
	bool mapped_there;
	bool xored_there;
	struct endpoint mapped;
	struct endpoint xored;
	uint16_t error;
};

void stun_request_put(struct wr *w, const struct stun_id *id)
{
	wr_u16(w, BINDING_REQUEST);
	wr_u16(w, 0);
	wr_u32(w, COOKIE);
	wr_bytes(w, id->b, sizeof(id->b));
}

/* The pad of an address: the cookie and the question's number. */
static void pad_make(const struct stun_id *id, uint8_t pad[16])
{
	struct wr w = wr_of(pad, 16);

	wr_u32(&w, COOKIE);
	wr_bytes(&w, id->b, sizeof(id->b));
}

static bool address_get(struct rd value, const uint8_t pad[16],
			struct endpoint *out)
{
	uint8_t family, bytes[16] = { 0 };
	size_t len;

	rd_u8(&value);
	family = rd_u8(&value);
	len = family == 1 ? 4 : 16;
	out->port = (uint16_t)(rd_u16(&value) ^ (pad[0] << 8 | pad[1]));
	rd_copy(&value, bytes, len);
	if (!rd_done(&value) || (family != 1 && family != 2))
		return false;
	for (size_t i = 0; i < len; i++)
		bytes[i] ^= pad[i];
	out->addr = family == 1 ? addr_from_v4(bytes) : addr_from_v6(bytes);
	/* ::ffff:192.0.2.1 would pass for the IPv4 address. */
	return family == 1 || !addr_is_v4(&out->addr);
}

static bool error_get(struct rd value, uint16_t *out)
{
	unsigned int hundreds, rest;

	rd_u16(&value);
	hundreds = rd_u8(&value) & 7u;
	rest = rd_u8(&value);
	if (value.failed || hundreds < 3 || hundreds > 6 || rest > 99)
		return false;
	*out = (uint16_t)(hundreds * 100 + rest);
	return true;
}

/* Takes one attribute. The first of its kind counts (RFC 8489, section 14). */
static bool attribute_get(struct rd *r, const uint8_t pad[16],
			  struct found *found)
{
	static const uint8_t zeros[16];
	const uint16_t type = rd_u16(r), len = rd_u16(r);
	const struct rd value = rd_sub(r, len);

	rd_bytes(r, (4u - len % 4u) % 4u);
	if (r->failed)
		return false;
	switch ((enum attribute)type) {
	case MAPPED_ADDRESS:
		if (found->mapped_there)
			return true;
		found->mapped_there = true;
		return address_get(value, zeros, &found->mapped);
	case XOR_MAPPED_ADDRESS:
		if (found->xored_there)
			return true;
		found->xored_there = true;
		return address_get(value, pad, &found->xored);
	case ERROR_CODE:
		return found->error || error_get(value, &found->error);
	case RESPONSE_ADDRESS:
	case SOURCE_ADDRESS:
	case CHANGED_ADDRESS:
	case UNKNOWN_ATTRIBUTES:
	case REFLECTED_FROM:
	case REALM:
	case NONCE:
	case MESSAGE_INTEGRITY:
	case MESSAGE_INTEGRITY_SHA256:
		return true;
	case OPTIONAL:
	default:
		return type & OPTIONAL;
	}
}

/* The head of an answer to that question: its type, or 0. */
static uint16_t head_get(struct rd *r, const struct stun_id *id)
{
	const uint16_t type = rd_u16(r), len = rd_u16(r);
	const uint32_t cookie = rd_u32(r);
	struct stun_id theirs;

	rd_copy(r, theirs.b, sizeof(theirs.b));
	if (r->failed || len != r->left || len % 4 || cookie != COOKIE ||
	    memcmp(theirs.b, id->b, sizeof(id->b)) != 0)
		return 0;
	return type;
}

enum haunt_err stun_answer_get(struct rd *r, const struct stun_id *id,
			       struct stun_answer *out)
{
	struct found found = { .error = 0 };
	uint8_t pad[16];
	const uint16_t type = head_get(r, id);

	if (type != BINDING_SUCCESS && type != BINDING_ERROR)
		return HAUNT_EFORMAT;
	pad_make(id, pad);
	for (int i = 0; r->left; i++)
		if (i == STUN_ATTRIBUTES_MAX || !attribute_get(r, pad, &found))
			return HAUNT_EFORMAT;
	if ((type == BINDING_ERROR) != (found.error != 0))
		return HAUNT_EFORMAT;
	if (!found.error && !found.xored_there && !found.mapped_there)
		return HAUNT_EFORMAT;
	*out = (struct stun_answer){
		.error = found.error,
		.mapped = found.xored_there ? found.xored : found.mapped,
	};
	return HAUNT_OK;
}
