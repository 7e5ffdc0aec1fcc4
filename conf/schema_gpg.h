/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options for OpenPGP keys in the gateway's configuration. */
#ifndef HAUNT_CONF_SCHEMA_GPG_H
#define HAUNT_CONF_SCHEMA_GPG_H

#include <stdbool.h>

#include "conf/draft.h"

void gpg_take_home(struct reader *r, const char *value);
void gpg_take_passphrase_file(struct reader *r, const char *value);
void gpg_take_user(struct reader *r, const char *value);
void gpg_take_signer(struct reader *r, struct client *c, const char *value);

/* False if everything about its packets is in OpenPGP keys. */
bool gpg_needs_key(const struct client *c);
/* What takes more than one client to see. */
void gpg_check(struct reader *r, const struct draft *d);

#endif
