/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policy: who may have what, and the reason for every no. */
#include "core/gate/policy.h"

#include <netinet/in.h>
#include <string.h>

#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

static const char text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\"\n"
	"  at = {\"tcp/22\", \"tcp/80\", \"tcp/40000-60000\"}\n"
	"  lifetime = \"30s\" max-lifetime = \"60s\" }\n"
	"service \"dns\" { target = \"udp/53\" }\n"
	"service \"admin\" { target = \"tcp/8443\" }\n"
	"service \"db\" { target = \"198.51.100.2 tcp/5432\"\n"
	"  at = {\"tcp/15432\"} }\n"
	"service \"db6\" { target = \"2001:db8::2 tcp/5432\"\n"
	"  at = {\"tcp/25432\"} }\n"
	"service \"many\" { target = \"tcp/7000-7040\"\n"
	"  at = {\"tcp/7000-7040\", \"tcp/17000-17040\"} }\n"
	"service \"far\" { target = \"198.51.100.2 udp/7000-7040\" }\n"
	"service \"net\" { target = \"internet\" at = \"udp/9\" }\n"
	"service \"name\" { target = \"db.example tcp/9\" }\n"
	"service \"web\" { target = \"198.51.100.3 tcp/443\"\n"
	"  at = {\"tcp/443\", \"tcp/22\", \"tcp/8000-8009\"} }\n"
	"service \"web2\" { target = \"198.51.100.4 tcp/443\"\n"
	"  at = {\"tcp/443\", \"tcp/9443\"} }\n"
	"service \"way\" { target = \"internet\"\n"
	"  at = {\"udp/9\", \"tcp/20-30\", \"tcp/8009\"} }\n"
	"client \"ranger\" { key = \"@/ranger\"\n"
	"  services = {\"many\", \"far\", \"ssh\", \"net\", \"name\"} }\n"
	"client \"alice\" { key = \"@/alice\"\n"
	"  services = {\"ssh\", \"dns\", \"db\", \"db6\"} }\n"
	"client \"bob\" { key = \"@/bob\" services = {\"admin\"}\n"
	"  from = {\"203.0.113.0/24\"} }\n"
	"client \"roamer\" { key = \"@/roamer\" services = {\"ssh\", \"db6\"}\n"
	"  allow-unbound-address = true }\n"
	"client \"friend\" { key = \"@/friend\" services = {\"ssh\", \"db\"}\n"
	"  may-open-for-others = true }\n"
	"client \"forced\" { key = \"@/forced\" services = {\"web\"} }\n"
	"client \"torn\" { key = \"@/torn\"\n"
	"  services = {\"web\", \"web2\", \"db6\"} }\n"
	"client \"both\" { key = \"@/both\" services = {\"web\", \"ssh\"} }\n"
	"client \"router\" { key = \"@/router\" services = {\"way\"} }\n"
	"client \"mixed\" { key = \"@/mixed\"\n"
	"  services = {\"way\", \"web\", \"ssh\"} }\n";

enum { RANGER, ALICE, BOB, ROAMER, FRIEND, FORCED, TORN, BOTH, ROUTER, MIXED };
enum { SSH, DNS, ADMIN, DB, DB6, MANY, FAR, NET, NAME, WEB, WEB2, WAY };

static const char here[] = "203.0.113.9";
static const struct kit kit = { .clock = { .wall_s = 1 } };
static struct config *config;
static struct policy_result result;

static int setup(void **state)
{
	(void)state;
	config = kit_config(text, "/nowhere");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	config_free(config);
	return 0;
}

static enum policy_reason decide(size_t client, const struct haunt_request *r,
				 const char *source)
{
	const struct ip_addr from = kit_address(source);
	enum haunt_err err = policy_decide(config, client, r, &from, &result);

	assert_int_equal(err, result.reason ? HAUNT_EDENIED : HAUNT_OK);
	if (err)
		assert_int_equal(result.batch.len, 0);
	else
		assert_true(result.batch.len > 0);
	return result.reason;
}

static enum policy_reason access_of(size_t client, const char *allow,
				    const char *ports)
{
	struct haunt_request r = kit_request(&kit, allow, ports);

	return decide(client, &r, here);
}

static struct haunt_request nat_request(enum haunt_type type, const char *outer,
					const char *host, uint16_t port)
{
	struct haunt_request r = kit_request(&kit, here, outer);

	r.type = type;
	strcpy(r.nat_host, host);
	r.nat_port = port;
	return r;
}

