/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's file: what it means, and every mistake by line and words. */
#include "conf/client_conf.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/check.h"

#define GATEWAY(options) "gateway g { address = 203.0.113.1\n" options " }\n"
#define MOVES                                                              \
	"2: service 's': a request for other ports or another host takes " \
	"ports of one protocol, and the moved ones must be 1 to 65535\n"
#define SERVICE(options) GATEWAY("service s {\n" options " }")

static void tell(void *arg, const char *name, unsigned int line,
		 const char *text)
{
	char *told = arg;
	size_t used = strlen(told);

	assert_string_equal(name, "haunt.conf");
	snprintf(told + used, 4096 - used, "%u: %s\n", line, text);
}

static struct client_conf *parse(const char *text)
{
	char told[4096] = "";
	struct client_conf *conf = NULL;
	struct client_conf_text in = { text, "haunt.conf", "/home/alice" };
	enum haunt_err err = client_conf_parse(&in, tell, told, &conf);

	assert_string_equal(told, "");
	check_ok(err);
	return conf;
}

static void check_mistakes(const char *text, const char *expected)
{
	char told[4096] = "";
	struct client_conf *conf = NULL;
	struct client_conf_text in = { text, "haunt.conf", "/home/alice" };
	enum haunt_err err = client_conf_parse(&in, tell, told, &conf);

	assert_string_equal(told, expected);
	check_err(err, HAUNT_EFORMAT);
	assert_null(conf);
}

static void test_defaults(void **state)
{
	struct client_conf *conf = parse(SERVICE("access = tcp/22"));
	const struct client_gateway *g = client_conf_gateway(conf, "g");
	const struct client_service *s;

	(void)state;
	assert_non_null(g);
	assert_string_equal(g->address, "203.0.113.1");
	assert_int_equal(g->port, 62201);
	assert_null(g->key_path);
	assert_string_equal(g->user, "");
	assert_int_equal(g->allow, CLIENT_ALLOW_LOCAL);
	assert_int_equal(g->mode, 2);
	assert_int_equal(g->hmac_type, 3);
	assert_int_equal(g->digest, 3);
	s = client_gateway_service(g, "s");
	assert_non_null(s);
	assert_int_equal(s->access_len, 1);
	assert_int_equal(s->access[0].proto, IPPROTO_TCP);
	assert_int_equal(s->access[0].first, 22);
	assert_int_equal(s->outer, CLIENT_OUTER_SAME);
	assert_int_equal(s->nat, CLIENT_NAT_NONE);
	assert_int_equal(s->lifetime_s, 0);
	assert_null(client_gateway_service(g, "t"));
	client_conf_free(conf);
	conf = parse("");
	assert_null(client_conf_gateway(conf, "g"));
	client_conf_free(conf);
}

static void test_command(void **state)
{
	struct client_conf *conf = parse(SERVICE("command = \"re start\""));
	const struct client_gateway *g = client_conf_gateway(conf, "g");
	const struct client_service *s = client_gateway_service(g, "s");

	(void)state;
	assert_string_equal(s->command, "re start");
	assert_int_equal(s->access_len, 0);
	client_conf_free(conf);
	check_mistakes(SERVICE("command = \"\""),
		       "3: command: expected 1 to 175 printable ASCII "
		       "characters, found ''\n");
	check_mistakes(SERVICE("command = x lifetime = 3"),
		       "2: service 's': a command is asked for without a "
		       "port, a host or a lifetime\n");
	check_mistakes(SERVICE("command = x access = tcp/1"),
		       "2: service 's': a command is asked for without a "
		       "port, a host or a lifetime\n");
}

