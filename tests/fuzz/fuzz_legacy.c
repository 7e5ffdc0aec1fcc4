/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table of iptables-legacy: the first byte chooses the family, two numbers
 * of four bytes in the host's order where the chain begins and where its
 * policy is; entries follow. Whatever they say, it has an end. */
#include <netinet/in.h>

#include <linux/netfilter.h>
#include <stdlib.h>
#include <string.h>

#include "nat/legacy.h"

#define HEAD 9

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct host_chain c = { .end = HOST_END_ACCEPT };
	struct legacy_table t;
	uint32_t at[2];

	if (len < HEAD)
		return 0;
	t = (struct legacy_table){ .entries = data + HEAD,
				   .len = len - HEAD,
				   .v4 = data[0] & 1 };
	memcpy(at, data + 1, sizeof(at));
	c.family = t.v4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	c.input = data[0] & 2;
	if (legacy_chain_read(&t, at[0], at[1], &c) &&
	    (c.end > HOST_END_REJECT || c.tagged > 1 ||
	     (c.end != HOST_END_REJECT && c.words.reset)))
		abort();
	return 0;
}
