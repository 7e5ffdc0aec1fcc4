/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how a section of .fwknoprc becomes a gateway with a service. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf/fwknop_rc.h"
#include "conf/parse.h"

#define PORT_DEFAULT 62201u

/* What holds in a section: what [default] says, and then what it says. */
static enum haunt_err section_join(const struct fwknop_part *defaults,
				   const struct fwknop_part *own,
				   struct fwknop_part *out)
{
	size_t len = own->len + (defaults ? defaults->len : 0);

	*out = (struct fwknop_part){ .name = own->name };
	out->entries = calloc(len + 1, sizeof(*out->entries));
	if (!out->entries)
		return HAUNT_ENOMEM;
	for (size_t i = 0; defaults && i < defaults->len; i++)
		out->entries[out->len++] = defaults->entries[i];
	for (size_t i = 0; i < own->len; i++)
		out->entries[out->len++] = own->entries[i];
	return HAUNT_OK;
}

static const struct fwknop_entry *later(const struct fwknop_part *part,
					const char *a, const char *b)
{
	const struct fwknop_entry *x = fwknop_find(part, a);
	const struct fwknop_entry *y = fwknop_find(part, b);

	return x > y ? x : y;
}

/* ---- printing ---- */

static void text_print(FILE *to, const char *indent, const char *word,
		       const char *value)
{
	if (value)
		fprintf(to, "%s%s = \"%s\"\n", indent, word, value);
}

static const char *carrier_of(const struct section *s)
{
	return s->carrier ? s->carrier : "udp";
}

static bool is_raw(const struct section *s)
{
	return strstr(carrier_of(s), "raw") || !strcmp(carrier_of(s), "icmp");
}

static void gateway_print(FILE *to, const struct section *s,
			  const struct fwknop_part *part)
{
	bool http = !strcmp(carrier_of(s), "http");

	text_print(to, "\t", "address", s->host);
	if (fwknop_on(part, "RAND_PORT"))
		text_print(to, "\t", "port", "random");
	else if (s->port || http)
		fprintf(to, "\tport = %u\n", s->port ? s->port : PORT_DEFAULT);
	if (strcmp(carrier_of(s), "udp") != 0)
		text_print(to, "\t", "carrier", s->carrier);
	if (http)
		text_print(to, "\t", "user-agent", s->agent);
	if (is_raw(s))
		text_print(to, "\t", "spoof-source", s->spoof);
	if (s->source_port && strcmp(carrier_of(s), "icmp") != 0)
		fprintf(to, "\tsource-port = %u\n", s->source_port);
	text_print(to, "\t", "user", s->user);
	text_print(to, "\t", "allow", s->allow);
	if (s->url)
		fprintf(to, "\tresolvers = {\"http%s://%s\"}\n",
			s->url_plain ? "" : "s", s->url);
	if (s->offset_s)
		fprintf(to, "\ttime-offset = \"%ds\"\n", s->offset_s);
	if (s->mode != MODE_DEFAULT)
		text_print(to, "\t", "mode", mode_name(s->mode));
	if (s->digest != DIGEST_DEFAULT)
		text_print(to, "\t", "digest", digest_name(s->digest));
	text_print(to, "\t", "gpg-recipient", s->recipient);
	text_print(to, "\t", "gpg-signer", s->signer);
	text_print(to, "\t", "gpg-home", s->gpg_home);
}

static void nat_print(FILE *to, const struct section *s,
		      const struct fwknop_part *part)
{
	const struct port_range *first = &s->access.at[0];

	if (*s->nat_host && !fwknop_on(part, "NAT_LOCAL"))
		fprintf(to, "\t\tnat = \"%s:%u\"\n", s->nat_host,
			s->nat_host_port ? 0u + s->nat_host_port
					 : first->first);
	if (fwknop_on(part, "NAT_RAND_PORT"))
		text_print(to, "\t\t", "nat-port", "random");
	else if (s->nat_port)
		fprintf(to, "\t\tnat-port = %u\n", s->nat_port);
	else if (fwknop_on(part, "NAT_LOCAL"))
		fprintf(to, "\t\tnat-port = %u\n", first->first);
}

