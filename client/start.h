/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that a person names, started without a shell, and what they are
 * told of the way that was opened.
 */
#ifndef HAUNT_CLIENT_START_H
#define HAUNT_CLIENT_START_H

#include <stdint.h>
#include <sys/types.h>

#include "client/cmd.h"
#include "core/base/err.h"

struct way {
	const char *gateway; /* as it was named */
	const char *service; /* may be empty */
	const char *address;
	const char *doors; /* "tcp/22,udp/53" */
	uint16_t port;	   /* the first of them; 0: none */
};

/*
 * HAUNT_GATEWAY, HAUNT_SERVICE, HAUNT_ADDRESS, HAUNT_PORT and HAUNT_PORTS
 * become part of the environment, and {address} and {port} in the words are
 * replaced. *out is for start_become(), and start_free() in the end. ENOMEM.
 */
enum haunt_err start_prepare(const struct way *way, char *const *argv,
			     char ***out) HAUNT_MUST_CHECK;

/* NULL is fine. */
void start_free(char **argv);

/* This process becomes the program, found by PATH. Returns if that fails:
 * CMD_NOT_FOUND or CMD_NOT_STARTED, told. */
enum cmd_status start_become(char *const *argv);

#endif
