/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet is accepted once: across restarts, kills at any instant, clocks
 * that go back, stores that are damaged, and machines that lose their power.
 */
#include "core/gate/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/gate/claims.h"
#include "core/gate/horizon.h"
#include "nat/grant.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

#define NOW    1800000000
#define WINDOW 120
#define STEP   30 /* how far the horizon is pushed */

static char dir[64];
static char boot_path[80];
static struct replay_spec spec;
static struct replay *r;

static void boot_write(const char *id)
{
	FILE *f = fopen(boot_path, "w");

	assert_non_null(f);
	fprintf(f, "%s\n", id);
	fclose(f);
}

static void path_of(const char *name, char out[160])
{
	snprintf(out, 160, "%s/%s", dir, name);
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/haunt-replay-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(boot_path, sizeof(boot_path), "%s.boot", dir);
	boot_write("first-boot");
	spec = (struct replay_spec){ .dir = dir,
				     .window_s = WINDOW,
				     .now_s = NOW,
				     .boot_id_path = boot_path };
	check_ok(replay_prepare(dir, geteuid(), getegid()));
	check_ok(replay_new(&spec, &r));
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = { CLAIMS_FILE, CLAIMS_ASIDE,
					     HORIZON_FILE };
	char path[160];

	(void)state;
	replay_free(r);
	r = NULL;
	for (size_t i = 0; i < 3; i++) {
		path_of(names[i], path);
		unlink(path);
	}
	unlink(boot_path);
	rmdir(dir);
	return 0;
}

static void id_make(uint64_t n, uint8_t id[REPLAY_ID])
{
	memset(id, 0x5a, REPLAY_ID);
	memcpy(id + 8, &n, sizeof(n));
}

static uint64_t first_ns;

static enum haunt_err claim(uint64_t n, int64_t time_s, int64_t now_s)
{
	struct replay_packet p = { .time_s = (uint64_t)time_s,
				   .heard_ns = 1000 + n };

	id_make(n, p.id);
	return replay_claim(r, &p, now_s, &first_ns);
}

static void test_once(void **state)
{
	(void)state;
	check_ok(claim(1, NOW, NOW));
	check_err(claim(1, NOW, NOW), HAUNT_EREPLAY);
	check_err(claim(1, NOW, NOW + 60), HAUNT_EREPLAY);
	assert_int_equal(first_ns, 1001);
	check_ok(claim(2, NOW, NOW));
	assert_int_equal(replay_count(r), 2);
}

static void test_window(void **state)
{
	(void)state;
	check_err(claim(1, NOW - WINDOW - 1, NOW), HAUNT_ESTALE);
	check_err(claim(1, NOW + WINDOW + 1, NOW), HAUNT_ESTALE);
	check_ok(claim(1, NOW - WINDOW, NOW));
	check_ok(claim(2, NOW + WINDOW, NOW));
	check_err(claim(3, INT64_MAX, NOW), HAUNT_ESTALE);
	check_err(claim(3, -1, NOW), HAUNT_ESTALE);
	check_err(claim(3, 0, NOW), HAUNT_ESTALE);
	assert_int_equal(replay_count(r), 2);
}

static void test_restart(void **state)
{
	(void)state;
	check_ok(claim(1, NOW, NOW));
	replay_free(r);
	check_ok(replay_new(&spec, &r));
	check_err(claim(1, NOW, NOW), HAUNT_EREPLAY);
	check_ok(claim(2, NOW, NOW));
}

static void test_after_2038(void **state)
{
	const int64_t late = 5000000000;

	(void)state;
	check_ok(claim(1, late, late));
	check_err(claim(1, late, late), HAUNT_EREPLAY);
}

static void prune_all(int64_t now_s)
{
	bool more = true;

	while (more)
		check_ok(replay_prune(r, now_s, &more));
}