static enum policy_reason nat(enum haunt_type type, const char *outer,
			      const char *host, uint16_t port)
{
	struct haunt_request r = nat_request(type, outer, host, port);

	return decide(ALICE, &r, here);
}

static void check_grant(size_t i, uint16_t service, uint16_t port,
			uint32_t lifetime_ms)
{
	const struct grant *g = &result.batch.grants[i];
	struct ip_addr a = kit_address(here);

	assert_true(i < result.batch.len);
	assert_int_equal(g->service, service);
	assert_int_equal(g->port, port);
	assert_int_equal(g->lifetime_ms, lifetime_ms);
	assert_true(addr_equal(&g->address, &a));
	assert_int_equal(g->id, 0);
	assert_int_equal(g->replaces, 0);
}

static void check_grant_address(size_t i, uint16_t service, uint16_t port,
				const char *address)
{
	struct ip_addr a = kit_address(address);

	assert_true(i < result.batch.len);
	assert_int_equal(result.batch.grants[i].service, service);
	assert_int_equal(result.batch.grants[i].port, port);
	assert_true(addr_equal(&result.batch.grants[i].address, &a));
}

static void test_access(void **state)
{
	(void)state;
	check_ok(access_of(ALICE, here, "tcp/22"));
	assert_int_equal(result.batch.len, 1);
	check_grant(0, SSH, 22, 30000);
	assert_int_equal(result.batch.grants[0].proto, IPPROTO_TCP);
	assert_int_equal(result.batch.grants[0].client, ALICE);
}

static void test_access_several(void **state)
{
	(void)state;
	check_ok(access_of(ALICE, here, "tcp/22,udp/53"));
	assert_int_equal(result.batch.len, 2);
	check_grant(0, SSH, 22, 30000);
	check_grant(1, DNS, 53, 30000);
	assert_int_equal(result.batch.grants[1].proto, IPPROTO_UDP);
}

static void test_all_or_nothing(void **state)
{
	(void)state;
	check_err(access_of(ALICE, here, "tcp/22,tcp/8443"),
		  POLICY_UNKNOWN_SERVICE);
}

static void test_duplicates_are_one(void **state)
{
	(void)state;
	check_ok(access_of(ALICE, here, "tcp/22,tcp/22,udp/53,tcp/22"));
	assert_int_equal(result.batch.len, 2);
}

static void test_unknown_service(void **state)
{
	(void)state;
	check_err(access_of(ALICE, here, "tcp/23"), POLICY_UNKNOWN_SERVICE);
	/* The same number in another protocol is another thing. */
	check_err(access_of(ALICE, here, "udp/22"), POLICY_UNKNOWN_SERVICE);
	/* A service, but not of this client. */
	check_err(access_of(ALICE, here, "tcp/8443"), POLICY_UNKNOWN_SERVICE);
	/* The port of a service that is not on the gateway. */
	check_err(access_of(ALICE, here, "tcp/5432"), POLICY_UNKNOWN_SERVICE);
	/* No port at all. */
	check_err(access_of(ALICE, here, ""), POLICY_UNKNOWN_SERVICE);
}

static void test_too_many_ports(void **state)
{
	struct haunt_request r = kit_request(&kit, here, "tcp/22");

	(void)state;
	r.ports_len = HAUNT_PORTS_MAX + 1;
	check_err(decide(ALICE, &r, here), POLICY_TOO_MANY_PORTS);
}

static void test_from(void **state)
{
	struct haunt_request r = kit_request(&kit, here, "tcp/8443");

	(void)state;
	check_ok(decide(BOB, &r, here));
	r = kit_request(&kit, "198.51.100.1", "tcp/8443");
	check_err(decide(BOB, &r, "198.51.100.1"), POLICY_FROM);
}

static void test_address(void **state)
{
	struct haunt_request r = kit_request(&kit, "198.51.100.1", "tcp/22");

	(void)state;
	check_err(decide(ALICE, &r, here), POLICY_ADDRESS);
	check_err(decide(ROAMER, &r, here), POLICY_ADDRESS);
	check_ok(decide(FRIEND, &r, here));
	r = kit_request(&kit, "224.0.0.1", "tcp/22");
	check_err(decide(FRIEND, &r, here), POLICY_ADDRESS);
	r = kit_request(&kit, "255.255.255.255", "tcp/22");
	check_err(decide(FRIEND, &r, here), POLICY_ADDRESS);
}

