/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the order of precedence: the command line over the profile over the
 * defaults; and which of a profile's services is meant.
 */
#include "client/plan.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "client/plan_send.h"
#include "client/tell.h"
#include "conf/parse.h"

#define WORD(member) offsetof(struct plan_words, member)

const struct arg plan_args[PLAN_ARGS_LEN] = {
	{ "--access", CLIENT_ACCESS_WANTED, WORD(access) },
	{ "--nat-port", CLIENT_OUTER_WANTED, WORD(nat_port) },
	{ "--nat", CLIENT_NAT_WANTED, WORD(nat) },
	{ "--nat-local", NULL, WORD(nat_local) },
	{ "--lifetime", CLIENT_LIFETIME_WANTED, WORD(lifetime) },
	{ "--allow", CLIENT_ALLOW_WANTED, WORD(allow) },
	{ "--key", "a key file, or - to be asked", WORD(key) },
	{ "--port", CLIENT_PORT_WANTED, WORD(port) },
	{ "-4", NULL, WORD(ipv4) },
	{ "-6", NULL, WORD(ipv6) },
	{ "--user", CLIENT_USER_WANTED, WORD(user) },
	{ "--mode", MODES_WANTED, WORD(mode) },
	{ "--hmac", DIGESTS_WANTED " or none", WORD(hmac) },
	{ "--digest", DIGESTS_WANTED, WORD(digest) },
	{ "--gpg-recipient", CLIENT_FINGERPRINT_WANTED, WORD(gpg_recipient) },
	{ "--gpg-signer", CLIENT_FINGERPRINT_WANTED, WORD(gpg_signer) },
	{ "--gpg-home", "a directory", WORD(gpg_home) },
	{ "--gpg-passphrase-file", "a file", WORD(gpg_passphrase_file) },
	{ "--command", CLIENT_COMMAND_WANTED, WORD(command) },
	{ "--carrier", CLIENT_CARRIER_WANTED, WORD(carrier) },
	{ "--http-proxy", CLIENT_PROXY_WANTED, WORD(http_proxy) },
	{ "--user-agent", CLIENT_AGENT_WANTED, WORD(user_agent) },
	{ "--spoof-source", CLIENT_SPOOF_WANTED, WORD(spoof_source) },
	{ "--source-port", CLIENT_NUMBER_WANTED, WORD(source_port) },
	{ "--icmp-type", CLIENT_OCTET_WANTED, WORD(icmp_type) },
	{ "--icmp-code", CLIENT_OCTET_WANTED, WORD(icmp_code) },
	{ "--connect-timeout", CLIENT_CONNECT_WANTED, WORD(connect_timeout) },
	{ "--time-offset", CLIENT_OFFSET_WANTED, WORD(time_offset) },
	{ "--resolvers", CLIENT_RESOLVERS_WANTED, WORD(resolvers) },
	{ "--save-packet", CLIENT_FILE_WANTED, WORD(save_packet) },
	{ "--save-packet-append", NULL, WORD(save_append) },
	{ "--key-fd", CLIENT_FD_WANTED, WORD(key_fd) },
};

/* ---- one taker for each value ---- */

static enum haunt_err take_access(struct plan *p, const char *value)
{
	p->service.access_len = 0;
	return client_parse_access(value, &p->service);
}

static enum haunt_err take_nat_port(struct plan *p, const char *value)
{
	return client_parse_outer(value, &p->service);
}

static enum haunt_err take_nat(struct plan *p, const char *value)
{
	return client_parse_nat(value, &p->service);
}

static enum haunt_err take_lifetime(struct plan *p, const char *value)
{
	return parse_duration(value, CLIENT_LIFETIME_MAX_S,
			      &p->service.lifetime_s);
}

static enum haunt_err take_allow(struct plan *p, const char *value)
{
	return client_parse_allow(value, &p->gateway);
}

static enum haunt_err take_user(struct plan *p, const char *value)
{
	return client_parse_user(value, &p->gateway);
}

static enum haunt_err take_mode(struct plan *p, const char *value)
{
	return mode_parse(value, &p->gateway.mode);
}

static enum haunt_err take_hmac(struct plan *p, const char *value)
{
	return digest_parse(value, &p->gateway.hmac_type);
}

static enum haunt_err take_digest(struct plan *p, const char *value)
{
	int digest = DIGEST_NONE;
	enum haunt_err err = digest_parse(value, &digest);

	if (err || digest == DIGEST_NONE)
		return HAUNT_EFORMAT;
	p->gateway.digest = digest;
	return HAUNT_OK;
}

static enum haunt_err take_command(struct plan *p, const char *value)
{
	return client_parse_command(value, &p->service);
}

static enum haunt_err take_key(struct plan *p, const char *value)
{
	p->key_path = strcmp(value, "-") ? value : NULL;
	return *value ? HAUNT_OK : HAUNT_EFORMAT;
}

static enum haunt_err take_gpg_recipient(struct plan *p, const char *value)
{
	return fingerprint_parse(value, p->gateway.gpg_recipient);
}

static enum haunt_err take_gpg_signer(struct plan *p, const char *value)
{
	return fingerprint_parse(value, p->gateway.gpg_signer);
}

static enum haunt_err take_gpg_home(struct plan *p, const char *value)
{
	p->gpg_home = value;
	return *value ? HAUNT_OK : HAUNT_EFORMAT;
}

