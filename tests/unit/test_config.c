/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The gateway's configuration: what it means, and every mistake by its line
 * and its words. */
#include "conf/config.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/check.h"

#define LISTEN	"listen \"eth0\" { ports = {62201} }\n"
#define SERVICE "service \"ssh\" { target = \"tcp/22\" }\n"
#define CLIENT	"client \"alice\" { key = \"/k/a\" services = {\"ssh\"} }\n"
#define GOOD	LISTEN SERVICE CLIENT
/* Three lines that stand, and a fourth to be judged. */
#define AFTER_GOOD(text) GOOD text "\n"
/* The options of a second service and a second client, in line 4. */
#define A_SERVICE(options) AFTER_GOOD("service \"s\" { " options " }")
#define A_CLIENT(options)  AFTER_GOOD("client \"c\" { " options " }")
#define OTHER		   "target = \"198.51.100.2 tcp/5432\" "

struct told {
	char text[4096];
};

static void tell(void *arg, const char *name, unsigned int line,
		 const char *text)
{
	struct told *told = arg;
	size_t used = strlen(told->text);

	assert_string_equal(name, "test.conf");
	snprintf(told->text + used, sizeof(told->text) - used, "%u: %s\n", line,
		 text);
}

static struct config *parse(const char *text)
{
	struct told told = { "" };
	struct config *c = NULL;
	enum haunt_err err = config_parse(text, "test.conf", tell, &told, &c);

	assert_string_equal(told.text, "");
	check_ok(err);
	return c;
}

static void check_mistakes(const char *text, const char *expected)
{
	struct told told = { "" };
	struct config *c = NULL;
	enum haunt_err err = config_parse(text, "test.conf", tell, &told, &c);

	assert_string_equal(told.text, expected);
	check_err(err, HAUNT_EFORMAT);
	assert_null(c);
}

struct mistake_case {
	const char *text;
	const char *expected;
};

static void check_cases(const struct mistake_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_mistakes(cases[i].text, cases[i].expected);
}

#define CHECK_CASES(cases) check_cases(cases, sizeof(cases) / sizeof(*(cases)))

static void test_defaults(void **state)
{
	struct config *c = parse(GOOD);

	(void)state;
	assert_int_equal(c->listeners_len, 1);
	assert_int_equal(c->listeners[0].kind, LISTENER_SNIFF);
	assert_string_equal(c->listeners[0].interface, "eth0");
	assert_int_equal(c->listeners[0].udp.len, 1);
	assert_int_equal(c->listeners[0].udp.at[0].first, 62201);
	assert_int_equal(c->services_len, 1);
	assert_string_equal(c->services[0].name, "ssh");
	assert_true(c->services[0].local);
	assert_true(c->services[0].cloak);
	assert_int_equal(c->services[0].proto, IPPROTO_TCP);
	assert_int_equal(c->services[0].target.port, 22);
	assert_int_equal(c->services[0].at_len, 1);
	assert_true(service_at(&c->services[0], IPPROTO_TCP, 22));
	assert_false(service_at(&c->services[0], IPPROTO_UDP, 22));
	assert_false(service_at(&c->services[0], IPPROTO_TCP, 23));
	assert_int_equal(c->services[0].lifetime_s, 30);
	assert_int_equal(c->services[0].max_lifetime_s, 600);
	assert_int_equal(c->clients_len, 1);
	assert_string_equal(c->clients[0].key_path, "/k/a");
	assert_int_equal(c->clients[0].mode, 2);
	assert_int_equal(c->clients[0].hmac_type, 3);
	assert_int_equal(c->clients[0].from_len, 1);
	assert_int_equal(c->clients[0].from[0].len, 0);
	assert_true(client_may_use(&c->clients[0], 0));
	assert_false(client_may_use(&c->clients[0], 1));
	assert_false(c->clients[0].allow_without_hmac);
	assert_false(c->clients[0].allow_unbound_address);
	assert_false(c->clients[0].may_open_for_others);
	assert_false(c->clients[0].allow_forwarded_for);
	assert_int_equal(c->integration, INTEGRATION_AUTO);
	assert_int_equal(c->age_window_s, 120);
	assert_int_equal(c->max_grants, 65536);
	assert_string_equal(c->user_nat, "_haunt-nat");
	assert_int_equal(config_service(c, "ssh"), 0);
	assert_true(config_service(c, "web") == SIZE_MAX);
	assert_int_equal(config_client(c, "alice"), 0);
	assert_true(config_client(c, "bob") == SIZE_MAX);
	config_free(c);
}

