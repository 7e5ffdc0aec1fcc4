/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the keyring must hold for the configuration to make sense. */
#ifndef HAUNT_PGP_KEYS_H
#define HAUNT_PGP_KEYS_H

#include <stdbool.h>

#include "conf/config.h"
#include "core/proto/haunt.h"

/* False, and logged, if there is no secret key, so that nothing could be
 * decrypted. A signer's key that is not there is only a warning: it can be
 * imported later. */
bool pgp_keys_look(const struct config *config, struct haunt_pgp *pgp);

#endif
