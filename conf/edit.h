/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes to the text of a configuration that leave everything else as it was,
 * byte for byte: comments, order, the author's hand.
 */
#ifndef HAUNT_CONF_EDIT_H
#define HAUNT_CONF_EDIT_H

#include "core/base/err.h"

/*
 * The text without the section `client "NAME" { ... }`, and without the lines
 * that held nothing else; to be freed. ENOENT: there is no such section.
 * EFORMAT: the text cannot be followed to its end. ENOMEM.
 */
enum haunt_err edit_client_remove(const char *text, const char *name,
				  char **out) HAUNT_MUST_CHECK;

#endif
