/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides LMDB. The key is time and id together, so that one table answers both
 * "was it seen" and "what is oldest": the id is a hash of the ciphertext and
 * the time lies inside that, so equal ids have equal times.
 *
 * MDB_NOSYNC leaves the order of writes as it is: pages first, then the root
 * that refers to them. A process that is killed in between leaves the old
 * root in force. Without MDB_WRITEMAP a stray pointer cannot reach the file.
 * MDB_NOLOCK: the directory's lock admits one process, and it has one thread.
 */
#include "core/gate/claims.h"

#include <errno.h>
#include <limits.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/wire.h"

#define NUMBERS	      2
#define HEARD_SIZE    8 /* bytes of the time it was heard; older ones: 0 */
#define KEY_SIZE      (8 + CLAIMS_ID)
#define PRUNE_ROOM    ((size_t)1 << 20)
#define SIZE_AT_FIRST ((size_t)16 << 20)

struct claims {
	MDB_env *env;
	MDB_dbi claims;
	MDB_dbi meta;
	size_t size;
	size_t max;
	size_t count;
	uint64_t numbers[NUMBERS];
};

static const char *const number_names[NUMBERS] = {
	[CLAIMS_FLOOR] = "floor",
	[CLAIMS_NEXT_ID] = "next-id",
};

static enum haunt_err from_lmdb(int rc)
{
	if (rc == MDB_SUCCESS)
		return HAUNT_OK;
	if (rc == MDB_KEYEXIST)
		return HAUNT_EREPLAY;
	if (rc == MDB_MAP_FULL)
		return HAUNT_EBUSY;
	if (rc < 0)
		return HAUNT_EFORMAT;
	errno = rc;
	return HAUNT_ESYS;
}

static void key_put(uint8_t key[KEY_SIZE], int64_t time_s,
		    const uint8_t id[CLAIMS_ID])
{
	struct wr w = wr_of(key, KEY_SIZE);

	wr_u64(&w, (uint64_t)time_s);
	wr_bytes(&w, id, CLAIMS_ID);
}

static uint64_t u64_of(const MDB_val *v)
{
	struct rd r = rd_of(v->mv_data, v->mv_size);

	return rd_u64(&r);
}

static MDB_val name_val(enum claims_number which)
{
	/* LMDB only reads keys, but its type says otherwise. */
	union {
		const char *in;
		char *out;
	} name = { .in = number_names[which] };

	return (MDB_val){ strlen(name.in), name.out };
}

static int number_put(struct claims *c, MDB_txn *txn, enum claims_number which,
		      uint64_t value)
{
	uint8_t bytes[8];
	struct wr w = wr_of(bytes, sizeof(bytes));
	MDB_val key = name_val(which);
	MDB_val val = { sizeof(bytes), bytes };

	wr_u64(&w, value);
	return mdb_put(txn, c->meta, &key, &val, 0);
}

/* Every page of the table is visited: damage shows now, not at a packet. */
static int claims_check(struct claims *c, MDB_txn *txn)
{
	MDB_cursor *cursor;
	MDB_val key, val;
	MDB_stat stat;
	size_t n = 0;
	int rc = mdb_stat(txn, c->claims, &stat);

	if (rc == MDB_SUCCESS)
		rc = mdb_cursor_open(txn, c->claims, &cursor);
	if (rc != MDB_SUCCESS)
		return rc;
	while ((rc = mdb_cursor_get(cursor, &key, &val, MDB_NEXT)) ==
	       MDB_SUCCESS) {
		if (key.mv_size != KEY_SIZE ||
		    (val.mv_size != 0 && val.mv_size != HEARD_SIZE))
			break;
		n++;
	}
	mdb_cursor_close(cursor);
	if (rc == MDB_SUCCESS)
		return MDB_CORRUPTED;
	c->count = n;
	if (rc != MDB_NOTFOUND)
		return rc;
	return n == stat.ms_entries ? MDB_SUCCESS : MDB_CORRUPTED;
}

