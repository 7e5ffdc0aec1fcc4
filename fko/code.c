/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the texts of the result codes. */
#include "fko/code.h"

#include "fko/abi.h"

#define CODE_TEXT(name, text) [name] = text,
static const char *const texts[FKO_LAST_ERROR] = { FKO_CODES(CODE_TEXT) };
#undef CODE_TEXT

const char *fko_errstr(int code)
{
	if (code < 0 || code >= FKO_LAST_ERROR)
		return "undefined error";
	return texts[code];
}
