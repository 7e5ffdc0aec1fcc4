/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's configuration as a file that is changed: as a whole, in one
 * step that can be taken back.
 */
#ifndef HAUNT_CLIENT_CONF_FILE_H
#define HAUNT_CLIENT_CONF_FILE_H

#include "conf/config.h"
#include "core/base/err.h"

/* Reads and parses; text and *config are to be freed. Tells what is wrong:
 * EFORMAT for mistakes, ESYS. */
enum haunt_err conf_file_read(const char *path, char **text,
			      struct config **config) HAUNT_MUST_CHECK;
/* True if text is a configuration without mistakes; tells those. */
bool conf_text_valid(const char *path, const char *text);
/* The file becomes text, with owner and mode as before; what it was is kept
 * as PATH~. ESYS: errno, and nothing has changed. */
enum haunt_err conf_file_write(const char *path,
			       const char *text) HAUNT_MUST_CHECK;
/* PATH~ is the file again. ESYS. */
enum haunt_err conf_file_back(const char *path) HAUNT_MUST_CHECK;

#endif
