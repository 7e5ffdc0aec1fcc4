/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection below client/control.h.
 */
#ifndef HAUNT_CLIENT_CONTROL_SOCKET_H
#define HAUNT_CLIENT_CONTROL_SOCKET_H

#include <jansson.h>

#include "core/base/err.h"

/* A connected socket; -1: errno says why not. */
int control_connect(const char *path);
/* Sends the request as one line. */
enum haunt_err control_send(int fd, const json_t *request) HAUNT_MUST_CHECK;

#endif
