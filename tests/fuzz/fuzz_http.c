/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The head of a request. What is accepted must be a datagram that the gate
 * accepts too; what is cut short must not be. */
#include <stdlib.h>
#include <string.h>

#include "core/capture/http.h"
#include "core/capture/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_whole(const struct datagram *d)
{
	static uint8_t buf[DATAGRAM_MAX];
	static struct datagram back;
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r;

	datagram_put(&w, d);
	r = rd_of(buf, w.len);
	if (w.failed || datagram_get(&r, &back) != HAUNT_OK ||
	    !text_is_packet(d->payload, d->len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct ip_prefix prefix = {
		.addr = { { 0x20, 1, 0xd, 0xb8 } },
		.len = 32,
	};
	static const struct http_proxies proxies = { &prefix, 1 };
	static struct datagram d = { .destination.port = 80 };
	enum haunt_err err;

	memset(d.source.addr.b, 7, sizeof(d.source.addr.b));
	memset(d.destination.addr.b, 7, sizeof(d.destination.addr.b));
	(void)http_begins(data, len);
	err = http_unwrap(data, len, &proxies, &d);
	if (err == HAUNT_OK)
		check_whole(&d);
	else if (err != HAUNT_ESHORT && err != HAUNT_EFORMAT)
		abort();
	return 0;
}
