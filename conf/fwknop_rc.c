/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides what each key of .fwknoprc becomes, or why it does not. */
#include <string.h>

#include "conf/client_conf.h"
#include "conf/fwknop_rc.h"
#include "conf/parse.h"

#define TIMEOUT_MAX_S CLIENT_LIFETIME_MAX_S
#define AGENT_MAX     99
#define PLAIN	      "anybody on the way can forge such an answer, and is let in"

static bool refuse(struct fwknop_out *out, const struct fwknop_entry *e,
		   const char *why)
{
	fwknop_say(out, e, FWKNOP_REFUSED, "%s", why);
	return false;
}

static void lowered(const char *value, char buf[FWKNOP_LINE_MAX + 1])
{
	for (; *value; value++, buf++)
		*buf = (char)(*value >= 'A' && *value <= 'Z'
				      ? *value - 'A' + 'a'
				      : *value);
	*buf = '\0';
}

static bool take_server(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	struct section *s = into;

	if (!client_host_valid(e->value))
		return refuse(out, e, "it is no host");
	s->host = e->value;
	return true;
}

static bool take_port(struct fwknop_out *out, void *into,
		      const struct fwknop_entry *e)
{
	struct section *s = into;
	int64_t n = fwknop_number(e->value);
	uint16_t *port = !strcmp(e->name, "SPA_SERVER_PORT") ? &s->port
			 : !strcmp(e->name, "NAT_PORT")	     ? &s->nat_port
							     : &s->source_port;

	if (n < 1 || n > UINT16_MAX)
		return refuse(out, e, "it is no port");
	*port = (uint16_t)n;
	return true;
}

static bool take_proto(struct fwknop_out *out, void *into,
		       const struct fwknop_entry *e)
{
	static const char *const carriers[] = { "udp",	"tcp",	  "http",
						"icmp", "tcpraw", "udpraw" };
	struct section *s = into;
	char name[FWKNOP_LINE_MAX + 1];

	lowered(e->value, name);
	for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++)
		if (!strcmp(name, carriers[i]))
			s->carrier = carriers[i];
	return s->carrier || refuse(out, e, "there is no such protocol");
}

static bool take_access(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	struct section *s = into;

	if (e->cut)
		fwknop_say(out, e, FWKNOP_WARNING,
			   "fwknop reads the line up to a blank, ';' or '#', "
			   "and so only part of it");
	if (fwknop_ports(e->value, &s->access) ||
	    s->access.len > CLIENT_PORTS_MAX) {
		s->access.len = 0;
		return refuse(out, e, "it is no list as in tcp/22,udp/53");
	}
	return true;
}

static bool take_allow(struct fwknop_out *out, void *into,
		       const struct fwknop_entry *e)
{
	struct section *s = into;
	struct client_gateway g;

	if (!strcmp(e->value, "source"))
		fwknop_say(out, e, FWKNOP_WARNING,
			   "who holds the packet back can send it from an "
			   "address of his own, and is let in");
	else if (strcmp(e->value, "resolve") &&
		 (client_parse_allow(e->value, &g) ||
		  g.allow != CLIENT_ALLOW_ADDRESS))
		return refuse(out, e,
			      "it is no IPv4 address, \"source\" or "
			      "\"resolve\"");
	s->allow = e->value;
	return true;
}

static bool take_resolve(struct fwknop_out *out, void *into,
			 const struct fwknop_entry *e)
{
	struct section *s = into;

	if (!fwknop_switched(out, e))
		return false;
	if (!s->allow)
		s->allow = "resolve";
	return true;
}

static bool take_plain(struct fwknop_out *out, void *into,
		       const struct fwknop_entry *e)
{
	(void)into;
	if (!fwknop_switched(out, e))
		return false;
	fwknop_say(out, e, FWKNOP_WARNING, PLAIN);
	return true;
}

