/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The request byte by byte, and what is read from answers. */
#include "core/proto/http.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/check.h"

static void check_request(const struct http_request *q, const char *expected)
{
	char buf[HTTP_REQUEST_MAX + 1] = "";
	struct wr w = wr_of(buf, HTTP_REQUEST_MAX);

	http_put(&w, q, "a+b/c-d", 7);
	assert_false(w.failed);
	assert_string_equal(buf, expected);
}

static void test_request(void **state)
{
	struct http_request q = { .host = "gate.example",
				  .port = 80,
				  .user_agent = HAUNT_USER_AGENT };

	(void)state;
	check_request(&q, "GET /a-b_c-d HTTP/1.0\r\n"
			  "User-Agent: Fwknop/2.6.10\r\nAccept: */*\r\n"
			  "Host: gate.example\r\nConnection: close\r\n\r\n");
	q.port = 8080;
	q.user_agent = "x y";
	check_request(&q, "GET /a-b_c-d HTTP/1.0\r\n"
			  "User-Agent: x y\r\nAccept: */*\r\n"
			  "Host: gate.example:8080\r\n"
			  "Connection: close\r\n\r\n");
	q.proxied = true;
	q.host = "2001:db8::1";
	check_request(&q, "GET http://[2001:db8::1]:8080/a-b_c-d HTTP/1.0\r\n"
			  "User-Agent: x y\r\nAccept: */*\r\n"
			  "Host: [2001:db8::1]:8080\r\n"
			  "Connection: close\r\n\r\n");
	q.port = 80;
	q.host = "198.51.100.1";
	check_request(&q, "GET http://198.51.100.1/a-b_c-d HTTP/1.0\r\n"
			  "User-Agent: x y\r\nAccept: */*\r\n"
			  "Host: 198.51.100.1\r\n"
			  "Connection: close\r\n\r\n");
}

/* The longest of everything has room. */
static void test_longest(void **state)
{
	char host[HTTP_HOST_MAX + 2], agent[HAUNT_AGENT_MAX + 2];
	char packet[HAUNT_PACKET_MAX], buf[HTTP_REQUEST_MAX];
	const struct http_request q = { host, 65535, agent, true };
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	memset(host, 'h', sizeof(host));
	memset(agent, 'a', sizeof(agent));
	memset(packet, '/', sizeof(packet));
	host[sizeof(host) - 1] = agent[sizeof(agent) - 1] = '\0';
	assert_false(http_host_valid(host));
	assert_false(http_agent_valid(agent));
	host[HTTP_HOST_MAX] = agent[HAUNT_AGENT_MAX] = '\0';
	assert_true(http_host_valid(host));
	assert_true(http_agent_valid(agent));
	http_put(&w, &q, packet, sizeof(packet));
	assert_false(w.failed);
	w = wr_of(buf, 100);
	http_put(&w, &q, packet, sizeof(packet));
	assert_true(w.failed);
}

/* Nothing that ends a line, a header or a path gets into a request. */
static void test_valid(void **state)
{
	static const char *const bad[] = { "",	   "a b",  "a\r\nX: y", "a/b",
					   "a?b",  "u@h",  "a\tb",	"[::1]",
					   "a#b",  "\x7f", "h\xc3\xa4", "a<b>",
					   "a,b.c" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(http_host_valid(bad[i]));
	assert_true(http_host_valid("gate.example"));
	assert_true(http_host_valid("2001:db8::1"));
	assert_true(http_agent_valid("Mozilla/5.0 (X11; Linux x86_64)"));
	assert_false(http_agent_valid(""));
	assert_false(http_agent_valid(" a"));
	assert_false(http_agent_valid("a "));
	assert_false(http_agent_valid("a\nb"));
}

static enum haunt_err answer(const char *text, struct haunt_answer *out)
{
	struct rd r = rd_of(text, strlen(text));

	return http_answer_get(&r, out);
}

static void test_answer(void **state)
{
	static const char *const bad[] = { "",
					   "HTTP/1.1 20",
					   "HTTP/1.1 2x0 ",
					   "HTTP/2 200 OK\r\n",
					   "HTTP/1.x 200 ",
					   "HTTP/1.1 099 \r\n",
					   "ICY 200 OK\r\n",
					   "\r\n" };
	struct haunt_answer a = { .status = 7 };
	char head[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_err(answer(bad[i], &a), HAUNT_EFORMAT);
	assert_int_equal(a.status, 7);
	check_ok(answer("HTTP/1.0 407 Proxy", &a));
	assert_int_equal(a.status, 407);
	assert_string_equal(a.error, "");
	check_ok(answer("HTTP/1.1 503 x\r\nServer: squid\r\n"
			"x-squid-error: ERR_CONNECT_FAIL 111\r\n\r\n",
			&a));
	assert_int_equal(a.status, 503);
	assert_string_equal(a.error, "ERR_CONNECT_FAIL");
	/* Not behind the head, and nothing that a terminal would obey. */
	check_ok(answer("HTTP/1.1 200 x\r\n\r\nX-Squid-Error: A\r\n", &a));
	assert_string_equal(a.error, "");
	check_ok(answer("HTTP/1.1 200 x\nX-Squid-Error: A\x1b[2J\n", &a));
	assert_string_equal(a.error, "A");
	snprintf(head, sizeof(head), "HTTP/1.1 200 x\nX-Squid-Error: %0100d\n",
		 0);
	check_ok(answer(head, &a));
	assert_int_equal(strlen(a.error), HAUNT_ANSWER_TEXT - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
