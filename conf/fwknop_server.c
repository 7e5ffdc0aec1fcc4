/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a gateway's configuration is put together from what was read:
 * listeners and options, services, clients, and what has to be named by hand.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/fwknop_stanza.h"
#include "conf/parse.h"

struct server {
	struct fwknop_out *out;
	const struct fwknop_part *daemon;
	struct stanza *stanzas;
	size_t len;
	struct services_found found;
	struct fwknop_names names;
	char gpg_home[FWKNOP_LINE_MAX + 1];
};

/* The one of two directives that stands last. */
static const struct fwknop_entry *later(const struct fwknop_part *part,
					const char *a, const char *b)
{
	const struct fwknop_entry *x = fwknop_find(part, a);
	const struct fwknop_entry *y = fwknop_find(part, b);

	return x > y ? x : y;
}

static void keys_find(const struct fwknop_part *part, struct fwknop_keys *keys)
{
	keys->key = later(part, "KEY", "KEY_BASE64");
	keys->hmac = later(part, "HMAC_KEY", "HMAC_KEY_BASE64");
}

static bool home_take(struct server *v, const struct fwknop_part *part)
{
	const char *value = fwknop_value(part, "GPG_HOME_DIR", NULL);

	if (!value || fwknop_expand(v->daemon, value, v->gpg_home) ||
	    v->gpg_home[0] != '/' || !fwknop_quotable(v->gpg_home))
		return false;
	v->out->gpg_home = v->gpg_home;
	return true;
}

static void home_find(struct server *v, const struct fwknop_conf *access)
{
	bool found = home_take(v, v->daemon);

	for (size_t i = 1; i < access->len && !found; i++)
		found = home_take(v, &access->parts[i]);
}

/* ---- a stanza ---- */

static void stanza_warn(struct fwknop_out *out, const struct stanza *s,
			const struct fwknop_keys *keys)
{
	const struct fwknop_entry *at = fwknop_find(s->part, "SOURCE");

	if (keys->key && !keys->hmac)
		fwknop_say(out, at, FWKNOP_WARNING,
			   "without an HMAC key packets can be altered on "
			   "their way%s",
			   out->strict ? "; with --strict this stanza is left "
					 "out"
				       : "; allow-without-hmac = true keeps it "
					 "working");
	if (!fwknop_on(s->part, "REQUIRE_SOURCE_ADDRESS") &&
	    !fwknop_on(s->part, "REQUIRE_SOURCE"))
		fwknop_say(out, at, FWKNOP_WARNING,
			   "packets may say 0.0.0.0: who holds one back can "
			   "send it from an address of his own, and is let "
			   "in%s",
			   out->strict ? "; --strict leaves that out"
				       : "; allow-unbound-address = true keeps "
					 "it working");
	if (s->any && !out->ports && !*s->force_host && !s->internet)
		fwknop_say(out, at, FWKNOP_WARNING,
			   "without OPEN_PORTS the client may open every "
			   "port; --ports says which it needs%s",
			   out->strict ? "; with --strict this stanza is left "
					 "out"
				       : "");
}

/* What makes it one that is left out, once it is read. */
static void stanza_settle(struct fwknop_out *out, struct stanza *s,
			  const struct fwknop_keys *keys)
{
	if (s->out)
		return;
	if (!keys->key && !s->gpg)
		s->out = "it has no key";
	else if (out->strict && keys->key && !keys->hmac)
		s->out = "it has no HMAC key";
	else if (out->strict && s->any && !out->ports && !*s->force_host &&
		 !s->internet)
		s->out = "it has no OPEN_PORTS";
	else if (s->gpg && !keys->key && !s->signers_len)
		s->out = "it names nobody who signs, by a fingerprint";
}

static enum haunt_err stanza_take(struct server *v, struct stanza *s,
				  size_t number, const struct fwknop_part *part)
{
	struct fwknop_keys keys = { .server = NULL };
	char name[CONFIG_NAME_MAX + 1];
	enum haunt_err err;

	stanza_read(v->out, part, v->daemon, s);
	keys_find(part, &keys);
	if (!strcmp(mode_name(s->mode), "legacy") || !keys.hmac) {
		s->hmac = DIGEST_NONE;
		keys.hmac = NULL;
	}
	snprintf(name, sizeof(name), "stanza-%zu", number);
	err = fwknop_name(&v->names, s->user ? s->user : name, s->name);
	if (err)
		return err;
	stanza_warn(v->out, s, &keys);
	stanza_settle(v->out, s, &keys);
	if (!s->out && (keys.key || keys.hmac)) {
		s->key_path = v->out->keep(v->out->arg, v->out, s->name, &keys);
		if (!s->key_path)
			s->out = "its key never worked";
	}
	services_cut(&v->found, s);
	return HAUNT_OK;
}

