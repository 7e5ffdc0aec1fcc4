/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides what each directive of a stanza becomes, or why it does not. */
#include <string.h>
#include <time.h>

#include "conf/client_conf.h"
#include "conf/fwknop_stanza.h"
#include "conf/parse.h"

#define LIFETIME_DEFAULT_S     30
#define MAX_LIFETIME_DEFAULT_S 300

/* ---- times ---- */

static bool take_lifetime(struct fwknop_out *out, void *into,
			  const struct fwknop_entry *e)
{
	struct stanza *s = into;
	bool max = !strcmp(e->name, "MAX_FW_TIMEOUT");
	int64_t n = fwknop_number(e->value);

	if (n < 0) {
		fwknop_say(out, e, FWKNOP_REFUSED, "it is no number");
		return false;
	}
	if (n > CONFIG_LIFETIME_MAX_S) {
		n = CONFIG_LIFETIME_MAX_S;
		fwknop_say(out, e, FWKNOP_WARNING,
			   "nothing stays open longer than 24h");
	}
	if (n)
		*(max ? &s->max_lifetime_s : &s->lifetime_s) = (uint32_t)n;
	return true;
}

/* To the minute, and not later. */
static bool expires_set(struct stanza *s, time_t when)
{
	struct tm tm;

	return when > 0 && gmtime_r(&when, &tm) && tm.tm_year < 8000 &&
	       strftime(s->expires, sizeof(s->expires), "%Y-%m-%d %H:%M", &tm);
}

/* MM/DD/YYYY, which begins at midnight here, or seconds since 1970. */
static bool take_expire(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	struct stanza *s = into;
	char item[FWKNOP_LINE_MAX + 1];
	const char *list = e->value;
	struct tm tm = { .tm_isdst = -1 };
	int64_t epoch = fwknop_number(e->value);
	const char *end;

	if (!strcmp(e->name, "ACCESS_EXPIRE_EPOCH")) {
		if (epoch < INT32_MAX && expires_set(s, (time_t)epoch))
			return true;
	} else if (fwknop_item(&list, item)) {
		end = strptime(item, "%m/%d/%Y", &tm);
		if (end && !*end && expires_set(s, mktime(&tm)))
			return true;
	}
	s->out = "when it expires is not understood";
	fwknop_say(out, e, FWKNOP_REFUSED, "it is no date");
	return false;
}

/* ---- who, and from where ---- */

static bool take_user(struct fwknop_out *out, void *into,
		      const struct fwknop_entry *e)
{
	struct stanza *s = into;
	struct client_gateway g;

	if (!client_parse_user(e->value, &g)) {
		s->user = e->value;
		return true;
	}
	s->out = "no packet can carry its REQUIRE_USERNAME";
	fwknop_say(out, e, FWKNOP_REFUSED,
		   "no packet can carry it; blanks at its end count to "
		   "fwknopd");
	return false;
}

static bool take_bound(struct fwknop_out *out, void *into,
		       const struct fwknop_entry *e)
{
	(void)into;
	if (e->value[0] == 'Y' || e->value[0] == 'y')
		fwknop_say(out, e, FWKNOP_UNNEEDED, "it is what hauntd does");
	return e->value[0] != 'Y' && e->value[0] != 'y';
}

/* ---- NAT ---- */

static bool take_force_nat(struct fwknop_out *out, void *into,
			   const struct fwknop_entry *e)
{
	struct stanza *s = into;
	char host[FWKNOP_LINE_MAX + 1], port[FWKNOP_LINE_MAX + 1];
	struct ip_addr address;
	int64_t n;

	if (sscanf(e->value, "%1023s %1023s", host, port) == 2) {
		n = fwknop_number(strchr(port, '/') ? strchr(port, '/') + 1
						    : port);
		if (!addr_parse(host, strlen(host), &address) && n >= 1 &&
		    n <= UINT16_MAX && !addr_is_unusable(&address)) {
			addr_format(&address, s->force_host);
			s->force_port = (uint16_t)n;
			return true;
		}
	}
	s->out = "its FORCE_NAT is not understood";
	fwknop_say(out, e, FWKNOP_REFUSED, "it is no ADDRESS PORT");
	return false;
}

static bool take_snat(struct fwknop_out *out, void *into,
		      const struct fwknop_entry *e)
{
	char item[FWKNOP_LINE_MAX + 1];
	const char *list = e->value;
	struct ip_addr address;

	(void)into;
	if (fwknop_item(&list, item) &&
	    !addr_parse(item, strlen(item), &address))
		return true;
	fwknop_say(out, e, FWKNOP_REFUSED, "it is no address");
	return false;
}

