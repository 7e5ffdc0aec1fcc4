/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One question about a name to whomever this host asks. It may take as long as
 * the resolver is patient.
 */
#ifndef HAUNT_NAMES_RESOLVE_H
#define HAUNT_NAMES_RESOLVE_H

#include "nat/lookup.h"

/* Fills in all of an answer but its service. */
void resolve(const char *host, struct lookup *out);

#endif
