/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The look at what may be started before anything is: that the accounts are
 * there, and that the programs are root's own, so that nobody else decides what
 * runs.
 */
#ifndef HAUNT_RUN_PROGRAMS_H
#define HAUNT_RUN_PROGRAMS_H

#include <stdbool.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/run/child.h"

/* False, and a log line for each mistake. Commands that no client may use are
 * a warning. */
bool programs_check(const struct config *config);

/* group NULL: the user's own. ENOENT: one of them is not there. */
enum haunt_err program_account(const char *user, const char *group,
			       struct account *out) HAUNT_MUST_CHECK;

/* NULL if path is a file that can be executed and that none but root can
 * change, name for name down from the root; else what is wrong with *where,
 * static. where has room for PATH_MAX bytes. */
const char *program_fault(const char *path, char *where);

#endif
