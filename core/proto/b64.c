/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the alphabet, and how three bytes and four characters correspond. */
#include "core/proto/b64.h"

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 0 to 63, or -1. */
static int value_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

bool b64_alphabet(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (value_of((uint8_t)text[i]) < 0)
			return false;
	}
	return true;
}

void b64_put(struct wr *w, const void *data, size_t len)
{
	struct rd r = rd_of(data, len);
	uint32_t bits = 0;
	unsigned int held = 0;

	while (r.left) {
		bits = bits << 8 | rd_u8(&r);
		held += 8;
		while (held >= 6) {
			held -= 6;
			wr_u8(w, (uint8_t)alphabet[bits >> held & 63]);
		}
	}
	if (held)
		wr_u8(w, (uint8_t)alphabet[bits << (6 - held) & 63]);
}

/* *rest receives the bits that belong to no byte. */
static enum haunt_err decode(const char *text, size_t len, struct wr *out,
			     uint32_t *rest)
{
	struct rd r = rd_of(text, len);
	uint32_t bits = 0;
	unsigned int held = 0;

	if (len % 4 == 1)
		return HAUNT_EFORMAT;
	while (r.left) {
		int v = value_of(rd_u8(&r));

		if (v < 0)
			return HAUNT_EFORMAT;
		bits = bits << 6 | (uint32_t)v;
		held += 6;
		if (held >= 8) {
			held -= 8;
			wr_u8(out, (uint8_t)(bits >> held));
		}
	}
	*rest = bits & ((1u << held) - 1);
	return out->failed ? HAUNT_ELENGTH : HAUNT_OK;
}

enum haunt_err b64_get(const char *text, size_t len, struct wr *out)
{
	uint32_t rest;
	enum haunt_err err = decode(text, len, out, &rest);

	if (err == HAUNT_OK && rest)
		return HAUNT_EFORMAT;
	return err;
}

enum haunt_err b64_get_lenient(const char *text, size_t len, struct wr *out)
{
	uint32_t rest;

	if (len && len % 4 == 0 && text[len - 1] == '=')
		len -= text[len - 2] == '=' ? 2 : 1;
	return decode(text, len, out, &rest);
}
