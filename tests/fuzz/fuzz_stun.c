/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A STUN server's answer, whose first 12 bytes here are the question's number;
 * what is taken keeps what its type promises, and is in the bytes. */
#include <stdlib.h>
#include <string.h>

#include "client/stun.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stun_answer a = { .error = 1 }, again;
	struct rd r = rd_of(data, size), same;
	struct stun_id id;
	char text[ADDR_TEXT_MAX];

	rd_copy(&r, id.b, sizeof(id.b));
	if (r.failed)
		return 0;
	same = r;
	if (stun_answer_get(&r, &id, &a)) {
		if (a.error != 1)
			abort();
		return 0;
	}
	if (memcmp(same.at + 8, id.b, sizeof(id.b)) || r.left)
		abort();
	if (a.error && (a.error < 300 || a.error > 699))
		abort();
	if (!a.error && !*addr_format(&a.mapped.addr, text))
		abort();
	/* Another question has no answer here. */
	id.b[0] ^= 1;
	if (!stun_answer_get(&same, &id, &again))
		abort();
	return 0;
}
