/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Letting a cloak that is tried stay, for somebody who has shown that there is
 * a way in: by a connection that began after the try did. Those that were
 * there before come as a list in a sealed file.
 */
#ifndef HAUNT_GATE_CONFIRM_H
#define HAUNT_GATE_CONFIRM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"
#include "core/base/err.h"

/* A question to nat that is not answered yet; seq 0: there is none. */
struct confirm {
	uint32_t seq;
	void (*tell)(void *arg, enum haunt_err err); /* NULL: nobody waits */
	void *arg;
};

/* The clients' ends of connections from before. */
struct before {
	struct endpoint *at;
	size_t len;
};

/* Reads the list from a file. ENOMEM, EFORMAT, ESYS. */
enum haunt_err before_read(int fd, struct before *out) HAUNT_MUST_CHECK;
void before_free(struct before *b);
bool before_has(const struct before *b, const struct endpoint *client);

/* "198.51.100.7 51000 198.51.100.1 22", as sshd says it in SSH_CONNECTION.
 * EFORMAT. */
enum haunt_err connection_parse(const char *text, struct endpoint *client,
				struct endpoint *server) HAUNT_MUST_CHECK;

#endif