static int numbers_load(struct claims *c, MDB_txn *txn)
{
	for (unsigned int i = 0; i < NUMBERS; i++) {
		MDB_val key = name_val((enum claims_number)i);
		MDB_val val;
		int rc = mdb_get(txn, c->meta, &key, &val);

		if (rc == MDB_NOTFOUND)
			continue;
		if (rc != MDB_SUCCESS)
			return rc;
		if (val.mv_size != 8)
			return MDB_CORRUPTED;
		c->numbers[i] = u64_of(&val);
	}
	return MDB_SUCCESS;
}

static int tables_open(struct claims *c)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(c->env, NULL, 0, &txn);

	if (rc != MDB_SUCCESS)
		return rc;
	rc = mdb_dbi_open(txn, "claims", MDB_CREATE, &c->claims);
	if (rc == MDB_SUCCESS)
		rc = mdb_dbi_open(txn, "meta", MDB_CREATE, &c->meta);
	if (rc == MDB_SUCCESS)
		rc = claims_check(c, txn);
	if (rc == MDB_SUCCESS)
		rc = numbers_load(c, txn);
	if (rc == MDB_SUCCESS)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return rc;
}

/* A file that is shorter than its root says would end in SIGBUS. */
static int file_check(MDB_env *env)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	mdb_filehandle_t fd;
	int rc = mdb_env_info(env, &info);

	if (rc == MDB_SUCCESS)
		rc = mdb_env_stat(env, &stat);
	if (rc == MDB_SUCCESS)
		rc = mdb_env_get_fd(env, &fd);
	if (rc != MDB_SUCCESS)
		return rc;
	if (fstat(fd, &st) < 0)
		return errno;
	return (size_t)st.st_size < (info.me_last_pgno + 1) * stat.ms_psize
		       ? MDB_CORRUPTED
		       : MDB_SUCCESS;
}

static int env_open(struct claims *c, const char *dir)
{
	const unsigned int flags =
		MDB_NOSUBDIR | MDB_NOSYNC | MDB_NOLOCK | MDB_NORDAHEAD;
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", dir, CLAIMS_FILE);
	int rc;

	if (n < 0 || (size_t)n >= sizeof(path))
		return ENAMETOOLONG;
	rc = mdb_env_create(&c->env);
	if (rc == MDB_SUCCESS)
		rc = mdb_env_set_maxdbs(c->env, 2);
	if (rc == MDB_SUCCESS)
		rc = mdb_env_set_mapsize(c->env, c->size);
	if (rc == MDB_SUCCESS)
		rc = mdb_env_open(c->env, path, flags, 0600);
	if (rc == MDB_SUCCESS)
		rc = file_check(c->env);
	return rc;
}

enum haunt_err claims_open(const char *dir, size_t max, struct claims **out)
{
	struct claims *c = calloc(1, sizeof(*c));
	enum haunt_err err;
	int rc;

	if (!c)
		return HAUNT_ENOMEM;
	c->max = max;
	c->size = max < SIZE_AT_FIRST ? max : SIZE_AT_FIRST;
	rc = env_open(c, dir);
	if (rc == MDB_SUCCESS)
		rc = tables_open(c);
	if (rc != MDB_SUCCESS) {
		claims_close(c);
		err = from_lmdb(rc);
		return err == HAUNT_EREPLAY ? HAUNT_EFORMAT : err;
	}
	*out = c;
	return HAUNT_OK;
}

enum haunt_err claims_sync(struct claims *c)
{
	return from_lmdb(mdb_env_sync(c->env, 1));
}

void claims_close(struct claims *c)
{
	if (!c)
		return;
	if (c->env)
		mdb_env_close(c->env);
	free(c);
}

static int put_once(struct claims *c, uint8_t key[KEY_SIZE], uint64_t heard_ns,
		    uint64_t *first_ns)
{
	uint8_t heard[HEARD_SIZE];
	struct wr w = wr_of(heard, sizeof(heard));
	MDB_val k = { KEY_SIZE, key };
	MDB_val v = { sizeof(heard), heard };
	MDB_txn *txn;
	int rc = mdb_txn_begin(c->env, NULL, 0, &txn);

	if (rc != MDB_SUCCESS)
		return rc;
	wr_u64(&w, heard_ns);
	rc = mdb_put(txn, c->claims, &k, &v, MDB_NOOVERWRITE);
	if (rc == MDB_SUCCESS)
		return mdb_txn_commit(txn);
	if (rc == MDB_KEYEXIST)
		*first_ns = u64_of(&v);
	mdb_txn_abort(txn);
	return rc;
}

