/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets with OpenPGP messages that no client would make:
 *
 *	pgpcraft text ADDRESS PORT [AGE]     a request's text, on stdout
 *	pgpcraft packet KEYFILE|- <MESSAGE   the packet for a message
 *	pgpcraft message [TAGCHARS] <PACKET  the message of a packet
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/addr.h"
#include "core/proto/b64.h"
#include "core/proto/key.h"
#include "core/proto/pgp_text.h"
#include "core/proto/request.h"

static int text_main(const char *address, const char *port, const char *age)
{
	struct haunt_request r = { .type = HAUNT_TYPE_ACCESS,
				   .user = "alice",
				   .ports_len = 1 };
	uint8_t text[REQUEST_TEXT_MAX];
	struct wr w = wr_of(text, sizeof(text));
	struct ip_addr a;

	if (addr_parse(address, strlen(address), &a) != HAUNT_OK)
		return EXIT_FAILURE;
	memcpy(r.allow, a.b, sizeof(r.allow));
	r.ports[0] = (struct haunt_port){ IPPROTO_TCP,
					  (uint16_t)strtoul(port, NULL, 10) };
	r.time_s = (uint64_t)time(NULL) - strtoull(age, NULL, 10);
	if (request_complete(&r) != HAUNT_OK ||
	    request_text_put(&w, &r) != HAUNT_OK)
		return EXIT_FAILURE;
	fwrite(text, 1, w.len, stdout);
	return EXIT_SUCCESS;
}

static int packet_main(const char *path)
{
	char message[PGP_MESSAGE_MAX + 1], packet[HAUNT_PACKET_MAX];
	struct wr w = wr_of(packet, sizeof(packet));
	size_t len = fread(message, 1, sizeof(message), stdin);
	struct haunt_key *mac = NULL;
	unsigned int line;
	enum haunt_err err = key_mac_load(strcmp(path, "-") ? path : NULL,
					  HAUNT_DIGEST_SHA256, &mac, &line);

	if (err == HAUNT_OK)
		err = pgp_text_put(mac, message, len, &w);
	haunt_key_free(mac);
	if (err != HAUNT_OK) {
		fprintf(stderr, "pgpcraft: %s\n", haunt_strerror(err));
		return EXIT_FAILURE;
	}
	fwrite(packet, 1, w.len, stdout);
	return EXIT_SUCCESS;
}

static int message_main(const char *tag_chars)
{
	char packet[HAUNT_PACKET_MAX];
	uint8_t message[PGP_MESSAGE_MAX];
	struct wr w = wr_of(message, sizeof(message));
	size_t len = fread(packet, 1, sizeof(packet), stdin);
	struct pgp_packet p;

	if (pgp_parse(packet, len, &p) != HAUNT_OK)
		return EXIT_FAILURE;
	p.text_len = (uint16_t)(p.len - strtoul(tag_chars, NULL, 10));
	if (pgp_message(&p, &w) != HAUNT_OK)
		return EXIT_FAILURE;
	fwrite(message, 1, w.len, stdout);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (!strcmp(verb, "text") && (argc == 4 || argc == 5))
		return text_main(argv[2], argv[3], argc == 5 ? argv[4] : "0");
	if (!strcmp(verb, "packet") && argc == 3)
		return packet_main(argv[2]);
	if (!strcmp(verb, "message") && argc <= 3)
		return message_main(argc == 3 ? argv[2] : "0");
	fputs("usage: pgpcraft text|packet|message …\n", stderr);
	return EXIT_FAILURE;
}