static void test_unbound(void **state)
{
	(void)state;
	check_err(access_of(ALICE, "0.0.0.0", "tcp/22"), POLICY_UNBOUND);
	check_err(access_of(FRIEND, "0.0.0.0", "tcp/22"), POLICY_UNBOUND);
	check_ok(access_of(ROAMER, "0.0.0.0", "tcp/22"));
	check_grant(0, SSH, 22, 30000);
}

static void test_unbound_over_ipv6(void **state)
{
	struct haunt_request r = kit_request(&kit, "0.0.0.0", "tcp/22");
	struct ip_addr six = kit_address("2001:db8::9");

	(void)state;
	check_err(decide(ALICE, &r, "2001:db8::9"), POLICY_UNBOUND);
	check_ok(decide(ROAMER, &r, "2001:db8::9"));
	assert_true(addr_equal(&result.batch.grants[0].address, &six));
	/* An IPv4 address that comes over IPv6 is not the source. */
	r = kit_request(&kit, here, "tcp/22");
	check_err(decide(ALICE, &r, "2001:db8::9"), POLICY_ADDRESS);
}

static void test_command(void **state)
{
	struct haunt_request r = kit_request(&kit, here, "");

	(void)state;
	r.type = HAUNT_TYPE_COMMAND;
	strcpy(r.command, "id");
	check_err(decide(ALICE, &r, here), POLICY_COMMAND);
}

static void test_lifetime(void **state)
{
	struct haunt_request r = kit_request(&kit, here, "tcp/22");

	(void)state;
	r.type = HAUNT_TYPE_ACCESS_TIMEOUT;
	r.lifetime_s = 45;
	check_ok(decide(ALICE, &r, here));
	check_grant(0, SSH, 22, 45000);
	r.lifetime_s = 65536;
	check_ok(decide(ALICE, &r, here));
	check_grant(0, SSH, 22, 60000);
	r.lifetime_s = 0;
	check_ok(decide(ALICE, &r, here));
	check_grant(0, SSH, 22, 30000);
}

static void test_local_nat(void **state)
{
	(void)state;
	check_ok(nat(HAUNT_TYPE_LOCAL_NAT, "tcp/80", "gw.example", 22));
	check_grant(0, SSH, 80, 30000);
	check_ok(nat(HAUNT_TYPE_LOCAL_NAT_TIMEOUT, "tcp/45000", "x", 22));
	check_grant(0, SSH, 45000, 30000);
	check_err(nat(HAUNT_TYPE_LOCAL_NAT, "tcp/81", "x", 22),
		  POLICY_OUTER_PORT);
	check_err(nat(HAUNT_TYPE_LOCAL_NAT, "tcp/80", "x", 23),
		  POLICY_UNKNOWN_SERVICE);
	check_err(nat(HAUNT_TYPE_LOCAL_NAT, "tcp/15432", "x", 5432),
		  POLICY_UNKNOWN_SERVICE);
}

static void test_forward(void **state)
{
	(void)state;
	check_ok(nat(HAUNT_TYPE_NAT, "tcp/15432", "198.51.100.2", 5432));
	check_grant(0, DB, 15432, 30000);
	check_err(
		nat(HAUNT_TYPE_NAT_TIMEOUT, "tcp/15433", "198.51.100.2", 5432),
		POLICY_OUTER_PORT);
	check_err(nat(HAUNT_TYPE_NAT, "tcp/15432", "198.51.100.3", 5432),
		  POLICY_NAT_TARGET);
	check_err(nat(HAUNT_TYPE_NAT, "tcp/15432", "198.51.100.2", 5433),
		  POLICY_NAT_TARGET);
	check_err(nat(HAUNT_TYPE_NAT, "tcp/15432", "db.example", 5432),
		  POLICY_NAT_TARGET);
	/* The gateway's own port is not another host's. */
	check_err(nat(HAUNT_TYPE_NAT, "tcp/80", "127.0.0.1", 22),
		  POLICY_NAT_TARGET);
}

