/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Examines the machine that hauntd runs on, and says what is wrong with it.
 */
#ifndef HAUNT_DOCTOR_DOCTOR_H
#define HAUNT_DOCTOR_DOCTOR_H

#include <stdbool.h>

enum doctor_status {
	DOCTOR_OK,	 /* nothing but notes */
	DOCTOR_BLIND,	 /* it was not possible to look */
	DOCTOR_FINDINGS, /* errors or warnings */
};

/* Prints what it finds to standard output; path is the configuration. */
enum doctor_status doctor_run(const char *path, bool json);

#endif
