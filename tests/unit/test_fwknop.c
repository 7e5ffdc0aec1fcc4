/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fwknop's files: every line has a verdict, and what comes out is ours. */
#include "conf/fwknop_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conf/client_conf.h"
#include "tests/lib/check.h"

/* ---- a file in, a configuration and a report out ---- */

struct result {
	char *conf;
	char *report;
	struct fwknop_out out;
};

static const char *keep(void *arg, struct fwknop_out *out, const char *name,
			const struct fwknop_keys *keys)
{
	static char path[4][64];
	static size_t next;
	char *to = path[next++ % 4];

	(void)arg;
	(void)out;
	assert_true(keys->key || keys->hmac);
	snprintf(to, sizeof(path[0]), "/k/%s", name);
	return to;
}

static const char *keep_text(void *arg, struct fwknop_out *out,
			     const char *name, const struct fwknop_entry *text)
{
	(void)arg;
	(void)out;
	(void)name;
	assert_non_null(text);
	return "/k/gpg";
}

static void read_text(enum fwknop_kind kind, const char *text,
		      struct fwknop_conf *conf)
{
	struct fwknop_reading r = { .kind = kind, .conf = conf };

	if (text)
		check_ok(fwknop_read(&r, "f", rd_of(text, strlen(text)), 0));
}

static struct result result_open(size_t *conf_len, size_t *report_len,
				 struct result *r)
{
	*r = (struct result){ .out = { .keep = keep, .keep_text = keep_text } };
	r->out.conf = open_memstream(&r->conf, conf_len);
	r->out.report = open_memstream(&r->report, report_len);
	return *r;
}

static void result_close(struct result *r)
{
	fclose(r->out.conf);
	fclose(r->out.report);
}

static void result_free(struct result *r)
{
	free(r->conf);
	free(r->report);
}

static struct result server(const char *access, const char *daemon, bool strict,
			    const char *ports)
{
	struct fwknop_conf a = { .len = 0 }, d = { .len = 0 };
	size_t conf_len, report_len;
	struct result r;

	read_text(FWKNOP_ACCESS, access, &a);
	read_text(FWKNOP_DAEMON, daemon, &d);
	result_open(&conf_len, &report_len, &r);
	r.out.strict = strict;
	r.out.ports = ports;
	check_ok(fwknop_import_server(&r.out, &a, &d));
	result_close(&r);
	fwknop_clear(&a);
	fwknop_clear(&d);
	return r;
}

static struct result client(const char *rc)
{
	struct fwknop_conf conf = { .len = 0 };
	size_t conf_len, report_len;
	struct result r;

	read_text(FWKNOP_RC, rc, &conf);
	result_open(&conf_len, &report_len, &r);
	check_ok(fwknop_import_client(&r.out, &conf));
	result_close(&r);
	fwknop_clear(&conf);
	return r;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in:\n%s", part, text);
}

static void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' is in:\n%s", part, text);
}

/* ---- the tables ---- */

static const char *const daemon_names[] = {
	"PCAP_INTF",
	"PCAP_FILE",
	"ENABLE_PCAP_PROMISC",
	"PCAP_FILTER",
	"PCAP_DISPATCH_COUNT",
	"PCAP_LOOP_SLEEP",
	"ENABLE_PCAP_ANY_DIRECTION",
	"EXIT_AT_INTF_DOWN",
	"MAX_SNIFF_BYTES",
	"ENABLE_SPA_PACKET_AGING",
	"MAX_SPA_PACKET_AGE",
	"ENABLE_DIGEST_PERSISTENCE",
	"RULES_CHECK_THRESHOLD",
	"CMD_EXEC_TIMEOUT",
	"ENABLE_SPA_OVER_HTTP",
	"ALLOW_ANY_USER_AGENT",
	"ENABLE_X_FORWARDED_FOR",
	"ENABLE_TCP_SERVER",
	"TCPSERV_PORT",
	"ENABLE_UDP_SERVER",
	"UDPSERV_PORT",
	"UDPSERV_SELECT_TIMEOUT",
	"ENABLE_NFQ_CAPTURE",
	"NFQ_INTERFACE",
	"NFQ_PORT",
	"NFQ_TABLE",
	"NFQ_CHAIN",
	"NFQ_QUEUE_NUMBER",
	"NFQ_LOOP_SLEEP",
	"LOCALE",
	"SYSLOG_IDENTITY",
	"SYSLOG_FACILITY",
	"VERBOSE",
	"ENABLE_DESTINATION_RULE",
	"ENABLE_RULE_PREPEND",
	"ENABLE_NAT_DNS",
	"ENABLE_IPT_FORWARDING",
	"ENABLE_IPT_LOCAL_NAT",
	"ENABLE_IPT_SNAT",
	"SNAT_TRANSLATE_IP",
	"ENABLE_IPT_OUTPUT",
	"FLUSH_IPT_AT_INIT",
	"FLUSH_IPT_AT_EXIT",
	"IPT_INPUT_ACCESS",
	"IPT_OUTPUT_ACCESS",
	"IPT_FORWARD_ACCESS",
	"IPT_DNAT_ACCESS",
	"IPT_SNAT_ACCESS",
	"IPT_MASQUERADE_ACCESS",
	"ENABLE_IPT_COMMENT_CHECK",
	"FWKNOP_RUN_DIR",
	"FWKNOP_CONF_DIR",
	"ACCESS_FILE",
	"ACCESS_FOLDER",
	"FWKNOP_PID_FILE",
	"DIGEST_FILE",
	"GPG_HOME_DIR",
	"GPG_EXE",
	"SUDO_EXE",
	"FIREWALL_EXE",
	"FAULT_INJECTION_TAG",
	"AFL_PKT_FILE",
	"ENABLE_FIREWD_FORWARDING",
	"ENABLE_FIREWD_LOCAL_NAT",
	"ENABLE_FIREWD_SNAT",
	"ENABLE_FIREWD_OUTPUT",
	"FLUSH_FIREWD_AT_INIT",
	"FLUSH_FIREWD_AT_EXIT",
	"FIREWD_INPUT_ACCESS",
	"FIREWD_OUTPUT_ACCESS",
	"FIREWD_FORWARD_ACCESS",
	"FIREWD_DNAT_ACCESS",
	"FIREWD_SNAT_ACCESS",
	"FIREWD_MASQUERADE_ACCESS",
	"ENABLE_FIREWD_COMMENT_CHECK",
	"IPFW_START_RULE_NUM",
	"IPFW_MAX_RULES",
	"IPFW_ACTIVE_SET_NUM",
	"IPFW_EXPIRE_SET_NUM",
	"IPFW_EXPIRE_PURGE_INTERVAL",
	"IPFW_ADD_CHECK_STATE",
	"PF_ANCHOR_NAME",
	"PF_EXPIRE_INTERVAL",
	"ENABLE_EXTERNAL_CMDS",
	"EXTERNAL_CMD_OPEN",
	"EXTERNAL_CMD_CLOSE",
	"EXTERNAL_CMD_ALARM",
	"ENABLE_EXT_CMD_PREFIX",
	"EXT_CMD_PREFIX",
	"BLACKLIST",
};

