/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the grammar of the client's file: its tables, what their values look
 * like, and what must be there.
 */
#include "conf/client_schema.h"

#include <stdlib.h>
#include <string.h>

#include "conf/parse.h"
#include "conf/reader.h"
#include "conf/schema.h"

enum gateway_field {
	GATEWAY_ADDRESS,
	GATEWAY_PORT,
	GATEWAY_KEY,
	GATEWAY_USER,
	GATEWAY_ALLOW,
	GATEWAY_MODE,
	GATEWAY_HMAC,
	GATEWAY_DIGEST,
	GATEWAY_GPG_RECIPIENT,
	GATEWAY_GPG_SIGNER,
	GATEWAY_GPG_HOME,
	GATEWAY_GPG_PASSPHRASE_FILE,
	GATEWAY_CARRIER,
	GATEWAY_PROXY,
	GATEWAY_AGENT,
	GATEWAY_SPOOF,
	GATEWAY_SOURCE_PORT,
	GATEWAY_ICMP_TYPE,
	GATEWAY_ICMP_CODE,
	GATEWAY_CONNECT,
	GATEWAY_OFFSET,
	GATEWAY_RESOLVERS,
	GATEWAY_FIELDS,
};

enum service_field {
	SERVICE_ACCESS,
	SERVICE_NAT_PORT,
	SERVICE_RANDOM_RANGE,
	SERVICE_NAT,
	SERVICE_LIFETIME,
	SERVICE_COMMAND,
	SERVICE_FIELDS,
};

static struct reading *reading_of(const struct reader *r)
{
	return reader_arg(r);
}

static struct client_gateway *gateway_of(const struct reader *r)
{
	return client_reading_gateway(r);
}

static struct client_service *service_of(const struct reader *r)
{
	struct client_gateway *g = gateway_of(r);

	return &g->services[g->services_len - 1];
}

/* ---- gateway ---- */

static void gateway_begin(struct reader *r, const char *title)
{
	struct client_conf *conf = reading_of(r)->conf;
	struct client_gateway *g;

	reading_of(r)->gateway_line = reader_line(r);
	if (name_valid(title) && client_conf_gateway(conf, title))
		reader_mistake(r, reader_line(r), "gateway '%s' is there twice",
			       title);
	g = reader_grow(r, &conf->gateways, &conf->gateways_len, sizeof(*g));
	if (!g)
		return;
	*g = client_gateway_default();
	take_name(r, "gateway", title, g->name);
}

static void take_address(struct reader *r, const char *value)
{
	if (client_host_valid(value))
		memcpy(gateway_of(r)->address, value, strlen(value) + 1);
	else
		reader_wanted(r, "address", "an address or a host's name",
			      value);
}

/* A path, of which "~/" may be the beginning. */
static void take_home_path(struct reader *r, const char *field,
			   const char *value, char **out)
{
	int made;

	if (value[0] == '/')
		made = asprintf(out, "%s", value);
	else if (value[0] == '~' && value[1] == '/')
		made = asprintf(out, "%s%s", reading_of(r)->home, value + 1);
	else {
		reader_wanted(r, field, "a path that begins with '/' or \"~/\"",
			      value);
		return;
	}
	if (made < 0) {
		*out = NULL;
		reader_no_memory(r);
	}
}

static void take_key(struct reader *r, const char *value)
{
	take_home_path(r, "key", value, &gateway_of(r)->key_path);
}

static void take_gpg_home(struct reader *r, const char *value)
{
	take_home_path(r, "gpg-home", value, &gateway_of(r)->gpg_home);
}

static void take_gpg_passphrase_file(struct reader *r, const char *value)
{
	take_home_path(r, "gpg-passphrase-file", value,
		       &gateway_of(r)->gpg_passphrase_path);
}

static void take_gpg_recipient(struct reader *r, const char *value)
{
	if (fingerprint_parse(value, gateway_of(r)->gpg_recipient))
		reader_wanted(r, "gpg-recipient", CLIENT_FINGERPRINT_WANTED,
			      value);
}

static void take_gpg_signer(struct reader *r, const char *value)
{
	if (fingerprint_parse(value, gateway_of(r)->gpg_signer))
		reader_wanted(r, "gpg-signer", CLIENT_FINGERPRINT_WANTED,
			      value);
}

static void take_user(struct reader *r, const char *value)
{
	if (client_parse_user(value, gateway_of(r)))
		reader_wanted(r, "user", CLIENT_USER_WANTED, value);
}

