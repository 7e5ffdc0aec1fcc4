/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sockets that are connected within a time, and what they answer.
 */
#ifndef HAUNT_PROTO_SOCK_H
#define HAUNT_PROTO_SOCK_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/err.h"

struct sock_plan {
	int type; /* SOCK_DGRAM or SOCK_STREAM */
	struct endpoint there;
	uint16_t source_port; /* 0: any */
	uint32_t timeout_ms;
};

/*
 * A connected socket that does not block; the caller closes it. ESYS: errno
 * says why, ETIMEDOUT after timeout_ms; *step is the call that failed.
 */
enum haunt_err sock_connect(const struct sock_plan *plan, int *out,
			    const char **step) HAUNT_MUST_CHECK;

/* All of it, at once: what is sent here fits into any buffer. ESYS. */
enum haunt_err sock_send(int fd, const void *data, size_t len) HAUNT_MUST_CHECK;

/* Reads until the peer is done, the buffer is full or the time is over, and
 * returns how much there is. */
size_t sock_read(int fd, void *buf, size_t cap, uint32_t timeout_ms);

/* Leaves errno as it is. */
void sock_close(int fd);

#endif