/* Makes the map larger; false when it may not become any larger. */
static bool grow(struct claims *c)
{
	size_t size = c->size * 2 < c->max ? c->size * 2 : c->max;

	if (size == c->size || mdb_env_set_mapsize(c->env, size) != MDB_SUCCESS)
		return false;
	c->size = size;
	return true;
}

enum haunt_err claims_put(struct claims *c, int64_t time_s,
			  const uint8_t id[CLAIMS_ID], uint64_t heard_ns,
			  uint64_t *first_ns)
{
	uint8_t key[KEY_SIZE];
	int rc;

	key_put(key, time_s, id);
	do {
		rc = put_once(c, key, heard_ns, first_ns);
	} while (rc == MDB_MAP_FULL && grow(c));
	if (rc == MDB_SUCCESS)
		c->count++;
	return from_lmdb(rc);
}

/* Deletes what is due in one transaction; *n counts, *floor is the latest. */
static int prune_due(struct claims *c, MDB_txn *txn, int64_t before_s,
		     size_t max, size_t *n, uint64_t *floor)
{
	MDB_cursor *cursor;
	MDB_val key, val;
	int rc = mdb_cursor_open(txn, c->claims, &cursor);

	if (rc != MDB_SUCCESS)
		return rc;
	while (*n < max) {
		rc = mdb_cursor_get(cursor, &key, &val, MDB_FIRST);
		if (rc != MDB_SUCCESS || u64_of(&key) >= (uint64_t)before_s)
			break;
		*floor = u64_of(&key);
		rc = mdb_cursor_del(cursor, 0);
		if (rc != MDB_SUCCESS)
			break;
		(*n)++;
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? MDB_SUCCESS : rc;
}

static int prune_once(struct claims *c, int64_t before_s, size_t max, size_t *n)
{
	uint64_t floor = c->numbers[CLAIMS_FLOOR];
	uint64_t latest = 0;
	MDB_txn *txn;
	int rc = mdb_txn_begin(c->env, NULL, 0, &txn);

	*n = 0;
	if (rc != MDB_SUCCESS)
		return rc;
	rc = prune_due(c, txn, before_s, max, n, &latest);
	if (latest > floor)
		floor = latest;
	if (rc == MDB_SUCCESS && *n)
		rc = number_put(c, txn, CLAIMS_FLOOR, floor);
	if (rc != MDB_SUCCESS || !*n) {
		mdb_txn_abort(txn);
		return rc;
	}
	rc = mdb_txn_commit(txn);
	if (rc == MDB_SUCCESS)
		c->numbers[CLAIMS_FLOOR] = floor;
	return rc;
}

enum haunt_err claims_prune(struct claims *c, int64_t before_s, size_t max,
			    bool *more)
{
	size_t n = 0;
	int rc;

	*more = false;
	if (!c->count || before_s <= 0)
		return HAUNT_OK;
	rc = prune_once(c, before_s, max, &n);
	if (rc == MDB_MAP_FULL) {
		/* To forget takes pages as well; they come back with it. */
		rc = mdb_env_set_mapsize(c->env, c->size + PRUNE_ROOM);
		if (rc == MDB_SUCCESS)
			rc = prune_once(c, before_s, max, &n);
		(void)mdb_env_set_mapsize(c->env, c->size);
	}
	if (rc != MDB_SUCCESS)
		return from_lmdb(rc);
	c->count -= n;
	*more = n == max;
	return HAUNT_OK;
}

uint64_t claims_number(const struct claims *c, enum claims_number which)
{
	return c->numbers[which];
}

enum haunt_err claims_number_set(struct claims *c, enum claims_number which,
				 uint64_t value)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(c->env, NULL, 0, &txn);

	if (rc != MDB_SUCCESS)
		return from_lmdb(rc);
	rc = number_put(c, txn, which, value);
	if (rc == MDB_SUCCESS)
		rc = mdb_txn_commit(txn);
	else
		mdb_txn_abort(txn);
	if (rc != MDB_SUCCESS)
		return from_lmdb(rc);
	c->numbers[which] = value;
	return HAUNT_OK;
}

size_t claims_count(const struct claims *c)
{
	return c->count;
}