static void service_print(FILE *to, const struct section *s,
			  const struct fwknop_part *part)
{
	bool nat = *s->nat_host || s->nat_port ||
		   fwknop_on(part, "NAT_LOCAL") ||
		   fwknop_on(part, "NAT_RAND_PORT");
	size_t n = nat ? 1 : s->access.len;

	if (!s->access.len)
		return;
	fprintf(to, "\tservice \"%s-%u\" {\n",
		proto_name(s->access.at[0].proto), s->access.at[0].first);
	for (size_t i = 0; i < n; i++)
		fprintf(to, "%s\"%s/%u\"%s", i ? ", " : "\t\taccess = {",
			proto_name(s->access.at[i].proto),
			s->access.at[i].first, i + 1 == n ? "}\n" : "");
	if (nat)
		nat_print(to, s, part);
	if (s->lifetime_s)
		fprintf(to, "\t\tlifetime = \"%us\"\n", s->lifetime_s);
	fputs("\t}\n", to);
}

/* ---- one section ---- */

static void section_read(struct fwknop_out *out, const struct fwknop_part *part,
			 struct section *s)
{
	const struct fwknop_entry *e;

	*s = (struct section){
		.mode = MODE_DEFAULT,
		.hmac = DIGEST_DEFAULT,
		.digest = DIGEST_DEFAULT,
	};
	fwknop_judge(out, &fwknop_rc_words, part, s);
	e = fwknop_find(part, "ACCESS");
	if (s->access.len > 1 && *s->nat_host)
		fwknop_say(out, e, FWKNOP_WARNING,
			   "with NAT fwknop uses the first port only");
	if (fwknop_on(part, "NAT_LOCAL") && *s->nat_host)
		fwknop_say(out, fwknop_find(part, "NAT_ACCESS"), FWKNOP_WARNING,
			   "with NAT_LOCAL the host is the gateway itself");
	if (s->agent && strcmp(carrier_of(s), "http") != 0)
		fwknop_say(out, fwknop_find(part, "HTTP_USER_AGENT"),
			   FWKNOP_WARNING,
			   "it counts only with SPA_SERVER_PROTO http, and is "
			   "left out");
	if (s->spoof && !is_raw(s))
		fwknop_say(out, fwknop_find(part, "SPOOF_SOURCE_IP"),
			   FWKNOP_WARNING,
			   "it takes SPA_SERVER_PROTO udpraw, tcpraw or icmp, "
			   "and is left out");
	if (s->source_port && !strcmp(carrier_of(s), "icmp"))
		fwknop_say(out, fwknop_find(part, "SPA_SOURCE_PORT"),
			   FWKNOP_WARNING,
			   "ICMP has no ports, and it is left out");
}

/* True if the section is what it takes to be a gateway. */
static bool is_gateway(const struct fwknop_part *own,
		       const struct fwknop_part *joined)
{
	return strcasecmp(own->name, "default") != 0 ||
	       fwknop_find(joined, "SPA_SERVER");
}

static void head_print(FILE *to, const struct fwknop_part *part,
		       const char *name)
{
	fputs("\n# [", to);
	fwknop_put(to, part->name);
	fprintf(to, "]\ngateway \"%s\" {\n", name);
}

static const char *key_keep(struct fwknop_out *out,
			    const struct fwknop_part *part, const char *name,
			    struct section *s)
{
	struct fwknop_keys keys = {
		.key = later(part, "KEY", "KEY_BASE64"),
		.hmac = later(part, "HMAC_KEY", "HMAC_KEY_BASE64"),
		.server = s->host,
	};