static void test_pruning_and_clock_back(void **state)
{
	const int64_t later = NOW + 1000;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		check_ok(claim(i, NOW + (int64_t)(i % 100), NOW));
	prune_all(NOW + 1);
	assert_int_equal(replay_count(r), 1000);
	prune_all(later);
	assert_int_equal(replay_count(r), 0);
	assert_int_equal(replay_floor(r), NOW + 99);
	/* The clock is set back to when they were fresh. */
	check_err(claim(50, NOW + 50, NOW), HAUNT_ESTALE);
	check_err(claim(2000, NOW + 99, NOW), HAUNT_ESTALE);
	check_ok(claim(2001, NOW + 100, NOW));
	/* The floor outlives the process. */
	replay_free(r);
	check_ok(replay_new(&spec, &r));
	assert_int_equal(replay_floor(r), NOW + 99);
	check_err(claim(50, NOW + 50, NOW), HAUNT_ESTALE);
}

static void test_pruning_keeps_what_is_fresh(void **state)
{
	(void)state;
	check_ok(claim(1, NOW, NOW));
	check_ok(claim(2, NOW + 110, NOW));
	prune_all(NOW + 200);
	assert_int_equal(replay_count(r), 1);
	check_err(claim(2, NOW + 110, NOW + 200), HAUNT_EREPLAY);
}

static void test_orderly_reboot(void **state)
{
	(void)state;
	check_ok(claim(1, NOW, NOW));
	replay_free(r);
	boot_write("second-boot");
	check_ok(replay_new(&spec, &r));
	check_err(claim(1, NOW, NOW), HAUNT_EREPLAY);
	check_ok(claim(2, NOW, NOW));
}

/* What a machine that lost its power finds: the horizon of another boot, and
 * a store that never reached the disk. */
static void power_loss(bool store_gone)
{
	struct horizon h;
	char path[160];
	int fd = open(dir, O_RDONLY | O_DIRECTORY);

	assert_true(fd >= 0);
	replay_free(r);
	r = NULL;
	check_ok(horizon_read(fd, &h));
	h.clean = false;
	check_ok(horizon_write(fd, &h));
	close(fd);
	boot_write("second-boot");
	path_of(CLAIMS_FILE, path);
	if (store_gone)
		assert_int_equal(unlink(path), 0);
	check_ok(replay_new(&spec, &r));
}

static void check_after_power_loss(void)
{
	check_err(claim(1, NOW + 5, NOW + 10), HAUNT_ESTALE);
	check_err(claim(9, NOW + 5 + STEP, NOW + 10), HAUNT_ESTALE);
	check_ok(claim(10, NOW + 6 + STEP, NOW + 10));
	/* And so it stays when the process starts again in this boot. */
	replay_free(r);
	check_ok(replay_new(&spec, &r));
	check_err(claim(1, NOW + 5, NOW + 10), HAUNT_ESTALE);
	check_err(claim(10, NOW + 6 + STEP, NOW + 10), HAUNT_EREPLAY);
}

static void test_power_loss_without_the_store(void **state)
{
	(void)state;
	check_ok(claim(1, NOW + 5, NOW));
	power_loss(true);
	check_after_power_loss();
}

static void test_power_loss_with_an_old_store(void **state)
{
	(void)state;
	check_ok(claim(1, NOW + 5, NOW));
	power_loss(false);
	check_after_power_loss();
}

static void file_write(const char *name, const char *text, off_t size)
{
	char path[160];
	int fd;

	path_of(name, path);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	if (size >= 0)
		assert_int_equal(ftruncate(fd, size), 0);
	if (text)
		assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static bool file_is(const char *name)
{
	struct stat st;
	char path[160];

	path_of(name, path);
	return stat(path, &st) == 0;
}

static void test_store_scribbled(void **state)
{
	(void)state;
	check_ok(claim(1, NOW, NOW));
	replay_free(r);
	r = NULL;
	file_write(CLAIMS_FILE, "this is no database", 0);
	check_ok(replay_new(&spec, &r));
	assert_true(file_is(CLAIMS_ASIDE));
	check_err(claim(1, NOW, NOW), HAUNT_ESTALE);
	check_err(claim(2, NOW + STEP, NOW), HAUNT_ESTALE);
	check_ok(claim(2, NOW + STEP + 1, NOW));
}

static void test_store_cut_short(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 500; i++)
		check_ok(claim(i, NOW, NOW));
	replay_free(r);
	r = NULL;
	file_write(CLAIMS_FILE, NULL, 12288);
	check_ok(replay_new(&spec, &r));
	assert_true(file_is(CLAIMS_ASIDE));
	check_err(claim(1, NOW, NOW), HAUNT_ESTALE);
}