static void take_allow(struct reader *r, const char *value)
{
	if (client_parse_allow(value, gateway_of(r)))
		reader_wanted(r, "allow", CLIENT_ALLOW_WANTED, value);
}

static void take_mode(struct reader *r, const char *value)
{
	if (mode_parse(value, &gateway_of(r)->mode))
		reader_wanted(r, "mode", MODES_WANTED, value);
}

static void take_hmac(struct reader *r, const char *value)
{
	if (digest_parse(value, &gateway_of(r)->hmac_type))
		reader_wanted(r, "hmac", DIGESTS_WANTED " or none", value);
}

static void take_digest(struct reader *r, const char *value)
{
	int digest = DIGEST_NONE;

	if (digest_parse(value, &digest) || digest == DIGEST_NONE)
		reader_wanted(r, "digest", DIGESTS_WANTED, value);
	else
		gateway_of(r)->digest = digest;
}

/* What is for signed packets only. */
static void check_gpg(struct reader *r)
{
	static const struct {
		enum gateway_field field;
		const char *name;
	} needs[] = {
		{ GATEWAY_GPG_SIGNER, "gpg-signer" },
		{ GATEWAY_GPG_HOME, "gpg-home" },
		{ GATEWAY_GPG_PASSPHRASE_FILE, "gpg-passphrase-file" },
	};

	if (reader_given(r, GATEWAY_GPG_RECIPIENT))
		return;
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (reader_given(r, needs[i].field))
			reader_mistake(r, reader_given(r, needs[i].field),
				       "%s needs gpg-recipient", needs[i].name);
}

static void gateway_end(struct reader *r)
{
	check_gpg(r);
	const char *clash = client_send_settle(gateway_of(r));

	if (clash)
		reader_mistake(r, reading_of(r)->gateway_line,
			       "gateway '%s': %s", gateway_of(r)->name, clash);
	if (!reader_given(r, GATEWAY_ADDRESS))
		reader_mistake(r, reading_of(r)->gateway_line,
			       "gateway '%s' has no 'address'",
			       gateway_of(r)->name);
}

/* ---- service ---- */

static void service_begin(struct reader *r, const char *title)
{
	struct client_gateway *g = gateway_of(r);
	struct reading *reading = reading_of(r);
	struct client_service *s;

	reading->service_line = reader_line(r);
	reading->bad = false;
	reading->random = false;
	if (name_valid(title) && client_gateway_service(g, title))
		reader_mistake(r, reader_line(r),
			       "service '%s' is there twice in gateway '%s'",
			       title, g->name);
	s = reader_grow(r, &g->services, &g->services_len, sizeof(*s));
	if (!s)
		return;
	*s = client_service_default();
	take_name(r, "service", title, s->name);
}

static void bad(struct reader *r, const char *field, const char *wanted,
		const char *value)
{
	reading_of(r)->bad = true;
	reader_wanted(r, field, wanted, value);
}

static void take_access(struct reader *r, const char *value)
{
	enum haunt_err err = client_parse_access(value, service_of(r));

	if (err == HAUNT_EBUSY)
		reader_mistake(r, reader_line(r), "access: more than %d ports",
			       CLIENT_PORTS_MAX);
	else if (err)
		bad(r, "access", CLIENT_ACCESS_WANTED, value);
}

static void take_nat_port(struct reader *r, const char *value)
{
	reading_of(r)->random = !strcmp(value, "random");
	if (client_parse_outer(value, service_of(r)))
		bad(r, "nat-port", CLIENT_OUTER_WANTED, value);
}

static void take_random_range(struct reader *r, const char *value)
{
	struct port_range range = { 0 };

	if (parse_ports(value, &range) || range.first > range.last)
		bad(r, "random-range", "ports, as in \"40000-60000\"", value);
	else
		service_of(r)->outer_range = range;
}

static void take_nat(struct reader *r, const char *value)
{
	if (client_parse_nat(value, service_of(r)))
		bad(r, "nat", CLIENT_NAT_WANTED, value);
}

static void take_lifetime(struct reader *r, const char *value)
{
	if (parse_duration(value, CLIENT_LIFETIME_MAX_S,
			   &service_of(r)->lifetime_s))
		bad(r, "lifetime", CLIENT_LIFETIME_WANTED, value);
}

static void take_command(struct reader *r, const char *value)
{
	if (client_parse_command(value, service_of(r)))
		bad(r, "command", CLIENT_COMMAND_WANTED, value);
}

