/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runs without a right: which facts a program gets, what its output
 * becomes in the log, who could change a program, and how much waits. As whom
 * it really runs is the matter of tests/net/run_commands.sh.
 */
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/run/facts.h"
#include "core/run/output.h"
#include "core/run/programs.h"
#include "core/run/runner.h"
#include "tests/lib/check.h"

static const char text[] =
	"listen eth0 { ports = 62201 }\n"
	"service ssh { target = tcp/22 on-grant = /bin/true }\n"
	"service db { target = \"2001:db8::2 udp/53\" at = udp/5353\n"
	"  on-end = {/bin/true, x} hook-user = nobody }\n"
	"command one { argv = /bin/true }\n"
	"command two { argv = /bin/true }\n"
	"client alice { key = /k services = {ssh, db} commands = {two} }\n"
	"client bob { key = /b services = ssh commands = {one, two} }\n";

static struct config *config;
static int kept = -1, file = -1;
static char logged[1 << 18];

static int setup(void **state)
{
	(void)state;
	log_open("hauntd", "run", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	return config_parse(text, "t", config_mistake_print, NULL, &config) ==
			       HAUNT_OK
		       ? 0
		       : -1;
}

static int teardown(void **state)
{
	(void)state;
	config_free(config);
	return 0;
}

static void log_begin(void)
{
	fflush(stderr);
	kept = dup(STDERR_FILENO);
	file = memfd_create("log", MFD_CLOEXEC);
	assert_true(kept >= 0 && file >= 0);
	dup2(file, STDERR_FILENO);
}

static const char *log_end(void)
{
	ssize_t n = pread(file, logged, sizeof(logged) - 1, 0);

	dup2(kept, STDERR_FILENO);
	close(kept);
	close(file);
	assert_true(n >= 0);
	logged[n] = '\0';
	return logged;
}

static size_t count(const char *in, const char *what)
{
	size_t n = 0;

	for (in = strstr(in, what); in; in = strstr(in + 1, what))
		n++;
	return n;
}

static struct run_job command(uint16_t what, uint16_t client)
{
	struct run_job job = { .what = what, .client = client };

	check_ok(addr_parse("198.51.100.7", 12, &job.address));
	return job;
}

static struct run_job hook(enum hook which, uint16_t service)
{
	struct run_job job = command(service, 0);

	job.is_hook = true;
	job.hook = (uint8_t)which;
	job.reason = which == HOOK_END ? RUN_REASON_USED : RUN_REASON_NONE;
	job.proto = IPPROTO_UDP;
	job.port = 5353;
	job.lifetime_s = 30;
	job.grant = 17;
	return job;
}

static void test_known(void **state)
{
	struct run_job job;

	(void)state;
	job = command(1, 0);
	assert_true(job_known(config, &job));
	job = command(0, 0); /* not alice's */
	assert_false(job_known(config, &job));
	job = command(2, 1);
	assert_false(job_known(config, &job));
	job = command(1, 2);
	assert_false(job_known(config, &job));
	job = hook(HOOK_GRANT, 0);
	assert_true(job_known(config, &job));
	job = hook(HOOK_END, 0); /* ssh has none */
	assert_false(job_known(config, &job));
	job = hook(HOOK_END, 2);
	assert_false(job_known(config, &job));
}

static const char *const end_facts[] = {
	"HAUNT_EVENT=end",
	"HAUNT_CLIENT=alice",
	"HAUNT_ADDRESS=198.51.100.7",
	"HAUNT_SERVICE=db",
	"HAUNT_PORT=5353",
	"HAUNT_PROTO=udp",
	"HAUNT_TARGET=2001:db8::2 udp/53",
	"HAUNT_LIFETIME=30",
	"HAUNT_GRANT=17",
	"HAUNT_REASON=used",
	"HAUNT_SESSIONS=unknown",
};

static void test_facts(void **state)
{
	struct run_job job = hook(HOOK_END, 1);
	char label[FACTS_LABEL_MAX];
	struct facts f;

	(void)state;
	job.sessions = RUN_SESSIONS_UNKNOWN;
	facts_make(config, &job, &f);
	assert_memory_equal(f.at[0], "PATH=/usr/", 10);
	assert_int_equal(f.len, 1 + sizeof(end_facts) / sizeof(end_facts[0]));
	for (size_t i = 1; i < f.len; i++)
		assert_string_equal(f.at[i], end_facts[i - 1]);
	assert_null(f.at[f.len]);
	assert_string_equal(job_label(config, &job, label),
			    "hook=on-end service=db client=alice "
			    "address=198.51.100.7 grant=17");
	job = command(1, 1);
	facts_make(config, &job, &f);
	assert_int_equal(f.len, 5);
	assert_string_equal(f.at[1], "HAUNT_EVENT=command");
	assert_string_equal(f.at[4], "HAUNT_COMMAND=two");
	assert_string_equal(job_label(config, &job, label),
			    "command=two client=bob address=198.51.100.7");
}

static void test_quote(void **state)
{
	char all[256], buf[4 * sizeof(all) + 8];

	(void)state;
	assert_string_equal(output_quote("a \"b\\\n\x7f", 7, buf, sizeof(buf)),
			    "\"a \\\"b\\\\\\x0a\\x7f\"");
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	output_quote(all, sizeof(all), buf, sizeof(buf));
	for (const char *c = buf; *c; c++)
		assert_in_range(*c, 0x20, 0x7e);
	assert_non_null(strstr(buf, "\\xff\""));
	/* Cut where it does not fit, and still closed. */
	assert_string_equal(output_quote("\n\n\n", 3, buf, 12),
			    "\"\\x0a\\x0a\"");
}

/* Writes text into a pipe and reads it as output, in one go. */
static const char *said(const char *what, size_t len, struct output *o)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(write(ends[1], what, len), (ssize_t)len);
	close(ends[1]);
	*o = (struct output){ .fd = ends[0] };
	log_begin();
	while (output_read(o, "command=x"))
		;
	output_end(o, "command=x");
	assert_int_equal(o->fd, -1);
	return log_end();
}