static void test_nat_several_ports(void **state)
{
	(void)state;
	check_err(nat(HAUNT_TYPE_NAT, "tcp/15432,tcp/22", "198.51.100.2", 5432),
		  POLICY_NAT_SEVERAL_PORTS);
	check_err(nat(HAUNT_TYPE_LOCAL_NAT, "tcp/80,tcp/22", "x", 22),
		  POLICY_NAT_SEVERAL_PORTS);
}

static enum policy_reason range_nat(enum haunt_type type, const char *outer,
				    const char *host, uint16_t port)
{
	struct haunt_request r = nat_request(type, outer, host, port);

	return decide(RANGER, &r, here);
}

static void test_range(void **state)
{
	(void)state;
	check_ok(access_of(RANGER, here, "tcp/7000,tcp/7040,tcp/7020"));
	assert_int_equal(result.batch.len, 3);
	check_grant(1, MANY, 7040, 30000);
	check_err(access_of(RANGER, here, "tcp/7041"), POLICY_UNKNOWN_SERVICE);
	check_err(access_of(RANGER, here, "tcp/6999"), POLICY_UNKNOWN_SERVICE);
	/* An outer port is no port of the target. */
	check_err(access_of(RANGER, here, "tcp/17000"), POLICY_UNKNOWN_SERVICE);
	/* One that is out spoils the others. */
	check_err(access_of(RANGER, here, "tcp/7000,tcp/7041"),
		  POLICY_UNKNOWN_SERVICE);
	check_ok(range_nat(HAUNT_TYPE_LOCAL_NAT, "tcp/17001", "x", 7001));
	check_grant(0, MANY, 17001, 30000);
	check_err(range_nat(HAUNT_TYPE_LOCAL_NAT, "tcp/17001", "x", 7002),
		  POLICY_OUTER_PORT);
	check_err(range_nat(HAUNT_TYPE_LOCAL_NAT, "tcp/7001", "x", 7002),
		  POLICY_OUTER_PORT);
	check_ok(range_nat(HAUNT_TYPE_NAT, "udp/7040", "198.51.100.2", 7040));
	check_grant(0, FAR, 7040, 30000);
	check_err(range_nat(HAUNT_TYPE_NAT, "udp/7041", "198.51.100.2", 7041),
		  POLICY_NAT_TARGET);
}

/* fwknop's FORCE_NAT: a plain request, and where it leads is the gateway's. */
static void test_forward_unnamed(void **state)
{
	struct haunt_request r = kit_request(&kit, here, "tcp/443");

	(void)state;
	check_ok(decide(FORCED, &r, here));
	check_grant(0, WEB, 443, 30000);
	r.type = HAUNT_TYPE_ACCESS_TIMEOUT;
	r.lifetime_s = 20;
	check_ok(decide(FORCED, &r, here));
	check_grant(0, WEB, 443, 20000);
	check_ok(access_of(FORCED, here, "tcp/22,tcp/8009,tcp/22"));
	assert_int_equal(result.batch.len, 2);
	check_grant(0, WEB, 22, 30000);
	check_grant(1, WEB, 8009, 30000);
	check_err(access_of(FORCED, here, "udp/443"), POLICY_UNKNOWN_SERVICE);
	check_err(access_of(FORCED, here, "tcp/8010"), POLICY_UNKNOWN_SERVICE);
	check_err(access_of(FORCED, here, "tcp/443,tcp/1"),
		  POLICY_UNKNOWN_SERVICE);
	/* Whoever names a target means that one. */
	r = nat_request(HAUNT_TYPE_NAT, "tcp/443", "198.51.100.4", 443);
	check_err(decide(FORCED, &r, here), POLICY_NAT_TARGET);
	r = nat_request(HAUNT_TYPE_LOCAL_NAT, "tcp/443", "x", 443);
	check_err(decide(FORCED, &r, here), POLICY_UNKNOWN_SERVICE);
	/* Not of this client. */
	check_err(access_of(ALICE, here, "tcp/443"), POLICY_UNKNOWN_SERVICE);
	/* What another client has on the gateway is not in the way. */
	check_ok(access_of(FORCED, here, "tcp/22"));
	check_grant(0, WEB, 22, 30000);
}

