/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides dlopen(). */
#include "tests/fko/api.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void *find(void *library, const char *name)
{
	void *function = dlsym(library, name);

	if (!function) {
		fprintf(stderr, "%s\n", dlerror());
		exit(2);
	}
	return function;
}

void api_load(const char *path, struct fko_api *out)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!library) {
		fprintf(stderr, "%s\n", dlerror());
		exit(2);
	}
#define FIND(name) *(void **)&out->name = find(library, "fko_" #name);
	FKO_API(FIND)
#undef FIND
}
