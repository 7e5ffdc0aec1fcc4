/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small durable file beside the replay store. The store's commits reach
 * the page cache, which outlives the process but not the machine; this file
 * reaches the disk, and says how far the store may have been ahead of it. It
 * has two places that are written in turn, so that a loss of power in the
 * middle of one leaves the other, and nothing but the disk is waited for.
 */
#ifndef HAUNT_GATE_HORIZON_H
#define HAUNT_GATE_HORIZON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"

#define HORIZON_FILE	 "horizon"
#define HORIZON_BOOT_MAX 40 /* characters of a boot id, with NUL */

struct horizon {
	int64_t time_s;		     /* no packet dated later was accepted */
	char boot[HORIZON_BOOT_MAX]; /* the machine's boot that wrote this */
	bool clean;    /* the store was synced and closed after this boot */
	uint64_t turn; /* counts writes; 0: there is no file, or not ours */
};

/* Reads the file in the directory. ENOENT: there is none. EFORMAT: it is not
 * ours. ESYS: errno says why. */
enum haunt_err horizon_read(int dir, struct horizon *out) HAUNT_MUST_CHECK;

/* Writes the next turn; on return it is on the disk, and h->turn is the new
 * one. ESYS: errno says why, and what was there last still is. */
enum haunt_err horizon_write(int dir, struct horizon *h) HAUNT_MUST_CHECK;

/* Reads this boot's id from path (the kernel's when NULL). ESYS, EFORMAT. */
enum haunt_err horizon_boot(const char *path,
			    char out[HORIZON_BOOT_MAX]) HAUNT_MUST_CHECK;

#endif
