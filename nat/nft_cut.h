/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What conntrack's thread leaves to the one that makes transactions after it
 * has cut sessions.
 */
#ifndef HAUNT_NAT_NFT_CUT_H
#define HAUNT_NAT_NFT_CUT_H

#include "core/base/err.h"

struct outbox;

/* ENOMEM, ESYS. */
enum haunt_err outbox_new(struct outbox **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void outbox_free(struct outbox *box);

#endif
