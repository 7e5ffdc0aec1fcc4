/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages between the roles: one SOCK_SEQPACKET record each, two bytes of
 * type and a body that the type's own put and get know. A receiver lists the
 * types it permits, with their bounds; anything else is a reason to stop.
 */
#ifndef HAUNT_BASE_IPC_H
#define HAUNT_BASE_IPC_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/wire.h"

#define IPC_BODY_MAX 4096

struct ipc_permit {
	uint16_t type;
	uint16_t min; /* bytes of body */
	uint16_t max;
	/* body holds the whole body. An error stops the role. */
	enum haunt_err (*handle)(void *arg, struct rd *body);
};

/* A connected pair of sockets, close-on-exec and non-blocking, with room for
 * about 4 MiB. ESYS. */
enum haunt_err ipc_pair(int fds[2]) HAUNT_MUST_CHECK;

/* Sends one message. EBUSY: the queue is full and nothing was sent. ELENGTH:
 * the body did not fit its buffer, or is too long. ECLOSED: the peer is gone.
 * ESYS. */
enum haunt_err ipc_send(int fd, uint16_t type,
			const struct wr *body) HAUNT_MUST_CHECK;

/*
 * Receives one message and calls its handler. ENOENT: none is waiting.
 * ECLOSED: the peer is gone. EFORMAT: a type or a length that is not
 * permitted, or a body that its handler did not read to the end. ESYS. Else
 * what the handler returns.
 */
enum haunt_err ipc_dispatch(int fd, const struct ipc_permit *permits, size_t n,
			    void *arg) HAUNT_MUST_CHECK;

/* The same, but the message stays where it is; the next look is at the one
 * after it (SO_PEEK_OFF must be set). */
enum haunt_err ipc_look(int fd, const struct ipc_permit *permits, size_t n,
			void *arg) HAUNT_MUST_CHECK;

#endif
