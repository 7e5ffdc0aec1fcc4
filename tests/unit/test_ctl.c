/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket: who may use it, and that nobody can hold it up. */
#include "core/gate/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/gate/control.h"
#include "core/gate/ctl_socket.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

#define MANY 10000

static const char text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" at = {\"tcp/1-65535\"} }\n"
	"client \"alice\" { key = \"@/a\" services = {\"ssh\"} }\n";

static char dir[64];
static char path[100];
static struct config *config;
static struct gate_core *core;
static struct ev_loop *loop;
static struct ctl *ctl;

static enum haunt_err send_nat(void *arg, uint16_t type, const struct wr *body)
{
	(void)arg;
	(void)type;
	(void)body;
	return HAUNT_OK;
}

static void adopt(uint32_t n)
{
	const struct nat_result done = { .seq = 1 };
	struct grant g = { .lifetime_ms = 300000, .proto = IPPROTO_TCP };

	g.address = addr_from_v4("\306\063\144\007");
	for (uint32_t i = 1; i <= n; i++) {
		g.id = i;
		g.port = (uint16_t)i;
		check_ok(gate_core_rule(core, &g));
	}
	check_ok(gate_core_result(core, &done));
}

static int setup(void **state)
{
	struct gate_parts parts = { .clock = clock_system(), .send = send_nat };
	const struct group *gr;
	int fd;

	(void)state;
	strcpy(dir, "/tmp/haunt-ctl-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/run/control", dir);
	config = kit_config(text, dir);
	parts.config = config;
	check_ok(gate_core_new(&parts, &core));
	check_ok(gate_core_start(core));
	adopt(MANY);
	loop = ev_loop_new(EVFLAG_AUTO);
	assert_non_null(loop);
	/* Ours, so that we are let in whoever we are. */
	gr = getgrgid(getegid());
	assert_non_null(gr);
	check_ok(ctl_listen(path, gr->gr_name, &fd));
	check_ok(ctl_new(loop, fd, gr->gr_name, core, &ctl));
	return 0;
}

static int teardown(void **state)
{
	char run[80];

	(void)state;
	ctl_free(ctl);
	ev_loop_destroy(loop);
	gate_core_free(core);
	config_free(config);
	unlink(path);
	snprintf(run, sizeof(run), "%s/run", dir);
	rmdir(run);
	rmdir(dir);
	return 0;
}

static int dial(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	strcpy(sun.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	ev_run(loop, EVRUN_NOWAIT);
	return fd;
}

static void say(int fd, const char *words)
{
	size_t len = strlen(words);

	assert_int_equal(send(fd, words, len, MSG_NOSIGNAL), len);
}

/* Serves and reads until a newline, or the end. Returns what came; free(). */
static char *hear(int fd, bool *closed)
{
	char *out = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&out, &size);
	char buf[4096];

	assert_non_null(f);
	*closed = false;
	for (int round = 0; round < 1000000; round++) {
		ssize_t n = recv(fd, buf, sizeof(buf), 0);

		if (n < 0 && errno == EAGAIN) {
			ev_run(loop, EVRUN_NOWAIT);
			continue;
		}
		if (n <= 0) {
			*closed = true;
			break;
		}
		fwrite(buf, 1, (size_t)n, f);
		if (memchr(buf, '\n', (size_t)n))
			break;
	}
	fclose(f);
	return out;
}

static void check_hears(int fd, const char *part)
{
	bool closed;
	char *out = hear(fd, &closed);

	assert_false(closed);
	assert_non_null(strstr(out, part));
	free(out);
}

static void check_closed(int fd)
{
	bool closed;

	free(hear(fd, &closed));
	assert_true(closed);
	close(fd);
}

static void test_answers(void **state)
{
	int fd = dial();

	(void)state;
	say(fd, "{\"command\":\"status\"}\n");
	check_hears(fd, "{\"ok\":true,");
	say(fd, "nonsense\n");
	check_hears(fd, "{\"ok\":false,\"error\":");
	/* In pieces. */
	say(fd, "{\"command\":");
	ev_run(loop, EVRUN_NOWAIT);
	say(fd, "\"status\"}\n");
	check_hears(fd, "\"grants\":10000");
	close(fd);
	ev_run(loop, EVRUN_NOWAIT);
}

static void test_two_commands_at_once(void **state)
{
	int fd = dial();
	bool closed;
	char *out;

	(void)state;
	say(fd, "{\"command\":\"grants\"}\n{\"command\":\"status\"}\n");
	out = hear(fd, &closed);
	assert_non_null(strstr(out, "\"id\":10000"));
	if (!strstr(out, "\"max_grants\""))
		check_hears(fd, "\"max_grants\"");
	free(out);
	close(fd);
}

