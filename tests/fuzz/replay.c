/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A main for fuzz targets without a fuzzer: feeds every file of the target's
 * corpus to it, as TAP. The corpus of fuzz_NAME is corpus/NAME below the
 * source folder of this file; an empty or missing corpus is a failure.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int feed(const char *dir, const char *name)
{
	static uint8_t input[INPUT_MAX];
	char path[4096];
	uint8_t *copy;
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (!f)
		return -1;
	len = fread(input, 1, sizeof(input), f);
	fclose(f);
	/* An own block of exactly that size, so that sanitizers see its end. */
	copy = malloc(len ? len : 1);
	if (!copy)
		return -1;
	memcpy(copy, input, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
	return 0;
}

int main(int argc, char **argv)
{
	const char *src = getenv("srcdir"), *name = strstr(argv[0], "fuzz_");
	struct dirent **entries;
	char dir[2048];
	int n, count = 0, bad = 0;

	(void)argc;
	while (name && strstr(name + 1, "fuzz_"))
		name = strstr(name + 1, "fuzz_");
	if (!name)
		return EXIT_FAILURE;
	snprintf(dir, sizeof(dir), "%s/tests/fuzz/corpus/%s", src ? src : ".",
		 name + strlen("fuzz_"));
	n = scandir(dir, &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.') {
			int failed = feed(dir, entries[i]->d_name);

			count++;
			bad += failed != 0;
			printf("%sok %d - %s %s\n", failed ? "not " : "", count,
			       name, entries[i]->d_name);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	if (count == 0)
		printf("not ok 1 - %s has no corpus in %s\n", name, dir);
	printf("1..%d\n", count ? count : 1);
	return count && !bad ? EXIT_SUCCESS : EXIT_FAILURE;
}
