/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides when the store of claims may be believed. Its commits reach the page
 * cache only: enough for a killed process, not for a machine that goes down.
 * So the horizon is written to the disk before a packet that lies beyond it is
 * accepted, and names the boot. A store from another boot, unless it was
 * closed in order, is thrown away, and the horizon becomes the floor.
 */
#include "core/gate/replay.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/gate/claims.h"
#include "core/gate/horizon.h"
#include "nat/grant.h"

_Static_assert(REPLAY_ID == CLAIMS_ID, "one id");

#define HORIZON_STEP_S 30  /* at most one flush in this time */
#define PRUNE_GRACE_S  60  /* how far a clock may be set back unnoticed */
#define PRUNE_STEP     256 /* claims forgotten in one commit */
#define LOCK_PAUSE_MS  20

struct replay {
	int dir;
	struct claims *claims;
	struct horizon horizon;
	int64_t window_s;
	int64_t floor_s;
};

/* Lists and opens nothing. */
static bool dir_is_empty(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *e;
	bool empty = d;

	if (!d && copy >= 0)
		close(copy);
	while (d && empty && (e = readdir(d)))
		empty = !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..");
	if (d)
		closedir(d);
	return empty;
}

enum haunt_err replay_prepare(const char *dir, uid_t uid, gid_t gid)
{
	enum haunt_err err = HAUNT_ESYS;
	struct stat st;
	int saved;
	int fd;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return HAUNT_ESYS;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return HAUNT_ESYS;
	if (fstat(fd, &st) < 0)
		goto out;
	/* A slip of the pen must not give /var/lib away. */
	if (st.st_uid != uid && !dir_is_empty(fd)) {
		errno = ENOTEMPTY;
		goto out;
	}
	if ((st.st_uid != uid || st.st_gid != gid) && fchown(fd, uid, gid) < 0)
		goto out;
	if ((st.st_mode & 07777) != 0700 && fchmod(fd, 0700) < 0)
		goto out;
	err = HAUNT_OK;
out:
	saved = errno;
	close(fd);
	errno = saved;
	return err;
}

/* The holder of the lock may be about to end: wait for it, but not for
 * ever. */
static enum haunt_err dir_lock(int dir, uint32_t wait_ms)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * 1000000L };

	for (uint32_t waited = 0;; waited += LOCK_PAUSE_MS) {
		if (flock(dir, LOCK_EX | LOCK_NB) == 0)
			return HAUNT_OK;
		if (errno != EWOULDBLOCK)
			return HAUNT_ESYS;
		if (waited >= wait_ms)
			return HAUNT_EBUSY;
		nanosleep(&pause, NULL);
	}
}

/* Nothing is known of what was accepted: as if all that could have been, was.
 */
static int64_t floor_unknown(const struct replay_spec *spec)
{
	return spec->now_s + spec->window_s;
}

static bool claims_exist(int dir)
{
	struct stat st;

	return fstatat(dir, CLAIMS_FILE, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/*
 * Reads the horizon. *floor_s is what must be refused in case the claims
 * cannot be believed; *trust tells whether they can as far as it knows.
 */
static enum haunt_err horizon_load(struct replay *r,
				   const struct replay_spec *spec,
				   int64_t *floor_s, bool *trust)
{
	char boot[HORIZON_BOOT_MAX];
	enum haunt_err err = horizon_boot(spec->boot_id_path, boot);

	if (err)
		return err;
	err = horizon_read(r->dir, &r->horizon);
	if (err == HAUNT_OK) {
		*floor_s = r->horizon.time_s;
		*trust = r->horizon.clean || strcmp(r->horizon.boot, boot) == 0;
	} else {
		bool first = err == HAUNT_ENOENT && !claims_exist(r->dir);

		*floor_s = first ? 0 : floor_unknown(spec);
		*trust = false;
		r->horizon = (struct horizon){ .time_s = *floor_s };
		if (!first)
			log_event(
				LOG_LEVEL_ERROR, "replay",
				"file=%s error=unreadable refused-until=%" PRId64,
				HORIZON_FILE, *floor_s);
	}
	strcpy(r->horizon.boot, boot);
	r->horizon.clean = false;
	return HAUNT_OK;
}

static enum haunt_err claims_begin(struct replay *r,
				   const struct replay_spec *spec,
				   int64_t floor_s)
{
	size_t max = spec->file_max ? spec->file_max : CLAIMS_FILE_MAX;
	uint32_t id = 0;
	enum haunt_err err;

	if (claims_exist(r->dir)) {
		log_event(LOG_LEVEL_WARNING, "replay",
			  "store=begun-anew old=%s refused-until=%" PRId64,
			  CLAIMS_ASIDE, floor_s);
		if (renameat(r->dir, CLAIMS_FILE, r->dir, CLAIMS_ASIDE) < 0)
			return HAUNT_ESYS;
	}
	err = claims_open(spec->dir, max, &r->claims);
	if (err)
		return err;
	err = claims_number_set(r->claims, CLAIMS_FLOOR, (uint64_t)floor_s);
	if (err)
		return err;
	/* Sessions of forgotten grants may live on under any id. Set last: a
	 * store without it was not finished, and has no floor to be believed.
	 */
	if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id))
		return HAUNT_ESYS;
	return claims_number_set(r->claims, CLAIMS_NEXT_ID,
				 id % GRANT_NUMBER_MAX + 1);
}