static const char *const access_names[] = {
	"SOURCE",
	"DESTINATION",
	"OPEN_PORTS",
	"RESTRICT_PORTS",
	"KEY",
	"KEY_BASE64",
	"HMAC_KEY",
	"HMAC_KEY_BASE64",
	"HMAC_DIGEST_TYPE",
	"ENCRYPTION_MODE",
	"FW_ACCESS_TIMEOUT",
	"MAX_FW_TIMEOUT",
	"REQUIRE_USERNAME",
	"REQUIRE_SOURCE_ADDRESS",
	"REQUIRE_SOURCE",
	"ACCESS_EXPIRE",
	"ACCESS_EXPIRE_EPOCH",
	"ENABLE_CMD_EXEC",
	"CMD_EXEC_USER",
	"CMD_EXEC_GROUP",
	"ENABLE_CMD_SUDO_EXEC",
	"CMD_SUDO_EXEC_USER",
	"CMD_SUDO_EXEC_GROUP",
	"CMD_CYCLE_OPEN",
	"CMD_CYCLE_CLOSE",
	"CMD_CYCLE_TIMER",
	"FORCE_NAT",
	"FORCE_SNAT",
	"FORCE_MASQUERADE",
	"FORWARD_ALL",
	"DISABLE_DNAT",
	"GPG_HOME_DIR",
	"GPG_EXE",
	"GPG_DECRYPT_ID",
	"GPG_DECRYPT_PW",
	"GPG_ALLOW_NO_PW",
	"GPG_REQUIRE_SIG",
	"GPG_DISABLE_SIG",
	"GPG_IGNORE_SIG_VERIFY_ERROR",
	"GPG_REMOTE_ID",
	"GPG_FINGERPRINT_ID",
	"%include",
	"%include_folder",
	"%include_keys",
};

static const char *const rc_names[] = {
	"ACCESS",
	"ALLOW_IP",
	"RESOLVE_IP_HTTPS",
	"RESOLVE_IP_HTTP",
	"RESOLVE_HTTP_ONLY",
	"RESOLVE_URL",
	"WGET_CMD",
	"USE_WGET_USER_AGENT",
	"FW_TIMEOUT",
	"NAT_ACCESS",
	"NAT_LOCAL",
	"NAT_PORT",
	"NAT_RAND_PORT",
	"SPOOF_USER",
	"TIME_OFFSET",
	"SPA_SERVER",
	"SPA_SERVER_PORT",
	"SPA_SERVER_PROTO",
	"SPA_SOURCE_PORT",
	"SPOOF_SOURCE_IP",
	"RAND_PORT",
	"HTTP_USER_AGENT",
	"SERVER_RESOLVE_IPV4",
	"KEY",
	"KEY_BASE64",
	"HMAC_KEY",
	"HMAC_KEY_BASE64",
	"USE_HMAC",
	"HMAC_DIGEST_TYPE",
	"DIGEST_TYPE",
	"ENCRYPTION_MODE",
	"KEY_FILE",
	"HMAC_KEY_FILE",
	"USE_GPG",
	"GPG_RECIPIENT",
	"GPG_SIGNER",
	"GPG_HOMEDIR",
	"GPG_EXE",
	"USE_GPG_AGENT",
	"GPG_NO_SIGNING_PW",
	"GPG_SIGNING_PW",
	"GPG_SIGNING_PW_BASE64",
	"NO_SAVE_ARGS",
	"VERBOSE",
};

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Whatever the value, the name has exactly one verdict, and a known one. */
static void check_verdict(enum fwknop_kind kind, const char *name,
			  const char *value)
{
	char text[256], line[64];
	const char *at;
	struct result r;
	size_t n = 0;

	if (kind == FWKNOP_RC) {
		snprintf(text, sizeof(text), "[s]\n%s %s\n", name, value);
		r = client(text);
	} else {
		snprintf(text, sizeof(text), "%s%s %s\n",
			 kind == FWKNOP_ACCESS ? "SOURCE ANY\n" : "\n", name,
			 value);
		r = kind == FWKNOP_ACCESS ? server(text, NULL, false, NULL)
					  : server("", text, false, NULL);
	}
	has_not(r.report, "no such directive");
	snprintf(line, sizeof(line), "f:2: %s: ", name);
	for (at = r.report; (at = strstr(at, line)); at++) {
		at += strlen(line);
		n += !strncmp(at, "translated to ", 14) ||
		     !strncmp(at, "not needed: ", 12) ||
		     !strncmp(at, "NOT translated: ", 16);
	}
	/* A stanza that is left out says so at its SOURCE. */
	if (!n || (n > 1 && strcmp(name, "SOURCE") != 0))
		fail_msg("%s %s: %zu verdicts in:\n%s", name, value, n,
			 r.report);
	result_free(&r);
}

