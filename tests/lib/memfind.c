/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a process hold these bytes in memory that it can write? Hides the walk
 * through /proc/PID/maps and /proc/PID/mem.
 *
 *	memfind PID HEX
 *
 * Ends with 0 if they are there, 1 if they are not, 2 if it cannot tell.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEEDLE_MAX 128
#define CHUNK	   (1u << 20)
/* A mapping larger than this is what a sanitizer notes about all the memory
 * that there could be. */
#define RANGE_MAX (UINT64_C(1) << 32)

struct needle {
	uint8_t bytes[NEEDLE_MAX];
	size_t len;
};

static bool needle_parse(const char *hex, struct needle *out)
{
	size_t len = strlen(hex) / 2;

	if (len == 0 || len > NEEDLE_MAX || strlen(hex) % 2)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (sscanf(hex + 2 * i, "%2" SCNx8, &out->bytes[i]) != 1)
			return false;
	}
	out->len = len;
	return true;
}

/* Chunks overlap by the needle's length, for it may lie across their edge. */
static bool range_has(int mem, uint64_t from, uint64_t to,
		      const struct needle *needle)
{
	static uint8_t chunk[CHUNK];

	while (from < to) {
		uint64_t left = to - from;
		ssize_t n =
			pread(mem, chunk, left < CHUNK ? (size_t)left : CHUNK,
			      (off_t)from);

		if (n <= 0 || (size_t)n < needle->len)
			return false;
		if (memmem(chunk, (size_t)n, needle->bytes, needle->len))
			return true;
		from += (uint64_t)n == left ? left
					    : (uint64_t)n - (needle->len - 1);
	}
	return false;
}

static bool process_has(FILE *maps, int mem, const struct needle *needle)
{
	char line[512];

	while (fgets(line, sizeof(line), maps)) {
		uint64_t from, to;
		char rights[5];

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &from, &to,
			   rights) != 3 ||
		    strncmp(rights, "rw", 2) != 0 || to - from > RANGE_MAX)
			continue;
		if (range_has(mem, from, to, needle))
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	char path[64];
	struct needle needle;
	FILE *maps;
	bool found;
	int mem;

	if (argc != 3 || !needle_parse(argv[2], &needle)) {
		fputs("usage: memfind PID HEX\n", stderr);
		return 2;
	}
	snprintf(path, sizeof(path), "/proc/%.20s/maps", argv[1]);
	maps = fopen(path, "re");
	snprintf(path, sizeof(path), "/proc/%.20s/mem", argv[1]);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	if (!maps || mem < 0) {
		perror(path);
		return 2;
	}
	found = process_has(maps, mem, &needle);
	fclose(maps);
	close(mem);
	return found ? 0 : 1;
}