static bool take_url(struct fwknop_out *out, void *into,
		     const struct fwknop_entry *e)
{
	struct section *s = into;
	const char *from = e->value;
	bool plain = !strncmp(from, "http://", 7);

	s->url_plain = plain;
	if (plain)
		fwknop_say(out, e, FWKNOP_WARNING, PLAIN);
	if (plain || !strncmp(from, "https://", 8))
		from = strstr(from, "//") + 2;
	if (!*from || !fwknop_quotable(from) ||
	    strpbrk(from, " ,\"'\\<>{}^`|@") || *from == '/')
		return refuse(out, e, "it is no address of a page");
	s->url = from;
	return true;
}

static bool take_timeout(struct fwknop_out *out, void *into,
			 const struct fwknop_entry *e)
{
	struct section *s = into;
	int64_t n = fwknop_number(e->value);

	if (n < 0)
		return refuse(out, e, "it is no number");
	if (n > TIMEOUT_MAX_S) {
		fwknop_say(out, e, FWKNOP_WARNING,
			   "a packet cannot ask for more than %d seconds, and "
			   "fwknopd refused one that did",
			   TIMEOUT_MAX_S);
		n = TIMEOUT_MAX_S;
	}
	s->lifetime_s = (uint32_t)n;
	return true;
}

/* HOST:PORT, HOST,PORT or HOST alone. */
static bool take_nat(struct fwknop_out *out, void *into,
		     const struct fwknop_entry *e)
{
	struct section *s = into;
	size_t len = strcspn(e->value, ":,");
	int64_t port = e->value[len] ? fwknop_number(e->value + len + 1) : 0;

	memcpy(s->nat_host, e->value, len);
	s->nat_host[len] = '\0';
	s->nat_host_port = (uint16_t)port;
	if (port >= (e->value[len] ? 1 : 0) && port <= UINT16_MAX &&
	    client_host_valid(s->nat_host))
		return true;
	s->nat_host[0] = '\0';
	return refuse(out, e, "it is no HOST:PORT");
}

static bool take_switch(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	(void)into;
	return fwknop_switched(out, e);
}

static bool take_user(struct fwknop_out *out, void *into,
		      const struct fwknop_entry *e)
{
	struct section *s = into;
	struct client_gateway g;

	if (client_parse_user(e->value, &g))
		return refuse(out, e, "no packet can carry it");
	s->user = e->value;
	return true;
}

/* [-]N[s|m|h|d]; only the first letter counts. */
static bool take_offset(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	struct section *s = into;
	const char *text = e->value + (e->value[0] == '-');
	int64_t n = fwknop_number(text);

	switch (text[strspn(text, "0123456789")]) {
	case 'm':
	case 'M':
		n *= 60;
		break;
	case 'h':
	case 'H':
		n *= 3600;
		break;
	case 'd':
	case 'D':
		n *= 86400;
		break;
	default:
		break;
	}
	if (n < 0 || n > OFFSET_MAX_S)
		return refuse(out, e, "it is no time of at most a day");
	s->offset_s = (int32_t)(e->value[0] == '-' ? -n : n);
	return true;
}

static bool take_spoof(struct fwknop_out *out, void *into,
		       const struct fwknop_entry *e)
{
	struct section *s = into;
	struct ip_addr address;

	if (addr_parse(e->value, strlen(e->value), &address))
		return refuse(out, e, "it is no address");
	s->spoof = e->value;
	return true;
}

static bool take_agent(struct fwknop_out *out, void *into,
		       const struct fwknop_entry *e)
{
	struct section *s = into;

	if (e->cut)
		fwknop_say(out, e, FWKNOP_WARNING,
			   "fwknop reads the line up to a blank, ';' or '#'");
	if (!fwknop_quotable(e->value) || strlen(e->value) > AGENT_MAX)
		return refuse(out, e, "it is not 1 to 99 printable characters");
	s->agent = e->value;
	return true;
}

