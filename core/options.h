/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of hauntd. */
#ifndef HAUNT_OPTIONS_H
#define HAUNT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
	const char *path;
	const char *role;
	const char *assume_missing;
	bool check;
	bool print;
	bool dry_run;
	bool uninstall;
	bool force;
	uint32_t try_s;	     /* 0: no try */
	int64_t try_left_ms; /* of a role; -1: nothing is tried */
};

/* Ends the process where the words are wrong, or ask for words. */
void options_read(int argc, char **argv, struct options *out);

#endif
