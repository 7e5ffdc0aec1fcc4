/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fingerprints of OpenPGP keys, as text. */
#ifndef HAUNT_BASE_FINGERPRINT_H
#define HAUNT_BASE_FINGERPRINT_H

#include "core/base/err.h"

#define FINGERPRINT_MAX 65 /* 40 or 64 hexadecimal digits and a NUL */

/* Copies one without blanks and "0x", in upper case. EFORMAT: another
 * character. ELENGTH: not 40 or 64 digits. */
enum haunt_err fingerprint_parse(const char *text,
				 char out[FINGERPRINT_MAX]) HAUNT_MUST_CHECK;

#endif