static void test_output(void **state)
{
	static char many[60000], line[OUTPUT_LINE_MAX * 2 + 2];
	struct output o;

	(void)state;
	assert_string_equal(said("one\n\ntwo", 8, &o),
			    "hauntd[run]: output text=\"one\" command=x\n"
			    "hauntd[run]: output text=\"\" command=x\n"
			    "hauntd[run]: output text=\"two\" command=x\n");
	/* A long line is several; one that just fits is one. */
	memset(line, 'a', sizeof(line));
	line[OUTPUT_LINE_MAX] = '\n';
	assert_int_equal(count(said(line, OUTPUT_LINE_MAX + 1, &o), "\n"), 1);
	memset(line, 'a', sizeof(line));
	assert_int_equal(count(said(line, sizeof(line), &o), "\n"), 3);
	/* Too many lines are counted by their bytes. */
	memset(many, '\n', sizeof(many));
	said(many, sizeof(many), &o);
	assert_int_equal(count(logged, "output text="), OUTPUT_LINES_MAX);
	assert_non_null(strstr(logged, "output dropped-bytes=59900 "));
	assert_true(output_full(&o));
	assert_string_equal(said("", 0, &o), "");
}

static void file_make(const char *path, mode_t mode)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0 && !fchmod(fd, mode));
	close(fd);
}

static void link_make(const char *dir, const char *name, const char *to)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
	assert_int_equal(symlink(to, path), 0);
}

static void check_fault(const char *dir, const char *name, const char *fault,
			const char *culprit)
{
	char path[96], where[PATH_MAX];
	const char *found;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	found = program_fault(path, where);
	if (!fault) {
		assert_null(found);
		return;
	}
	assert_string_equal(found, fault);
	if (!culprit)
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, culprit);
	assert_string_equal(where, path);
}

/* In a folder of root's: links are his who owns them, each of a chain. */
static void links_look(const char *dir)
{
	char open[64], path[96];

	snprintf(open, sizeof(open), "%s/open", dir);
	assert_int_equal(mkdir(open, 0755), 0);
	link_make(dir, "abs", "/bin/sh");
	check_fault(dir, "abs", NULL, NULL);
	link_make(dir, "rel", "./open/..//p");
	check_fault(dir, "rel", NULL, NULL);
	link_make(dir, "folder", "open");
	link_make(open, "inner", "../p");
	check_fault(dir, "folder/inner", NULL, NULL);
	link_make(dir, "first", "open/inner");
	check_fault(dir, "first", NULL, NULL);
	/* The link in the middle can be led elsewhere: by his owner, */
	snprintf(path, sizeof(path), "%s/inner", open);
	assert_int_equal(lchown(path, 12345, 12345), 0);
	check_fault(dir, "first", "is-not-root's", "open/inner");
	assert_int_equal(chmod(open, 01777), 0);
	check_fault(dir, "folder/inner", "is-not-root's", "open/inner");
	/* or by who can write where it lies. */
	assert_int_equal(lchown(path, 0, 0), 0);
	check_fault(dir, "first", NULL, NULL);
	assert_int_equal(chmod(open, 0777), 0);
	check_fault(dir, "first", "others-can-write", "open");
	assert_int_equal(unlink(path) || rmdir(open), 0);
	check_fault(dir, "first", "ENOENT", "open");
	link_make(dir, "first", "abs/");
	check_fault(dir, "first", "ENOTDIR", NULL);
	link_make(dir, "first", "folder");
	link_make(dir, "folder", "first");
	check_fault(dir, "first", "ELOOP", NULL);
	link_make(dir, "first", ".");
	check_fault(dir, "first", "is-no-file", NULL);
	for (size_t i = 0; i < 4; i++) {
		static const char *const all[] = { "abs", "rel", "folder",
						   "first" };

		snprintf(path, sizeof(path), "%s/%s", dir, all[i]);
		assert_int_equal(unlink(path), 0);
	}
}