static void test_everything(void **state)
{
	struct client_conf *conf = parse(
		"gateway home { address = \"gate.example.org\" port = 5\n"
		"key = '~/keys/home' user = \"al ice\" allow = 198.51.100.7\n"
		"mode = ctr hmac = sha512 digest = md5\n"
		"service ssh { access = tcp/22 nat-port = random\n"
		"  random-range = 50000-50001 lifetime = 30s }\n"
		"service web { access = tcp/22 nat-port = 80 }\n"
		"service wide { access = tcp/22 nat-port = 1000-2000 }\n"
		"service many { access = {tcp/1, \"udp/2,tcp/3\"} }\n"
		"service db { access = tcp/15432 nat = \"db.lan:5432\" } }\n"
		"gateway two { address = \"203.0.113.1\" key = /k\n"
		"allow = source hmac = none }");
	const struct client_gateway *g = client_conf_gateway(conf, "home");
	const struct client_service *s;

	(void)state;
	assert_string_equal(g->key_path, "/home/alice/keys/home");
	assert_int_equal(g->port, 5);
	assert_string_equal(g->user, "al ice");
	assert_int_equal(g->allow, CLIENT_ALLOW_ADDRESS);
	assert_int_equal(addr_v4_bytes(&g->allow_address)[3], 7);
	assert_int_equal(g->mode, 6);
	assert_int_equal(g->hmac_type, 5);
	assert_int_equal(g->digest, 1);
	s = client_gateway_service(g, "ssh");
	assert_int_equal(s->outer, CLIENT_OUTER_RANDOM);
	assert_int_equal(s->outer_range.first, 50000);
	assert_int_equal(s->outer_range.last, 50001);
	assert_int_equal(s->nat, CLIENT_NAT_LOCAL);
	assert_int_equal(s->lifetime_s, 30);
	s = client_gateway_service(g, "web");
	assert_int_equal(s->outer, CLIENT_OUTER_FIXED);
	assert_int_equal(s->outer_range.first, 80);
	s = client_gateway_service(g, "wide");
	assert_int_equal(s->outer, CLIENT_OUTER_RANDOM);
	assert_int_equal(s->outer_range.last, 2000);
	s = client_gateway_service(g, "many");
	assert_int_equal(s->access_len, 3);
	assert_int_equal(s->access[1].proto, IPPROTO_UDP);
	s = client_gateway_service(g, "db");
	assert_int_equal(s->nat, CLIENT_NAT_HOST);
	assert_string_equal(s->nat_host, "db.lan");
	assert_int_equal(s->nat_port, 5432);
	g = client_conf_match(conf, "203.0.113.1");
	assert_string_equal(g->name, "two");
	assert_string_equal(g->key_path, "/k");
	assert_int_equal(g->allow, CLIENT_ALLOW_SOURCE);
	assert_int_equal(g->hmac_type, 0);
	assert_string_equal(client_conf_match(conf, "home")->name, "home");
	assert_string_equal(client_conf_match(conf, "GATE.example.org")->name,
			    "home");
	assert_null(client_conf_match(conf, "example.org"));
	client_conf_free(conf);
}

static void test_random_range_default(void **state)
{
	struct client_conf *conf =
		parse(SERVICE("access = udp/5 nat-port = random"));
	const struct client_service *s = conf->gateways[0].services;

	(void)state;
	assert_int_equal(s->outer_range.first, 40000);
	assert_int_equal(s->outer_range.last, 60000);
	client_conf_free(conf);
}