static void test_everything(void **state)
{
	struct config *c = parse(
		"listen any { ports = {1, 65535} } # all\n"
		"listen udp { address = \"0.0.0.0:62201\" }\n"
		"listen 'udp' { address = \"[::]:62201\" }\n"
		"listen tcp { address = \"0.0.0.0:62201\" }\n"
		"listen http { address = \"[::]:80\" }\n"
		"listen eth9 { tcp-ports = {443, \"8000-8010\"} icmp = true }\n"
		"trusted-proxies = {192.0.2.7, \"2001:db8::/64\"}\n"
		"service ghost { target = \"tcp/22\" cloak = false\n"
		"  at = {\"tcp/80\", \"tcp/40000-60000\",}\n"
		"  lifetime = 2m max-lifetime = 1h at-end = cut\n"
		"  idle-timeout = 90s max-session = 720h connections = 3 }\n"
		"service db { target = \"2001:db8::2 udp/53\" at = udp/5353\n"
		"  source-nat = \"2001:db8::1\" single-use = true }\n"
		"service den { target = \"192.0.2.9 tcp/22\" hidden = true }\n"
		"client a_b-1 { key = '/k/$x' services = {db, ghost}\n"
		"  from = {198.51.100.0/24, \"2001:db8::/32\"} mode = ctr\n"
		"  hmac = none allow-without-hmac = true\n"
		"  allow-unbound-address = true may-open-for-others = true\n"
		"  allow-forwarded-for = true }\n"
		"/* a\n comment */ integration = manual age-window = 60\n"
		"never-close-for = {192.0.2.0/28, \"2001:db8::7\"}\n"
		"session-events = true session-poll = 3s\n"
		"max-grants = 1000000 log = syslog log-level = debug\n"
		"state-dir = /s control-socket = /c control-group = g\n"
		"user-capture = a user-gate = b user-nat = c // end");
	struct service *s = c->services;

	(void)state;
	assert_int_equal(c->listeners_len, 6);
	assert_int_equal(c->listeners[3].kind, LISTENER_TCP);
	assert_int_equal(c->listeners[4].kind, LISTENER_HTTP);
	assert_int_equal(c->listeners[4].address.port, 80);
	assert_true(c->listeners[5].icmp);
	assert_false(c->listeners[0].icmp);
	assert_int_equal(c->listeners[5].udp.len, 0);
	assert_true(port_list_has(&c->listeners[5].tcp, 8010));
	assert_true(port_list_has(&c->listeners[5].tcp, 443));
	assert_false(port_list_has(&c->listeners[5].tcp, 8011));
	assert_int_equal(c->trusted_proxies_len, 2);
	assert_int_equal(c->trusted_proxies[1].len, 64);
	assert_true(c->clients[0].allow_forwarded_for);
	assert_int_equal(c->listeners[0].udp.at[1].last, 65535);
	assert_int_equal(c->listeners[1].kind, LISTENER_UDP);
	assert_true(addr_is_v4(&c->listeners[1].address.addr));
	assert_false(addr_is_v4(&c->listeners[2].address.addr));
	assert_false(s[0].cloak);
	assert_int_equal(s[0].at_len, 2);
	assert_true(service_at(&s[0], IPPROTO_TCP, 60000));
	assert_false(service_at(&s[0], IPPROTO_TCP, 60001));
	assert_int_equal(s[0].lifetime_s, 120);
	assert_int_equal(s[0].max_lifetime_s, 3600);
	assert_int_equal(s[0].at_end, AT_END_CUT);
	assert_int_equal(s[0].idle_timeout_s, 90);
	assert_int_equal(s[0].max_session_s, 2592000);
	assert_int_equal(s[0].connections, 3);
	assert_false(s[0].single_use);
	assert_true(s[1].single_use);
	assert_true(s[2].hidden);
	assert_int_equal(s[2].source_nat, SOURCE_NAT_NONE);
	assert_int_equal(c->never_close_for_len, 2);
	assert_int_equal(c->never_close_for[0].len, 124);
	assert_true(c->session_events);
	assert_int_equal(c->session_poll_s, 3);
	assert_false(s[1].local);
	assert_false(s[1].cloak);
	assert_int_equal(s[1].proto, IPPROTO_UDP);
	assert_int_equal(s[1].target.port, 53);
	assert_int_equal(s[1].source_nat, SOURCE_NAT_ADDRESS);
	assert_string_equal(c->clients[0].key_path, "/k/$x");
	assert_int_equal(c->clients[0].services[0], 1);
	assert_int_equal(c->clients[0].services[1], 0);
	assert_int_equal(c->clients[0].from_len, 2);
	assert_int_equal(c->clients[0].from[0].len, 120);
	assert_int_equal(c->clients[0].mode, 6);
	assert_int_equal(c->clients[0].hmac_type, 0);
	assert_true(c->clients[0].allow_without_hmac);
	assert_int_equal(c->integration, INTEGRATION_MANUAL);
	assert_int_equal(c->age_window_s, 60);
	assert_int_equal(c->max_grants, 1000000);
	assert_int_equal(c->log_sink, LOG_SINK_SYSLOG);
	assert_int_equal(c->log_level, LOG_LEVEL_DEBUG);
	assert_string_equal(c->control_socket, "/c");
	config_free(c);
}

static void test_short_max_lifetime(void **state)
{
	struct config *c =
		parse(A_SERVICE(OTHER "at = \"tcp/1\" max-lifetime = 5s"));

	(void)state;
	assert_int_equal(c->services[1].lifetime_s, 5);
	assert_int_equal(c->services[1].source_nat, SOURCE_NAT_MASQUERADE);
	config_free(c);
}