static void test_forward_unnamed_which(void **state)
{
	struct haunt_request six = kit_request(&kit, "0.0.0.0", "tcp/25432");

	(void)state;
	/* One's own port of the gateway comes first. */
	check_ok(access_of(BOTH, here, "tcp/22,tcp/443"));
	check_grant(0, SSH, 22, 30000);
	check_grant(1, WEB, 443, 30000);
	check_ok(access_of(BOTH, here, "tcp/8000"));
	check_grant(0, WEB, 8000, 30000);
	check_err(access_of(TORN, here, "tcp/443"), POLICY_SEVERAL_TARGETS);
	check_err(access_of(TORN, here, "tcp/22,tcp/443"),
		  POLICY_SEVERAL_TARGETS);
	check_ok(access_of(TORN, here, "tcp/22,tcp/9443"));
	check_grant(0, WEB, 22, 30000);
	check_grant(1, WEB2, 9443, 30000);
	/* The rest of the checks is the same. */
	check_err(access_of(TORN, here, "tcp/25432"), POLICY_FAMILY);
	check_ok(decide(ROAMER, &six, "2001:db8::9"));
	check_grant_address(0, DB6, 25432, "2001:db8::9");
}

/* The way through the gateway is one door, by whatever port it is asked for. */
static void test_internet_ports(void **state)
{
	(void)state;
	check_ok(access_of(ROUTER, here, "tcp/22"));
	check_grant(0, WAY, 9, 30000);
	assert_int_equal(result.batch.grants[0].proto, IPPROTO_UDP);
	check_ok(access_of(ROUTER, here, "udp/9,tcp/20,tcp/30,tcp/8009"));
	assert_int_equal(result.batch.len, 1);
	check_grant(0, WAY, 9, 30000);
	check_err(access_of(ROUTER, here, "tcp/31"), POLICY_UNKNOWN_SERVICE);
	check_err(access_of(ROUTER, here, "tcp/9"), POLICY_UNKNOWN_SERVICE);
	check_ok(access_of(MIXED, here, "tcp/22,tcp/23,udp/9,tcp/443"));
	assert_int_equal(result.batch.len, 3);
	check_grant(0, SSH, 22, 30000);
	check_grant(1, WAY, 9, 30000);
	check_grant(2, WEB, 443, 30000);
	check_err(access_of(MIXED, here, "tcp/8009"), POLICY_SEVERAL_TARGETS);
}

/* A way through the gateway is asked for like a port of it, and only so. */
static void test_internet(void **state)
{
	struct haunt_request r = kit_request(&kit, "0.0.0.0", "udp/9");

	(void)state;
	check_ok(access_of(RANGER, here, "udp/9"));
	check_grant(0, NET, 9, 30000);
	check_err(access_of(RANGER, here, "udp/10"), POLICY_UNKNOWN_SERVICE);
	check_err(access_of(ALICE, here, "udp/9"), POLICY_UNKNOWN_SERVICE);
	check_err(range_nat(HAUNT_TYPE_NAT, "udp/9", "0.0.0.0", 9),
		  POLICY_NAT_TARGET);
	check_err(range_nat(HAUNT_TYPE_NAT, "udp/9", "::", 9),
		  POLICY_NAT_TARGET);
	check_err(decide(RANGER, &r, here), POLICY_UNBOUND);
	check_ok(access_of(RANGER, here, "tcp/22,udp/9,tcp/7000"));
	assert_int_equal(result.batch.len, 3);
}