/* ---- printing ---- */

static bool prefixes_any(const struct prefixes *p)
{
	for (size_t i = 0; i < p->len; i++)
		if (!p->at[i].len)
			return true;
	return !p->len;
}

static void list_print(FILE *to, const char *word, const struct prefixes *p)
{
	char text[ADDR_TEXT_MAX];

	if (prefixes_any(p))
		return;
	fprintf(to, "\t%s = {", word);
	for (size_t i = 0; i < p->len; i++)
		fprintf(to, "%s\"%s\"", i ? ", " : "",
			prefix_format(&p->at[i], text));
	fputs("}\n", to);
}

static void signers_print(FILE *to, const struct stanza *s)
{
	for (size_t i = 0; i < s->signers_len; i++)
		fprintf(to, "%s\"%s\"%s", i ? ", " : "\tgpg-signers = {",
			s->signers[i], i + 1 == s->signers_len ? "}\n" : "");
}

static void client_options(struct server *v, const struct stanza *s)
{
	FILE *to = v->out->conf;

	list_print(to, "from", &s->from);
	list_print(to, "destination", &s->destination);
	if (s->mode != MODE_DEFAULT)
		fprintf(to, "\tmode = \"%s\"\n", mode_name(s->mode));
	if (s->hmac != DIGEST_DEFAULT)
		fprintf(to, "\thmac = \"%s\"\n", digest_name(s->hmac));
	if (s->hmac == DIGEST_NONE)
		fputs("\tallow-without-hmac = true\n", to);
	if (!v->out->strict && !fwknop_on(s->part, "REQUIRE_SOURCE_ADDRESS") &&
	    !fwknop_on(s->part, "REQUIRE_SOURCE"))
		fputs("\t# Who holds a packet back can use it himself:\n"
		      "\tallow-unbound-address = true\n",
		      to);
	if (!v->out->strict)
		fputs("\tmay-open-for-others = true\n", to);
	if (s->user)
		fprintf(to, "\trequire-username = \"%s\"\n", s->user);
	if (*s->expires)
		fprintf(to, "\texpires = \"%s\"\n", s->expires);
	signers_print(to, s);
}

static void examples_print(struct server *v, const struct stanza *s)
{
	const char *cycle = fwknop_value(s->part, "CMD_CYCLE_OPEN", NULL);
	FILE *to = v->out->conf;

	if (fwknop_on(s->part, "ENABLE_CMD_EXEC") ||
	    fwknop_on(s->part, "ENABLE_CMD_SUDO_EXEC"))
		fprintf(to,
			"# %s could run any command. Name each that it needs, "
			"and then in\n# the client: commands = {\"restart-web"
			"\"}\n# command \"restart-web\" {\n"
			"#\targv = {\"/usr/bin/systemctl\", \"restart\", "
			"\"nginx\"}\n#\tuser = \"nobody\"\n"
			"#\trequest = \"systemctl restart nginx\"\n# }\n",
			s->name);
	if (!cycle)
		return;
	fprintf(to,
		"# %s ran commands in place of rules. A service can run "
		"them when it is\n# opened and when that ends, as words and "
		"without a shell:\n#\ton-grant = {\"",
		s->name);
	fwknop_put(to, cycle);
	fputs("\"}\n#\ton-end = {\"", to);
	fwknop_put(to, fwknop_value(s->part, "CMD_CYCLE_CLOSE", "NONE"));
	fputs("\"}\n", to);
}

