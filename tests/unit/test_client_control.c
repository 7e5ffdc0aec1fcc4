/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hauntctl: what it asks, how it takes the answer, what it shows. */
#include "client/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/check.h"

static json_t *json(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	return value;
}

static void check_request(const char *one, const char *two,
			  const char *expected)
{
	const char *words[2] = { one, two };
	json_t *request = NULL, *wanted = json(expected);

	check_ok(control_request(words, two ? 2 : 1, &request));
	assert_true(json_equal(request, wanted));
	json_decref(request);
	json_decref(wanted);
}

static void test_requests(void **state)
{
	static const char *const bad[][2] = {
		{ "grant", NULL }, { "status", "x" }, { "revoke", NULL },
		{ "revoke", "" },  { "", NULL },      { "revoke", "\xff\xfe" },
	};
	json_t *request = NULL;

	(void)state;
	check_request("status", NULL, "{\"command\":\"status\"}");
	check_request("grants", NULL, "{\"command\":\"grants\"}");
	check_request("revoke", "alice",
		      "{\"command\":\"revoke\",\"client\":\"alice\"}");
	check_request("revoke", "17", "{\"command\":\"revoke\",\"grant\":17}");
	check_request("revoke", "17a",
		      "{\"command\":\"revoke\",\"client\":\"17a\"}");
	check_request("revoke", "999999999",
		      "{\"command\":\"revoke\",\"client\":\"999999999\"}");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_err(control_request(bad[i], bad[i][1] ? 2 : 1, &request),
			  HAUNT_EFORMAT);
	check_err(control_request(bad[0], 0, &request), HAUNT_EFORMAT);
}

static void check_printed(const char *command, const char *answer,
			  const char *expected)
{
	json_t *request = json_pack("{s:s}", "command", command);
	json_t *value = json(answer);
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	control_print(request, value, to);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(text, expected);
	free(text);
	json_decref(value);
	json_decref(request);
}

static void test_tables(void **state)
{
	(void)state;
	check_printed(
		"grants",
		"{\"ok\":true,\"grants\":["
		"{\"id\":17,\"client\":\"alice\",\"service\":\"ssh\","
		"\"address\":\"198.51.100.7\",\"proto\":\"tcp\",\"outer\":80,"
		"\"target\":\"tcp/22\",\"since\":1,\"expires\":31,"
		"\"remaining_s\":29},"
		"{\"id\":4,\"client\":\"bob\",\"service\":\"database\","
		"\"address\":\"2001:db8::7\",\"proto\":\"tcp\","
		"\"outer\":15432,\"target\":\"198.51.100.2 tcp/5432\","
		"\"remaining_s\":3600}]}",
		"GRANT  CLIENT  SERVICE   ADDRESS       DOOR       TARGET      "
		"           REMAINING\n"
		"17     alice   ssh       198.51.100.7  tcp/80     tcp/22      "
		"                 29s\n"
		"4      bob     database  2001:db8::7   tcp/15432  "
		"198.51.100.2 tcp/5432      3600s\n");
	check_printed("grants", "{\"ok\":true,\"grants\":[]}", "no grants\n");
	check_printed("revoke", "{\"ok\":true,\"revoked\":[17,18]}",
		      "revoked 17 18\n");
	check_printed("revoke", "{\"ok\":true,\"revoked\":[]}",
		      "nothing to revoke\n");
}

static void test_status(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	check_printed("status",
		      "{\"ok\":true,\"version\":\"0.1.0\",\"since\":86400,"
		      "\"packets\":{\"seen\":5,\"strangers\":4},\"grants\":2,"
		      "\"roles\":[\"gate\"]}",
		      "version: 0.1.0\nsince: 1970-01-02 00:00:00\n"
		      "packets seen: 5\npackets strangers: 4\ngrants: 2\n"
		      "roles: [\"gate\"]\n");
}

static void test_refusals(void **state)
{
	static const char *const cases[][2] = {
		{ "{\"ok\":false,\"error\":\"no such client\"}",
		  "no such client" },
		{ "{\"ok\":false}", "refused, and no reason given" },
		{ "{}", "refused, and no reason given" },
		{ "{\"ok\":1}", "refused, and no reason given" },
	};
	json_t *good = json("{\"ok\":true}");

	(void)state;
	assert_null(control_error(good));
	json_decref(good);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *answer = json(cases[i][0]);

		assert_string_equal(control_error(answer), cases[i][1]);
		json_decref(answer);
	}
}

/* A daemon for one question: reads a line, says its text, and is gone. */
struct daemon {
	char dir[32];
	char path[64];
	pid_t pid;
};

static void daemon_serve(int fd, const char *answer)
{
	int peer = accept(fd, NULL, NULL);
	char c = 0;

	while (read(peer, &c, 1) == 1 && c != '\n')
		;
	if (c != '\n' ||
	    write(peer, answer, strlen(answer)) != (ssize_t)strlen(answer))
		_exit(1);
	_exit(0);
}

static void daemon_start(struct daemon *d, const char *answer)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(d->dir, "/tmp/haunt-test-XXXXXX");
	assert_non_null(mkdtemp(d->dir));
	snprintf(d->path, sizeof(d->path), "%s/control", d->dir);
	strcpy(un.sun_path, d->path);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	assert_int_equal(listen(fd, 1), 0);
	d->pid = fork();
	assert_true(d->pid >= 0);
	if (!d->pid)
		daemon_serve(fd, answer);
	close(fd);
}

static void daemon_end(struct daemon *d)
{
	int status = -1;

	assert_int_equal(waitpid(d->pid, &status, 0), d->pid);
	assert_int_equal(status, 0);
	unlink(d->path);
	rmdir(d->dir);
}

static void test_asking(void **state)
{
	static const struct {
		const char *answer;
		enum haunt_err err;
	} cases[] = {
		{ "{\"ok\":true}\n", HAUNT_OK },
		{ "{\"ok\":true}\n{\"ok\":false}\n", HAUNT_EFORMAT },
		{ "[]\n", HAUNT_EFORMAT },
		{ "{\"ok\":true,\"ok\":false}\n", HAUNT_EFORMAT },
		{ "\n", HAUNT_EFORMAT },
		{ "{\"ok\":true}", HAUNT_ECLOSED },
		{ "", HAUNT_ECLOSED },
	};
	json_t *request = json("{\"command\":\"status\"}");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct daemon d;
		json_t *answer = NULL;

		daemon_start(&d, cases[i].answer);
		check_err(control_ask(d.path, request, &answer), cases[i].err);
		if (!cases[i].err)
			assert_null(control_error(answer));
		json_decref(answer);
		daemon_end(&d);
	}
	json_decref(request);
}

static void test_no_daemon(void **state)
{
	json_t *request = json("{\"command\":\"status\"}"), *answer = NULL;
	char path[200];

	(void)state;
	check_err(control_ask("/nonexistent/control", request, &answer),
		  HAUNT_ESYS);
	assert_int_equal(errno, ENOENT);
	memset(path, 'a', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	check_err(control_ask(path, request, &answer), HAUNT_ESYS);
	assert_int_equal(errno, ENAMETOOLONG);
	json_decref(request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_asking),
		cmocka_unit_test(test_no_daemon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