/* A name is as good as the address that it leads to, and that as good as it. */
static void test_named(void **state)
{
	struct named *named = config->services[NAME].named;
	struct haunt_request six =
		nat_request(HAUNT_TYPE_NAT, "tcp/9", "db.example", 9);

	(void)state;
	check_err(range_nat(HAUNT_TYPE_NAT, "tcp/9", "db.example", 9),
		  POLICY_TARGET_UNRESOLVED);
	check_err(access_of(RANGER, here, "tcp/9"), POLICY_TARGET_UNRESOLVED);
	check_err(range_nat(HAUNT_TYPE_NAT, "tcp/9", "0.0.0.0", 9),
		  POLICY_NAT_TARGET);
	named->v6 = kit_address("2001:db8::2");
	check_err(range_nat(HAUNT_TYPE_NAT, "tcp/9", "db.example", 9),
		  POLICY_FAMILY);
	named->v4 = kit_address("198.51.100.9");
	named->v6 = (struct ip_addr){ { 0 } };
	check_ok(range_nat(HAUNT_TYPE_NAT, "tcp/9", "dB.exAmple.", 9));
	check_grant(0, NAME, 9, 30000);
	check_ok(range_nat(HAUNT_TYPE_NAT, "tcp/9", "198.51.100.9", 9));
	check_err(range_nat(HAUNT_TYPE_NAT, "tcp/9", "198.51.100.8", 9),
		  POLICY_NAT_TARGET);
	check_err(range_nat(HAUNT_TYPE_NAT, "tcp/9", "db.example.org", 9),
		  POLICY_NAT_TARGET);
	check_err(range_nat(HAUNT_TYPE_NAT, "tcp/9", "db.example", 8),
		  POLICY_NAT_TARGET);
	/* Not of this client. */
	check_err(nat(HAUNT_TYPE_NAT, "tcp/9", "db.example", 9),
		  POLICY_NAT_TARGET);
	memcpy(six.allow, kit_address("2001:db8::9").b, sizeof(six.allow));
	check_err(decide(RANGER, &six, "2001:db8::9"), POLICY_FAMILY);
	/* A port of the gateway it is not, but led to by one. */
	check_ok(access_of(RANGER, here, "tcp/9"));
	check_grant(0, NAME, 9, 30000);
	check_err(range_nat(HAUNT_TYPE_LOCAL_NAT, "tcp/9", "db.example", 9),
		  POLICY_UNKNOWN_SERVICE);
	named->v4 = named->v6;
}

static void test_range_nat_several(void **state)
{
	(void)state;
	check_ok(range_nat(HAUNT_TYPE_LOCAL_NAT,
			   "tcp/17000,tcp/17040,tcp/17003", "x", 7000));
	assert_int_equal(result.batch.len, 3);
	check_grant(1, MANY, 17040, 30000);
	/* The others may be below the first. */
	check_ok(range_nat(HAUNT_TYPE_NAT, "udp/7001,udp/7000", "198.51.100.2",
			   7001));
	/* ssh is not of the range, and leads all of its ports to one. */
	check_err(range_nat(HAUNT_TYPE_LOCAL_NAT, "tcp/80,tcp/40000", "x", 22),
		  POLICY_NAT_SEVERAL_PORTS);
	check_err(range_nat(HAUNT_TYPE_LOCAL_NAT, "tcp/17000,tcp/7000", "x",
			    7000),
		  POLICY_UNKNOWN_SERVICE);
	/* Below 1 and above 65535 there is nothing. */
	check_err(range_nat(HAUNT_TYPE_LOCAL_NAT, "tcp/17000,tcp/1", "x", 7000),
		  POLICY_UNKNOWN_SERVICE);
	check_err(range_nat(HAUNT_TYPE_LOCAL_NAT, "tcp/7000,tcp/65535", "x",
			    7000),
		  POLICY_UNKNOWN_SERVICE);
}

static void test_family(void **state)
{
	struct haunt_request r =
		nat_request(HAUNT_TYPE_NAT, "tcp/25432", "2001:db8::2", 5432);

	(void)state;
	check_err(decide(ALICE, &r, here), POLICY_FAMILY);
	memset(r.allow, 0, sizeof(r.allow));
	check_ok(decide(ROAMER, &r, "2001:db8::9"));
}

static void test_every_reason_has_a_text(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < POLICY_REASON_COUNT; i++) {
		const char *name = policy_reason_text((enum policy_reason)i);

		assert_non_null(name);
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(
				name,
				policy_reason_text((enum policy_reason)j));
	}
	assert_string_equal(policy_reason_text(POLICY_REASON_COUNT), "unknown");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_access_several),
		cmocka_unit_test(test_all_or_nothing),
		cmocka_unit_test(test_duplicates_are_one),
		cmocka_unit_test(test_unknown_service),
		cmocka_unit_test(test_too_many_ports),
		cmocka_unit_test(test_from),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_unbound),
		cmocka_unit_test(test_unbound_over_ipv6),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_lifetime),
		cmocka_unit_test(test_local_nat),
		cmocka_unit_test(test_forward),
		cmocka_unit_test(test_nat_several_ports),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_internet),
		cmocka_unit_test(test_internet_ports),
		cmocka_unit_test(test_forward_unnamed),
		cmocka_unit_test(test_forward_unnamed_which),
		cmocka_unit_test(test_range_nat_several),
		cmocka_unit_test(test_family),
		cmocka_unit_test(test_every_reason_has_a_text),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
