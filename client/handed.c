/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the names of the variables: HAUNT_PROXY is the program, HAUNT_PROXY_1
 * its first word, and so on up to the first that is not there.
 */
#include "client/handed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 32

static const char *name_of(size_t i, char buf[NAME_MAX_BYTES])
{
	snprintf(buf, NAME_MAX_BYTES, "HAUNT_PROXY_%zu", i);
	return buf;
}

enum haunt_err handed_put(const char *exe, const char *const *argv)
{
	char name[NAME_MAX_BYTES];
	size_t n = 1;

	if (setenv("HAUNT_PROXY", exe, 1))
		return HAUNT_ENOMEM;
	for (; argv[n]; n++) {
		if (n > HANDED_MAX)
			return HAUNT_ELENGTH;
		if (setenv(name_of(n, name), argv[n], 1))
			return HAUNT_ENOMEM;
	}
	/* One of another haunt ssh, around this one, would be read on. */
	unsetenv(name_of(n, name));
	return HAUNT_OK;
}

enum haunt_err handed_take(char *argv[HANDED_MAX + 2])
{
	char name[NAME_MAX_BYTES];
	const char *value;
	size_t n = 1;

	while (n <= HANDED_MAX && (value = getenv(name_of(n, name)))) {
		argv[n] = strdup(value);
		if (!argv[n])
			return HAUNT_ENOMEM;
		unsetenv(name);
		n++;
	}
	argv[n] = NULL;
	return n > 1 ? HAUNT_OK : HAUNT_ENOENT;
}
