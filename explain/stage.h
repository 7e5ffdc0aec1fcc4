/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our own chains around the copied ones: the first marks what comes in to be
 * traced; empty ones, before and after everybody's, tell how far it came.
 */
#ifndef HAUNT_EXPLAIN_STAGE_H
#define HAUNT_EXPLAIN_STAGE_H

#include <stdbool.h>

#include "nat/nl.h"

#define STAGE_TABLE "haunt_explain"
#define STAGE_START "start" /* where the fence ends */

enum stage_mark {
	STAGE_PRE_END,
	STAGE_IN_BEGIN,
	STAGE_IN_END,
	STAGE_FORWARD_BEGIN,
	STAGE_FORWARD_END,
	STAGE_POST_END,
	STAGE_MARKS
};

/* Builds it for packets that come in by this interface. ESYS. */
enum haunt_err stage_build(struct nl *nl, const char *in) HAUNT_MUST_CHECK;
/* Which of our chains this is; STAGE_MARKS: none that tells. */
enum stage_mark stage_mark(const char *chain);

#endif
