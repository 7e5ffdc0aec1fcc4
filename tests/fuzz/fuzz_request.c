/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of a request: what is read can be written, and what is written
 * reads as the same and is written as the same bytes again. */
#include <stdlib.h>

#include "core/proto/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t write_checked(const struct haunt_request *r, uint8_t *buf)
{
	struct wr w = wr_of(buf, REQUEST_FIELDS_MAX);

	if (haunt_request_check(r, NULL) != HAUNT_OK)
		abort();
	request_put(&w, r);
	if (w.failed)
		abort();
	return w.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t once[REQUEST_FIELDS_MAX], twice[REQUEST_FIELDS_MAX];
	struct haunt_request r, again;
	size_t len;

	if (request_get(data, size, &r) != HAUNT_OK)
		return 0;
	len = write_checked(&r, once);
	if (request_get(once, len, &again) != HAUNT_OK)
		abort();
	if (write_checked(&again, twice) != len || memcmp(once, twice, len))
		abort();
	return 0;
}
