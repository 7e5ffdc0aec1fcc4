/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the spellings of a fingerprint. */
#include "core/base/fingerprint.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

static char upper(char c)
{
	return c >= 'a' && c <= 'f' ? (char)(c - 'a' + 'A') : c;
}

enum haunt_err fingerprint_parse(const char *text, char out[FINGERPRINT_MAX])
{
	char digits[FINGERPRINT_MAX];
	size_t len = 0;

	if (text[0] == '0' && (text[1] | 32) == 'x')
		text += 2;
	for (; *text; text++) {
		if (*text == ' ')
			continue;
		if (!is_digit(upper(*text)))
			return HAUNT_EFORMAT;
		if (len == sizeof(digits) - 1)
			return HAUNT_ELENGTH;
		digits[len++] = upper(*text);
	}
	if (len != 40 && len != 64)
		return HAUNT_ELENGTH;
	memcpy(out, digits, len);
	out[len] = '\0';
	return HAUNT_OK;
}