static enum haunt_err take_gpg_passphrase(struct plan *p, const char *value)
{
	p->gpg_passphrase_path = value;
	return *value ? HAUNT_OK : HAUNT_EFORMAT;
}

static const struct {
	const char *name;
	enum haunt_err (*take)(struct plan *p, const char *value);
} takers[] = {
	{ "--access", take_access },
	{ "--nat-port", take_nat_port },
	{ "--nat", take_nat },
	{ "--lifetime", take_lifetime },
	{ "--allow", take_allow },
	{ "--key", take_key },
	{ "--user", take_user },
	{ "--mode", take_mode },
	{ "--hmac", take_hmac },
	{ "--digest", take_digest },
	{ "--command", take_command },
	{ "--gpg-recipient", take_gpg_recipient },
	{ "--gpg-signer", take_gpg_signer },
	{ "--gpg-home", take_gpg_home },
	{ "--gpg-passphrase-file", take_gpg_passphrase },
};

/* The words over what is in the plan already. */
static enum haunt_err plan_apply(struct plan *p, const struct plan_words *words)
{
	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++) {
		const struct arg *a = plan_args;
		const char *value;

		while (strcmp(a->name, takers[i].name))
			a++;
		memcpy(&value, (const char *)words + a->offset, sizeof(value));
		if (!value || !takers[i].take(p, value))
			continue;
		tell("%s: expected %s, found '%s'", a->name, a->wanted, value);
		return HAUNT_EFORMAT;
	}
	return HAUNT_OK;
}

/* ---- which gateway, which service ---- */

static enum haunt_err plan_gateway(struct plan *p,
				   const struct plan_words *words,
				   const struct client_conf *conf)
{
	const struct client_gateway *g =
		client_conf_gateway(conf, words->gateway);

	if (g) {
		p->gateway = *g;
		p->key_path = g->key_path;
		p->gpg_home = g->gpg_home;
		p->gpg_passphrase_path = g->gpg_passphrase_path;
		p->resolvers = g->resolvers;
		return HAUNT_OK;
	}
	if (!client_host_valid(words->gateway)) {
		tell("'%s' is neither a gateway of the configuration nor a "
		     "host",
		     words->gateway);
		return HAUNT_EFORMAT;
	}
	p->gateway = client_gateway_default();
	memcpy(p->gateway.address, words->gateway, strlen(words->gateway) + 1);
	return HAUNT_OK;
}

static void tell_services(const struct client_gateway *g)
{
	for (size_t i = 0; i < g->services_len; i++)
		tell("  %s", g->services[i].name);
}

static enum haunt_err plan_service(struct plan *p,
				   const struct plan_words *words)
{
	const struct client_gateway *g = &p->gateway;
	const struct client_service *s = NULL;
	bool asked = words->access || words->command;

	p->service = client_service_default();
	if (words->service)
		s = client_gateway_service(g, words->service);
	else if (!asked && g->services_len == 1)
		s = &g->services[0];
	if (s) {
		p->service = *s;
		return HAUNT_OK;
	}
	if (asked && !words->service)
		return HAUNT_OK;
	if (words->service)
		tell("'%s' has no service '%s'%s", words->gateway,
		     words->service, g->services_len ? "; it has" : "");
	else
		tell("which service of '%s'? Name one, or a port with "
		     "--access%s",
		     words->gateway, g->services_len ? "; it has" : "");
	tell_services(g);
	return HAUNT_EFORMAT;
}

/* What contradicts what. */
static enum haunt_err plan_settle(struct plan *p,
				  const struct plan_words *words)
{
	const char *clash = NULL;

	if (words->nat_local && words->nat)
		clash = "--nat and --nat-local exclude each other";
	else if (words->ipv4 && words->ipv6)
		clash = "-4 and -6 exclude each other";
	else if (!p->gateway.gpg_recipient[0] &&
		 (p->gateway.gpg_signer[0] || p->gpg_home ||
		  p->gpg_passphrase_path))
		clash = "--gpg-signer, --gpg-home and --gpg-passphrase-file "
			"need --gpg-recipient";
	if (words->nat_local)
		p->service.nat = CLIENT_NAT_LOCAL;
	p->family = AF_UNSPEC;
	if (words->ipv4)
		p->family = AF_INET;
	else if (words->ipv6)
		p->family = AF_INET6;
	if (!clash)
		clash = plan_send_settle(p, words);
	if (!clash)
		clash = client_service_settle(&p->service);
	if (!clash)
		return HAUNT_OK;
	tell("%s", clash);
	return HAUNT_EFORMAT;
}

enum haunt_err plan_make(const struct plan_words *words,
			 const struct client_conf *conf, struct plan *out)
{
	struct plan p = { .family = AF_UNSPEC, .key_fd = -1 };
	enum haunt_err err = plan_gateway(&p, words, conf);

	if (!err)
		err = plan_service(&p, words);
	if (!err)
		err = plan_apply(&p, words);
	if (!err)
		err = plan_send_apply(&p, words);
	if (!err)
		err = plan_settle(&p, words);
	if (!err)
		*out = p;
	return err;
}

enum haunt_err plan_check_tcp(const struct plan *plan)
{
	const struct client_service *s = &plan->service;

	if (s->access_len == 1 && s->access[0].proto == IPPROTO_TCP)
		return HAUNT_OK;
	tell("to connect takes a service of one TCP port");
	return HAUNT_EFORMAT;
}