static void test_gateway_mistakes(void **state)
{
	static const char *const cases[][2] = {
		{ "gateway g { }", "1: gateway 'g' has no 'address'\n" },
		{ GATEWAY("") GATEWAY(""), "3: gateway 'g' is there twice\n" },
		{ "gateway G { address = a }",
		  "1: gateway: expected a name of 1 to 32 of a-z, 0-9, '_' and "
		  "'-', found 'G'\n" },
		{ "gateway g { address = \"a b\" }",
		  "1: address: expected an address or a host's name, found "
		  "'a b'\n" },
		{ "gateway g { address = \"-a\" }",
		  "1: address: expected an address or a host's name, found "
		  "'-a'\n" },
		{ GATEWAY("port = 0"),
		  "2: port: expected a port of 1 to 65535, \"random\", or a "
		  "range of ports, found '0'\n" },
		{ GATEWAY("port = 9-8"),
		  "2: port: expected a port of 1 to 65535, \"random\", or a "
		  "range of ports, found '9-8'\n" },
		{ GATEWAY("key = keys/a"),
		  "2: key: expected a path that begins with '/' or \"~/\", "
		  "found 'keys/a'\n" },
		{ GATEWAY("key = '~bob/k'"),
		  "2: key: expected a path that begins with '/' or \"~/\", "
		  "found '~bob/k'\n" },
		{ GATEWAY("user = 'a:b'"),
		  "2: user: expected 1 to 48 printable characters without "
		  "\"/\\[]:;|=,+*?<>, found 'a:b'\n" },
		{ GATEWAY("allow = 2001:db8::1"),
		  "2: allow: expected \"local\", \"source\", \"resolve\" or "
		  "an IPv4 address, found '2001:db8::1'\n" },
		{ GATEWAY("allow = 0.0.0.0"),
		  "2: allow: expected \"local\", \"source\", \"resolve\" or "
		  "an IPv4 address, found '0.0.0.0'\n" },
		{ GATEWAY("mode = gcm\nhmac = x digest = none"),
		  "2: mode: expected cbc, ecb, cfb, ofb, ctr or legacy, found "
		  "'gcm'\n"
		  "3: hmac: expected md5, sha1, sha256, sha384, sha512, "
		  "sha3_256, sha3_512 or none, found 'x'\n"
		  "3: digest: expected md5, sha1, sha256, sha384, sha512, "
		  "sha3_256, sha3_512, found 'none'\n" },
		{ GATEWAY("kex = 1"),
		  "2: unknown option 'kex' in gateway; known: address, port, "
		  "key, user, allow, mode, hmac, digest, gpg-recipient, "
		  "gpg-signer, gpg-home, gpg-passphrase-file, carrier, "
		  "http-proxy, user-agent, spoof-source, source-port, "
		  "icmp-type, icmp-code, connect-timeout, time-offset, "
		  "resolvers\n" },
		{ GATEWAY("gpg-recipient = DEADBEEF"),
		  "2: gpg-recipient: expected a fingerprint of 40 or 64 "
		  "hexadecimal digits, as gpg --fingerprint shows it, found "
		  "'DEADBEEF'\n" },
		{ GATEWAY("gpg-home = /h"),
		  "2: gpg-home needs gpg-recipient\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_mistakes(cases[i][0], cases[i][1]);
}

static void test_service_mistakes(void **state)
{
	static const char *const cases[][2] = {
		{ SERVICE(""), "2: service 's' has no 'access'\n" },
		{ GATEWAY("service s { access = tcp/1 }\n"
			  "service s { access = tcp/1 }"),
		  "3: service 's' is there twice in gateway 'g'\n" },
		{ SERVICE("access = tcp/2-1"),
		  "3: access: expected protocols and ports, as in \"tcp/22\" "
		  "or \"tcp/22,udp/5000-5010\", found 'tcp/2-1'\n" },
		{ SERVICE("access = \"tcp/1,\""),
		  "3: access: expected protocols and ports, as in \"tcp/22\" "
		  "or \"tcp/22,udp/5000-5010\", found 'tcp/1,'\n" },
		{ SERVICE("access = tcp/1 nat-port = any"),
		  "3: nat-port: expected a port, \"random\", or a range of "
		  "ports, found 'any'\n" },
		{ SERVICE("access = tcp/1 nat-port = 9-8"),
		  "3: nat-port: expected a port, \"random\", or a range of "
		  "ports, found '9-8'\n" },
		{ SERVICE("access = tcp/1 nat-port = random\n"
			  "random-range = 9"
			  "-8"),
		  "4: random-range: expected ports, as in \"40000-60000\", "
		  "found '9-8'\n" },
		{ SERVICE("access = tcp/1 nat-port = 80\nrandom-range = 1-2"),
		  "4: random-range is for nat-port = \"random\"\n" },
		{ SERVICE("access = tcp/1 nat = \"db.lan\""),
		  "3: nat: expected HOST:PORT, as in \"198.51.100.2:5432\", "
		  "found 'db.lan'\n" },
		{ SERVICE("access = tcp/1 nat = \"2001:db8::1:22\""),
		  "3: nat: expected HOST:PORT, as in \"198.51.100.2:5432\", "
		  "found '2001:db8::1:22'\n" },
		{ SERVICE("access = tcp/1 lifetime = 65537"),
		  "3: lifetime: expected a time of 1s to 65536s, as in "
		  "\"30s\", found '65537'\n" },
		{ SERVICE("access = {tcp/1, tcp/2} nat-port = random"),
		  "2: service 's': a request for a random port takes one "
		  "port\n" },
		{ SERVICE("access = {tcp/1, udp/2} nat-port = 80"), MOVES },
		{ SERVICE("access = {tcp/1, tcp/2} nat-port = 65535"), MOVES },
		{ SERVICE("access = {tcp/2, tcp/1} nat = \"h:1\""), MOVES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_mistakes(cases[i][0], cases[i][1]);
}

static void test_too_many_ports(void **state)
{
	struct client_service s = client_service_default();

	(void)state;
	for (size_t i = 0; i < CLIENT_PORTS_MAX; i++)
		check_ok(client_parse_access("tcp/1", &s));
	check_err(client_parse_access("tcp/1", &s), HAUNT_EBUSY);
	assert_int_equal(s.access_len, CLIENT_PORTS_MAX);
	/* All of a list or nothing of it. */
	s.access_len = CLIENT_PORTS_MAX - 1;
	check_err(client_parse_access("tcp/1,tcp/2", &s), HAUNT_EBUSY);
	check_err(client_parse_access("tcp/1-2", &s), HAUNT_EBUSY);
	assert_int_equal(s.access_len, CLIENT_PORTS_MAX - 1);
	s.access_len = 0;
	check_err(client_parse_access("tcp/1-65535", &s), HAUNT_EBUSY);
	check_ok(client_parse_access("tcp/65505-65535", &s));
	assert_int_equal(s.access_len, 31);
	assert_int_equal(s.access[0].last, 65505);
	assert_int_equal(s.access[30].first, 65535);
}

static void test_nat_hosts(void **state)
{
	struct client_service s = client_service_default();
	char text[400];

	(void)state;
	check_ok(client_parse_nat("[2001:db8::2]:22", &s));
	assert_string_equal(s.nat_host, "2001:db8::2");
	assert_int_equal(s.nat_port, 22);
	check_err(client_parse_nat("[a]:22", &s), HAUNT_EFORMAT);
	check_err(client_parse_nat(":22", &s), HAUNT_EFORMAT);
	check_err(client_parse_nat("[]:22", &s), HAUNT_EFORMAT);
	check_err(client_parse_nat("[:22", &s), HAUNT_EFORMAT);
	check_err(client_parse_nat("a:0", &s), HAUNT_EFORMAT);
	check_err(client_parse_nat("a,b:1", &s), HAUNT_EFORMAT);
	memset(text, 'a', sizeof(text));
	strcpy(text + CLIENT_HOST_MAX, ":1");
	check_ok(client_parse_nat(text, &s));
	assert_int_equal(strlen(s.nat_host), CLIENT_HOST_MAX);
	memset(text, 'a', sizeof(text));
	strcpy(text + CLIENT_HOST_MAX + 1, ":1");
	check_err(client_parse_nat(text, &s), HAUNT_EFORMAT);
}

static void test_settle(void **state)
{
	struct client_service s = client_service_default();

	(void)state;
	assert_string_equal(client_service_settle(&s),
			    "there is no port to ask for");
	check_ok(client_parse_access("tcp/22", &s));
	assert_null(client_service_settle(&s));
	assert_int_equal(s.nat, CLIENT_NAT_NONE);
	check_ok(client_parse_outer("80", &s));
	assert_null(client_service_settle(&s));
	assert_int_equal(s.nat, CLIENT_NAT_LOCAL);
}

static void test_history(void **state)
{
	struct client_conf *conf = parse("history = false\n");

	(void)state;
	assert_false(conf->history);
	client_conf_free(conf);
	conf = parse("");
	assert_true(conf->history);
	client_conf_free(conf);
	check_mistakes("history = maybe\n",
		       "1: history: expected true or false, found 'maybe'\n");
	check_mistakes("history = true\nhistory = true\n",
		       "2: 'history' is given twice, first in line 1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_random_range_default),
		cmocka_unit_test(test_gateway_mistakes),
		cmocka_unit_test(test_service_mistakes),
		cmocka_unit_test(test_too_many_ports),
		cmocka_unit_test(test_nat_hosts),
		cmocka_unit_test(test_settle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
