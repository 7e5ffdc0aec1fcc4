/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a configuration in effect is written down, defaults and all, so
 * that reading it again gives the same.
 */
#include "conf/print.h"
#include "conf/config.h"
#include "conf/parse.h"

#include <string.h>

/* In double quotes, unless that would look like an environment variable. */
void print_text(FILE *to, const char *text)
{
	char quote = strchr(text, '$') ? '\'' : '"';

	fputc(quote, to);
	for (const char *c = text; *c; c++) {
		if (*c == quote || *c == '\\')
			fputc('\\', to);
		fputc(*c, to);
	}
	fputc(quote, to);
}

void print_option(FILE *to, const char *indent, const char *name,
		  const char *text)
{
	fprintf(to, "%s%s = ", indent, name);
	print_text(to, text);
	fputc('\n', to);
}

static void print_bool(FILE *to, const char *name, bool value)
{
	fprintf(to, "\t%s = %s\n", name, value ? "true" : "false");
}

/* A list of one is written as any other. */
static void print_ports(FILE *to, const char *name,
			const struct port_list *list)
{
	if (!list->len)
		return;
	fprintf(to, "\t%s = {", name);
	for (size_t i = 0; i < list->len; i++) {
		const struct port_range *p = &list->at[i];

		fputs(i ? ", " : "", to);
		if (p->first == p->last)
			fprintf(to, "%u", p->first);
		else
			fprintf(to, "\"%u-%u\"", p->first, p->last);
	}
	fputs("}\n", to);
}

static void print_listener(FILE *to, const struct listener *l)
{
	static const char *const kinds[] = { [LISTENER_UDP] = "udp",
					     [LISTENER_TCP] = "tcp",
					     [LISTENER_HTTP] = "http" };
	char text[ADDR_TEXT_MAX];

	if (l->kind != LISTENER_SNIFF) {
		fprintf(to, "listen \"%s\" {\n\taddress = \"%s\"\n}\n",
			kinds[l->kind], endpoint_format(&l->address, text));
		return;
	}
	fputs("listen ", to);
	print_text(to, l->interface);
	fputs(" {\n", to);
	print_ports(to, "ports", &l->udp);
	print_ports(to, "tcp-ports", &l->tcp);
	print_bool(to, "icmp", l->icmp);
	fputs("}\n", to);
}

static void print_range(FILE *to, const struct port_range *range)
{
	fprintf(to, "\"%s/%u", proto_name(range->proto), range->first);
	if (range->last != range->first)
		fprintf(to, "-%u", range->last);
	fputc('"', to);
}

static void print_source_nat(FILE *to, const struct service *s)
{
	char text[ADDR_TEXT_MAX];

	fputs("\tsource-nat = \"", to);
	switch (s->source_nat) {
	case SOURCE_NAT_NONE:
		fputs("none", to);
		break;
	case SOURCE_NAT_MASQUERADE:
		fputs("masquerade", to);
		break;
	case SOURCE_NAT_ADDRESS:
		fputs(addr_format(&s->source, text), to);
		break;
	}
	fputs("\"\n", to);
}

/* Limits have no word for "none": they are left out. */
static void print_sessions(FILE *to, const struct service *s)
{
	if (s->idle_timeout_s)
		fprintf(to, "\tidle-timeout = \"%us\"\n", s->idle_timeout_s);
	if (s->max_session_s)
		fprintf(to, "\tmax-session = \"%us\"\n", s->max_session_s);
	if (!s->internet)
		print_bool(to, "single-use", s->single_use);
	if (s->connections)
		fprintf(to, "\tconnections = %u\n", s->connections);
}

void print_prefixes(FILE *to, const char *name,
		    const struct ip_prefix *prefixes, size_t n)
{
	char text[ADDR_TEXT_MAX];

	fprintf(to, "%s = {", name);
	for (size_t i = 0; i < n; i++)
		fprintf(to, "%s\"%s\"", i ? ", " : "",
			prefix_format(&prefixes[i], text));
	fputs("}\n", to);
}

