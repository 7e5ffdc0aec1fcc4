/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the grammar of a request's head, as strictly as fwknop and proxies
 * write it. What is lax here would let one who stands in the way say things
 * about addresses that the proxy in front has not understood as such.
 */
#include "core/capture/http.h"

#include <string.h>
#include <strings.h>

#include "core/capture/text.h"

#define METHOD	  "GET "
#define SCHEME	  "http://"
#define VERSION	  " HTTP/1."
#define HOST_MAX  255
#define FORWARDED "x-forwarded-for"

/* X-Forwarded-For as it comes together, field by field. */
struct list {
	bool given;
	bool bad;
	size_t len;
	struct ip_addr at[HTTP_FORWARDED_MAX];
};

static size_t literal_len(const char *literal)
{
	return strlen(literal);
}

bool http_begins(const uint8_t *data, size_t len)
{
	size_t n = literal_len(METHOD);

	if (memcmp(data, METHOD, len < n ? len : n) != 0)
		return false;
	return len <= n || data[n] == '/' || data[n] == 'h' || data[n] == 'H';
}

/* Takes a line without its CR LF. ESHORT: it has no end. */
static enum haunt_err line_take(struct rd *r, struct rd *line)
{
	for (size_t i = 0; i < r->left; i++) {
		uint8_t c = r->at[i];

		if (c == '\r' && i + 1 == r->left)
			return HAUNT_ESHORT;
		if (c == '\r' && r->at[i + 1] == '\n') {
			*line = rd_sub(r, i);
			rd_bytes(r, 2);
			return HAUNT_OK;
		}
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return HAUNT_EFORMAT;
	}
	return HAUNT_ESHORT;
}

/* Takes a literal off the front, in any case of letters. */
static bool literal_take(struct rd *r, const char *literal)
{
	size_t n = literal_len(literal);

	if (r->left < n || strncasecmp((const char *)r->at, literal, n) != 0)
		return false;
	rd_bytes(r, n);
	return true;
}

static bool is_host_byte(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-._:[]", c));
}

/* Takes `/`, or `http://HOST/` as proxies are asked. */
static bool origin_take(struct rd *r)
{
	size_t n = 0;

	if (literal_take(r, SCHEME)) {
		while (n < r->left && is_host_byte(r->at[n]))
			n++;
		if (!n || n > HOST_MAX)
			return false;
		rd_bytes(r, n);
	}
	return rd_u8(r) == '/';
}

/* What stands between the origin and ` HTTP/1.x`. */
static enum haunt_err request_line(struct rd line, struct rd *text)
{
	size_t tail = literal_len(VERSION) + 1;
	const uint8_t *end;

	if (line.left < literal_len(METHOD) + tail ||
	    memcmp(line.at, METHOD, literal_len(METHOD)) != 0)
		return HAUNT_EFORMAT;
	end = line.at + line.left - tail;
	if (memcmp(end, VERSION, tail - 1) != 0 || end[tail - 1] < '0' ||
	    end[tail - 1] > '9')
		return HAUNT_EFORMAT;
	rd_bytes(&line, literal_len(METHOD));
	line.left -= tail;
	if (!origin_take(&line))
		return HAUNT_EFORMAT;
	*text = line;
	return HAUNT_OK;
}

static struct rd trimmed(struct rd r)
{
	while (r.left && (r.at[0] == ' ' || r.at[0] == '\t'))
		rd_bytes(&r, 1);
	while (r.left && (r.at[r.left - 1] == ' ' || r.at[r.left - 1] == '\t'))
		r.left--;
	return r;
}

static void entry_take(struct list *list, struct rd entry)
{
	entry = trimmed(entry);
	if (list->len == HTTP_FORWARDED_MAX ||
	    addr_parse((const char *)entry.at, entry.left,
		       &list->at[list->len]))
		list->bad = true;
	else
		list->len++;
}

static void list_take(struct list *list, struct rd value)
{
	const uint8_t *comma;

	list->given = true;
	while (!list->bad && (comma = memchr(value.at, ',', value.left))) {
		entry_take(list, rd_sub(&value, (size_t)(comma - value.at)));
		rd_bytes(&value, 1);
	}
	if (!list->bad)
		entry_take(list, value);
}

/* NAME ":" VALUE. */
static enum haunt_err field_take(struct rd line, struct list *list)
{
	const uint8_t *colon = memchr(line.at, ':', line.left);
	struct rd name;

	if (!colon || colon == line.at)
		return HAUNT_EFORMAT;
	name = rd_sub(&line, (size_t)(colon - line.at));
	for (size_t i = 0; i < name.left; i++)
		if (name.at[i] <= ' ' || name.at[i] >= 0x7f)
			return HAUNT_EFORMAT;
	rd_bytes(&line, 1);
	if (name.left == literal_len(FORWARDED) &&
	    literal_take(&name, FORWARDED))
		list_take(list, line);
	return HAUNT_OK;
}

static enum haunt_err fields_take(struct rd *r, struct list *list)
{
	struct rd line;
	enum haunt_err err = line_take(r, &line);

	while (err == HAUNT_OK && line.left) {
		err = field_take(line, list);
		if (err == HAUNT_OK)
			err = line_take(r, &line);
	}
	return err;
}

static bool is_proxy(const struct http_proxies *proxies,
		     const struct ip_addr *a)
{
	for (size_t i = 0; i < proxies->len; i++)
		if (prefix_contains(&proxies->at[i], a))
			return true;
	return false;
}

/* Each proxy adds, at the end, whom it heard. The first that is no proxy of
 * ours is who came; what stands before him he may have made up. */
static enum forwarding list_judge(const struct list *list,
				  const struct http_proxies *proxies,
				  struct ip_addr *out)
{
	if (!list->given)
		return FORWARDING_NONE;
	for (size_t i = list->bad ? 0 : list->len; i; i--) {
		if (is_proxy(proxies, &list->at[i - 1]))
			continue;
		if (addr_is_unusable(&list->at[i - 1]))
			break;
		*out = list->at[i - 1];
		return FORWARDING_NAMED;
	}
	return FORWARDING_BAD;
}

enum haunt_err http_unwrap(const uint8_t *head, size_t len,
			   const struct http_proxies *proxies,
			   struct datagram *out)
{
	struct rd r = rd_of(head, len), line, text = { 0 };
	struct list list = { .len = 0 };
	struct ip_addr forwarded = { { 0 } };
	enum forwarding forwarding;
	enum haunt_err err = line_take(&r, &line);

	if (err == HAUNT_OK)
		err = request_line(line, &text);
	if (err == HAUNT_OK)
		err = fields_take(&r, &list);
	if (err != HAUNT_OK)
		return err;
	if (text.left < TEXT_MIN || text.left > TEXT_MAX)
		return HAUNT_EFORMAT;
	forwarding = list_judge(&list, proxies, &forwarded);
	if (!text_from_path(text.at, text.left, out->payload))
		return HAUNT_EFORMAT;
	out->len = (uint16_t)text.left;
	out->carrier = CARRIER_HTTP;
	out->forwarding = forwarding;
	out->forwarded = forwarded;
	return HAUNT_OK;
}
