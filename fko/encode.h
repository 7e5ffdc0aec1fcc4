/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From values to the fields of a message.
 */
#ifndef HAUNT_FKO_ENCODE_H
#define HAUNT_FKO_ENCODE_H

#include "fko/context.h"

/* fko_encode_spa_data(), unless it was done and nothing was set since. */
int encode_if_needed(struct fko_context *ctx);

#endif
