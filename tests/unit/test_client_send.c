/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How packets travel, in the client's file: what it means, every mistake by
 * line and words, and what does not go together. */
#include "conf/client_conf.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/check.h"

#define GATEWAY(options) "gateway g { address = 203.0.113.1\n" options " }\n"

static char resolvers[CLIENT_RESOLVERS_MAX + 1]; /* of the last gateway */

static void tell(void *arg, const char *name, unsigned int line,
		 const char *text)
{
	char *told = arg;
	size_t used = strlen(told);

	assert_string_equal(name, "haunt.conf");
	snprintf(told + used, 4096 - used, "%u: %s\n", line, text);
}

static void check_text(const char *text, const char *expected,
		       struct client_gateway *out)
{
	char told[4096] = "";
	struct client_conf *conf = NULL;
	struct client_conf_text in = { text, "haunt.conf", "/home/alice" };
	enum haunt_err err = client_conf_parse(&in, tell, told, &conf);

	assert_string_equal(told, expected);
	check_err(err, *expected ? HAUNT_EFORMAT : HAUNT_OK);
	if (out) {
		*out = *client_conf_gateway(conf, "g");
		snprintf(resolvers, sizeof(resolvers), "%s",
			 out->resolvers ? out->resolvers : "");
		out->resolvers = NULL;
	}
	client_conf_free(conf);
}

static void test_defaults(void **state)
{
	struct client_gateway g;

	(void)state;
	check_text(GATEWAY(""), "", &g);
	assert_int_equal(g.port, 62201);
	assert_int_equal(g.send.port_last, 0);
	assert_int_equal(g.send.carrier, 0);
	assert_string_equal(client_carrier_name(g.send.carrier), "udp");
	assert_string_equal(client_carrier_name(6), "?");
	assert_string_equal(resolvers, "");
	check_text(GATEWAY("carrier = http"), "", &g);
	assert_int_equal(g.port, 80);
	check_text(GATEWAY("carrier = http port = 8080"), "", &g);
	assert_int_equal(g.port, 8080);
	check_text(GATEWAY("http-proxy = 'proxy:3128'"), "", &g);
	assert_string_equal(client_carrier_name(g.send.carrier), "http");
	assert_int_equal(g.port, 80);
}

static void test_everything(void **state)
{
	struct client_gateway g;

	(void)state;
	check_text(GATEWAY("carrier = http http-proxy = '[2001:db8::5]:3128'\n"
			   "user-agent = 'Fwknop/3' source-port = 40000\n"
			   "connect-timeout = 3s time-offset = '-2m'\n"
			   "allow = resolve resolvers = {'https://a.example/ip'"
			   ", 'stun:b.example', 'stun:192.0.2.1:19302'}"),
		   "", &g);
	assert_string_equal(g.send.proxy_host, "2001:db8::5");
	assert_int_equal(g.send.proxy_port, 3128);
	assert_string_equal(g.send.user_agent, "Fwknop/3");
	assert_int_equal(g.send.source_port, 40000);
	assert_int_equal(g.send.connect_s, 3);
	assert_int_equal(g.send.time_offset_s, -120);
	assert_int_equal(g.allow, CLIENT_ALLOW_RESOLVE);
	assert_string_equal(resolvers, "https://a.example/ip,stun:b.example,"
				       "stun:192.0.2.1:19302");
	check_text(GATEWAY("carrier = icmp spoof-source = 2001:db8::9\n"
			   "icmp-type = 129 icmp-code = 255"),
		   "", &g);
	assert_false(addr_is_v4(&g.send.spoof));
	assert_int_equal(g.send.icmp_type, 129);
	assert_int_equal(g.send.icmp_code, 255);
	check_text(GATEWAY("port = random"), "", &g);
	assert_int_equal(g.port, 10000);
	assert_int_equal(g.send.port_last, 65535);
	check_text(GATEWAY("port = 7-7 time-offset = 366h"), "", &g);
	assert_int_equal(g.port, 7);
	assert_int_equal(g.send.port_last, 0);
	assert_int_equal(g.send.time_offset_s, 366 * 3600);
	check_text(GATEWAY("time-offset = 0"), "", &g);
	assert_int_equal(g.send.time_offset_s, 0);
}

#define WANTED(word, wanted, found) \
	"2: " word ": expected " wanted ", found '" found "'\n"

