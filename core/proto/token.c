/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides how text is cut and how decimal digits become numbers. */
#include "core/proto/token.h"

bool token_take(struct rd *text, char separator, struct rd *token)
{
	const uint8_t *end =
		text->left ? memchr(text->at, separator, text->left) : NULL;

	if (!end) {
		*token = rd_sub(text, text->left);
		return false;
	}
	*token = rd_sub(text, (size_t)(end - text->at));
	rd_u8(text);
	return true;
}

enum haunt_err token_number(struct rd token, size_t digits_max, uint64_t max,
			    uint64_t *out)
{
	uint64_t n = 0;

	if (!token.left || token.left > digits_max)
		return HAUNT_EFORMAT;
	while (token.left) {
		uint8_t c = rd_u8(&token);

		if (c < '0' || c > '9')
			return HAUNT_EFORMAT;
		n = n * 10 + (uint64_t)(c - '0');
	}
	if (n > max)
		return HAUNT_ELENGTH;
	*out = n;
	return HAUNT_OK;
}

void token_number_put(struct wr *w, uint64_t number)
{
	uint8_t digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (uint8_t)('0' + number % 10);
		number /= 10;
	} while (number);
	wr_bytes(w, digits + at, sizeof(digits) - at);
}