static bool take_switch(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	(void)into;
	return fwknop_switched(out, e);
}

static bool take_cycle(struct fwknop_out *out, void *into,
		       const struct fwknop_entry *e)
{
	struct stanza *s = into;

	(void)out;
	(void)e;
	s->out = "it runs commands of its own instead of opening anything";
	return true;
}

/* ---- GnuPG ---- */

static bool hex40(const char *text)
{
	return strlen(text) == 40 &&
	       strspn(text, "0123456789abcdefABCDEF") == 40;
}

static bool take_signers(struct fwknop_out *out, void *into,
			 const struct fwknop_entry *e)
{
	struct stanza *s = into;
	const char *list = e->value;
	char item[FWKNOP_LINE_MAX + 1];
	size_t n = 0;

	s->gpg = true;
	while (fwknop_item(&list, item)) {
		if (!hex40(item)) {
			fwknop_say(out, e, FWKNOP_WARNING,
				   "%s is no fingerprint of 40 digits, and is "
				   "left out; \"gpg --fingerprint %s\" shows "
				   "it",
				   item, item);
			continue;
		}
		n++;
		if (s->signers_len < STANZA_SIGNERS_MAX)
			memcpy(s->signers[s->signers_len++], item, 41);
	}
	if (n)
		return true;
	fwknop_say(out, e, FWKNOP_REFUSED,
		   "short ids can be forged, so hauntd wants fingerprints");
	return false;
}

static bool take_gpg(struct fwknop_out *out, void *into,
		     const struct fwknop_entry *e)
{
	struct stanza *s = into;

	(void)out;
	(void)e;
	s->gpg = true;
	return true;
}

static bool take_home(struct fwknop_out *out, void *into,
		      const struct fwknop_entry *e)
{
	struct stanza *s = into;
	char path[FWKNOP_LINE_MAX + 1];

	s->gpg = true;
	return out->gpg_home && !fwknop_expand(s->daemon, e->value, path) &&
			       !strcmp(path, out->gpg_home)
		       ? (fwknop_say(out, e, FWKNOP_TRANSLATED, "gpg-home"),
			  false)
		       : true;
}

static bool take_unsigned(struct fwknop_out *out, void *into,
			  const struct fwknop_entry *e)
{
	(void)into;
	if (!fwknop_switched(out, e))
		return false;
	fwknop_say(out, e, FWKNOP_WARNING,
		   "everybody who has the gateway's public key could open "
		   "ports with it");
	return true;
}

#define KEY_WORD "key: a file of its own"
#define COMMANDS                                                   \
	"a command section has the words of one program; see the " \
	"example in the output"
#define HOOKS	    "see on-grant and on-end in the output"
#define SIGNATURES  "hauntd always wants a signature of one of gpg-signers"
#define GPG_OF_FILE "gpg-home is one for the whole file"