static void test_missing_sections(void **state)
{
	static const struct mistake_case cases[] = {
		{ "", "0: there is no 'listen' section\n"
		      "0: there is no 'service' section\n"
		      "0: there is no 'client' section\n" },
		{ LISTEN SERVICE, "0: there is no 'client' section\n" },
		{ LISTEN "\n" CLIENT, "3: services: there is no service 'ssh'\n"
				      "0: there is no 'service' section\n" },
	};

	(void)state;
	CHECK_CASES(cases);
}

static void test_names(void **state)
{
	static const struct mistake_case cases[] = {
		{ AFTER_GOOD("service \"Web\" { target = \"tcp/80\" }"),
		  "4: service: expected a name of 1 to 32 of a-z, 0-9, '_' and "
		  "'-', found 'Web'\n" },
		{ AFTER_GOOD("client \"\" { key = /k services = ssh }"),
		  "4: client: expected a name of 1 to 32 of a-z, 0-9, '_' and "
		  "'-', found ''\n" },
		{ AFTER_GOOD("service abcdefghijklmnopqrstuvwxyz0123456 "
			     "{ target = tcp/80 }"),
		  "4: service: expected a name of 1 to 32 of a-z, 0-9, '_' and "
		  "'-', found 'abcdefghijklmnopqrstuvwxyz0123456'\n" },
		{ AFTER_GOOD("\nservice ssh { target = tcp/23 }"),
		  "5: service 'ssh' is there twice, first in line 2\n" },
		{ AFTER_GOOD("client alice { key = /k services = ssh }"),
		  "4: client 'alice' is there twice, first in line 3\n" },
		{ A_CLIENT("services = ssh\n key = /k/a"),
		  "5: key file '/k/a' is there twice, first in line 3\n" },
	};

	(void)state;
	CHECK_CASES(cases);
}

static void test_listeners(void **state)
{
	static const struct mistake_case cases[] = {
		{ AFTER_GOOD("listen eth1 { }"),
		  "4: this listener has no 'ports', no 'tcp-ports' and no "
		  "'icmp'\n" },
		{ AFTER_GOOD("listen udp { }"),
		  "4: this listener has no 'address'\n" },
		{ AFTER_GOOD("listen udp { address = \"0.0.0.0:1\"\n"
			     "ports = 1 }"),
		  "5: 'ports' is for interfaces; here 'address' says it\n" },
		{ AFTER_GOOD("listen eth1 { ports = 1\n"
			     "address = \"0.0.0.0:1\" }"),
		  "5: 'address' is for listen \"udp\", \"tcp\" and "
		  "\"http\"; here 'ports' says it\n" },
		{ AFTER_GOOD("listen eth1 { ports = {1,\n0,\n65536, 1} }"),
		  "5: ports: expected a port of 1 to 65535, or a range as in "
		  "\"62000-62100\", found '0'\n"
		  "6: ports: expected a port of 1 to 65535, or a range as in "
		  "\"62000-62100\", found '65536'\n"
		  "6: ports: 1 is in the list twice\n" },
		{ AFTER_GOOD("listen eth1 { ports = -1 }"),
		  "4: ports: expected a port of 1 to 65535, or a range as in "
		  "\"62000-62100\", found '-1'\n" },
		{ AFTER_GOOD("listen udp { address = \"0.0.0.0\" }"),
		  "4: address: expected ADDRESS:PORT, as in "
		  "\"0.0.0.0:62201\" or \"[::]:62201\", found '0.0.0.0'\n" },
		{ AFTER_GOOD("listen \"a/b\" { ports = 1 }"),
		  "4: listen: expected \"udp\", \"tcp\", \"http\", \"any\" or an "
		  "interface, found 'a/b'\n" },
		{ AFTER_GOOD("listen abcdefghijklmnop { ports = 1 }"),
		  "4: listen: expected \"udp\", \"tcp\", \"http\", \"any\" or an "
		  "interface, found 'abcdefghijklmnop'\n" },
		{ AFTER_GOOD("listen eth0 { ports = 1 }"),
		  "4: hears the same as the listener in line 1\n" },
		{ AFTER_GOOD("listen any { ports = 62201 }"),
		  "4: hears the same as the listener in line 1\n" },
		{ AFTER_GOOD("listen udp { address = \"[::]:9\" }\n"
			     "listen udp { address = \"[::]:9\" }"),
		  "5: hears the same as the listener in line 4\n" },
	};

	(void)state;
	CHECK_CASES(cases);
}