static void check_verdicts(enum fwknop_kind kind, const char *const *names,
			   size_t len)
{
	static const char *const values[] = { "Y",	"N",	    "1",
					      "tcp/22", "10.0.0.1", "\"}\\" };

	assert_int_equal(len, fwknop_words(kind)->len -
				      (kind == FWKNOP_DAEMON ? 2 : 0));
	for (size_t i = 0; i < len; i++)
		for (size_t j = 0; j < LEN(values); j++)
			check_verdict(kind, names[i], values[j]);
}

static void test_tables(void **state)
{
	(void)state;
	assert_int_equal(LEN(rc_names), 44);
	check_verdicts(FWKNOP_DAEMON, daemon_names, LEN(daemon_names));
	check_verdicts(FWKNOP_ACCESS, access_names, LEN(access_names));
	check_verdicts(FWKNOP_RC, rc_names, LEN(rc_names));
}

/* The manual of the switch tells of every directive. */
static void test_documented(void **state)
{
	const char *src = getenv("srcdir");
	char path[1024], name[64];
	char *text = NULL;
	size_t cap = 0;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/docs/fwknop.md", src ? src : ".");
	f = fopen(path, "re");
	assert_non_null(f);
	assert_true(getdelim(&text, &cap, '\0', f) > 0);
	fclose(f);
	for (int kind = FWKNOP_DAEMON; kind <= FWKNOP_RC; kind++) {
		const struct fwknop_words *w =
			fwknop_words((enum fwknop_kind)kind);

		for (size_t i = 0; i < w->len; i++) {
			snprintf(name, sizeof(name), "`%s`", w->words[i].name);
			has(text, name);
		}
	}
	free(text);
}

static void test_unknown(void **state)
{
	struct result r = server("FW_ACCESS_TIMEOUT 1\nSOURCE ANY\nBOGUS 1\n"
				 "KEYsecret\nKEY:secret x\nOPEN_PORTS\n",
				 NULL, false, NULL);

	(void)state;
	has(r.report, "f:1: FW_ACCESS_TIMEOUT: NOT translated: it stands");
	has(r.report, "f:3: BOGUS: NOT translated: ");
	has(r.report, "f:4: NOT translated: it has no value");
	has(r.report, "f:5: KEY: NOT translated: ");
	has(r.report, "f:6: NOT translated: it has no value");
	has_not(r.report, "secret");
	result_free(&r);
}

/* ---- lines ---- */

static void check_line(enum fwknop_kind kind, const char *text,
		       const char *name, const char *value, bool cut)
{
	struct rd rd = rd_of(text, strlen(text));
	struct fwknop_line line;

	assert_true(fwknop_line_next(kind, &rd, &line));
	assert_string_equal(line.name, name);
	assert_string_equal(line.value, value);
	assert_int_equal(line.cut, cut);
	assert_int_equal(line.what, *value ? FWKNOP_PAIR : line.what);
}

static void test_lines(void **state)
{
	char large[1100];
	struct rd rd = rd_of(large, sizeof(large));
	struct fwknop_line line;

	(void)state;
	check_line(FWKNOP_ACCESS, "KEY a b ", "KEY", "a b ", false);
	check_line(FWKNOP_ACCESS, " \tKEY:\t a#b", "KEY", "a#b", false);
	check_line(FWKNOP_ACCESS, "KEY a;b\n", "KEY", "a", true);
	check_line(FWKNOP_ACCESS, "KEY a; # b\r\n", "KEY", "a", false);
	check_line(FWKNOP_ACCESS, "KEY a\r\n", "KEY", "a", false);
	check_line(FWKNOP_RC, "KEY my pass#word", "KEY", "my", true);
	check_line(FWKNOP_RC, "KEY: pass#word", "KEY", "pass", true);
	check_line(FWKNOP_RC, "KEY a;b", "KEY", "a", true);
	check_line(FWKNOP_RC, "KEY a\t# comment", "KEY", "a", false);
	check_line(FWKNOP_RC, "#KEY a", "", "", false);
	check_line(FWKNOP_RC, " [ a b ] x", " a b ", "", false);
	memset(large, 'x', sizeof(large));
	memcpy(large, "KEY ", 4);
	assert_true(fwknop_line_next(FWKNOP_RC, &rd, &line));
	assert_int_equal(line.what, FWKNOP_LONG);
	rd = rd_of(large, FWKNOP_LINE_MAX);
	assert_true(fwknop_line_next(FWKNOP_RC, &rd, &line));
	assert_int_equal(line.what, FWKNOP_PAIR);
	assert_false(fwknop_line_next(FWKNOP_RC, &rd, &line));
}