static void test_programs(void **state)
{
	char dir[] = "/tmp/haunt-run-XXXXXX", path[64], where[PATH_MAX];

	(void)state;
	assert_null(program_fault("/bin/sh", where));
	assert_string_equal(program_fault("/bin", where), "is-no-file");
	assert_string_equal(program_fault("/bin/no-such", where), "ENOENT");
	assert_string_equal(program_fault("/etc/passwd", where),
			    "is-not-executable");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/p", dir);
	file_make(path, 0755);
	if (geteuid() != 0) {
		assert_string_equal(program_fault(path, where),
				    "is-not-root's");
		goto out;
	}
	assert_null(program_fault(path, where)); /* /tmp is sticky */
	assert_int_equal(chmod(path, 0757), 0);
	assert_string_equal(program_fault(path, where), "others-can-write");
	assert_string_equal(where, path);
	assert_int_equal(chmod(path, 0775), 0);
	assert_null(program_fault(path, where)); /* its group is root's */
	assert_int_equal(chown(path, 0, 12345), 0);
	assert_string_equal(program_fault(path, where), "group-can-write");
	assert_int_equal(chown(path, 12345, 0), 0);
	assert_string_equal(program_fault(path, where), "is-not-root's");
	assert_int_equal(chown(path, 0, 0) || chmod(path, 0755), 0);
	assert_int_equal(chmod(dir, 0777), 0);
	assert_string_equal(program_fault(path, where), "others-can-write");
	assert_string_equal(where, dir);
	/* A link in a good place to a program in a bad one, and the reverse. */
	snprintf(path, sizeof(path), "%s/link", dir);
	assert_int_equal(symlink("/bin/sh", path), 0);
	assert_string_equal(program_fault(path, where), "others-can-write");
	unlink(path);
	assert_int_equal(chmod(dir, 0755), 0);
	links_look(dir);
out:
	snprintf(path, sizeof(path), "%s/p", dir);
	unlink(path);
	rmdir(dir);
}

/* Nobody is reaped meanwhile: who has begun, keeps its place. */
static void test_room(void **state)
{
	struct run_job two = command(1, 0), one = command(0, 1);
	struct run_job begins = hook(HOOK_GRANT, 0), no = command(0, 0);
	struct pollfd fds[RUNNER_SLOTS];
	struct runner *r;

	(void)state;
	check_ok(runner_new(config, false, &r));
	log_begin();
	check_err(runner_take(r, &no, 1), HAUNT_EDENIED);
	for (int i = 0; i < 70; i++)
		check_ok(runner_take(r, &two, 1));
	assert_int_equal(runner_running(r), RUNNER_SAME_MAX);
	assert_int_equal(runner_waiting(r), RUNNER_QUEUE_COMMANDS_MAX);
	check_ok(runner_take(r, &one, 1));
	assert_int_equal(runner_running(r), RUNNER_SAME_MAX + 1);
	for (int i = 0; i < 1100; i++) {
		begins.grant = 1000 + (uint32_t)i;
		check_ok(runner_take(r, &begins, 1));
	}
	assert_int_equal(runner_running(r),
			 RUNNER_SAME_MAX + 1 + RUNNER_HOOKS_MAX);
	assert_int_equal(runner_waiting(r), RUNNER_QUEUE_MAX);
	assert_int_equal(runner_polls(r, fds), runner_running(r));
	log_end();
	assert_int_equal(count(logged, "command=two client=alice "
				       "address=198.51.100.7 result=refused "
				       "reason=queue-full"),
			 70 - RUNNER_SAME_MAX - RUNNER_QUEUE_COMMANDS_MAX);
	/* 16 begin, 960 wait beside the commands, the rest is told. */
	assert_int_equal(
		count(logged, "result=refused reason=queue-full") -
			count(logged, "client=alice address=198.51.100.7 "
				      "result=refused"),
		1100 - RUNNER_HOOKS_MAX -
			(RUNNER_QUEUE_MAX - RUNNER_QUEUE_COMMANDS_MAX));
	runner_free(r);
	while (wait(NULL) > 0)
		;
}

