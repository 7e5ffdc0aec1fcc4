/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's file, found and read. */
#ifndef HAUNT_CLIENT_PROFILE_H
#define HAUNT_CLIENT_PROFILE_H

#include "conf/client_conf.h"
#include "core/base/err.h"

/*
 * Reads path, or ~/.config/haunt/haunt.conf if path is NULL; that one need
 * not exist. Mistakes are told as FILE:LINE: text. EFORMAT, ESYS, ENOMEM:
 * told.
 */
enum haunt_err profile_read(const char *path,
			    struct client_conf **out) HAUNT_MUST_CHECK;

/* Where a person's files are; "/" if nobody knows. */
const char *profile_home(void);

/* The login name, if a packet can carry it; "haunt" if not. */
void profile_login(char login[CLIENT_USER_MAX + 1]);

#endif
