/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many valid knocks from one socket: each asks for the gateway's TCP port 22
 * behind another outer port or for another address, so that N knocks are N
 * grants. Hides the arithmetic of addresses and ports, and the pace.
 *
 *	knocker KEYFILE GATEWAY COUNT FIRST-ADDRESS ADDRESSES FIRST-PORT
 *	        LIFETIME PER-SECOND [AGE]
 *
 * Grant i is for FIRST-ADDRESS + i % ADDRESSES at FIRST-PORT + i / ADDRESSES.
 * Each says that it was made AGE seconds ago (negative: will be). Prints how
 * many were sent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/proto/haunt.h"

struct plan {
	const char *gateway;
	uint32_t count;
	uint32_t first_address; /* IPv4, host order */
	uint32_t addresses;
	uint16_t first_port;
	uint32_t lifetime_s;
	uint32_t per_second;
	long age_s;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void pace(uint64_t due_ns)
{
	uint64_t now = now_ns();
	struct timespec wait;

	if (due_ns <= now)
		return;
	wait.tv_sec = (time_t)((due_ns - now) / 1000000000u);
	wait.tv_nsec = (long)((due_ns - now) % 1000000000u);
	nanosleep(&wait, NULL);
}

/* Not connected: nobody listens there, and the error that says so would take
 * the place of the next packet. */
static int gateway_socket(const char *gateway, struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*to = (struct sockaddr_in){ .sin_family = AF_INET,
				    .sin_port = htons(HAUNT_PORT_DEFAULT) };
	if (fd < 0 || inet_pton(AF_INET, gateway, &to->sin_addr) != 1) {
		fprintf(stderr, "knocker: %s: %s\n", gateway, strerror(errno));
		exit(1);
	}
	return fd;
}

static void request_fill(const struct plan *plan, uint32_t i,
			 struct haunt_request *out)
{
	uint32_t allow = htonl(plan->first_address + i % plan->addresses);

	memset(out, 0, sizeof(*out));
	out->time_s = (uint64_t)(time(NULL) - plan->age_s);
	out->type = HAUNT_TYPE_LOCAL_NAT_TIMEOUT;
	out->digest = HAUNT_DIGEST_SHA256;
	snprintf(out->user, sizeof(out->user), "knocker");
	out->allow[10] = 0xff;
	out->allow[11] = 0xff;
	memcpy(out->allow + 12, &allow, sizeof(allow));
	out->ports_len = 1;
	out->ports[0].proto = IPPROTO_TCP;
	out->ports[0].port = (uint16_t)(plan->first_port + i / plan->addresses);
	snprintf(out->nat_host, sizeof(out->nat_host), "%s", plan->gateway);
	out->nat_port = 22;
	out->lifetime_s = plan->lifetime_s;
}

static int knock_all(const struct plan *plan, struct haunt_key *key)
{
	struct sockaddr_in to;
	int fd = gateway_socket(plan->gateway, &to);
	uint64_t start = now_ns();

	for (uint32_t i = 0; i < plan->count; i++) {
		struct haunt_request request;
		char packet[HAUNT_PACKET_MAX + 1];
		size_t len;
		enum haunt_err err;

		request_fill(plan, i, &request);
		err = haunt_seal(key, &request, packet, sizeof(packet), &len);
		if (err != HAUNT_OK) {
			fprintf(stderr, "knocker: %s\n", haunt_strerror(err));
			return 1;
		}
		pace(start + (uint64_t)i * 1000000000u / plan->per_second);
		if (sendto(fd, packet, len, 0, (const struct sockaddr *)&to,
			   sizeof(to)) < 0) {
			fprintf(stderr, "knocker: %s\n", strerror(errno));
			return 1;
		}
	}
	close(fd);
	printf("%u\n", plan->count);
	return 0;
}

static uint32_t number(const char *text)
{
	return (uint32_t)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
	struct haunt_key_spec spec = { .mode = HAUNT_MODE_CBC,
				       .hmac_type = HAUNT_DIGEST_SHA256 };
	struct haunt_key *key = NULL;
	struct in_addr first;
	struct plan plan;
	enum haunt_err err;
	int status;

	if ((argc != 9 && argc != 10) ||
	    inet_pton(AF_INET, argv[4], &first) != 1) {
		fputs("usage: knocker KEYFILE GATEWAY COUNT FIRST-ADDRESS "
		      "ADDRESSES FIRST-PORT LIFETIME PER-SECOND [AGE]\n",
		      stderr);
		return 2;
	}
	plan = (struct plan){
		.gateway = argv[2],
		.count = number(argv[3]),
		.first_address = ntohl(first.s_addr),
		.addresses = number(argv[5]),
		.first_port = (uint16_t)number(argv[6]),
		.lifetime_s = number(argv[7]),
		.per_second = number(argv[8]),
		.age_s = argc == 10 ? strtol(argv[9], NULL, 10) : 0,
	};
	err = haunt_key_load(argv[1], &spec, &key, NULL);
	if (err != HAUNT_OK) {
		fprintf(stderr, "knocker: %s: %s\n", argv[1],
			haunt_strerror(err));
		return 1;
	}
	status = knock_all(&plan, key);
	haunt_key_free(key);
	return status;
}