static bool take_key(struct fwknop_out *out, void *into,
		     const struct fwknop_entry *e)
{
	(void)into;
	if (e->cut)
		fwknop_say(out, e, FWKNOP_WARNING,
			   "fwknop reads a key up to a blank, ';' or '#': the "
			   "key is shorter than the line, and stays so");
	return true;
}

static bool take_mode(struct fwknop_out *out, void *into,
		      const struct fwknop_entry *e)
{
	struct section *s = into;
	char name[FWKNOP_LINE_MAX + 1];

	lowered(e->value, name);
	if (!strcmp(name, "asymmetric")) {
		s->gpg = true;
		fwknop_say(out, e, FWKNOP_TRANSLATED, "gpg-recipient");
		return false;
	}
	return !mode_parse(name, &s->mode) ||
	       refuse(out, e, "there is no such mode");
}

static bool take_digest(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	struct section *s = into;
	char name[FWKNOP_LINE_MAX + 1];
	int digest = DIGEST_NONE;

	lowered(e->value, name);
	if (digest_parse(name, &digest) || digest == DIGEST_NONE)
		return refuse(out, e, "there is no such hash function");
	*(e->name[0] == 'H' ? &s->hmac : &s->digest) = digest;
	return true;
}

static bool take_fingerprint(struct fwknop_out *out, void *into,
			     const struct fwknop_entry *e)
{
	struct section *s = into;

	s->gpg = true;
	if (strlen(e->value) != 40 ||
	    strspn(e->value, "0123456789abcdefABCDEF") != 40)
		return refuse(out, e,
			      "it is no fingerprint of 40 digits, and short "
			      "ids can be forged; \"gpg --fingerprint\" shows "
			      "it");
	*(!strcmp(e->name, "GPG_SIGNER") ? &s->signer : &s->recipient) =
		e->value;
	return true;
}

static bool take_gpg_home(struct fwknop_out *out, void *into,
			  const struct fwknop_entry *e)
{
	struct section *s = into;

	if ((e->value[0] != '/' && strncmp(e->value, "~/", 2) != 0) ||
	    !fwknop_quotable(e->value))
		return refuse(out, e, "it is no absolute path");
	s->gpg_home = e->value;
	return true;
}

#define KEY_WORD  "key: a file of its own"
#define NO_WGET	  "haunt fetches by itself"
#define NO_MEMORY "haunt writes no command line down"

