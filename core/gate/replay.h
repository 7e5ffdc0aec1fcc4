/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of packets: each is accepted once, ever. It holds when the
 * process is killed at any instant, when the clock is set back, and when the
 * machine loses its power.
 *
 * A packet is judged by three borders. The age window: its date is near now.
 * The floor: no packet dated up to it is accepted, because what was known
 * about those times has been forgotten. The horizon: no packet dated later
 * was accepted; it is on the disk, and becomes the floor when the memory of
 * an earlier boot cannot be trusted.
 */
#ifndef HAUNT_GATE_REPLAY_H
#define HAUNT_GATE_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/err.h"

#define REPLAY_ID 32

struct replay_spec {
	const char *dir;   /* state-dir; made by replay_prepare() */
	uint32_t window_s; /* how old, and how far ahead, a packet may be */
	int64_t now_s;
	uint32_t wait_ms;	  /* for another process to let go of it */
	size_t file_max;	  /* bytes; 0: 1 GiB */
	const char *boot_id_path; /* NULL: the kernel's */
};

struct replay;

/*
 * As root: makes the directory if need be, and gives it to the user that
 * will keep the store, with mode 0700. Opens nothing inside it: what lies in
 * there is not root's to trust. ESYS: errno says why; ENOTEMPTY: it is full of
 * somebody else's files.
 */
enum haunt_err replay_prepare(const char *dir, uid_t uid,
			      gid_t gid) HAUNT_MUST_CHECK;

/*
 * Opens the store; logs what it found and decided. A store that is damaged is
 * moved aside and begun anew, with the horizon as its floor. EBUSY: another
 * process holds it. ESYS: errno says why.
 */
enum haunt_err replay_new(const struct replay_spec *spec,
			  struct replay **out) HAUNT_MUST_CHECK;
/* Flushes everything to the disk, so that another boot can trust it. NULL is
 * fine. */
void replay_free(struct replay *r);

struct replay_packet {
	uint8_t id[REPLAY_ID];
	uint64_t time_s;   /* its own date */
	uint64_t heard_ns; /* as capture has it; another time, another packet */
};

/*
 * Claims a packet: OK means that it is new and that it never will be again.
 * ESTALE: outside the age window, or not later than the floor. EREPLAY: it
 * was claimed before, when it was heard at *first_ns (0: not known). EBUSY: the
 * store is full. ESYS: errno says why. EFORMAT: the store is damaged; open it
 * anew. Whatever is not OK claims nothing.
 */
enum haunt_err replay_claim(struct replay *r, const struct replay_packet *p,
			    int64_t now_s, uint64_t *first_ns) HAUNT_MUST_CHECK;

/*
 * Forgets some of what the age window refuses anyway, with a minute's grace
 * for clocks that are set back; off the packet path. *more: call again soon.
 */
enum haunt_err replay_prune(struct replay *r, int64_t now_s,
			    bool *more) HAUNT_MUST_CHECK;

/* Reserves n numbers of grants that no earlier process has used: *first, and
 * on, with 1 after GRANT_NUMBER_MAX. */
enum haunt_err replay_take_ids(struct replay *r, uint32_t n,
			       uint32_t *first) HAUNT_MUST_CHECK;

/* Packets remembered. */
size_t replay_count(const struct replay *r);
int64_t replay_floor(const struct replay *r);

#endif
