/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One object in one line, for programs. */
#ifndef HAUNT_CLIENT_JSON_OUT_H
#define HAUNT_CLIENT_JSON_OUT_H

#include <jansson.h>

#include "client/cmd.h"

/* To stdout. Takes value; NULL is told as a lack of memory. */
void json_out(json_t *value);
/* The object of a command that failed. */
void json_failure(enum cmd_status status);

#endif