static void test_a_slow_reader_holds_nobody_up(void **state)
{
	int slow = dial();
	int quick = dial();
	bool closed;
	char *out;
	size_t n = 0;

	(void)state;
	say(slow, "{\"command\":\"grants\"}\n");
	/* Until the kernel takes no more for the one that does not read. */
	for (int i = 0; i < 200; i++)
		ev_run(loop, EVRUN_NOWAIT);
	say(quick, "{\"command\":\"status\"}\n");
	check_hears(quick, "{\"ok\":true,");
	/* And then all of it comes. */
	out = hear(slow, &closed);
	assert_false(closed);
	for (const char *at = out; (at = strstr(at, "{\"id\":")); at++)
		n++;
	assert_int_equal(n, MANY);
	assert_string_equal(out + strlen(out) - 4, "}]}\n");
	free(out);
	close(slow);
	close(quick);
}

static void test_line_too_long(void **state)
{
	int fd = dial();
	char *line = malloc(CONTROL_LINE_MAX + 1);

	(void)state;
	assert_non_null(line);
	memset(line, ' ', CONTROL_LINE_MAX);
	line[CONTROL_LINE_MAX] = '\0';
	say(fd, line);
	check_hears(fd, "the line is too long");
	check_closed(fd);
	/* The longest that is allowed. */
	fd = dial();
	memcpy(line, "{\"command\":\"status\"}", 20);
	line[CONTROL_LINE_MAX - 1] = '\n';
	say(fd, line);
	check_hears(fd, "{\"ok\":true,");
	close(fd);
	free(line);
}

static void test_connections_are_bounded(void **state)
{
	int fds[CTL_CONNECTIONS_MAX];

	(void)state;
	for (size_t i = 0; i < CTL_CONNECTIONS_MAX; i++)
		fds[i] = dial();
	check_closed(dial());
	for (size_t i = 0; i < CTL_CONNECTIONS_MAX; i++) {
		say(fds[i], "{\"command\":\"status\"}\n");
		check_hears(fds[i], "{\"ok\":true,");
		close(fds[i]);
	}
	ev_run(loop, EVRUN_NOWAIT);
	fds[0] = dial();
	say(fds[0], "{\"command\":\"status\"}\n");
	check_hears(fds[0], "{\"ok\":true,");
	close(fds[0]);
}

static void test_goes_away_while_it_waits(void **state)
{
	int fd = dial();

	(void)state;
	say(fd, "{\"command\":\"revoke\",\"grant\":1}\n");
	for (int i = 0; i < 10; i++)
		ev_run(loop, EVRUN_NOWAIT);
	close(fd);
	for (int i = 0; i < 10; i++)
		ev_run(loop, EVRUN_NOWAIT);
	/* teardown frees it all; the sanitizers look on. */
	assert_true(gate_core_adopted(core));
}

static void test_socket_file(void **state)
{
	struct stat st;
	int fd = -1;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0660);
	/* Somebody listens. */
	check_err(ctl_listen(path, NULL, &fd), HAUNT_EEXIST);
	/* Nobody does any more. */
	ctl_free(ctl);
	ctl = NULL;
	check_ok(ctl_listen(path, NULL, &fd));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	close(fd);
	check_err(ctl_listen(path, "no-such-group-here", &fd), HAUNT_ENOENT);
	/* What is no socket is not touched. */
	unlink(path);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	check_err(ctl_listen(path, NULL, &fd), HAUNT_ESYS);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void test_socket_of_a_group(void **state)
{
	const struct group *gr = getgrgid(getegid());
	struct stat st;
	int fd = -1;

	(void)state;
	ctl_free(ctl);
	ctl = NULL;
	assert_non_null(gr);
	check_ok(ctl_listen(path, gr->gr_name, &fd));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(st.st_gid, getegid());
	close(fd);
}

static void test_who_is_admitted(void **state)
{
	const struct ucred root = { .uid = 0, .gid = 0 };
	const struct ucred member = { .uid = 1000, .gid = 77 };
	const struct ucred other = { .uid = 1000, .gid = 1000 };
	const gid_t none[] = { 5, 6 };
	const gid_t some[] = { 5, 77 };

	(void)state;
	assert_true(ctl_admits(&root, NULL, 0, 77));
	assert_true(ctl_admits(&root, NULL, 0, (gid_t)-1));
	assert_true(ctl_admits(&member, none, 2, 77));
	assert_true(ctl_admits(&other, some, 2, 77));
	assert_false(ctl_admits(&other, none, 2, 77));
	assert_false(ctl_admits(&other, NULL, 0, 77));
	assert_false(ctl_admits(&member, some, 2, (gid_t)-1));
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		each(test_answers),
		each(test_two_commands_at_once),
		each(test_a_slow_reader_holds_nobody_up),
		each(test_line_too_long),
		each(test_connections_are_bounded),
		each(test_goes_away_while_it_waits),
		each(test_socket_file),
		each(test_socket_of_a_group),
		cmocka_unit_test(test_who_is_admitted),
	};

	log_open("hauntd", "gate", LOG_SINK_STDERR, LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
