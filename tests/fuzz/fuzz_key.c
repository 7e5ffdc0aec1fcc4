/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of key files: what is read can be written and reads the same. */
#include <stdlib.h>

#include "core/proto/key_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[KEY_TEXT_MAX];
	struct wr w = wr_of(text, sizeof(text));
	struct key_pair pair, again;
	unsigned int line = 0;

	if (key_text_get((const char *)data, size, &pair, &line) != HAUNT_OK)
		return 0;
	key_text_put(&w, &pair);
	if (w.failed || key_text_get(text, w.len, &again, &line) != HAUNT_OK ||
	    memcmp(&pair, &again, sizeof(pair)))
		abort();
	return 0;
}
