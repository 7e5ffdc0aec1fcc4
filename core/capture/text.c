/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the alphabet. A locale has no say in it.
 */
#include "core/capture/text.h"

static bool is_alnum(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9');
}

bool text_is_packet(const uint8_t *text, size_t len)
{
	if (len < TEXT_MIN || len > TEXT_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		uint8_t c = text[i];

		if (!is_alnum(c) && c != '+' && c != '/' && c != '=')
			return false;
	}
	return true;
}

bool text_from_path(const uint8_t *path, size_t n, uint8_t *out)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t c = path[i];

		if (c == '-')
			c = '+';
		else if (c == '_')
			c = '/';
		else if (!is_alnum(c) && c != '=')
			return false;
		out[i] = c;
	}
	return true;
}
