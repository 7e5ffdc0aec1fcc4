/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/dir.h"

#include <dirent.h>
#include <string.h>

void dir_each(const char *path, dir_fn *fn, void *arg)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	bool more = true;

	while (dir && more && (e = readdir(dir))) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			more = fn(arg, dirfd(dir), e->d_name);
	}
	if (dir)
		closedir(dir);
}