static void all_reap(struct runner *r)
{
	while (runner_running(r)) {
		siginfo_t info;

		assert_int_equal(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
		runner_reap(r, 2);
	}
}

/* Who comes when a place has just become free is not before those who wait. */
static void test_order(void **state)
{
	struct run_job two = command(1, 0), late = command(1, 1);
	const char *bob, *last;
	struct runner *r;

	(void)state;
	check_ok(runner_new(config, false, &r));
	log_begin();
	for (int i = 0; i <= RUNNER_SAME_MAX; i++)
		check_ok(runner_take(r, &two, 1));
	assert_int_equal(runner_waiting(r), 1);
	all_reap(r);
	check_ok(runner_take(r, &late, 2));
	assert_int_equal(runner_waiting(r), 0);
	all_reap(r);
	log_end();
	bob = strstr(logged, "hauntd[run]: run command=two client=bob ");
	assert_non_null(bob);
	last = logged;
	for (int i = 0; i <= RUNNER_SAME_MAX; i++) {
		last = strstr(last + 1, " run command=two client=alice ");
		assert_non_null(last);
	}
	assert_true(last < bob);
	runner_free(r);
}

/* What is told of a grant's end waits for what was told of its beginning. */
static void test_one_grant(void **state)
{
	struct run_job begins = hook(HOOK_GRANT, 0), ends = hook(HOOK_END, 1);
	struct run_job other = hook(HOOK_END, 1);
	struct runner *r;

	(void)state;
	other.grant = 18;
	check_ok(runner_new(config, false, &r));
	log_begin();
	check_ok(runner_take(r, &begins, 1));
	check_ok(runner_take(r, &ends, 1));
	check_ok(runner_take(r, &other, 1));
	assert_int_equal(runner_running(r), 2);
	assert_int_equal(runner_waiting(r), 1);
	(void)runner_tick(r, 1);
	assert_int_equal(runner_waiting(r), 1);
	all_reap(r);
	(void)runner_tick(r, 2);
	assert_int_equal(runner_running(r), 1);
	assert_int_equal(runner_waiting(r), 0);
	all_reap(r);
	log_end();
	runner_free(r);
}

/* All of them come to an end, those that wait as well, without a right. */
static void test_all_end(void **state)
{
	struct run_job two = command(1, 0);
	struct runner *r;
	int left = 2000;

	(void)state;
	check_ok(runner_new(config, false, &r));
	log_begin();
	for (int i = 0; i < 20; i++)
		check_ok(runner_take(r, &two, 1));
	while ((runner_running(r) || runner_waiting(r)) && left--) {
		siginfo_t info;

		/* Somebody ends: that is what is waited for. */
		(void)waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
		runner_reap(r, 2);
		(void)runner_tick(r, 2);
	}
	log_end();
	assert_true(left > 0);
	assert_int_equal(count(logged, " ran command=two"), 20);
	runner_free(r);
}

static void test_dry(void **state)
{
	struct run_job two = command(1, 0), begins = hook(HOOK_GRANT, 0);
	struct runner *r;

	(void)state;
	check_ok(runner_new(config, true, &r));
	log_begin();
	check_ok(runner_take(r, &two, 1));
	check_ok(runner_take(r, &begins, 1));
	assert_string_equal(log_end(),
			    "hauntd[run]: run command=two client=alice "
			    "address=198.51.100.7 result=dry-run\n"
			    "hauntd[run]: run hook=on-grant service=ssh "
			    "client=alice address=198.51.100.7 grant=17 "
			    "result=dry-run\n");
	assert_int_equal(runner_running(r) + runner_waiting(r), 0);
	runner_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),	  cmocka_unit_test(test_facts),
		cmocka_unit_test(test_quote),	  cmocka_unit_test(test_output),
		cmocka_unit_test(test_programs),  cmocka_unit_test(test_order),
		cmocka_unit_test(test_one_grant), cmocka_unit_test(test_room),
		cmocka_unit_test(test_all_end),	  cmocka_unit_test(test_dry),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
