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

#endif
