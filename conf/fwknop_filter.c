/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the part of the filter language that says ports:
 * [udp|tcp] [dst] port N [or N…], portrange A-B, icmp, joined by "or".
 */
#include <netinet/in.h>
#include <string.h>

#include "conf/fwknop_out.h"
#include "conf/parse.h"

struct words {
	const char *at;
	char word[64];
};

static bool word_next(struct words *w)
{
	static const char blanks[] = " \t()";
	size_t len;

	w->at += strspn(w->at, blanks);
	len = strcspn(w->at, blanks);
	if (len >= sizeof(w->word))
		len = sizeof(w->word) - 1;
	memcpy(w->word, w->at, len);
	w->word[len] = '\0';
	w->at += len;
	return len > 0;
}

static bool word_is(const struct words *w, const char *what)
{
	return !strcmp(w->word, what);
}

static enum haunt_err range_add(struct fwknop_filter *f, uint8_t proto,
				struct port_range range)
{
	range.proto = proto;
	if (fwknop_ranges_have(&f->ports, &range))
		return HAUNT_OK;
	if (f->ports.len == FWKNOP_RANGES_MAX)
		return HAUNT_EBUSY;
	f->ports.at[f->ports.len++] = range;
	return HAUNT_OK;
}

/* proto 0: both. */
static enum haunt_err ports_add(struct fwknop_filter *f, uint8_t proto,
				const char *text)
{
	struct port_range range = { 0 };
	enum haunt_err err = HAUNT_OK;

	if (parse_ports(text, &range) || range.first > range.last)
		return HAUNT_EFORMAT;
	if (proto != IPPROTO_TCP)
		err = range_add(f, IPPROTO_UDP, range);
	if (!err && proto != IPPROTO_UDP)
		err = range_add(f, IPPROTO_TCP, range);
	return err;
}

/* What lies between two "or"; more is true if another follows. */
static enum haunt_err term_take(struct words *w, struct fwknop_filter *f,
				uint8_t *proto, bool *more)
{
	bool bare = w->word[0] >= '0' && w->word[0] <= '9';
	enum haunt_err err = HAUNT_EFORMAT;

	*more = false;
	if (word_is(w, "icmp")) {
		f->icmp = true;
		*more = word_next(w);
		return HAUNT_OK;
	}
	if (!bare) {
		*proto = word_is(w, "udp")   ? IPPROTO_UDP
			 : word_is(w, "tcp") ? IPPROTO_TCP
					     : 0;
		if (*proto && !word_next(w))
			return HAUNT_EFORMAT;
		if (word_is(w, "dst") && !word_next(w))
			return HAUNT_EFORMAT;
		if ((!word_is(w, "port") && !word_is(w, "portrange")) ||
		    !word_next(w))
			return HAUNT_EFORMAT;
	}
	err = ports_add(f, *proto, w->word);
	*more = !err && word_next(w);
	return err;
}

enum haunt_err fwknop_filter_parse(const char *text, struct fwknop_filter *out)
{
	struct words w = { .at = text };
	uint8_t proto = 0;
	int depth = 0;
	enum haunt_err err;
	bool more;

	*out = (struct fwknop_filter){ .icmp = false };
	for (const char *c = text; *c; c++)
		if ((depth += (*c == '(') - (*c == ')')) < 0)
			return HAUNT_EFORMAT;
	if (depth || !word_next(&w))
		return HAUNT_EFORMAT;
	for (;;) {
		err = term_take(&w, out, &proto, &more);
		if (err || !more)
			return err;
		if ((!word_is(&w, "or") && !word_is(&w, "||")) ||
		    !word_next(&w))
			return HAUNT_EFORMAT;
	}
}