	if (!keys.key)
		keys.key = fwknop_find(part, "KEY_FILE");
	if (!strcmp(mode_name(s->mode), "legacy"))
		keys.hmac = NULL;
	if (!keys.hmac && !fwknop_on(part, "USE_HMAC"))
		s->hmac = DIGEST_NONE;
	if (keys.key && !keys.hmac)
		fwknop_say(out, keys.key, FWKNOP_WARNING,
			   "without an HMAC key packets can be altered on "
			   "their way");
	return keys.key || (s->gpg && keys.hmac)
		       ? out->keep(out->arg, out, name, &keys)
		       : NULL;
}

/* A file of its own, whose name no gateway's key has. */
static enum haunt_err passphrase_print(struct fwknop_out *out,
				       struct fwknop_names *names,
				       const struct fwknop_part *part,
				       const char *gateway)
{
	const struct fwknop_entry *e = fwknop_find(part, "GPG_SIGNING_PW");
	char wanted[CONFIG_NAME_MAX + 5], name[CONFIG_NAME_MAX + 1];
	enum haunt_err err;

	if (!e)
		return HAUNT_OK;
	snprintf(wanted, sizeof(wanted), "gpg-%s", gateway);
	err = fwknop_name(names, wanted, name);
	if (!err)
		text_print(out->conf, "\t", "gpg-passphrase-file",
			   out->keep_text(out->arg, out, name, e));
	return err;
}

static enum haunt_err section_take(struct fwknop_out *out,
				   struct fwknop_names *names,
				   const struct fwknop_part *part)
{
	char name[CONFIG_NAME_MAX + 1];
	enum haunt_err err = fwknop_name(names, part->name, name);
	struct section s;
	const char *path;

	if (err)
		return err;
	fprintf(out->report, "[");
	fwknop_put(out->report, part->name);
	fprintf(out->report, "]: gateway \"%s\"%s\n", name,
		strcmp(name, part->name) ? ", since names are of a-z, 0-9, _ "
					   "and -, and each is there once"
					 : "");
	section_read(out, part, &s);
	if (!s.host) {
		fprintf(out->report,
			"[%s]: NOT translated: it has no SPA_SERVER\n", name);
		out->counts[FWKNOP_REFUSED]++;
		return HAUNT_OK;
	}
	path = key_keep(out, part, name, &s);
	head_print(out->conf, part, name);
	gateway_print(out->conf, &s, part);
	text_print(out->conf, "\t", "key", path);
	if (s.hmac != DIGEST_DEFAULT)
		text_print(out->conf, "\t", "hmac", digest_name(s.hmac));
	if (s.recipient)
		err = passphrase_print(out, names, part, name);
	service_print(out->conf, &s, part);
	fputs("}\n", out->conf);
	return err;
}

static const struct fwknop_part *defaults_find(const struct fwknop_conf *rc)
{
	for (size_t i = 1; i < rc->len; i++)
		if (!strcasecmp(rc->parts[i].name, "default"))
			return &rc->parts[i];
	return NULL;
}

static void strays_judge(struct fwknop_out *out, const struct fwknop_conf *rc)
{
	for (size_t i = 0; rc->len && i < rc->parts[0].len; i++)
		fwknop_say(out, &rc->parts[0].entries[i], FWKNOP_REFUSED,
			   "it stands before the first section, where fwknop "
			   "takes no notice of it");
}

enum haunt_err fwknop_import_client(struct fwknop_out *out,
				    const struct fwknop_conf *rc)
{
	const struct fwknop_part *defaults = defaults_find(rc);
	struct fwknop_names names = { .len = 0 };
	enum haunt_err err = HAUNT_OK;

	fputs("# What .fwknoprc said, in the words of haunt.conf(5).\n",
	      out->conf);
	strays_judge(out, rc);
	for (size_t i = 1; i < rc->len && !err; i++) {
		const struct fwknop_part *own = &rc->parts[i];
		struct fwknop_part joined;

		err = section_join(own == defaults ? NULL : defaults, own,
				   &joined);
		if (err)
			break;
		/* What is only inherited is judged where it is. */
		if (is_gateway(own, &joined) || rc->len == 2)
			err = section_take(out, &names, &joined);
		free(joined.entries);
	}
	fwknop_names_free(&names);
	return err;
}
