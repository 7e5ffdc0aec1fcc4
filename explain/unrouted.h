/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a packet that came through prerouting went nowhere.
 */
#ifndef HAUNT_EXPLAIN_UNROUTED_H
#define HAUNT_EXPLAIN_UNROUTED_H

#include "explain/answer.h"

/* Says so in a's verdict. */
void unrouted_find(const struct answer_means *with, struct answer *a);

#endif