static void check_filter(const char *text, const char *expected)
{
	struct fwknop_filter f;
	char told[256] = "";

	if (fwknop_filter_parse(text, &f)) {
		assert_string_equal("?", expected);
		return;
	}
	for (size_t i = 0; i < f.ports.len; i++)
		snprintf(told + strlen(told), sizeof(told) - strlen(told),
			 "%s%u-%u ", f.ports.at[i].proto == 6 ? "t" : "u",
			 f.ports.at[i].first, f.ports.at[i].last);
	if (f.icmp)
		strcat(told, "i");
	assert_string_equal(told, expected);
}

static void test_filter(void **state)
{
	(void)state;
	check_filter("udp port 62201", "u62201-62201 ");
	check_filter("udp dst port 1 or tcp port 2 ", "u1-1 t2-2 ");
	check_filter("(udp dst portrange 10-20) or icmp", "u10-20 i");
	check_filter("port 7", "u7-7 t7-7 ");
	check_filter("udp port 1 or 2", "u1-1 u2-2 ");
	check_filter("udp port 1 or udp port 1", "u1-1 ");
	check_filter("", "?");
	check_filter("udp", "?");
	check_filter("udp port", "?");
	check_filter("udp port 0", "?");
	check_filter("udp port 9-3", "?");
	check_filter("udp port 1 or", "?");
	check_filter("udp port 1 and host 10.0.0.1", "?");
	check_filter("not udp port 1", "?");
	check_filter("udp src port 1", "?");
	check_filter("udp port 1)", "?");
}

/* ---- a gateway ---- */

#define KEYS "KEY_BASE64 YQ\nHMAC_KEY_BASE64 Yg\n"

/* It is a configuration, if all of its words are there. */
static void is_config(const struct result *r)
{
	struct config *config = NULL;

	check_ok(config_parse(r->conf, "imported", config_mistake_print, NULL,
			      &config));
	config_free(config);
}

static void test_server(void **state)
{
	struct result r = server(
		"SOURCE 10.1.2.3/8, 192.168.0.0/255.255.0.0\n"
		"OPEN_PORTS tcp/22,udp/53\n" KEYS "FW_ACCESS_TIMEOUT 400\n"
		"REQUIRE_SOURCE_ADDRESS Y\nHMAC_DIGEST_TYPE SHA384\n"
		"SOURCE: ANY\nOPEN_PORTS tcp/22,tcp/23,tcp/443\n"
		"RESTRICT_PORTS tcp/23\n" KEYS "MAX_FW_TIMEOUT 60\n",
		"PCAP_INTF eth7;\nPCAP_FILTER udp port 1 or udp port 2;\n"
		"MAX_SPA_PACKET_AGE 60;\n",
		false, NULL);

	(void)state;
	is_config(&r);
	has(r.conf, "listen \"eth7\" {\n\tports = {1, 2}\n}");
	has(r.conf, "age-window = \"60s\"");
	has(r.conf, "from = {\"10.0.0.0/8\", \"192.168.0.0/16\"}");
	has(r.conf, "services = {\"tcp-22\", \"udp-53\"}\n");
	has(r.conf, "services = {\"tcp-22\", \"tcp-443\"}\n");
	has(r.conf, "hmac = \"sha384\"");
	/* Of two lifetimes the shorter one, and told. */
	has(r.conf, "target = \"tcp/22\"\n\tat = {\"tcp/22\"}\n"
		    "\tlifetime = \"30s\"\n\tmax-lifetime = \"60s\"");
	has(r.conf, "\tlifetime = \"400s\"\n\tmax-lifetime = \"400s\"");
	has(r.report, "warning: another stanza opens tcp-22");
	has_not(r.conf, "tcp-23");
	result_free(&r);
}

