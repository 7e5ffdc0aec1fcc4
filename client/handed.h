/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of a `haunt proxy` that ssh(1) starts for `haunt ssh`. What
 * ssh is given as ProxyCommand goes through its own grammar, its percent signs
 * and a person's shell, whichever that is; so that is always the same few
 * words, and the command line goes by the environment, a variable a word.
 */
#ifndef HAUNT_CLIENT_HANDED_H
#define HAUNT_CLIENT_HANDED_H

#include "core/base/err.h"

#define HANDED_MAX    96 /* ROW_MAX */
#define HANDED_OPTION "--handed"
/* Means the same to sh, csh, fish and their kin. */
#define HANDED_COMMAND "\"$HAUNT_PROXY\" proxy " HANDED_OPTION

/* exe is the path of this program; argv[1] and on are handed over. ENOMEM,
 * ELENGTH: more than HANDED_MAX words. */
enum haunt_err handed_put(const char *exe,
			  const char *const *argv) HAUNT_MUST_CHECK;
/*
 * The words that handed_put() got, as argv[1] and on, with a NULL behind
 * them; they are out of the environment then. They are the caller's, for as
 * long as it runs. ENOENT: there are none. ENOMEM.
 */
enum haunt_err handed_take(char *argv[HANDED_MAX + 2]) HAUNT_MUST_CHECK;

#endif