static void service_end(struct reader *r)
{
	struct client_service *s = service_of(r);
	const char *clash;

	if (reading_of(r)->bad)
		return;
	if (!reader_given(r, SERVICE_ACCESS) &&
	    !reader_given(r, SERVICE_COMMAND)) {
		reader_mistake(r, reading_of(r)->service_line,
			       "service '%s' has no 'access'", s->name);
		return;
	}
	if (reader_given(r, SERVICE_RANDOM_RANGE) && !reading_of(r)->random)
		reader_mistake(r, reader_given(r, SERVICE_RANDOM_RANGE),
			       "random-range is for nat-port = \"random\"");
	clash = client_service_settle(s);
	if (clash)
		reader_mistake(r, reading_of(r)->service_line,
			       "service '%s': %s", s->name, clash);
}

static const struct reader_field service_fields[SERVICE_FIELDS] = {
	[SERVICE_ACCESS] = { "access", true, take_access },
	[SERVICE_NAT_PORT] = { "nat-port", false, take_nat_port },
	[SERVICE_RANDOM_RANGE] = { "random-range", false, take_random_range },
	[SERVICE_NAT] = { "nat", false, take_nat },
	[SERVICE_LIFETIME] = { "lifetime", false, take_lifetime },
	[SERVICE_COMMAND] = { "command", false, take_command },
};

static const struct reader_section service = {
	.name = "service",
	.fields = service_fields,
	.fields_len = SERVICE_FIELDS,
	.begin = service_begin,
	.end = service_end,
};

static const struct reader_section *const gateway_sections[] = { &service };

static const struct reader_field gateway_fields[GATEWAY_FIELDS] = {
	[GATEWAY_ADDRESS] = { "address", false, take_address },
	[GATEWAY_PORT] = { "port", false, client_take_port },
	[GATEWAY_KEY] = { "key", false, take_key },
	[GATEWAY_USER] = { "user", false, take_user },
	[GATEWAY_ALLOW] = { "allow", false, take_allow },
	[GATEWAY_MODE] = { "mode", false, take_mode },
	[GATEWAY_HMAC] = { "hmac", false, take_hmac },
	[GATEWAY_DIGEST] = { "digest", false, take_digest },
	[GATEWAY_GPG_RECIPIENT] = { "gpg-recipient", false,
				    take_gpg_recipient },
	[GATEWAY_GPG_SIGNER] = { "gpg-signer", false, take_gpg_signer },
	[GATEWAY_GPG_HOME] = { "gpg-home", false, take_gpg_home },
	[GATEWAY_GPG_PASSPHRASE_FILE] = { "gpg-passphrase-file", false,
					  take_gpg_passphrase_file },
	[GATEWAY_CARRIER] = { "carrier", false, client_take_carrier },
	[GATEWAY_PROXY] = { "http-proxy", false, client_take_proxy },
	[GATEWAY_AGENT] = { "user-agent", false, client_take_agent },
	[GATEWAY_SPOOF] = { "spoof-source", false, client_take_spoof },
	[GATEWAY_SOURCE_PORT] = { "source-port", false,
				  client_take_source_port },
	[GATEWAY_ICMP_TYPE] = { "icmp-type", false, client_take_icmp_type },
	[GATEWAY_ICMP_CODE] = { "icmp-code", false, client_take_icmp_code },
	[GATEWAY_CONNECT] = { "connect-timeout", false, client_take_connect },
	[GATEWAY_OFFSET] = { "time-offset", false, client_take_offset },
	[GATEWAY_RESOLVERS] = { "resolvers", true, client_take_resolver },
};

static const struct reader_section gateway = {
	.name = "gateway",
	.fields = gateway_fields,
	.fields_len = GATEWAY_FIELDS,
	.sections = gateway_sections,
	.sections_len = 1,
	.begin = gateway_begin,
	.end = gateway_end,
};

static void take_history(struct reader *r, const char *value)
{
	take_bool(r, "history", value, &reading_of(r)->conf->history);
}

static const struct reader_field root_fields[] = {
	{ "history", false, take_history },
};

static const struct reader_section *const root_sections[] = { &gateway };

const struct reader_section client_schema_root = {
	.name = "the file",
	.fields = root_fields,
	.fields_len = sizeof(root_fields) / sizeof(root_fields[0]),
	.sections = root_sections,
	.sections_len = 1,
};
