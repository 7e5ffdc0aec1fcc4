/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides fwknopd's notions of addresses, ports, keys and ciphers. */
#include <string.h>
#include <strings.h>

#include "conf/fwknop_stanza.h"
#include "conf/parse.h"

/* ---- addresses ---- */

/* ADDRESS/LEN or ADDRESS/MASK; 33 for a mask that is none. */
static unsigned int mask_bits(const char *text)
{
	struct ip_addr mask;
	uint32_t bits;
	const uint8_t *b;

	if (!strchr(text, '.')) {
		int64_t n = fwknop_number(text);

		return n < 0 || n > 32 ? 33 : (unsigned int)n;
	}
	if (addr_parse(text, strlen(text), &mask) || !addr_is_v4(&mask))
		return 33;
	b = addr_v4_bytes(&mask);
	bits = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
	if (~bits & (~bits + 1))
		return 33;
	return (unsigned int)__builtin_popcount(bits);
}

static bool prefix_read(char *text, struct ip_prefix *out)
{
	char *slash = strchr(text, '/');
	unsigned int bits = 32;

	if (!strcasecmp(text, "ANY")) {
		*out = (struct ip_prefix){ .len = 0 };
		return true;
	}
	if (slash) {
		*slash = '\0';
		bits = mask_bits(slash + 1);
	}
	if (bits > 32 || addr_parse(text, strlen(text), &out->addr) ||
	    !addr_is_v4(&out->addr))
		return false;
	out->len = (uint8_t)(96 + bits);
	out->v6 = false;
	for (unsigned int bit = out->len; bit < 128; bit++)
		out->addr.b[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	return true;
}

static void take_prefixes(struct fwknop_out *out, const struct fwknop_entry *e,
			  struct prefixes *into)
{
	const char *list = e->value;
	char item[FWKNOP_LINE_MAX + 1];

	while (fwknop_item(&list, item)) {
		if (into->len == STANZA_PREFIXES_MAX)
			fwknop_say(out, e, FWKNOP_WARNING,
				   "more than %d addresses; the rest is left "
				   "out",
				   STANZA_PREFIXES_MAX);
		if (into->len == STANZA_PREFIXES_MAX)
			return;
		if (prefix_read(item, &into->at[into->len]))
			into->len++;
		else
			fwknop_say(out, e, FWKNOP_WARNING,
				   "%s is neither an address nor a network, "
				   "and is left out",
				   item);
	}
}

bool stanza_take_source(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	struct stanza *s = into;

	take_prefixes(out, e, &s->from);
	if (s->from.len)
		return true;
	s->out = "its SOURCE holds no address";
	fwknop_say(out, e, FWKNOP_REFUSED, "%s", s->out);
	return false;
}

bool stanza_take_destination(struct fwknop_out *out, void *into,
			     const struct fwknop_entry *e)
{
	struct stanza *s = into;

	take_prefixes(out, e, &s->destination);
	if (s->destination.len)
		return true;
	s->out = "its DESTINATION holds no address";
	fwknop_say(out, e, FWKNOP_REFUSED, "%s", s->out);
	return false;
}

/* ---- ports ---- */

bool stanza_take_open(struct fwknop_out *out, void *into,
		      const struct fwknop_entry *e)
{
	struct stanza *s = into;
	const char *list = e->value;
	char item[FWKNOP_LINE_MAX + 1];
	size_t n = 0;

	s->any = false;
	if (fwknop_ports(e->value, &s->open)) {
		s->open.len = 0;
		s->out = "its OPEN_PORTS are no list of ports";
		fwknop_say(out, e, FWKNOP_REFUSED,
			   "it is no list as in tcp/22,udp/53");
		return false;
	}
	while (fwknop_item(&list, item))
		n++;
	if (n > s->open.len)
		fwknop_say(out, e, FWKNOP_WARNING,
			   "a port is there twice, by which fwknopd refused "
			   "it, but admitted others that are not listed");
	return true;
}

bool stanza_take_restrict(struct fwknop_out *out, void *into,
			  const struct fwknop_entry *e)
{
	struct stanza *s = into;

	if (!fwknop_ports(e->value, &s->closed))
		return true;
	s->closed.len = 0;
	s->out = "its RESTRICT_PORTS are no list of ports";
	fwknop_say(out, e, FWKNOP_REFUSED, "it is no list as in tcp/22,udp/53");
	return false;
}

/* ---- keys and ciphers ---- */

bool stanza_take_key(struct fwknop_out *out, void *into,
		     const struct fwknop_entry *e)
{
	size_t len = strlen(e->value);

	(void)into;
	if (e->cut)
		fwknop_say(out, e, FWKNOP_WARNING,
			   "the line has more than the key: to fwknopd it ends "
			   "at ';', and so it does here");
	if (len && (e->value[len - 1] == ' ' || e->value[len - 1] == '\t'))
		fwknop_say(out, e, FWKNOP_WARNING,
			   "the blank at its end is part of the key");
	return true;
}

static void lowered(const char *value, char buf[FWKNOP_LINE_MAX + 1])
{
	size_t n = strcspn(value, " \t");

	for (size_t i = 0; i < n; i++)
		buf[i] = (char)(value[i] >= 'A' && value[i] <= 'Z'
					? value[i] - 'A' + 'a'
					: value[i]);
	buf[n] = '\0';
}

bool stanza_take_mode(struct fwknop_out *out, void *into,
		      const struct fwknop_entry *e)
{
	struct stanza *s = into;
	char name[FWKNOP_LINE_MAX + 1];

	lowered(e->value, name);
	if (!strcmp(name, "asymmetric")) {
		s->gpg = true;
		fwknop_say(out, e, FWKNOP_TRANSLATED, "gpg-signers");
		return false;
	}
	if (!mode_parse(name, &s->mode)) {
		if (!strcmp(name, "legacy"))
			fwknop_say(out, e, FWKNOP_WARNING,
				   "such packets have no HMAC, and of a key "
				   "only 16 bytes count");
		return true;
	}
	s->out = "its ENCRYPTION_MODE is unknown";
	fwknop_say(out, e, FWKNOP_REFUSED, "there is no such mode");
	return false;
}

bool stanza_take_hmac_type(struct fwknop_out *out, void *into,
			   const struct fwknop_entry *e)
{
	struct stanza *s = into;
	char name[FWKNOP_LINE_MAX + 1];

	lowered(e->value, name);
	if (!digest_parse(name, &s->hmac) && s->hmac != DIGEST_NONE)
		return true;
	s->hmac = DIGEST_DEFAULT;
	s->out = "its HMAC_DIGEST_TYPE is unknown";
	fwknop_say(out, e, FWKNOP_REFUSED, "there is no such hash function");
	return false;
}
