/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages that the gate reads from capture: the first byte chooses which.
 * What decodes must encode to the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "core/capture/datagram.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_same(const struct wr *w, const uint8_t *data, size_t len)
{
	if (w->failed || w->len != len || memcmp(w->start, data, len) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t buf[DATAGRAM_MAX];
	static struct datagram d;
	struct wr w = wr_of(buf, sizeof(buf));
	struct capture_stats s;
	struct rd r;

	if (len < 1)
		return 0;
	r = rd_of(data + 1, len - 1);
	if (data[0] & 1) {
		if (capture_stats_get(&r, &s) != HAUNT_OK)
			return 0;
		capture_stats_put(&w, &s);
	} else {
		if (datagram_get(&r, &d) != HAUNT_OK)
			return 0;
		datagram_put(&w, &d);
	}
	check_same(&w, data + 1, len - 1);
	return 0;
}