static void print_service(FILE *to, const struct service *s)
{
	char text[SERVICE_TARGET_MAX];

	fprintf(to, "service \"%s\" {\n\ttarget = \"%s\"\n\tat = {", s->name,
		service_target_format(s, text));
	for (size_t i = 0; i < s->at_len; i++) {
		fputs(i ? ", " : "", to);
		print_range(to, &s->at[i]);
	}
	fputs("}\n", to);
	if (!s->internet)
		print_bool(to, "cloak", s->cloak);
	fprintf(to, "\tlifetime = \"%us\"\n\tmax-lifetime = \"%us\"\n",
		s->lifetime_s, s->max_lifetime_s);
	fprintf(to, "\tat-end = \"%s\"\n",
		s->at_end == AT_END_CUT ? "cut" : "keep");
	print_sessions(to, s);
	if (s->named)
		fprintf(to, "\trefresh = \"%us\"\n", s->named->refresh_s);
	else if (!s->local && !s->internet)
		print_bool(to, "hidden", s->hidden);
	if (!s->local)
		print_source_nat(to, s);
	if (s->to_len) {
		fputc('\t', to);
		print_prefixes(to, "to", s->to, s->to_len);
	}
	print_hooks(to, s);
	fputs("}\n", to);
}

static void print_signers(FILE *to, const struct client *c)
{
	if (!c->gpg_signers_len)
		return;
	fputs("\tgpg-signers = {", to);
	for (size_t i = 0; i < c->gpg_signers_len; i++)
		fprintf(to, "%s\"%s\"", i ? ", " : "",
			c->gpg_signers[i].fingerprint);
	fputs("}\n", to);
}

static void print_client(FILE *to, const struct config *config,
			 const struct client *c)
{
	fprintf(to, "client \"%s\" {\n", c->name);
	if (c->key_path)
		print_option(to, "\t", "key", c->key_path);
	print_signers(to, c);
	if (c->services_len) {
		fputs("\tservices = {", to);
		for (size_t i = 0; i < c->services_len; i++)
			fprintf(to, "%s\"%s\"", i ? ", " : "",
				config->services[c->services[i]].name);
		fputs("}\n", to);
	}
	fputc('\t', to);
	print_prefixes(to, "from", c->from, c->from_len);
	print_option(to, "\t", "mode", mode_name(c->mode));
	print_option(to, "\t", "hmac", digest_name(c->hmac_type));
	print_bool(to, "allow-without-hmac", c->allow_without_hmac);
	print_bool(to, "allow-unbound-address", c->allow_unbound_address);
	print_bool(to, "may-open-for-others", c->may_open_for_others);
	print_bool(to, "allow-forwarded-for", c->allow_forwarded_for);
	print_terms(to, config, c);
	fputs("}\n", to);
}

static void print_globals(FILE *to, const struct config *c)
{
	fprintf(to, "integration = \"%s\"\n",
		c->integration == INTEGRATION_AUTO ? "auto" : "manual");
	fprintf(to, "age-window = \"%us\"\nmax-grants = %u\n", c->age_window_s,
		c->max_grants);
	if (c->never_close_for_len)
		print_prefixes(to, "never-close-for", c->never_close_for,
			       c->never_close_for_len);
	if (c->trusted_proxies_len)
		print_prefixes(to, "trusted-proxies", c->trusted_proxies,
			       c->trusted_proxies_len);
	fprintf(to, "session-events = %s\nsession-poll = \"%us\"\n",
		c->session_events ? "true" : "false", c->session_poll_s);
	print_option(to, "", "state-dir", c->state_dir);
	print_option(to, "", "control-socket", c->control_socket);
	print_option(to, "", "control-group", c->control_group);
	print_option(to, "", "user-capture", c->user_capture);
	print_option(to, "", "user-gate", c->user_gate);
	print_option(to, "", "user-nat", c->user_nat);
	print_option(to, "", "user-pgp", c->user_pgp);
	print_option(to, "", "gpg-home", c->gpg_home);
	if (c->gpg_passphrase_path)
		print_option(to, "", "gpg-passphrase-file",
			     c->gpg_passphrase_path);
	print_option(to, "", "user-run", c->user_run);
	print_option(to, "", "user-names", c->user_names);
	fprintf(to, "log = \"%s\"\n",
		c->log_sink == LOG_SINK_STDERR ? "stderr" : "syslog");
	print_option(to, "", "log-level", log_level_name(c->log_level));
}

enum haunt_err config_print(const struct config *config, FILE *to)
{
	for (size_t i = 0; i < config->listeners_len; i++)
		print_listener(to, &config->listeners[i]);
	for (size_t i = 0; i < config->services_len; i++)
		print_service(to, &config->services[i]);
	for (size_t i = 0; i < config->commands_len; i++)
		print_command(to, &config->commands[i]);
	for (size_t i = 0; i < config->clients_len; i++)
		print_client(to, config, &config->clients[i]);
	print_globals(to, config);
	return fflush(to) || ferror(to) ? HAUNT_ESYS : HAUNT_OK;
}