static void test_carriers(void **state)
{
	static const struct mistake_case cases[] = {
		{ AFTER_GOOD("listen eth1 { icmp = false }"),
		  "4: this listener has no 'ports', no 'tcp-ports' and no "
		  "'icmp'\n" },
		{ AFTER_GOOD("listen eth1 { icmp = 1 }"),
		  "4: icmp: expected true or false, found '1'\n"
		  "4: this listener has no 'ports', no 'tcp-ports' and no "
		  "'icmp'\n" },
		{ AFTER_GOOD("listen tcp { }"),
		  "4: this listener has no 'address'\n" },
		{ AFTER_GOOD("listen http { address = \"0.0.0.0:1\"\n"
			     "tcp-ports = 1\nicmp = true }"),
		  "5: 'tcp-ports' is for interfaces; here 'address' says it\n"
		  "6: 'icmp' is for interfaces; here 'address' says it\n" },
		{ AFTER_GOOD("listen eth1 { tcp-ports = {\"9-8\", \"1-\",\n"
			     "\"0-5\", tcp/5} }"),
		  "4: tcp-ports: expected a port of 1 to 65535, or a range as "
		  "in \"62000-62100\", found '9-8'\n"
		  "4: tcp-ports: expected a port of 1 to 65535, or a range as "
		  "in \"62000-62100\", found '1-'\n"
		  "5: tcp-ports: expected a port of 1 to 65535, or a range as "
		  "in \"62000-62100\", found '0-5'\n"
		  "5: tcp-ports: expected a port of 1 to 65535, or a range as "
		  "in \"62000-62100\", found 'tcp/5'\n" },
		{ AFTER_GOOD(
			  "listen eth1 { ports = {\"10-20\",\n\"20-30\",\n15}"
			  " }"),
		  "5: ports: 20-30 has ports that are in the list already, "
		  "with 20\n"
		  "6: ports: 15 is in the list twice\n" },
		{ AFTER_GOOD("listen any { ports = \"1-65535\" }"),
		  "4: hears the same as the listener in line 1\n" },
		{ AFTER_GOOD("listen any { tcp-ports = 62201 icmp = true }\n"
			     "listen eth1 { tcp-ports = \"60000-65000\" }\n"
			     "listen eth2 { icmp = true }"),
		  "5: hears the same as the listener in line 4\n"
		  "6: hears the same as the listener in line 4\n" },
		{ AFTER_GOOD("listen tcp { address = \"[::]:9\" }\n"
			     "listen udp { address = \"[::]:9\" }\n"
			     "listen http { address = \"[::]:9\" }"),
		  "6: hears the same as the listener in line 4\n" },
		{ AFTER_GOOD("listen http { address = \"0.0.0.0:22\" }"),
		  "4: tcp/22 is cloaked by service 'ssh': nobody could "
		  "connect to this listener\n" },
		{ AFTER_GOOD("trusted-proxies = {any, \"::/0\", 192.0.2.1/24}"),
		  "4: trusted-proxies: expected an address or a prefix: "
		  "everybody could say whom a packet comes from, found 'any'\n"
		  "4: trusted-proxies: expected an address or a prefix: "
		  "everybody could say whom a packet comes from, found '::/0'\n"
		  "4: trusted-proxies: expected \"any\", an address, or a "
		  "prefix without host bits, as in \"198.51.100.0/24\", found "
		  "'192.0.2.1/24'\n" },
		{ A_CLIENT("key = /k/c services = ssh\n"
			   "allow-forwarded-for = true"),
		  "5: allow-forwarded-for: there are no 'trusted-proxies' to "
		  "believe\n" },
	};

	(void)state;
	CHECK_CASES(cases);
}

/* 16 listeners of 64 are all that the kernel's program has room for. */
static void test_too_many_ports(void **state)
{
	static char text[65536] = GOOD;
	size_t n = strlen(text);

	(void)state;
	for (int i = 1; i <= 17; i++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "\nlisten e%d { ports = {", i);
		for (int j = 1; j <= 32; j++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%d,",
					      j);
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "} tcp-ports = {");
		for (int j = 1; j <= (i == 17 ? 1 : i == 16 ? 31 : 32); j++)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
					      "\"%d-%d\",", 2 * j, 2 * j + 1);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "} }");
		if (i == 16)
			config_free(parse(text));
	}
	check_mistakes(text, "21: more than 1024 ports and ranges in all "
			     "listeners\n");
}

static void test_internet(void **state)
{
	static const struct mistake_case cases[] = {
		{ A_SERVICE("target = internet cloak = true"),
		  "4: cloak is for targets with a port; \"internet\" has "
		  "none\n" },
		{ A_SERVICE("target = internet\nsingle-use = true\n"
			    "connections = 1\nhidden = true"),
		  "5: single-use is for targets with a port; \"internet\" has "
		  "none\n"
		  "6: connections is for targets with a port; \"internet\" "
		  "has none\n"
		  "7: hidden is for targets with a port; \"internet\" has "
		  "none\n" },
		{ A_SERVICE("target = internet\nat = tcp/1-2"),
		  "5: at: \"internet\" is asked for by one port, and after "
		  "that by others\n" },
		{ A_SERVICE("target = internet\nat = {tcp/3-4, tcp/1}"),
		  "5: at: \"internet\" is asked for by one port, and after "
		  "that by others\n" },
		{ A_SERVICE("target = internet to = 10.0.0.1/8"),
		  "4: to: expected \"any\", an address, or a prefix without "
		  "host bits, as in \"198.51.100.0/24\", found '10.0.0.1/8'\n" },
		{ A_SERVICE("target = tcp/23 to = 10.0.0.0/8"),
		  "4: to is for the target \"internet\"\n" },
		{ A_SERVICE("target = internet at = tcp/22"),
		  "2: service 'ssh' has the port that \"internet\" is asked "
		  "for by, tcp/22: give 's' in line 4 another 'at'\n" },
		{ A_SERVICE(
			  "target = internet") "service \"t\" {\n"
					       "target = internet at = tcp/2 }",
		  "6: at: all services that are \"internet\" begin with the "
		  "same, 's' in line 4 with tcp/1\n" },
		{ A_SERVICE("target = internet") "service \"t\" {\n"
						 "target = internet }\n"
						 "client \"c\" { key = \"/c\"\n"
						 "services = {\"s\", \"t\"} }",
		  "8: services: 's' and 't' are both \"internet\", and a "
		  "client can have one\n" },
	};

	(void)state;
	CHECK_CASES(cases);
	/* What else it is asked for by may be a port of the gateway. */
	config_free(parse(A_SERVICE("target = internet\n"
				    "at = {tcp/1, tcp/20-30, udp/5}")));
}

