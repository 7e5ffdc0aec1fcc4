/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends what capture is to hear. TAG is text at the start of each payload.
 *
 *	capture_send udp TO TAG LEN [COUNT]	COUNT datagrams at full speed,
 *						each with its own number
 *	capture_send frame INTERFACE TO TAG KIND	one frame from a packet
 *						socket
 *	capture_send tun INTERFACE TO TAG KIND	one packet into a tun device
 *
 * KIND: plain, vlanN (802.1Q in the frame), qinq, extension (IPv6).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pcap/dlt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "tests/lib/packet.h"

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "capture_send: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static struct endpoint end_of(const char *text)
{
	struct endpoint e;

	if (endpoint_parse(text, strlen(text), &e) != HAUNT_OK)
		die(text);
	return e;
}

static int send_udp(const char *to, const char *tag, size_t len, int count)
{
	const struct endpoint end = end_of(to);
	struct sockaddr_storage address;
	socklen_t address_len = endpoint_to_sockaddr(&end, &address);
	int fd = socket(address.ss_family, SOCK_DGRAM, 0);
	char payload[2000];

	if (fd < 0 || len > sizeof(payload) || len < 32)
		die("socket");
	memset(payload, 'x', sizeof(payload));
	for (int i = 0; i < count; i++) {
		snprintf(payload, sizeof(payload), "%s %08d", tag, i);
		payload[strlen(payload)] = 'x';
		if (sendto(fd, payload, len, 0,
			   (const struct sockaddr *)&address, address_len) < 0)
			die("sendto");
	}
	return EXIT_SUCCESS;
}

static void frame_build(int dlt, const char *to, const char *tag,
			const char *kind, struct frame *f)
{
	static const uint16_t tags[] = { 0x88a8, 0x8100 };
	static const uint8_t extensions[] = { IPPROTO_DSTOPTS };
	const struct endpoint end = end_of(to);
	struct packet p = { .dlt = dlt,
			    .source = addr_is_v4(&end.addr)
					      ? "192.0.2.99:4000"
					      : "[2001:db8::99]:4000",
			    .destination = to,
			    .payload_len = 200 };

	if (strcmp(kind, "qinq") == 0) {
		p.tags = tags;
		p.tags_len = 2;
	} else if (strncmp(kind, "vlan", 4) == 0) {
		p.tags = tags + 1;
		p.tags_len = 1;
	} else if (strcmp(kind, "extension") == 0) {
		p.extensions = extensions;
		p.extensions_len = 1;
	}
	packet_build(&p, f);
	if (p.tags_len == 1)
		frame_set_u16(f, 14, (uint16_t)atoi(kind + 4));
	memcpy(f->bytes + f->payload, tag, strlen(tag));
}

static int send_frame(const char *interface, struct frame *f)
{
	const struct sockaddr_ll to = { .sll_family = AF_PACKET,
					.sll_ifindex = (int)if_nametoindex(
						interface) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	struct frame broadcast = *f;

	memset(broadcast.bytes, 0xff, 6);
	if (fd < 0 || sendto(fd, broadcast.bytes, f->len, 0,
			     (const struct sockaddr *)&to, sizeof(to)) < 0)
		die(interface);
	return EXIT_SUCCESS;
}

static int send_tun(const char *interface, const struct frame *f)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR);

	strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0 ||
	    write(fd, f->bytes, f->len) < 0)
		die(interface);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static struct frame f;

	if (argc >= 5 && strcmp(argv[1], "udp") == 0)
		return send_udp(argv[2], argv[3], (size_t)atoi(argv[4]),
				argc > 5 ? atoi(argv[5]) : 1);
	if (argc == 6 && strcmp(argv[1], "frame") == 0) {
		frame_build(DLT_EN10MB, argv[3], argv[4], argv[5], &f);
		return send_frame(argv[2], &f);
	}
	if (argc == 6 && strcmp(argv[1], "tun") == 0) {
		frame_build(DLT_RAW, argv[3], argv[4], argv[5], &f);
		return send_tun(argv[2], &f);
	}
	errno = EINVAL;
	die("usage");
}