static void test_mistakes(void **state)
{
	static const char *const cases[][2] = {
		{ "carrier = sctp",
		  WANTED("carrier", CLIENT_CARRIER_WANTED, "sctp") },
		{ "http-proxy = proxy",
		  WANTED("http-proxy", CLIENT_PROXY_WANTED, "proxy") },
		{ "http-proxy = 'http://proxy:80'",
		  WANTED("http-proxy", CLIENT_PROXY_WANTED,
			 "http://proxy:80") },
		{ "http-proxy = '::1:80'",
		  WANTED("http-proxy", CLIENT_PROXY_WANTED, "::1:80") },
		{ "user-agent = ''",
		  WANTED("user-agent", CLIENT_AGENT_WANTED, "") },
		{ "user-agent = ' x'",
		  WANTED("user-agent", CLIENT_AGENT_WANTED, " x") },
		{ "spoof-source = 0.0.0.0",
		  WANTED("spoof-source", CLIENT_SPOOF_WANTED, "0.0.0.0") },
		{ "spoof-source = ff02::1",
		  WANTED("spoof-source", CLIENT_SPOOF_WANTED, "ff02::1") },
		{ "source-port = 0",
		  WANTED("source-port", CLIENT_NUMBER_WANTED, "0") },
		{ "icmp-type = 256",
		  WANTED("icmp-type", CLIENT_OCTET_WANTED, "256") },
		{ "icmp-code = -1",
		  WANTED("icmp-code", CLIENT_OCTET_WANTED, "-1") },
		{ "connect-timeout = 6m",
		  WANTED("connect-timeout", CLIENT_CONNECT_WANTED, "6m") },
		{ "time-offset = '--1'",
		  WANTED("time-offset", CLIENT_OFFSET_WANTED, "--1") },
		{ "time-offset = 8785h",
		  WANTED("time-offset", CLIENT_OFFSET_WANTED, "8785h") },
		{ "resolvers = 'ftp://a/'",
		  WANTED("resolvers", CLIENT_RESOLVER_WANTED, "ftp://a/") },
		{ "resolvers = 'https:///ip'",
		  WANTED("resolvers", CLIENT_RESOLVER_WANTED, "https:///ip") },
		{ "resolvers = 'https://a:b@c/'",
		  WANTED("resolvers", CLIENT_RESOLVER_WANTED,
			 "https://a:b@c/") },
		{ "resolvers = 'https://a/,b'",
		  WANTED("resolvers", CLIENT_RESOLVER_WANTED, "https://a/,b") },
		{ "resolvers = 'stun:a:0'",
		  WANTED("resolvers", CLIENT_RESOLVER_WANTED, "stun:a:0") },
		{ "resolvers = 'stun:'",
		  WANTED("resolvers", CLIENT_RESOLVER_WANTED, "stun:") },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), GATEWAY("%s"), cases[i][0]);
		check_text(text, cases[i][1], NULL);
	}
}

#define RAW   "spoof-source is for the carriers udpraw, tcpraw and icmp"
#define AGENT "user-agent is for the carrier http"
#define TYPE  "icmp-type and icmp-code are for the carrier icmp"
#define TIME  "connect-timeout is for the carriers tcp and http"

static void test_clashes(void **state)
{
	static const char *const cases[][2] = {
		{ "spoof-source = 192.0.2.1", RAW },
		{ "spoof-source = 192.0.2.1 carrier = tcp", RAW },
		{ "spoof-source = 192.0.2.1 http-proxy = 'p:1'", RAW },
		{ "user-agent = x", AGENT },
		{ "user-agent = x carrier = tcp", AGENT },
		{ "icmp-type = 8", TYPE },
		{ "icmp-type = 8 carrier = udpraw", TYPE },
		{ "icmp-code = 0 carrier = tcp", TYPE },
		{ "icmp-code = 0 carrier = icmp", "icmp-code needs icmp-type" },
		{ "source-port = 5 carrier = icmp",
		  "source-port is not for the carrier icmp, which has no "
		  "ports" },
		{ "connect-timeout = 5s", TIME },
		{ "connect-timeout = 5s carrier = tcpraw", TIME },
		{ "http-proxy = 'p:1' carrier = tcp",
		  "http-proxy is for the carrier http" },
	};
	char text[512], expected[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), GATEWAY("%s"), cases[i][0]);
		snprintf(expected, sizeof(expected), "1: gateway 'g': %s\n",
			 cases[i][1]);
		check_text(text, expected, NULL);
	}
}

static void test_too_many_resolvers(void **state)
{
	struct client_gateway g;
	char url[CLIENT_RESOLVERS_MAX + 2] = "http://a/";
	char text[2 * sizeof(url)];

	(void)state;
	memset(url + 9, 'x', sizeof(url) - 10);
	snprintf(text, sizeof(text), GATEWAY("resolvers = '%s'"), url);
	check_text(text, "2: resolvers: more than 1023 characters\n", NULL);
	url[CLIENT_RESOLVERS_MAX - 10] = '\0';
	snprintf(text, sizeof(text), GATEWAY("resolvers = {'%s', 'stun:b'}"),
		 url);
	check_text(text, "", &g);
	assert_int_equal(strlen(resolvers), CLIENT_RESOLVERS_MAX - 3);
	snprintf(text, sizeof(text),
		 GATEWAY("resolvers = {'%s', 'stun:b.example'}"), url);
	check_text(text, "2: resolvers: more than 1023 characters\n", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_clashes),
		cmocka_unit_test(test_too_many_resolvers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