static void test_named(void **state)
{
	static const struct mistake_case cases[] = {
		{ A_SERVICE("target = \"db.example tcp/1\" refresh = 9s"),
		  "4: refresh: expected a time of 10s to 24h, as in \"30s\" or "
		  "\"5m\", found '9s'\n" },
		{ A_SERVICE("target = \"db.example tcp/1\" refresh = 25h"),
		  "4: refresh: expected a time of 10s to 24h, as in \"30s\" or "
		  "\"5m\", found '25h'\n" },
		{ A_SERVICE("target = \"192.0.2.1 tcp/1\" refresh = 10s"),
		  "4: refresh is for targets that are named; this one is "
		  "not\n" },
		{ A_SERVICE("target = \"db.example tcp/1\" hidden = true"),
		  "4: hidden is for an address of the gateway; a name does not "
		  "lead there\n" },
		{ A_SERVICE("target = \"db.example tcp/1\" cloak = true"),
		  "4: cloak is for targets on the gateway; this one is on "
		  "another host\n" },
		{ A_SERVICE(
			  "target = \"db.example tcp/1\"") "service t {\n"
							   "target = \"DB.Example. tcp/1\" }",
		  "5: service 't' has the same target as 's' in line 4, and "
		  "outer ports in common with it\n" },
	};
	struct config *c = parse(A_SERVICE("target = \"DB.x_1-y.Example. "
					   "udp/5-7\" source-nat = \"::5\""));
	const struct service *s = &c->services[1];
	struct ip_addr a;

	(void)state;
	assert_true(config_has_names(c));
	assert_string_equal(s->named->host, "db.x_1-y.example");
	assert_int_equal(s->named->refresh_s, 300);
	assert_int_equal(s->target_last, 7);
	assert_true(service_is_named(s, "db.X_1-y.example"));
	assert_true(service_is_named(s, "db.x_1-y.example."));
	assert_false(service_is_named(s, "db.x_1-y.example.."));
	assert_false(service_is_named(s, "db.x_1-y.exampl"));
	assert_false(service_is_named(s, ""));
	assert_false(service_host(s, true, &a));
	assert_false(service_host(s, false, &a));
	assert_false(service_is_named(&c->services[0], ""));
	config_free(c);
	CHECK_CASES(cases);
}

static void test_targets_and_ports(void **state)
{
	static const char target[] =
		"4: target: expected \"tcp/22\", an address or a host's name "
		"and a port, as in \"198.51.100.2 tcp/5432\", or "
		"\"internet\", found '%s'\n";
	static const char *const bad[] = {
		"tcp",
		"icmp/1",
		"tcp/0",
		"tcp/65536",
		"tcp/1-",
		"tcp/0-5",
		"tcp/1-65536",
		"TCP/22",
		"-host tcp/22",
		"198.51.100.2.3 tcp/22",
		"198.51.100 tcp/22",
		"db..example tcp/22",
		"db/example tcp/22",
		"db.example:5432",
		"0.0.0.0 tcp/22",
		"198.51.100",
		"::1",
		"tcp/22x",
		"224.0.0.1 udp/1",
		"tcp/ 22",
		" tcp/22",
		"tcp/99999999999999999999",
		"192.0.2.1 ",
		"192.0.2.256 tcp/1",
	};
	static const struct mistake_case cases[] = {
		{ A_SERVICE("at = tcp/80"),
		  "4: service 's' has no 'target'\n" },
		{ A_SERVICE("target = tcp/23 at = {tcp/23,\n\"udp/23\"}"),
		  "5: at: the target is tcp, udp/23 is not\n" },
		{ A_SERVICE("target = tcp/23 at = {tcp/1,\ntcp/60000-40000}"),
		  "5: at: expected the lower port first, found "
		  "'tcp/60000-40000'\n" },
		{ A_SERVICE("target = tcp/23 at = tcp/0"),
		  "4: at: expected a protocol and ports of 1 to 65535, as in "
		  "\"tcp/22\" or \"tcp/40000-60000\", found 'tcp/0'\n" },
		{ A_SERVICE("target = tcp/23 at = {tcp/1-9,\ntcp/9-12}"),
		  "5: at: 'tcp/9-12' overlaps a range before it\n" },
		{ A_SERVICE("target = tcp/22 at = {tcp/80,\ntcp/1-22}"),
		  "5: service 's' has the same target as 'ssh' in line 2, and "
		  "outer ports in common with it\n" },
		{ A_SERVICE("target = tcp/5010-5000"),
		  "4: target: expected the lower port first, found "
		  "'tcp/5010-5000'\n" },
		{ A_SERVICE(
			  "target = tcp/5000-5010 at = {tcp/1-11,\ntcp/12-21}"),
		  "5: at: the target is 11 ports, tcp/12-21 is 10\n" },
		{ A_SERVICE("target = tcp/5000-5010 at = {tcp/80}"),
		  "4: at: the target is 11 ports, tcp/80-80 is 1\n" },
		/* tcp/22 leads to 22 by both. */
		{ A_SERVICE("target = tcp/20-30"),
		  "4: service 's' has the same target as 'ssh' in line 2, and "
		  "outer ports in common with it\n" },
		{ A_SERVICE("target = tcp/22"),
		  "4: service 's' has the same target as 'ssh' in line 2, and "
		  "outer ports in common with it\n" },
	};
	char text[512], expected[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text),
			 AFTER_GOOD("service s { target = \"%s\" }"), bad[i]);
		snprintf(expected, sizeof(expected), target, bad[i]);
		check_mistakes(text, expected);
	}
	CHECK_CASES(cases);
	/* The same outer port for two targets is what ghosts are about. */
	config_free(parse(A_SERVICE("target = tcp/80 at = {tcp/80, tcp/22}")));
}

