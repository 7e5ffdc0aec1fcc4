/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of the client's file, as tables for the reader. The reader's
 * argument is a struct reading.
 */
#ifndef HAUNT_CONF_CLIENT_SCHEMA_H
#define HAUNT_CONF_CLIENT_SCHEMA_H

#include <stdbool.h>

#include "conf/client_conf.h"
#include "conf/reader.h"

struct reading {
	struct client_conf *conf;
	const char *home;
	unsigned int gateway_line;
	unsigned int service_line;
	/* of the service at hand */
	bool bad;    /* a value was a mistake */
	bool random; /* nat-port is the word */
};

extern const struct reader_section client_schema_root;

/* The gateway at hand. */
struct client_gateway *client_reading_gateway(const struct reader *r);

/* The takers of how packets travel: conf/client_schema_send.c. */
void client_take_carrier(struct reader *r, const char *value);
void client_take_port(struct reader *r, const char *value);
void client_take_proxy(struct reader *r, const char *value);
void client_take_agent(struct reader *r, const char *value);
void client_take_spoof(struct reader *r, const char *value);
void client_take_source_port(struct reader *r, const char *value);
void client_take_icmp_type(struct reader *r, const char *value);
void client_take_icmp_code(struct reader *r, const char *value);
void client_take_connect(struct reader *r, const char *value);
void client_take_offset(struct reader *r, const char *value);
void client_take_resolver(struct reader *r, const char *value);

#endif