static const struct fwknop_word rc_words[] = {
	{ "SPA_SERVER", FWKNOP_TRANSLATED, "address", take_server },
	{ "SPA_SERVER_PORT", FWKNOP_TRANSLATED, "port", take_port },
	{ "SPA_SERVER_PROTO", FWKNOP_TRANSLATED, "carrier", take_proto },
	{ "SPA_SOURCE_PORT", FWKNOP_TRANSLATED, "source-port", take_port },
	{ "ACCESS", FWKNOP_TRANSLATED, "access", take_access },
	{ "ALLOW_IP", FWKNOP_TRANSLATED, "allow", take_allow },
	{ "RESOLVE_IP_HTTPS", FWKNOP_TRANSLATED, "allow = \"resolve\"",
	  take_resolve },
	{ "RESOLVE_IP_HTTP", FWKNOP_TRANSLATED, "allow = \"resolve\"",
	  take_resolve },
	{ "RESOLVE_HTTP_ONLY", FWKNOP_REFUSED,
	  "haunt asks resolvers that can prove who they are", take_plain },
	{ "RESOLVE_URL", FWKNOP_TRANSLATED, "resolvers", take_url },
	{ "WGET_CMD", FWKNOP_UNNEEDED, NO_WGET, NULL },
	{ "USE_WGET_USER_AGENT", FWKNOP_UNNEEDED, NO_WGET, NULL },
	{ "FW_TIMEOUT", FWKNOP_TRANSLATED, "lifetime", take_timeout },
	{ "NAT_ACCESS", FWKNOP_TRANSLATED, "nat", take_nat },
	{ "NAT_LOCAL", FWKNOP_TRANSLATED, "nat-port", take_switch },
	{ "NAT_PORT", FWKNOP_TRANSLATED, "nat-port", take_port },
	{ "NAT_RAND_PORT", FWKNOP_TRANSLATED, "nat-port = \"random\"",
	  take_switch },
	{ "SPOOF_USER", FWKNOP_TRANSLATED, "user", take_user },
	{ "SPOOF_SOURCE_IP", FWKNOP_TRANSLATED, "spoof-source", take_spoof },
	{ "RAND_PORT", FWKNOP_TRANSLATED, "port = \"random\"", take_switch },
	{ "TIME_OFFSET", FWKNOP_TRANSLATED, "time-offset", take_offset },
	{ "HTTP_USER_AGENT", FWKNOP_TRANSLATED, "user-agent", take_agent },
	{ "SERVER_RESOLVE_IPV4", FWKNOP_UNNEEDED,
	  "it is a matter of one command: haunt open -4", NULL },
	{ "KEY", FWKNOP_TRANSLATED, KEY_WORD, take_key },
	{ "KEY_BASE64", FWKNOP_TRANSLATED, KEY_WORD, take_key },
	{ "KEY_FILE", FWKNOP_TRANSLATED, KEY_WORD, NULL },
	{ "HMAC_KEY", FWKNOP_TRANSLATED, KEY_WORD, take_key },
	{ "HMAC_KEY_BASE64", FWKNOP_TRANSLATED, KEY_WORD, take_key },
	{ "HMAC_KEY_FILE", FWKNOP_REFUSED,
	  "fwknop takes it for KEY_FILE; put the key into HMAC_KEY_BASE64",
	  NULL },
	{ "USE_HMAC", FWKNOP_UNNEEDED,
	  "there is an HMAC unless hmac = \"none\"", take_switch },
	{ "HMAC_DIGEST_TYPE", FWKNOP_TRANSLATED, "hmac", take_digest },
	{ "DIGEST_TYPE", FWKNOP_TRANSLATED, "digest", take_digest },
	{ "ENCRYPTION_MODE", FWKNOP_TRANSLATED, "mode", take_mode },
	{ "USE_GPG", FWKNOP_TRANSLATED, "gpg-recipient", take_switch },
	{ "GPG_RECIPIENT", FWKNOP_TRANSLATED, "gpg-recipient",
	  take_fingerprint },
	{ "GPG_SIGNER", FWKNOP_TRANSLATED, "gpg-signer", take_fingerprint },
	{ "GPG_HOMEDIR", FWKNOP_TRANSLATED, "gpg-home", take_gpg_home },
	{ "GPG_EXE", FWKNOP_UNNEEDED, "GPGME finds it", NULL },
	{ "USE_GPG_AGENT", FWKNOP_UNNEEDED, "GnuPG asks its agent by itself",
	  NULL },
	{ "GPG_NO_SIGNING_PW", FWKNOP_UNNEEDED,
	  "a key without a passphrase needs no word", NULL },
	{ "GPG_SIGNING_PW", FWKNOP_TRANSLATED,
	  "gpg-passphrase-file: a file of its own", take_key },
	{ "GPG_SIGNING_PW_BASE64", FWKNOP_REFUSED,
	  "the agent asks for it, or gpg-passphrase-file has it", NULL },
	{ "NO_SAVE_ARGS", FWKNOP_UNNEEDED, NO_MEMORY, NULL },
	{ "VERBOSE", FWKNOP_UNNEEDED, "haunt open --print shows a packet",
	  NULL },
};

const struct fwknop_words fwknop_rc_words = {
	.words = rc_words,
	.len = sizeof(rc_words) / sizeof(rc_words[0]),
	.whose = ".fwknoprc",
};
