/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the benchmarks share: packets sealed before the clock starts, sent from
 * any local address, and doors raced at until they open. The same packets and
 * the same races serve hauntd and fwknopd. Every failure ends the program: a
 * benchmark that limps measures nothing.
 */
#ifndef HAUNT_TESTS_BENCH_KNOCK_H
#define HAUNT_TESTS_BENCH_KNOCK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/proto/haunt.h"

struct knock {
	char text[HAUNT_PACKET_MAX + 1];
	size_t len;
};

_Noreturn void die(const char *what);
uint64_t now_ns(void); /* CLOCK_MONOTONIC */
/* Sleeps until then, if it is to come. */
void sleep_until(uint64_t due_ns);
uint32_t number_parse(const char *text);
/* IPv4, host order. */
uint32_t address_parse(const char *text);
struct sockaddr_in address_make(uint32_t address, uint16_t port);

/* CBC and HMAC-SHA256. */
struct haunt_key *knock_key(const char *path);
/* Asks for tcp/port for address, for lifetime_s seconds; 0: the default. */
void knock_seal(struct haunt_key *key, uint32_t address, uint16_t port,
		uint32_t lifetime_s, struct knock *out);
/* A UDP socket that the next two may use for any local address. */
int knock_socket(void);
void knock_send(int fd, uint32_t from, uint32_t gateway,
		const struct knock *knock);
void send_from(int fd, uint32_t from, const struct sockaddr_in *to,
	       const void *packet, size_t len);

/*
 * Connects from one address to a TCP port again and again, a try every gap_us
 * while earlier ones may be pending. Returns when the first was accepted, or
 * 0 if none was before the deadline.
 */
uint64_t door_race(uint32_t from, const struct sockaddr_in *to,
		   unsigned int gap_us, uint64_t deadline_ns);
/* One try: true if it is accepted within a second. */
bool door_is_open(uint32_t from, const struct sockaddr_in *to);

/* How many processes and threads this PID namespace has ever had. */
uint64_t processes_ever(void);

#endif