static void test_service_options(void **state)
{
	static const struct mistake_case cases[] = {
		{ A_SERVICE(OTHER "\ncloak = true"),
		  "5: cloak is for targets on the gateway; this one is on "
		  "another host\n" },
		{ A_SERVICE("target = tcp/23 cloak = yes"),
		  "4: cloak: expected true or false, found 'yes'\n" },
		{ A_SERVICE("target = tcp/23\nsource-nat = masquerade"),
		  "5: source-nat is for targets on other hosts; this one is on "
		  "the gateway\n" },
		{ A_SERVICE(OTHER "source-nat = \"2001:db8::1\""),
		  "4: source-nat: the target is an IPv4 address, this is "
		  "not\n" },
		{ A_SERVICE("target = \"2001:db8::2 tcp/1\"\n"
			    "source-nat = 192.0.2.1"),
		  "5: source-nat: the target is an IPv6 address, this is "
		  "not\n" },
		{ A_SERVICE(OTHER "source-nat = 0.0.0.0"),
		  "4: source-nat: expected \"none\", \"masquerade\" or an "
		  "address, found '0.0.0.0'\n" },
		{ A_SERVICE("target = tcp/23 at-end = stay"),
		  "4: at-end: expected \"keep\" or \"cut\", found "
		  "'stay'\n" },
		{ A_SERVICE("target = tcp/23 idle-timeout = 721h"),
		  "4: idle-timeout: expected a time of 1s to 720h, as in "
		  "\"90s\" or \"8h\", found '721h'\n" },
		{ A_SERVICE("target = tcp/23 max-session = 0"),
		  "4: max-session: expected a time of 1s to 720h, as in "
		  "\"90s\" or \"8h\", found '0'\n" },
		{ A_SERVICE("target = tcp/23 connections = 0"),
		  "4: connections: expected a number of 1 to 65535, found "
		  "'0'\n" },
		{ A_SERVICE("target = tcp/23 connections = 2\n"
			    "single-use = true"),
		  "4: connections: 2 is more than the one of single-use\n" },
		{ A_SERVICE("target = tcp/23 hidden = true"),
		  "4: hidden is for targets with an address of their own; "
		  "this one has none\n" },
		{ A_SERVICE("target = \"192.0.2.1 tcp/1\" hidden = true\n"
			    "source-nat = masquerade"),
		  "5: source-nat is for targets on other hosts; a hidden one "
		  "is on the gateway\n" },
		{ A_SERVICE("target = tcp/23 lifetime = 30d"),
		  "4: lifetime: expected a time of 1s to 24h, as in \"30s\" or "
		  "\"10m\", found '30d'\n" },
		{ A_SERVICE("target = tcp/23\nlifetime = 0 max-lifetime = 25h"),
		  "5: lifetime: expected a time of 1s to 24h, as in \"30s\" or "
		  "\"10m\", found '0'\n"
		  "5: max-lifetime: expected a time of 1s to 24h, as in "
		  "\"30s\" or \"10m\", found '25h'\n" },
		{ A_SERVICE("target = tcp/23 max-lifetime = 4294967297"),
		  "4: max-lifetime: expected a time of 1s to 24h, as in "
		  "\"30s\" or \"10m\", found '4294967297'\n" },
		{ A_SERVICE("target = tcp/23 max-lifetime = 9s\nlifetime = 10"),
		  "5: lifetime: 10s is longer than max-lifetime, 9s\n" },
		{ A_SERVICE("target = tcp/23 lifetime = 11m"),
		  "4: lifetime: 660s is longer than max-lifetime, 600s by "
		  "default\n" },
	};

	(void)state;
	CHECK_CASES(cases);
}

