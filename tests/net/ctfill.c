/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills the table of connections of the namespace that it runs in, up to the
 * kernel's bound: TCP from 203.0.113.0/24 to 192.0.2.9, port 9, established
 * for ten minutes. No packet is sent. Prints how many there are.
 *
 *	ctfill AT-MOST
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_ADDRESS 0xcb007101u /* 203.0.113.1 */
#define ADDRESSES     250u
#define FIRST_PORT    1024u
#define SERVER	      0xc0000209u /* 192.0.2.9 */
#define TIMEOUT_S     600

static int entry_add(struct nfct_handle *h, struct nf_conntrack *ct,
		     unsigned int i)
{
	uint32_t address = htonl(FIRST_ADDRESS + i % ADDRESSES);
	uint16_t port = htons((uint16_t)(FIRST_PORT + i / ADDRESSES));

	nfct_set_attr_u32(ct, ATTR_IPV4_SRC, address);
	nfct_set_attr_u16(ct, ATTR_PORT_SRC, port);
	nfct_set_attr_u32(ct, ATTR_REPL_IPV4_DST, address);
	nfct_set_attr_u16(ct, ATTR_REPL_PORT_DST, port);
	return nfct_query(h, NFCT_Q_CREATE, ct);
}

static struct nf_conntrack *entry_new(void)
{
	struct nf_conntrack *ct = nfct_new();

	if (!ct)
		return NULL;
	nfct_set_attr_u8(ct, ATTR_L3PROTO, AF_INET);
	nfct_set_attr_u8(ct, ATTR_L4PROTO, IPPROTO_TCP);
	nfct_set_attr_u32(ct, ATTR_IPV4_DST, htonl(SERVER));
	nfct_set_attr_u16(ct, ATTR_PORT_DST, htons(9));
	nfct_set_attr_u8(ct, ATTR_REPL_L3PROTO, AF_INET);
	nfct_set_attr_u8(ct, ATTR_REPL_L4PROTO, IPPROTO_TCP);
	nfct_set_attr_u32(ct, ATTR_REPL_IPV4_SRC, htonl(SERVER));
	nfct_set_attr_u16(ct, ATTR_REPL_PORT_SRC, htons(9));
	nfct_set_attr_u8(ct, ATTR_TCP_STATE, TCP_CONNTRACK_ESTABLISHED);
	nfct_set_attr_u32(ct, ATTR_TIMEOUT, TIMEOUT_S);
	/* The kernel makes room by dropping those that are not. */
	nfct_set_attr_u32(ct, ATTR_STATUS, IPS_SEEN_REPLY | IPS_ASSURED);
	return ct;
}

int main(int argc, char **argv)
{
	struct nfct_handle *h = nfct_open(CONNTRACK, 0);
	struct nf_conntrack *ct = entry_new();
	unsigned int most = argc == 2 ? (unsigned int)atol(argv[1]) : 0;
	unsigned int i = 0;

	if (!h || !ct || !most || most > ADDRESSES * (65535u - FIRST_PORT)) {
		fputs("usage: ctfill AT-MOST\n", stderr);
		return 2;
	}
	while (i < most && entry_add(h, ct, i) == 0)
		i++;
	/* So says the kernel that there is no room. */
	if (i < most && errno != ENOMEM) {
		perror("ctfill");
		return 1;
	}
	printf("%u\n", i);
	nfct_destroy(ct);
	nfct_close(h);
	return 0;
}