/* A process that began a store anew was killed before the floor was in it. */
static void test_store_unfinished(void **state)
{
	struct claims *c;
	char path[160];

	(void)state;
	check_ok(claim(1, NOW, NOW));
	replay_free(r);
	r = NULL;
	path_of(CLAIMS_FILE, path);
	assert_int_equal(unlink(path), 0);
	check_ok(claims_open(dir, 1 << 20, &c));
	claims_close(c);
	check_ok(replay_new(&spec, &r));
	check_err(claim(1, NOW, NOW), HAUNT_ESTALE);
}

static void test_horizon_scribbled(void **state)
{
	(void)state;
	check_ok(claim(1, NOW, NOW));
	replay_free(r);
	r = NULL;
	file_write(HORIZON_FILE, "haunt horizon 2", 0);
	check_ok(replay_new(&spec, &r));
	check_err(claim(1, NOW, NOW), HAUNT_ESTALE);
	check_err(claim(2, NOW + WINDOW, NOW), HAUNT_ESTALE);
	check_ok(claim(3, NOW + WINDOW + 1, NOW + WINDOW + 1));
}

static void test_horizon_lost(void **state)
{
	char path[160];

	(void)state;
	check_ok(claim(1, NOW, NOW));
	replay_free(r);
	r = NULL;
	path_of(HORIZON_FILE, path);
	assert_int_equal(unlink(path), 0);
	check_ok(replay_new(&spec, &r));
	check_err(claim(1, NOW, NOW), HAUNT_ESTALE);
}

static void test_full(void **state)
{
	enum haunt_err err = HAUNT_OK;
	uint64_t n = 0;
	size_t count;

	(void)state;
	replay_free(r);
	spec.file_max = 256 * 1024;
	check_ok(replay_new(&spec, &r));
	while (err == HAUNT_OK && n < 100000)
		err = claim(n++, NOW, NOW);
	check_err(err, HAUNT_EBUSY);
	count = replay_count(r);
	assert_int_equal(count, n - 1);
	/* Nothing that was accepted is forgotten, nothing more is accepted. */
	check_err(claim(0, NOW, NOW), HAUNT_EREPLAY);
	check_err(claim(n - 2, NOW, NOW), HAUNT_EREPLAY);
	check_err(claim(n, NOW, NOW), HAUNT_EBUSY);
	/* Time makes room. */
	prune_all(NOW + 300);
	assert_int_equal(replay_count(r), 0);
	check_ok(claim(n, NOW + 300, NOW + 300));
}

static void test_grows(void **state)
{
	(void)state;
	/* More than the map holds at first. */
	for (uint64_t i = 0; i < 300000; i++)
		check_ok(claim(i, NOW, NOW));
	assert_int_equal(replay_count(r), 300000);
	check_err(claim(299999, NOW, NOW), HAUNT_EREPLAY);
}

