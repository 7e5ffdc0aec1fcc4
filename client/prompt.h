/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A secret, asked of the person at the terminal and not shown. */
#ifndef HAUNT_CLIENT_PROMPT_H
#define HAUNT_CLIENT_PROMPT_H

#include <stddef.h>

#include "core/base/err.h"
#include "core/base/secret.h"

/*
 * Asks on the controlling terminal, whatever stdin and stdout are. ENOENT:
 * there is no terminal. ELENGTH: more than max bytes. EDENIED: the person
 * gave up. ESYS. The secret may be empty.
 */
enum haunt_err prompt_secret(const char *question, size_t max,
			     struct secret **out) HAUNT_MUST_CHECK;

#endif
