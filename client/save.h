/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet kept in a file, as text and a newline. */
#ifndef HAUNT_CLIENT_SAVE_H
#define HAUNT_CLIENT_SAVE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

/*
 * Writes to a new file of mode 0600 or, if append, to the end of one that may
 * be there. EEXIST: it is there. EFORMAT: it is there and no regular file.
 * ESYS: errno, and a new file is gone again.
 */
enum haunt_err packet_save(const char *path, bool append, const char *text,
			   size_t len) HAUNT_MUST_CHECK;

#endif