static void test_one_process(void **state)
{
	struct replay *other = NULL;
	int status;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		/* The descriptor came along; a new one is another's. */
		_exit(replay_new(&spec, &other) == HAUNT_EBUSY ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void test_grant_ids(void **state)
{
	uint32_t a, b, c;

	(void)state;
	check_ok(replay_take_ids(r, 1024, &a));
	check_ok(replay_take_ids(r, 1024, &b));
	assert_int_equal(b, (a - 1 + 1024) % GRANT_NUMBER_MAX + 1);
	replay_free(r);
	check_ok(replay_new(&spec, &r));
	check_ok(replay_take_ids(r, 1024, &c));
	assert_int_equal(c, (b - 1 + 1024) % GRANT_NUMBER_MAX + 1);
	for (int i = 0; i < 40000; i++) {
		check_ok(replay_take_ids(r, 1024, &a));
		assert_in_range(a, 1, GRANT_NUMBER_MAX);
	}
}

static void test_prepare(void **state)
{
	struct stat st;
	char path[160];

	(void)state;
	path_of("inner", path);
	check_ok(replay_prepare(path, geteuid(), getegid()));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(chmod(path, 0755), 0);
	check_ok(replay_prepare(path, geteuid(), getegid()));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	rmdir(path);
	/* Not through a link that somebody put there. */
	assert_int_equal(symlink("/tmp", path), 0);
	check_err(replay_prepare(path, geteuid(), getegid()), HAUNT_ESYS);
	unlink(path);
}

/* A directory that somebody else uses is left as it is. */
static void test_prepare_of_anothers(void **state)
{
	char path[160], file[160];
	struct stat st;
	FILE *f;

	(void)state;
	path_of("inner", path);
	path_of("inner/file", file);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(chmod(path, 0755), 0);
	f = fopen(file, "w");
	assert_non_null(f);
	fclose(f);
	errno = 0;
	check_err(replay_prepare(path, geteuid() + 1, getegid()), HAUNT_ESYS);
	assert_int_equal(errno, ENOTEMPTY);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	unlink(file);
	rmdir(path);
}

/* Claims packets without end and reports each number that was accepted. */
static void child_claims(int out, uint64_t first)
{
	if (replay_new(&spec, &r))
		_exit(1);
	for (uint64_t n = first;; n++) {
		if (claim(n, NOW + (int64_t)(n % 100), NOW))
			_exit(2);
		if (write(out, &n, sizeof(n)) != (ssize_t)sizeof(n))
			_exit(3);
		/* Work of other kinds in between, to be killed in as well. */
		if (n % 64 == 0) {
			uint32_t id;

			if (replay_take_ids(r, 1024, &id))
				_exit(4);
		}
	}
}

/* Kills the child after some reports and some microseconds more; returns the
 * last number that it reported. */
static uint64_t kill_round(uint64_t first, unsigned int seed)
{
	struct timespec pause = { .tv_nsec = (long)(seed * 7919 % 300000) };
	unsigned int reports = 1 + seed * 31 % 40;
	uint64_t n = first, got;
	int status, fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child_claims(fds[1], first);
	close(fds[1]);
	for (unsigned int i = 0; i < reports; i++)
		assert_int_equal(read(fds[0], &n, sizeof(n)), sizeof(n));
	nanosleep(&pause, NULL);
	kill(pid, SIGKILL);
	while (read(fds[0], &got, sizeof(got)) == (ssize_t)sizeof(got))
		n = got;
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return n;
}

static void test_kill_at_any_instant(void **state)
{
	uint64_t first = 1;

	(void)state;
	replay_free(r);
	r = NULL;
	for (unsigned int round = 0; round < 150; round++) {
		uint64_t last = kill_round(first, round);

		check_ok(replay_new(&spec, &r));
		for (uint64_t n = first; n <= last; n++)
			check_err(claim(n, NOW + (int64_t)(n % 100), NOW),
				  HAUNT_EREPLAY);
		assert_false(file_is(CLAIMS_ASIDE));
		/* One more may have been claimed and not reported. */
		first = last + 2;
		replay_free(r);
		r = NULL;
	}
	check_ok(replay_new(&spec, &r));
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		each(test_once),
		each(test_window),
		each(test_restart),
		each(test_after_2038),
		each(test_pruning_and_clock_back),
		each(test_pruning_keeps_what_is_fresh),
		each(test_orderly_reboot),
		each(test_power_loss_without_the_store),
		each(test_power_loss_with_an_old_store),
		each(test_store_scribbled),
		each(test_store_cut_short),
		each(test_store_unfinished),
		each(test_horizon_scribbled),
		each(test_horizon_lost),
		each(test_full),
		each(test_grows),
		each(test_one_process),
		each(test_grant_ids),
		each(test_prepare),
		each(test_prepare_of_anothers),
		each(test_kill_at_any_instant),
	};

	/* What is wrong is said in the log; here it is wrong on purpose. */
	log_open("test", "replay", LOG_SINK_STDERR, LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