static void test_unsafe(void **state)
{
	static const struct {
		const char *access;
		const char *daemon;
		const char *told;
		const char *written;
	} cases[] = {
		{ "OPEN_PORTS tcp/22,tcp/22\n" KEYS, "", "is there twice",
		  "services = {\"tcp-22\"}" },
		{ "OPEN_PORTS tcp/22\nKEY a\n", "", "without an HMAC key",
		  "allow-without-hmac = true" },
		{ "OPEN_PORTS tcp/22\nKEY a\nENCRYPTION_MODE legacy\n", "",
		  "such packets have no HMAC", "mode = \"legacy\"" },
		{ "OPEN_PORTS tcp/22\n" KEYS, "", "packets may say 0.0.0.0",
		  "allow-unbound-address = true" },
		{ "OPEN_PORTS tcp/22\n" KEYS, "ENABLE_IPT_FORWARDING Y",
		  "every host and port behind", "# service \"database\"" },
		{ "OPEN_PORTS tcp/22\n" KEYS, "ENABLE_IPT_LOCAL_NAT Y",
		  "also opened the real port", "at = {\"tcp/22\"}" },
		{ "OPEN_PORTS tcp/22\n" KEYS, "ENABLE_SPA_PACKET_AGING N",
		  "at any later time", "age-window = \"3600s\"" },
		{ "OPEN_PORTS tcp/22\n" KEYS, "ENABLE_DIGEST_PERSISTENCE N",
		  "could be sent again", "" },
		{ "OPEN_PORTS tcp/22\n" KEYS, "ENABLE_X_FORWARDED_FOR Y",
		  "no part of what is signed", "# trusted-proxies" },
		{ "OPEN_PORTS tcp/22\n" KEYS "GPG_DISABLE_SIG Y\n", "",
		  "everybody who has the gateway's public key", "" },
		{ "OPEN_PORTS tcp/22\n" KEYS "GPG_IGNORE_SIG_VERIFY_ERROR Y\n",
		  "", "everybody who has the gateway's public key", "" },
		{ "OPEN_PORTS tcp/22\nKEY a;b\nHMAC_KEY c\n", "",
		  "more than the key", "key = \"/k/stanza-1\"" },
		{ "OPEN_PORTS tcp/22\n" KEYS "GPG_REMOTE_ID ABCD1234\n", "",
		  "ABCD1234 is no fingerprint", "client \"stanza-1\" {" },
		{ "OPEN_PORTS tcp/22\n" KEYS "CMD_CYCLE_OPEN /x\n", "",
		  "it runs commands of its own", "# client \"stanza-1\" is" },
		{ "OPEN_PORTS tcp/22\n" KEYS "FORWARD_ALL Y\n", "",
		  "to whatever host", "\tservices = {\"tcp-22\"}" },
		{ "OPEN_PORTS tcp/22\n" KEYS "FORWARD_ALL Y\nDISABLE_DNAT Y\n",
		  "", "asked for it by fwknop -A tcp/1\n",
		  "\tservices = {\"internet\", \"tcp-22\"}" },
		{ "OPEN_PORTS tcp/22\n" KEYS
		  "FORWARD_ALL Y\nFORCE_MASQUERADE Y\n",
		  "", "to 0.0.0.0, where nothing is",
		  "\tservices = {\"internet\"}" },
		{ "OPEN_PORTS tcp/22\n" KEYS
		  "FORWARD_ALL Y\nFORCE_NAT 10.0.0.5 22\n",
		  "", "leads all ports there, whichever is asked for",
		  "target = \"10.0.0.5 tcp/22\"\n\tat = {\"tcp/22\"}" },
		{ KEYS "FORWARD_ALL Y\nFORCE_NAT 10.0.0.5 22\n", "",
		  "leads all ports there, whichever is asked for",
		  "target = \"10.0.0.5 udp/1-65535\"" },
		{ "OPEN_PORTS tcp/22\n" KEYS
		  "DISABLE_DNAT Y\nFORCE_NAT 10.0.0.5 22\n",
		  "", "passes on one port of every host",
		  "# client \"stanza-1\" is left out" },
		{ "OPEN_PORTS tcp/22,tcp/80\n" KEYS, "",
		  "\nclosed to everybody who has no grant: tcp/22; --public "
		  "names",
		  "tcp/80\"}\n\tcloak = false\n" },
		{ "OPEN_PORTS tcp/22,tcp/80\n" KEYS, "",
		  "\nleft open to everybody: tcp/80; servers",
		  "tcp/22\"}\n\tlifetime" },
		{ "OPEN_PORTS tcp/22\n" KEYS "ENABLE_CMD_EXEC Y\n", "",
		  "has no choice of words", "# command \"restart-web\" {" },
		{ "OPEN_PORTS nonsense\n" KEYS, "", "no list as in",
		  "# client \"stanza-1\" is left out" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		char text[512];
		struct result r;

		snprintf(text, sizeof(text), "SOURCE ANY\n%s", cases[i].access);
		r = server(text, cases[i].daemon, false, NULL);
		has(r.report, cases[i].told);
		has(r.conf, cases[i].written);
		result_free(&r);
	}
}

static void test_strict(void **state)
{
	struct result r = server("SOURCE ANY\nOPEN_PORTS tcp/22\n" KEYS
				 "SOURCE ANY\nOPEN_PORTS tcp/22\nKEY a\n"
				 "SOURCE ANY\n" KEYS,
				 "", true, NULL);

	(void)state;
	is_config(&r);
	has_not(r.conf, "allow-unbound-address");
	has_not(r.conf, "may-open-for-others");
	has(r.conf, "# client \"stanza-2\" is left out: it has no HMAC key");
	has(r.conf, "# client \"stanza-3\" is left out: it has no OPEN_PORTS");
	result_free(&r);
}

static void test_ports(void **state)
{
	struct result r = server("SOURCE ANY\n" KEYS "RESTRICT_PORTS tcp/25\n",
				 "", true, "tcp/22,tcp/25");

	(void)state;
	is_config(&r);
	has(r.conf, "services = {\"tcp-22\"}");
	result_free(&r);
	r = server("SOURCE ANY\n" KEYS "RESTRICT_PORTS tcp/25\n"
		   "SOURCE ANY\nOPEN_PORTS tcp/22\n" KEYS,
		   "", false, NULL);
	has(r.conf, "target = \"tcp/1-21\"\n\tcloak = false");
	/* What nobody lists may be a public server's. */
	has(r.conf, "service \"tcp-22\" {\n\ttarget = \"tcp/22\"\n"
		    "\tat = {\"tcp/22\"}\n\tlifetime");
	has(r.conf, "services = {\"tcp-1-21\", \"tcp-23-24\", \"tcp-26-65535\","
		    " \"udp-1-65535\", \"tcp-22\"}");
	result_free(&r);
}

static void test_public(void **state)
{
	struct result r = server("SOURCE ANY\n" KEYS "RESTRICT_PORTS tcp/80\n"
				 "SOURCE ANY\n" KEYS,
				 "", false, NULL);

	(void)state;
	has(r.conf, "service \"tcp-80\" {\n\ttarget = \"tcp/80\"\n"
		    "\tat = {\"tcp/80\"}\n\tcloak = false\n");
	result_free(&r);
}

/* server() with --public. */
static struct result server_public(const char *access, const char *public)
{
	struct fwknop_conf a = { .len = 0 }, d = { .len = 0 };
	size_t conf_len, report_len;
	struct result r;

	read_text(FWKNOP_ACCESS, access, &a);
	result_open(&conf_len, &report_len, &r);
	r.out.public = public;
	check_ok(fwknop_import_server(&r.out, &a, &d));
	result_close(&r);
	fwknop_clear(&a);
	return r;
}

static void test_public_named(void **state)
{
	static const char access[] =
		"SOURCE ANY\nREQUIRE_SOURCE Y\n"
		"OPEN_PORTS tcp/22,tcp/443,udp/443,tcp/2222\n" KEYS;
	struct result r = server_public(access, "tcp/2222,udp/443");
	struct fwknop_ranges ports;

	(void)state;
	is_config(&r);
	has(r.report, "\nclosed to everybody who has no grant: tcp/22, "
		      "tcp/443; --public");
	has(r.report, "\nleft open to everybody: udp/443, tcp/2222; as "
		      "--public says\n");
	has(r.conf, "at = {\"tcp/2222\"}\n\tcloak = false\n");
	has(r.conf, "at = {\"tcp/443\"}\n\tlifetime");
	result_free(&r);
	r = server_public(access, "none");
	has_not(r.conf, "\tcloak = false");
	has_not(r.report, "left open");
	result_free(&r);
	check_err(fwknop_public_parse("any", &ports), HAUNT_EFORMAT);
	check_err(fwknop_public_parse("80", &ports), HAUNT_EFORMAT);
	check_err(fwknop_public_parse("", &ports), HAUNT_EFORMAT);
	/* What is led on is nobody's port. */
	r = server_public(
		"SOURCE ANY\nREQUIRE_SOURCE Y\nOPEN_PORTS tcp/443\n" KEYS
		"FORCE_NAT 10.0.0.5 443\n",
		NULL);
	has_not(r.conf, "\tcloak = false");
	has_not(r.report, "everybody who");
	has_not(r.report, "left open");
	result_free(&r);
}

static void test_force_nat(void **state)
{
	struct result r =
		server("SOURCE ANY\nOPEN_PORTS tcp/80,tcp/81,udp/9\n" KEYS
		       "FORCE_NAT 10.0.0.5 8080\nFORCE_SNAT 10.0.0.1\n"
		       "SOURCE ANY\n" KEYS "FORCE_NAT 10.0.0.6 22\n"
		       "SOURCE ANY\nOPEN_PORTS tcp/80\n" KEYS
		       "FORCE_NAT 10.0.0.6 22\nFORCE_MASQUERADE Y\n",
		       "", false, NULL);

	(void)state;
	is_config(&r);
	has(r.report, "f:5: FORCE_NAT: translated to a service\n");
	has_not(r.report, "FORCE_NAT: warning");
	has(r.conf, "target = \"10.0.0.5 tcp/8080\"\n"
		    "\tat = {\"tcp/80\", \"tcp/81\"}\n"
		    "\tsource-nat = \"10.0.0.1\"");
	has(r.conf, "target = \"10.0.0.5 udp/8080\"\n\tat = {\"udp/9\"}\n");
	has(r.report, "f:11: SOURCE: warning: another stanza leads to "
		      "tcp-10-0-0-6-22, too");
	has(r.report, "with another source-nat, which stays");
	/* Every port, and those that others name one by one. */
	has(r.conf, "target = \"10.0.0.6 tcp/22\"\n\tat = {\"tcp/1-79\", "
		    "\"tcp/82-65535\", \"tcp/80\", \"tcp/81\"}\n");
	result_free(&r);
}

static void test_way(void **state)
{
	struct result r = server(
		"SOURCE ANY\nOPEN_PORTS tcp/22,udp/9\n" KEYS
		"FORWARD_ALL Y\nDISABLE_DNAT Y\nFORCE_SNAT 10.0.0.1\n"
		"SOURCE ANY\n" KEYS
		"FORWARD_ALL Y\nDISABLE_DNAT Y\nFORCE_MASQUERADE Y\n"
		"RESTRICT_PORTS tcp/25\n"
		"SOURCE ANY\nOPEN_PORTS tcp/22\n" KEYS "SOURCE ANY\n" KEYS,
		"", false, NULL);

	(void)state;
	is_config(&r);
	has(r.conf, "service \"internet\" {\n\ttarget = \"internet\"\n"
		    "\tat = {\"tcp/1\", \"tcp/22\", \"udp/9\"}\n"
		    "\tsource-nat = \"10.0.0.1\"\n");
	has(r.conf, "service \"internet-2\" {\n\ttarget = \"internet\"\n"
		    "\tat = {\"tcp/1\", \"tcp/2-21\", \"tcp/23-24\", "
		    "\"tcp/26-65535\", \"udp/1-8\", \"udp/10-65535\", "
		    "\"tcp/22\", \"udp/9\"}\n"
		    "\tsource-nat = \"masquerade\"\n");
	/* Nobody else gets the port that it is asked for by. */
	has_not(r.conf, "target = \"tcp/1");
	has(r.conf, "target = \"tcp/2-21\"\n\tcloak = false");
	result_free(&r);
	r = server("SOURCE ANY\n" KEYS "FORWARD_ALL Y\nFORCE_MASQUERADE Y\n",
		   "", true, NULL);
	has(r.conf, "# client \"stanza-1\" is left out: it leads all");
	result_free(&r);
}

static void test_listeners(void **state)
{
	struct result r = server("",
				 "ENABLE_UDP_SERVER Y\nUDPSERV_PORT 7\n"
				 "ENABLE_TCP_SERVER Y\nTCPSERV_PORT 8\n",
				 false, NULL);

	(void)state;
	has(r.conf, "listen \"udp\" { address = \"0.0.0.0:7\" }\n"
		    "listen \"tcp\" { address = \"0.0.0.0:8\" }");
	has_not(r.conf, "eth0");
	result_free(&r);
	r = server("",
		   "PCAP_FILTER udp port 1 or tcp port 2 or tcp port 80 or "
		   "icmp;\nENABLE_TCP_SERVER Y\nTCPSERV_PORT 80\n"
		   "ENABLE_SPA_OVER_HTTP Y\n",
		   false, NULL);
	has(r.conf, "listen \"eth0\" {\n\tports = {1}\n\ttcp-ports = {2}\n"
		    "\ticmp = true\n}\n"
		    "listen \"http\" { address = \"0.0.0.0:80\" }");
	result_free(&r);
	r = server("", "PCAP_FILTER udp port 62201 and host 10.0.0.1;\n", false,
		   NULL);
	has(r.report, "f:1: PCAP_FILTER: NOT translated: ");
	has(r.conf, "ports = {62201}");
	result_free(&r);
}

static void test_words(void **state)
{
	struct result r = server(
		"SOURCE ANY\nDESTINATION 10.0.0.0/24\nOPEN_PORTS tcp/22\n" KEYS
		"REQUIRE_USERNAME Bob the 2nd\nACCESS_EXPIRE 12/31/2030\n"
		"GPG_FINGERPRINT_ID 0123456789012345678901234567890123456789\n"
		"GPG_HOME_DIR /g\nGPG_DECRYPT_PW secret word\n"
		"SOURCE ANY\n" KEYS "FORWARD_ALL Y\nDISABLE_DNAT Y\n"
		"FORCE_MASQUERADE Y\nACCESS_EXPIRE_EPOCH 1924905699\n"
		"REQUIRE_USERNAME bob-the-2nd\n",
		"", false, NULL);

	(void)state;
	has(r.conf, "destination = {\"10.0.0.0/24\"}");
	has(r.conf, "client \"bob-the-2nd\" {");
	has(r.conf, "client \"bob-the-2nd-2\" {");
	has(r.conf, "require-username = \"Bob the 2nd\"");
	has(r.conf, "expires = \"2030-12-31 05:00\"");
	has(r.conf, "expires = \"2030-12-31 00:01\"");
	has(r.conf, "gpg-home = \"/g\"");
	has(r.conf, "gpg-passphrase-file = \"/k/gpg\"");
	has(r.conf, "gpg-signers = {\"0123456789012345678901234567890123456789"
		    "\"}");
	has(r.conf, "service \"internet\" {\n\ttarget = \"internet\"\n"
		    "\tat = {\"tcp/1\", ");
	has(r.conf, "services = {\"internet\"}");
	has_not(r.conf, "secret");
	has_not(r.report, "secret");
	result_free(&r);
}

static void test_signed(void **state)
{
	static const char gpg[] =
		"SOURCE ANY\nOPEN_PORTS tcp/22\nENCRYPTION_MODE Asymmetric\n"
		"GPG_REMOTE_ID 0123456789012345678901234567890123456789\n%s";
	char text[512];
	struct result r;

	(void)state;
	snprintf(text, sizeof(text), gpg, "HMAC_KEY b\n");
	r = server(text, "", true, NULL);
	has(r.conf, "client \"stanza-1\" {\n\tkey = \"/k/stanza-1\"\n");
	has_not(r.conf, "without-hmac");
	result_free(&r);
	snprintf(text, sizeof(text), gpg, "");
	r = server(text, "", true, NULL);
	has(r.conf, "client \"stanza-1\" {\n\tservices");
	has(r.conf, "hmac = \"none\"\n\tallow-without-hmac = true");
	has_not(r.report, "without an HMAC key");
	result_free(&r);
	r = server("SOURCE ANY\nOPEN_PORTS tcp/22\nGPG_REMOTE_ID ABCD\n", "",
		   false, NULL);
	has(r.report, "ABCD is no fingerprint");
	has(r.conf, "# client \"stanza-1\" is left out: it names nobody");
	result_free(&r);
}

/* ---- a client ---- */

static void check_rc(const char *rc, const char *conf, const char *report)
{
	struct result r = client(rc);

	has(r.conf, conf);
	has(r.report, report);
	result_free(&r);
}

static void test_client(void **state)
{
	struct result r = client("KEY stray\n[default]\nKEY_BASE64 YQ\n"
				 "HMAC_KEY_BASE64 Yg\nSPOOF_USER bob\n"
				 "[Home]\nSPA_SERVER 10.0.0.1\nACCESS tcp/22\n"
				 "SPA_SERVER_PORT 7\nFW_TIMEOUT 60\n"
				 "[HOME]\nSPOOF_USER eve\n"
				 "[h.o.m.e]\nSPA_SERVER example.com\n"
				 "ACCESS tcp/22,udp/53\nALLOW_IP 10.0.0.9\n");
	const struct client_conf_text in = { r.conf, "imported", "/" };
	struct client_conf *conf = NULL;

	(void)state;
	check_ok(client_conf_parse(&in, config_mistake_print, NULL, &conf));
	assert_int_equal(conf->gateways_len, 2);
	assert_string_equal(conf->gateways[0].name, "home");
	assert_string_equal(conf->gateways[0].user, "eve");
	assert_int_equal(conf->gateways[0].port, 7);
	assert_int_equal(conf->gateways[0].services[0].lifetime_s, 60);
	assert_string_equal(conf->gateways[0].key_path, "/k/home");
	assert_string_equal(conf->gateways[1].name, "h-o-m-e");
	assert_string_equal(conf->gateways[1].user, "bob");
	assert_int_equal(conf->gateways[1].services[0].access_len, 2);
	client_conf_free(conf);
	has(r.report, "f:1: KEY: NOT translated: it stands before");
	has(r.report, "f:5: SPOOF_USER: not needed: f:12 says it again");
	has_not(r.report, "stray");
	result_free(&r);
}

#define SECTION "[s]\nSPA_SERVER h\nKEY a\nHMAC_KEY b\n"

static void test_client_words(void **state)
{
	(void)state;
	check_rc(SECTION "ACCESS tcp/22\nNAT_LOCAL Y\n", "nat-port = 22", "");
	check_rc(SECTION "ACCESS tcp/22\nNAT_RAND_PORT Y\n",
		 "nat-port = \"random\"", "");
	check_rc(SECTION "ACCESS tcp/22,tcp/23\nNAT_ACCESS 10.0.0.5\n",
		 "access = {\"tcp/22\"}\n\t\tnat = \"10.0.0.5:22\"",
		 "uses the first port only");
	check_rc(SECTION "ACCESS tcp/22\nNAT_ACCESS db,5432\nNAT_PORT 9\n",
		 "nat = \"db:5432\"\n\t\tnat-port = 9", "");
	check_rc(SECTION "TIME_OFFSET -5m\n", "time-offset = \"-300s\"", "");
	check_rc(SECTION "TIME_OFFSET 2h\n", "time-offset = \"7200s\"", "");
	check_rc(SECTION "ALLOW_IP source\n", "allow = \"source\"",
		 "who holds the packet back");
	check_rc(SECTION "RESOLVE_IP_HTTPS Y\nRESOLVE_URL https://x/ip\n",
		 "allow = \"resolve\"\n\tresolvers = {\"https://x/ip\"}", "");
	check_rc(SECTION "RESOLVE_IP_HTTP Y\nRESOLVE_URL http://x/ip\n",
		 "allow = \"resolve\"\n\tresolvers = {\"http://x/ip\"}",
		 "RESOLVE_URL: warning: anybody on the way can forge");
	check_rc(SECTION "RESOLVE_IP_HTTP Y\nRESOLVE_URL x/ip\n",
		 "resolvers = {\"https://x/ip\"}", "");
	check_rc(SECTION "RESOLVE_URL http://\n", "",
		 "RESOLVE_URL: NOT translated: it is no address");
	check_rc(SECTION "RESOLVE_URL https:\n", "", "");
	check_rc(SECTION "RESOLVE_HTTP_ONLY Y\n", "", "can forge");
	check_rc(SECTION "SPA_SERVER_PROTO HTTP\nHTTP_USER_AGENT x/1\n",
		 "port = 62201\n\tcarrier = \"http\"\n\tuser-agent = \"x/1\"",
		 "");
	check_rc(SECTION "RAND_PORT Y\nSPA_SERVER_PROTO udpraw\n"
			 "SPOOF_SOURCE_IP 1.2.3.4\nSPA_SOURCE_PORT 5\n",
		 "port = \"random\"\n\tcarrier = \"udpraw\"\n"
		 "\tspoof-source = \"1.2.3.4\"\n\tsource-port = 5",
		 "");
	check_rc(SECTION "SPOOF_SOURCE_IP 1.2.3.4\n",
		 "\tkey = ", "it takes SPA_SERVER_PROTO udpraw");
	check_rc(SECTION "SPA_SERVER_PROTO icmp\nSPA_SOURCE_PORT 5\n",
		 "carrier = \"icmp\"\n\tkey", "ICMP has no ports");
	check_rc("[s]\nSPA_SERVER h\nHMAC_KEY b\n"
		 "GPG_RECIPIENT 0123456789012345678901234567890123456789\n",
		 "gpg-recipient = \"0123456789012345678901234567890123456789\""
		 "\n\tkey = \"/k/s\"",
		 "");
	check_rc(SECTION "GPG_RECIPIENT ABCD\n", "",
		 "GPG_RECIPIENT: NOT translated: it is no fingerprint");
	check_rc(SECTION
		 "GPG_SIGNER 0123456789012345678901234567890123456789\n",
		 "gpg-signer = \"0123456789012345678901234567890123456789\"",
		 "");
	check_rc(SECTION "FW_TIMEOUT 100000\n", "", "more than 65536 seconds");
	check_rc("[s]\nSPA_SERVER h\nKEY a#b\n", "hmac = \"none\"",
		 "shorter than the line");
	check_rc("[default]\nKEY a\n", "", "NOT translated: it has no SPA_");
	check_rc("[default]\nSPA_SERVER h\nKEY a\n", "gateway \"default\" {",
		 "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_documented),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_unsafe),
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_public_named),
		cmocka_unit_test(test_force_nat),
		cmocka_unit_test(test_way),
		cmocka_unit_test(test_public),
		cmocka_unit_test(test_listeners),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_signed),
		cmocka_unit_test(test_client),
		cmocka_unit_test(test_client_words),
	};

	setenv("TZ", "EST5", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