#define FPR_A "0123456789ABCDEF0123456789ABCDEF01234567"
#define WANTS_FPR                                                         \
	"4: gpg-signers: expected a fingerprint of 40 or 64 hexadecimal " \
	"digits, as gpg --fingerprint shows it"

static void test_signers(void **state)
{
	static const struct mistake_case cases[] = {
		{ A_CLIENT("key = /k services = ssh gpg-signers = DEADBEEF"),
		  WANTS_FPR " (anybody can make a key with the same short key "
			    "ID), found 'DEADBEEF'\n" },
		{ A_CLIENT("key = /k services = ssh gpg-signers = "
			   "\"alice@example.net\""),
		  WANTS_FPR ", found 'alice@example.net'\n" },
		{ A_CLIENT("key = /k services = ssh gpg-signers = {" FPR_A
			   ",\n\"0123 4567 89ab cdef 0123 4567 89ab cdef 0123 "
			   "4567\"}"),
		  "5: gpg-signers: " FPR_A " is in the list twice\n" },
		{ A_CLIENT("services = ssh gpg-signers = " FPR_A),
		  "4: client 'c' has no 'key'\n" },
		{ A_CLIENT("services = ssh hmac = none allow-without-hmac = "
			   "true gpg-signers = " FPR_A " }\nclient d {"
			   "services = ssh hmac = none allow-without-hmac = "
			   "true gpg-signers = " FPR_A),
		  "5: gpg-signers: " FPR_A " signs for 'c' in line 4, too, "
		  "and neither has an HMAC\n" },
		{ AFTER_GOOD("gpg-home = gnupg"),
		  "4: gpg-home: expected a path that begins with '/', found "
		  "'gnupg'\n" },
	};

	(void)state;
	CHECK_CASES(cases);
}

static void test_client_options(void **state)
{
	static const struct mistake_case cases[] = {
		{ A_CLIENT("services = ssh"), "4: client 'c' has no 'key'\n" },
		{ A_CLIENT("key = /k"), "4: client 'c' has no 'services'\n" },
		{ A_CLIENT("key = k services = ssh"),
		  "4: key: expected a path that begins with '/', found 'k'\n" },
		{ A_CLIENT("key = /k services = {ssh,\nweb,\nssh, \"a b\"}"),
		  "5: services: there is no service 'web'\n"
		  "6: services: 'ssh' is in the list twice\n"
		  "6: services: expected the name of a service, found "
		  "'a b'\n" },
		{ A_CLIENT("key = /k services = ssh from = {any,\n"
			   "198.51.100.1/24}"),
		  "5: from: expected \"any\", an address, or a prefix without "
		  "host bits, as in \"198.51.100.0/24\", found "
		  "'198.51.100.1/24'\n" },
		{ A_CLIENT("key = /k services = ssh mode = pcbc"),
		  "4: mode: expected cbc, ecb, cfb, ofb, ctr or legacy, found "
		  "'pcbc'\n" },
		{ A_CLIENT("key = /k services = ssh hmac = sha3"),
		  "4: hmac: expected md5, sha1, sha256, sha384, sha512, "
		  "sha3_256, sha3_512 or none, found 'sha3'\n" },
		{ A_CLIENT("key = /k services = ssh\nhmac = none"),
		  "5: hmac: \"none\" needs allow-without-hmac = true\n" },
		{ A_CLIENT("key = /k services = ssh allow-without-hmac = 1\n"
			   "allow-unbound-address = on\n"
			   "may-open-for-others = TRUE"),
		  "4: allow-without-hmac: expected true or false, found '1'\n"
		  "5: allow-unbound-address: expected true or false, found "
		  "'on'\n"
		  "6: may-open-for-others: expected true or false, found "
		  "'TRUE'\n" },
	};

	(void)state;
	CHECK_CASES(cases);
}

static void test_globals(void **state)
{
	static const struct mistake_case cases[] = {
		{ AFTER_GOOD("integration = yes"),
		  "4: integration: expected \"auto\" or \"manual\", found "
		  "'yes'\n" },
		{ AFTER_GOOD("age-window = 2h"),
		  "4: age-window: expected a time of 1s to 1h, as in "
		  "\"120s\", found '2h'\n" },
		{ AFTER_GOOD("never-close-for = {any}"),
		  "4: never-close-for: expected an address or a prefix: with "
		  "\"any\" nothing would be closed, found 'any'\n" },
		{ AFTER_GOOD("session-poll = 2h"),
		  "4: session-poll: expected a time of 1s to 1h, as in "
		  "\"10s\", found '2h'\n" },
		{ AFTER_GOOD("max-grants = 1000001"),
		  "4: max-grants: expected a number of 1 to 1000000, found "
		  "'1000001'\n" },
		{ AFTER_GOOD("max-grants = 0x10"),
		  "4: max-grants: expected a number of 1 to 1000000, found "
		  "'0x10'\n" },
		{ AFTER_GOOD("state-dir = var\ncontrol-socket = run"),
		  "4: state-dir: expected a path that begins with '/', found "
		  "'var'\n"
		  "5: control-socket: expected a path that begins with '/', "
		  "found 'run'\n" },
		{ AFTER_GOOD("user-nat = \"a b\""),
		  "4: user-nat: expected the name of an account, found "
		  "'a b'\n" },
		{ AFTER_GOOD("log = file log-level = loud"),
		  "4: log: expected \"stderr\" or \"syslog\", found 'file'\n"
		  "4: log-level: expected \"error\", \"warning\", \"info\" or "
		  "\"debug\", found 'loud'\n" },
		{ AFTER_GOOD("log = stderr\nlog = stderr"),
		  "5: 'log' is given twice, first in line 4\n" },
	};

	(void)state;
	CHECK_CASES(cases);
}