static void client_print(struct server *v, const struct stanza *s)
{
	const struct fwknop_entry *at = fwknop_find(s->part, "SOURCE");
	FILE *to = v->out->conf;

	fputs("\n# ", to);
	fwknop_put(to, at->file);
	fprintf(to, ":%u\n", at->line);
	if (s->out) {
		fprintf(to, "# client \"%s\" is left out: %s.\n", s->name,
			s->out);
	} else {
		fprintf(to, "client \"%s\" {\n", s->name);
		if (s->key_path)
			fprintf(to, "\tkey = \"%s\"\n", s->key_path);
		for (size_t i = 0; i < s->services_len; i++)
			fprintf(to, "%s\"%s\"%s", i ? ", " : "\tservices = {",
				v->found.at[s->services[i]].name,
				i + 1 == s->services_len ? "}\n" : "");
		client_options(v, s);
		fputs("}\n", to);
	}
	examples_print(v, s);
}

static void targets_print(struct server *v)
{
	if (!fwknop_on(v->daemon, "ENABLE_IPT_FORWARDING") &&
	    !fwknop_on(v->daemon, "ENABLE_FIREWD_FORWARDING"))
		return;
	fputs("\n# fwknopd led to any host that a client named. Name those "
	      "that are needed,\n# and add each to the services of its "
	      "clients:\n# service \"database\" {\n"
	      "#\ttarget = \"198.51.100.2 tcp/5432\"\n"
	      "#\tat = {\"tcp/15432\"}\n# }\n",
	      v->out->conf);
}

static void passphrase_print(struct server *v)
{
	const struct fwknop_entry *pw = NULL;
	const char *path;

	for (size_t i = 0; i < v->len && !pw; i++)
		if (!v->stanzas[i].out)
			pw = fwknop_find(v->stanzas[i].part, "GPG_DECRYPT_PW");
	if (!pw)
		return;
	path = v->out->keep_text(v->out->arg, v->out, "gpg", pw);
	if (path)
		fprintf(v->out->conf, "gpg-passphrase-file = \"%s\"\n", path);
}

static void server_print(struct server *v)
{
	fputs("# What fwknopd did, in the words of hauntd.conf(5).\n"
	      "# The target of a service on this host is closed to everybody "
	      "who has no grant,\n# unless it says cloak = false.\n\n",
	      v->out->conf);
	fwknop_daemon_print(v->out, v->daemon);
	passphrase_print(v);
	fputc('\n', v->out->conf);
	services_print(v->out->conf, &v->found);
	for (size_t i = 0; i < v->len; i++)
		client_print(v, &v->stanzas[i]);
	targets_print(v);
}

static void strays_judge(struct fwknop_out *out, const struct fwknop_part *part)
{
	for (size_t i = 0; i < part->len; i++) {
		const struct fwknop_entry *e = &part->entries[i];

		if (e->name[0] == '%')
			fwknop_say(out, e, FWKNOP_UNNEEDED,
				   "what it names is read");
		else
			fwknop_say(out, e, FWKNOP_REFUSED,
				   "it stands before the first SOURCE, where "
				   "fwknopd takes no notice of it");
	}
}

enum haunt_err fwknop_import_server(struct fwknop_out *out,
				    const struct fwknop_conf *access,
				    const struct fwknop_conf *daemon)
{
	static const struct fwknop_part none = { .name = NULL };
	struct server v = { .out = out,
			    .daemon = daemon->len ? &daemon->parts[0] : &none };
	enum haunt_err err = HAUNT_OK;

	v.stanzas = calloc(access->len + 1, sizeof(*v.stanzas));
	if (!v.stanzas)
		return HAUNT_ENOMEM;
	home_find(&v, access);
	fwknop_judge(out, &fwknop_daemon_words, v.daemon, &v);
	if (access->len)
		strays_judge(out, &access->parts[0]);
	for (size_t i = 1; i < access->len && !err; i++) {
		struct stanza *s = &v.stanzas[v.len];

		err = stanza_take(&v, s, i, &access->parts[i]);
		v.len++;
	}
	for (size_t i = 0; i < v.len && !err; i++) {
		struct stanza *s = &v.stanzas[i];

		err = services_of(out, &v.found, s);
		if (!err && s->out)
			fwknop_say(out, fwknop_find(s->part, "SOURCE"),
				   FWKNOP_REFUSED, "the stanza is left out: %s",
				   s->out);
	}
	if (!err) {
		server_print(&v);
		services_tell(out, &v.found);
	}
	services_free(&v.found);
	fwknop_names_free(&v.names);
	free(v.stanzas);
	out->gpg_home = NULL;
	return err;
}
