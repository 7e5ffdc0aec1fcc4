/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is in a folder.
 */
#ifndef HAUNT_DOCTOR_DIR_H
#define HAUNT_DOCTOR_DIR_H

#include <stdbool.h>

/* Called with the folder's descriptor for each name but "." and ".."; false
 * ends it. */
typedef bool dir_fn(void *arg, int dir, const char *name);

/* A folder that cannot be read is empty. */
void dir_each(const char *path, dir_fn *fn, void *arg);

#endif
