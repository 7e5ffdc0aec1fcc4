/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's switches that decide whether and where a packet goes on.
 */
#ifndef HAUNT_EXPLAIN_SYSCTL_H
#define HAUNT_EXPLAIN_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "explain/notes.h"

#define SYSCTL_PATH_MAX	 96
#define SYSCTL_VALUE_MAX 32

struct sysctl {
	char path[SYSCTL_PATH_MAX]; /* below /proc/sys/net/ */
	char value[SYSCTL_VALUE_MAX];
};

struct sysctls {
	struct sysctl *at;
	size_t len;
	size_t cap;
};

/* Reads those of an interface, and those of all. What a kernel does not have
 * is left out. ENOMEM. */
enum haunt_err sysctls_read_link(struct sysctls *s,
				 const char *link) HAUNT_MUST_CHECK;
enum haunt_err sysctls_read_all(struct sysctls *s) HAUNT_MUST_CHECK;
/* Writes them in this network namespace, those of all first: they set each
 * interface's. What cannot be written is noted. */
void sysctls_write(const struct sysctls *s, struct notes *missing);
/* A number, or 0 if there is none. */
long sysctl_number(const char *path);
bool sysctl_write(const char *path, const char *value);
void sysctls_free(struct sysctls *s);

#endif
