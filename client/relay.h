/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes between stdin and stdout on one side and a socket on the other. */
#ifndef HAUNT_CLIENT_RELAY_H
#define HAUNT_CLIENT_RELAY_H

#include <stddef.h>

#include "core/base/err.h"

struct relay {
	int in;
	int out;
	int sock;	   /* non-blocking */
	const char *first; /* to out, before anything from sock */
	size_t first_len;  /* at most RELAY_FIRST_MAX */
};

#define RELAY_FIRST_MAX 256

/*
 * Until sock has no more to say, or nobody listens at out. The end of in is
 * passed on as the end of that direction alone. ESYS: the connection broke.
 */
enum haunt_err relay_run(const struct relay *relay) HAUNT_MUST_CHECK;

#endif
