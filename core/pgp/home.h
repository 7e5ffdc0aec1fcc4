/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gateway's GnuPG directory, looked at before it is used: whose it is, and
 * what still runs in it.
 */
#ifndef HAUNT_PGP_HOME_H
#define HAUNT_PGP_HOME_H

#include <stdbool.h>

#include "conf/config.h"
#include "core/base/secret.h"

/* True if the configuration's gpg-home is a directory of user-pgp's alone.
 * Otherwise that is logged, with what would put it right. */
bool pgp_home_check(const struct config *config);

/* Reads gpg-passphrase-file, less a line feed at its end; an empty secret
 * without one. False, and logged, if it is not its owner's alone, or cannot be
 * a passphrase. */
bool pgp_passphrase_read(const struct config *config, struct secret **out);

/* Ends every process of this user that was started for that directory: agents
 * first of all. Returns when they are gone. */
void pgp_home_clear(const char *home);

#endif