static enum haunt_err claims_load(struct replay *r,
				  const struct replay_spec *spec,
				  int64_t floor_s, bool trust)
{
	size_t max = spec->file_max ? spec->file_max : CLAIMS_FILE_MAX;
	enum haunt_err err;

	/* Without the file the horizon is all there is. */
	if (!trust || !claims_exist(r->dir))
		return claims_begin(r, spec, floor_s);
	err = claims_open(spec->dir, max, &r->claims);
	if (err == HAUNT_ENOMEM)
		return err;
	if (err == HAUNT_OK && claims_number(r->claims, CLAIMS_NEXT_ID))
		return HAUNT_OK;
	log_event(LOG_LEVEL_ERROR, "replay", "file=%s error=%s", CLAIMS_FILE,
		  err == HAUNT_ESYS ? strerrorname_np(errno)
		  : err		    ? "damaged"
				    : "unfinished");
	claims_close(r->claims);
	r->claims = NULL;
	return claims_begin(r, spec, floor_s);
}

static enum haunt_err store_open(struct replay *r,
				 const struct replay_spec *spec)
{
	int64_t floor_s = 0;
	bool trust = false;
	enum haunt_err err = horizon_load(r, spec, &floor_s, &trust);

	if (!err)
		err = claims_load(r, spec, floor_s, trust);
	if (err)
		return err;
	r->floor_s = (int64_t)claims_number(r->claims, CLAIMS_FLOOR);
	if (r->floor_s > spec->now_s)
		log_event(LOG_LEVEL_WARNING, "replay",
			  "refused-until=%" PRId64 " for-seconds=%" PRId64,
			  r->floor_s, r->floor_s - spec->now_s);
	/* Only now: the floor is in the store that this boot will trust. */
	return horizon_write(r->dir, &r->horizon);
}

enum haunt_err replay_new(const struct replay_spec *spec, struct replay **out)
{
	struct replay *r = calloc(1, sizeof(*r));
	enum haunt_err err = HAUNT_ESYS;
	int saved;

	if (!r)
		return HAUNT_ENOMEM;
	r->window_s = spec->window_s;
	r->dir = open(spec->dir,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (r->dir >= 0)
		err = dir_lock(r->dir, spec->wait_ms);
	if (!err)
		err = store_open(r, spec);
	if (!err) {
		*out = r;
		return HAUNT_OK;
	}
	saved = errno;
	claims_close(r->claims);
	if (r->dir >= 0)
		close(r->dir);
	free(r);
	errno = saved;
	return err;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	r->horizon.clean = true;
	if (claims_sync(r->claims) || horizon_write(r->dir, &r->horizon))
		log_event(LOG_LEVEL_WARNING, "replay", "error=%s not-synced=1",
			  strerrorname_np(errno));
	claims_close(r->claims);
	close(r->dir);
	free(r);
}

/* Written so that no time, however far, overflows. */
static bool is_fresh(const struct replay *r, uint64_t time_s, int64_t now_s)
{
	int64_t t = (int64_t)time_s;

	if (time_s > INT64_MAX / 2 || now_s < 0)
		return false;
	return t > r->floor_s && t >= now_s - r->window_s &&
	       t <= now_s + r->window_s;
}

static enum haunt_err horizon_push(struct replay *r, int64_t time_s,
				   int64_t now_s)
{
	struct horizon next = r->horizon;
	enum haunt_err err;

	if (time_s <= r->horizon.time_s)
		return HAUNT_OK;
	next.time_s = (time_s > now_s ? time_s : now_s) + HORIZON_STEP_S;
	err = horizon_write(r->dir, &next);
	if (!err)
		r->horizon = next;
	return err;
}

enum haunt_err replay_claim(struct replay *r, const struct replay_packet *p,
			    int64_t now_s, uint64_t *first_ns)
{
	int64_t t = (int64_t)p->time_s;
	enum haunt_err err;
	bool more;

	if (!is_fresh(r, p->time_s, now_s))
		return HAUNT_ESTALE;
	err = horizon_push(r, t, now_s);
	if (err)
		return err;
	err = claims_put(r->claims, t, p->id, p->heard_ns, first_ns);
	if (err != HAUNT_EBUSY)
		return err;
	err = replay_prune(r, now_s, &more);
	return err ? err
		   : claims_put(r->claims, t, p->id, p->heard_ns, first_ns);
}

enum haunt_err replay_prune(struct replay *r, int64_t now_s, bool *more)
{
	enum haunt_err err =
		claims_prune(r->claims, now_s - r->window_s - PRUNE_GRACE_S,
			     PRUNE_STEP, more);

	if (!err)
		r->floor_s = (int64_t)claims_number(r->claims, CLAIMS_FLOOR);
	return err;
}

enum haunt_err replay_take_ids(struct replay *r, uint32_t n, uint32_t *first)
{
	uint64_t at = claims_number(r->claims, CLAIMS_NEXT_ID);
	enum haunt_err err;

	if (!at || at > GRANT_NUMBER_MAX)
		at = 1;
	err = claims_number_set(r->claims, CLAIMS_NEXT_ID,
				(at - 1 + n) % GRANT_NUMBER_MAX + 1);
	if (!err)
		*first = (uint32_t)at;
	return err;
}

size_t replay_count(const struct replay *r)
{
	return claims_count(r->claims);
}

int64_t replay_floor(const struct replay *r)
{
	return r->floor_s;
}
