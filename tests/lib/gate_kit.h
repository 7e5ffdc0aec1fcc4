/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests of the gate stand on: a directory of their own, a configuration
 * with keys, a clock to turn, and packets made to order.
 */
#ifndef HAUNT_TESTS_GATE_KIT_H
#define HAUNT_TESTS_GATE_KIT_H

#include <stddef.h>

#include "conf/config.h"
#include "core/capture/datagram.h"
#include "core/gate/clients.h"
#include "core/gate/replay.h"
#include "core/proto/haunt.h"
#include "tests/lib/clock_fake.h"

#define KIT_WALL_S  1800000000
#define KIT_MONO_MS 5000000

struct kit {
	char dir[64];
	char store[80]; /* state-dir */
	struct config *config;
	struct clock_fake clock;
	struct clients *clients;
	struct replay *replay;
	struct haunt_key **keys; /* the clients' own copies */
};

/* Parses text, in which '@' stands for the kit's directory; nothing else. */
struct config *kit_config(const char *text, const char *dir);

/* Makes all of it, with a new key for each client of the configuration. */
void kit_open(struct kit *kit, const char *text);
/* Removes all of it. */
void kit_close(struct kit *kit);
/* Closes the replay store and opens it again. */
void kit_reopen_store(struct kit *kit);

/* "198.51.100.7" as a value. */
struct ip_addr kit_address(const char *text);
/* A request for access: allow is an address, ports like "tcp/22,udp/53". */
struct haunt_request kit_request(const struct kit *kit, const char *allow,
				 const char *ports);
/* A packet of that client (by name) from that source. */
struct datagram kit_packet(const struct kit *kit, const char *client,
			   const struct haunt_request *request,
			   const char *source);

/* Captures what is logged from now on, until kit_log_end() gives it as text
 * that lasts until the next kit_log_begin(). */
void kit_log_begin(void);
const char *kit_log_end(void);

#endif
