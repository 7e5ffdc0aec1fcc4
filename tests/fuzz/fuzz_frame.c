/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first byte chooses the link type, the rest is a frame. What is accepted
 * must be a datagram that the gate accepts too, and the same one. */
#include <pcap/dlt.h>
#include <stdlib.h>
#include <string.h>

#include "core/capture/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_same(const struct datagram *d)
{
	static uint8_t buf[DATAGRAM_MAX], again[DATAGRAM_MAX];
	static struct datagram back;
	struct wr w = wr_of(buf, sizeof(buf));
	struct wr w_again = wr_of(again, sizeof(again));
	struct rd r;

	datagram_put(&w, d);
	r = rd_of(buf, w.len);
	if (w.failed || datagram_get(&r, &back) != HAUNT_OK)
		abort();
	datagram_put(&w_again, &back);
	if (w_again.len != w.len || memcmp(buf, again, w.len) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int dlts[] = { DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2,
				    DLT_RAW,	DLT_NULL,      DLT_LOOP,
				    DLT_IPV4,	DLT_IPV6 };
	static struct datagram d;
	uint64_t segment;
	int dlt;

	if (len < 1)
		return 0;
	dlt = dlts[data[0] % (sizeof(dlts) / sizeof(dlts[0]))];
	(void)frame_ifindex(dlt, data + 1, len - 1);
	if (frame_parse(dlt, data + 1, len - 1, &d, &segment) == HAUNT_OK)
		check_same(&d);
	return 0;
}
