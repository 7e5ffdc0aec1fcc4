/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asks a gateway to let this host in:
 *
 *	cc knock.c -o knock $(pkg-config --cflags --libs haunt)
 *	./knock alice.key alice tcp/22 gateway.example
 *
 * Without a gateway the packet is printed instead, and lets in whoever it
 * comes from.
 */
#include <err.h>
#include <haunt.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static void check(const char *what, enum haunt_err e)
{
	if (e == HAUNT_ESYS)
		err(1, "%s", what);
	if (e != HAUNT_OK)
		errx(1, "%s: %s", what, haunt_strerror(e));
}

int main(int argc, char **argv)
{
	struct haunt_request request = { .type = HAUNT_TYPE_ACCESS };
	struct haunt_route route;
	struct haunt_key *key;
	char packet[HAUNT_PACKET_MAX + 1];
	const char *field = "request";
	size_t len;

	if (argc < 4 || argc > 5)
		errx(2, "usage: knock KEYFILE USER PROTO/PORT,... [GATEWAY]");
	check(argv[1], haunt_key_load_as(argv[1], HAUNT_MODE_CBC,
					 HAUNT_DIGEST_SHA256, &key));
	request.time_s = (uint64_t)time(NULL);
	check("user", haunt_request_set(&request, "user", argv[2]));
	check("ports", haunt_request_set(&request, "ports", argv[3]));
	if (argc == 5) {
		check(argv[4], haunt_resolve(argv[4], HAUNT_PORT_DEFAULT,
					     AF_INET, &route));
		memcpy(request.allow, route.source, sizeof(request.allow));
	}
	check(field, haunt_request_check(&request, &field));
	check("packet",
	      haunt_seal(key, &request, packet, sizeof(packet), &len));
	haunt_key_free(key);
	if (argc == 5)
		check(argv[4], haunt_send(&route, packet, len));
	else
		puts(packet);
	return 0;
}