static const struct fwknop_word access_words[] = {
	{ "SOURCE", FWKNOP_TRANSLATED, "from", stanza_take_source },
	{ "DESTINATION", FWKNOP_TRANSLATED, "destination",
	  stanza_take_destination },
	{ "OPEN_PORTS", FWKNOP_TRANSLATED, "services", stanza_take_open },
	{ "RESTRICT_PORTS", FWKNOP_TRANSLATED,
	  "services, of which there is none for them", stanza_take_restrict },
	{ "KEY", FWKNOP_TRANSLATED, KEY_WORD, stanza_take_key },
	{ "KEY_BASE64", FWKNOP_TRANSLATED, KEY_WORD, stanza_take_key },
	{ "HMAC_KEY", FWKNOP_TRANSLATED, KEY_WORD, stanza_take_key },
	{ "HMAC_KEY_BASE64", FWKNOP_TRANSLATED, KEY_WORD, stanza_take_key },
	{ "HMAC_DIGEST_TYPE", FWKNOP_TRANSLATED, "hmac",
	  stanza_take_hmac_type },
	{ "ENCRYPTION_MODE", FWKNOP_TRANSLATED, "mode", stanza_take_mode },
	{ "FW_ACCESS_TIMEOUT", FWKNOP_TRANSLATED, "lifetime of services",
	  take_lifetime },
	{ "MAX_FW_TIMEOUT", FWKNOP_TRANSLATED, "max-lifetime of services",
	  take_lifetime },
	{ "REQUIRE_USERNAME", FWKNOP_TRANSLATED, "require-username",
	  take_user },
	{ "REQUIRE_SOURCE_ADDRESS", FWKNOP_TRANSLATED, "allow-unbound-address",
	  take_bound },
	{ "REQUIRE_SOURCE", FWKNOP_TRANSLATED, "allow-unbound-address",
	  take_bound },
	{ "ACCESS_EXPIRE", FWKNOP_TRANSLATED, "expires", take_expire },
	{ "ACCESS_EXPIRE_EPOCH", FWKNOP_TRANSLATED, "expires", take_expire },
	{ "ENABLE_CMD_EXEC", FWKNOP_REFUSED,
	  "a client of hauntd has no choice of words; each command is a "
	  "section, see the example in the output",
	  take_switch },
	{ "CMD_EXEC_USER", FWKNOP_REFUSED, COMMANDS, NULL },
	{ "CMD_EXEC_GROUP", FWKNOP_REFUSED, COMMANDS, NULL },
	{ "ENABLE_CMD_SUDO_EXEC", FWKNOP_REFUSED, COMMANDS, take_switch },
	{ "CMD_SUDO_EXEC_USER", FWKNOP_REFUSED, COMMANDS, NULL },
	{ "CMD_SUDO_EXEC_GROUP", FWKNOP_REFUSED, COMMANDS, NULL },
	{ "CMD_CYCLE_OPEN", FWKNOP_REFUSED, HOOKS, take_cycle },
	{ "CMD_CYCLE_CLOSE", FWKNOP_REFUSED, HOOKS, NULL },
	{ "CMD_CYCLE_TIMER", FWKNOP_REFUSED,
	  "a hook's end is that of its grant: see lifetime", NULL },
	{ "FORCE_NAT", FWKNOP_TRANSLATED, "a service", take_force_nat },
	{ "FORCE_SNAT", FWKNOP_TRANSLATED, "source-nat", take_snat },
	{ "FORCE_MASQUERADE", FWKNOP_TRANSLATED, "source-nat", take_switch },
	{ "FORWARD_ALL", FWKNOP_TRANSLATED, "a service to the internet",
	  stanza_take_forward_all },
	{ "DISABLE_DNAT", FWKNOP_TRANSLATED, "a service to the internet",
	  stanza_take_direct },
	{ "GPG_HOME_DIR", FWKNOP_REFUSED, GPG_OF_FILE, take_home },
	{ "GPG_EXE", FWKNOP_UNNEEDED, "GPGME finds it", NULL },
	{ "GPG_DECRYPT_ID", FWKNOP_UNNEEDED,
	  "any secret key in gpg-home can be the recipient's", take_gpg },
	{ "GPG_DECRYPT_PW", FWKNOP_TRANSLATED, "gpg-passphrase-file",
	  take_gpg },
	{ "GPG_ALLOW_NO_PW", FWKNOP_UNNEEDED,
	  "a key without a passphrase needs no word", take_gpg },
	{ "GPG_REQUIRE_SIG", FWKNOP_UNNEEDED, SIGNATURES, NULL },
	{ "GPG_DISABLE_SIG", FWKNOP_REFUSED, SIGNATURES, take_unsigned },
	{ "GPG_IGNORE_SIG_VERIFY_ERROR", FWKNOP_REFUSED, SIGNATURES,
	  take_unsigned },
	{ "GPG_REMOTE_ID", FWKNOP_TRANSLATED, "gpg-signers", take_signers },
	{ "GPG_FINGERPRINT_ID", FWKNOP_TRANSLATED, "gpg-signers",
	  take_signers },
	{ "%include", FWKNOP_UNNEEDED, "what it names is read", NULL },
	{ "%include_folder", FWKNOP_UNNEEDED, "what it names is read", NULL },
	{ "%include_keys", FWKNOP_UNNEEDED, "what it names is read", NULL },
};

const struct fwknop_words fwknop_access_words = {
	.words = access_words,
	.len = sizeof(access_words) / sizeof(access_words[0]),
	.whose = "access.conf",
};

void stanza_read(struct fwknop_out *out, const struct fwknop_part *part,
		 const struct fwknop_part *daemon, struct stanza *s)
{
	*s = (struct stanza){
		.part = part,
		.daemon = daemon,
		.any = true,
		.mode = MODE_DEFAULT,
		.hmac = DIGEST_DEFAULT,
		.lifetime_s = LIFETIME_DEFAULT_S,
		.max_lifetime_s = MAX_LIFETIME_DEFAULT_S,
	};
	fwknop_judge(out, &fwknop_access_words, part, s);
	/* The one does not bound the other. */
	if (s->max_lifetime_s < s->lifetime_s)
		s->max_lifetime_s = s->lifetime_s;
}