/* One run tells all of them, in the order of the lines. */
static void test_all_in_one_run(void **state)
{
	(void)state;
	check_mistakes(
		"listen eth0 { ports = 0 }\n"
		"# nothing\n"
		"colour = red\n"
		"service ssh { target = tcp/22\n"
		"lifetme = 3s\n"
		"at-end = {keep} }\n"
		"client alice { key = /k services = shh }\n",
		"1: ports: expected a port of 1 to 65535, or a range as in "
		"\"62000-62100\", found '0'\n"
		"3: unknown option 'colour' in the file; known: "
		"integration, age-window, max-grants, "
		"never-close-for, trusted-proxies, session-events, "
		"session-poll, state-dir, control-socket, control-group, user-capture, "
		"user-gate, user-nat, user-pgp, gpg-home, "
		"gpg-passphrase-file, user-run, user-names, log, log-level\n"
		"5: unknown option 'lifetme' in service; known: target, "
		"at, cloak, lifetime, max-lifetime, at-end, "
		"idle-timeout, max-session, single-use, "
		"connections, hidden, source-nat, on-grant, on-end, hook-user, hook-group, hook-timeout, to, refresh\n"
		"6: 'at-end' takes one value, not a list\n"
		"7: services: there is no service 'shh'\n");
}

static char *print(const struct config *c)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	check_ok(config_print(c, to));
	assert_int_equal(fclose(to), 0);
	return text;
}

static void test_print_round_trip(void **state)
{
	static const char *const texts[] = {
		GOOD,
		A_SERVICE(OTHER "at = {tcp/1, tcp/5-9} source-nat = none"),
		A_SERVICE(OTHER "source-nat = 192.0.2.1 lifetime = 1h "
				"max-lifetime = 24h"),
		A_CLIENT("key = '/k/\\'${HOME}\\'\"' services = {ssh} hmac = "
			 "none allow-without-hmac = true from = {192.0.2.1, "
			 "\"2001:db8::/32\"} mode = legacy"),
		AFTER_GOOD("listen udp { address = \"192.0.2.1:1\" }\n"
			   "integration = manual log = syslog"),
		A_SERVICE("target = tcp/23 at-end = cut idle-timeout = 5m "
			  "max-session = 8h single-use = true"),
		A_SERVICE("target = \"2001:db8::9 tcp/22\" hidden = true "
			  "connections = 65535"),
		AFTER_GOOD("never-close-for = {\"2001:db8::/32\", 192.0.2.1} "
			   "session-events = true session-poll = 1h"),
		AFTER_GOOD("listen tcp { address = \"192.0.2.1:1\" }\n"
			   "listen http { address = \"[::]:80\" }\n"
			   "listen e { tcp-ports = {1, \"5-9\"} }\n"
			   "listen f { ports = \"1024-65535\" icmp = true }\n"
			   "trusted-proxies = {\"2001:db8::/32\", 192.0.2.1}"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct config *c = parse(texts[i]);
		char *first = print(c), *second;

		config_free(c);
		c = parse(first);
		second = print(c);
		assert_string_equal(first, second);
		config_free(c);
		free(first);
		free(second);
	}
}

static void test_print_spells_defaults(void **state)
{
	struct config *c = parse(GOOD);
	char *text = print(c);

	(void)state;
	assert_non_null(strstr(text, "at = {\"tcp/22\"}"));
	assert_non_null(strstr(text, "cloak = true"));
	assert_non_null(strstr(text, "max-lifetime = \"600s\""));
	assert_non_null(strstr(text, "from = {\"any\"}"));
	assert_non_null(strstr(text, "age-window = \"120s\""));
	assert_non_null(strstr(text, "user-gate = \"_haunt\""));
	config_free(c);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_short_max_lifetime),
		cmocka_unit_test(test_missing_sections),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_listeners),
		cmocka_unit_test(test_carriers),
		cmocka_unit_test(test_too_many_ports),
		cmocka_unit_test(test_internet),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_targets_and_ports),
		cmocka_unit_test(test_service_options),
		cmocka_unit_test(test_client_options),
		cmocka_unit_test(test_signers),
		cmocka_unit_test(test_globals),
		cmocka_unit_test(test_all_in_one_run),
		cmocka_unit_test(test_print_round_trip),
		cmocka_unit_test(test_print_spells_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
