/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how the values of the configuration are spelled. All of it walks rd
 * cursors over the text, so that no length is ever counted by hand.
 */
#include "conf/parse.h"

#include <string.h>

struct word {
	const char *name;
	int number;
};

static const struct word modes[] = {
	{ "ecb", 1 }, { "cbc", 2 }, { "cfb", 3 },
	{ "ofb", 5 }, { "ctr", 6 }, { "legacy", 8 },
};

static const struct word digests[] = {
	{ "none", 0 },	 { "md5", 1 },	  { "sha1", 2 },     { "sha256", 3 },
	{ "sha384", 4 }, { "sha512", 5 }, { "sha3_256", 6 }, { "sha3_512", 7 },
};

static const struct word levels[] = {
	{ "error", LOG_LEVEL_ERROR },
	{ "warning", LOG_LEVEL_WARNING },
	{ "info", LOG_LEVEL_INFO },
	{ "debug", LOG_LEVEL_DEBUG },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct rd rd_text(const char *text)
{
	return rd_of(text, strlen(text));
}

bool text_split(struct rd *r, char sep, struct rd *head)
{
	const uint8_t *at = r->left ? memchr(r->at, sep, r->left) : NULL;

	if (!at)
		return false;
	*head = rd_sub(r, (size_t)(at - r->at));
	rd_u8(r);
	return true;
}

/* All of r as a decimal number. */
static enum haunt_err rd_number(struct rd r, uint32_t max, uint32_t *out)
{
	uint64_t n = 0;

	if (!r.left)
		return HAUNT_EFORMAT;
	for (size_t left = r.left; left; left--) {
		uint8_t c = rd_u8(&r);

		if (c < '0' || c > '9')
			return HAUNT_EFORMAT;
		if (n <= UINT32_MAX)
			n = n * 10 + (uint64_t)(c - '0');
	}
	if (n > max)
		return HAUNT_ELENGTH;
	*out = (uint32_t)n;
	return HAUNT_OK;
}

enum haunt_err parse_u32(const char *text, uint32_t min, uint32_t max,
			 uint32_t *out)
{
	uint32_t n = 0;
	enum haunt_err err = rd_number(rd_text(text), max, &n);

	if (err)
		return err;
	if (n < min)
		return HAUNT_ELENGTH;
	*out = n;
	return HAUNT_OK;
}

enum haunt_err parse_bool(const char *text, bool *out)
{
	bool yes = !strcmp(text, "true");

	if (!yes && strcmp(text, "false"))
		return HAUNT_EFORMAT;
	*out = yes;
	return HAUNT_OK;
}

enum haunt_err parse_duration(const char *text, uint32_t max_s, uint32_t *out)
{
	static const struct word units[] = { { "s", 1 },
					     { "m", 60 },
					     { "h", 3600 } };
	size_t len = strlen(text);
	uint32_t unit = 1, n = 0;
	enum haunt_err err;

	for (size_t i = 0; i < COUNT(units) && len; i++) {
		if (text[len - 1] != units[i].name[0])
			continue;
		unit = (uint32_t)units[i].number;
		len--;
		break;
	}
	err = rd_number(rd_of(text, len), max_s / unit, &n);
	if (err)
		return err;
	if (!n)
		return HAUNT_ELENGTH;
	*out = n * unit;
	return HAUNT_OK;
}

static enum haunt_err rd_port(struct rd r, uint16_t *out)
{
	uint32_t n = 0;
	enum haunt_err err = rd_number(r, UINT16_MAX, &n);

	if (err)
		return err;
	if (!n)
		return HAUNT_ELENGTH;
	*out = (uint16_t)n;
	return HAUNT_OK;
}

static enum haunt_err rd_ports(struct rd r, struct port_range *out)
{
	uint16_t first = 0, last = 0;
	struct rd head;
	enum haunt_err err;

	if (text_split(&r, '-', &head)) {
		err = rd_port(head, &first);
		if (!err)
			err = rd_port(r, &last);
	} else {
		err = rd_port(r, &first);
		last = first;
	}
	if (err)
		return err;
	out->first = first;
	out->last = last;
	return HAUNT_OK;
}

enum haunt_err parse_ports(const char *text, struct port_range *out)
{
	return rd_ports(rd_text(text), out);
}

/* tcp/PORTS or udp/PORTS */
enum haunt_err rd_port_range(struct rd r, struct port_range *out)
{
	struct rd head;
	uint8_t proto;
	enum haunt_err err;

	if (!text_split(&r, '/', &head) || head.left != 3)
		return HAUNT_EFORMAT;
	if (!memcmp(head.at, "tcp", 3))
		proto = IPPROTO_TCP;
	else if (!memcmp(head.at, "udp", 3))
		proto = IPPROTO_UDP;
	else
		return HAUNT_EFORMAT;
	err = rd_ports(r, out);
	if (!err)
		out->proto = proto;
	return err;
}

enum haunt_err parse_port_range(const char *text, struct port_range *out)
{
	return rd_port_range(rd_text(text), out);
}

bool name_valid(const char *name)
{
	size_t len = strlen(name);

	return len && len <= CONFIG_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == len;
}

bool interface_valid(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= sizeof(((struct listener *)NULL)->interface) ||
	    !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (size_t i = 0; i < len; i++)
		if (name[i] <= ' ' || name[i] > '~' || strchr("/:", name[i]))
			return false;
	return true;
}

bool range_overlaps(const struct port_range *a, const struct port_range *b)
{
	return a->proto == b->proto && a->first <= b->last &&
	       b->first <= a->last;
}

const char *proto_name(uint8_t proto)
{
	if (proto == IPPROTO_TCP)
		return "tcp";
	return proto == IPPROTO_UDP ? "udp" : "?";
}

static enum haunt_err word_parse(const struct word *words, size_t n,
				 const char *name, int *out)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i].name, name))
			continue;
		*out = words[i].number;
		return HAUNT_OK;
	}
	return HAUNT_EFORMAT;
}

static const char *word_name(const struct word *words, size_t n, int number)
{
	for (size_t i = 0; i < n; i++)
		if (words[i].number == number)
			return words[i].name;
	return "?";
}

enum haunt_err mode_parse(const char *name, int *out)
{
	return word_parse(modes, COUNT(modes), name, out);
}

const char *mode_name(int mode)
{
	return word_name(modes, COUNT(modes), mode);
}

enum haunt_err digest_parse(const char *name, int *out)
{
	return word_parse(digests, COUNT(digests), name, out);
}

const char *digest_name(int digest)
{
	return word_name(digests, COUNT(digests), digest);
}

enum haunt_err log_level_parse(const char *name, enum log_level *out)
{
	int number = 0;
	enum haunt_err err = word_parse(levels, COUNT(levels), name, &number);

	if (!err)
		*out = (enum log_level)number;
	return err;
}

const char *log_level_name(enum log_level level)
{
	return word_name(levels, COUNT(levels), (int)level);
}
