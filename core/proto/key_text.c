/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the grammar of key files, which fwknop's --key-gen writes as well. */
#include "core/proto/key_text.h"

#include <stdbool.h>

#include "core/base/secret.h"
#include "core/proto/b64.h"
#include "core/proto/token.h"

struct keyword {
	const char *name;
	bool base64;
	bool hmac;
};

static const struct keyword keywords[] = {
	{ "KEY_BASE64", true, false },
	{ "KEY", false, false },
	{ "HMAC_KEY_BASE64", true, true },
	{ "HMAC_KEY", false, true },
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct rd trimmed(struct rd r)
{
	while (r.left && is_blank(r.at[r.left - 1]))
		r.left--;
	while (r.left && is_blank(r.at[0]))
		rd_u8(&r);
	return r;
}

static const struct keyword *keyword_find(struct rd name)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		if (strlen(keywords[i].name) == name.left &&
		    memcmp(keywords[i].name, name.at, name.left) == 0)
			return &keywords[i];
	}
	return NULL;
}

static enum haunt_err value_get(const struct keyword *keyword, struct rd value,
				struct key_pair *out)
{
	size_t *len = keyword->hmac ? &out->hmac_len : &out->key_len;
	struct wr w = keyword->hmac ? wr_of(out->hmac, sizeof(out->hmac))
				    : wr_of(out->key, sizeof(out->key));
	enum haunt_err err = HAUNT_OK;

	if (*len || memchr(value.at, 0, value.left))
		return HAUNT_EFORMAT;
	if (keyword->base64)
		err = b64_get_lenient((const char *)value.at, value.left, &w);
	else
		wr_bytes(&w, value.at, value.left);
	if (err != HAUNT_OK)
		return err;
	if (w.failed || !w.len)
		return HAUNT_ELENGTH;
	*len = w.len;
	return HAUNT_OK;
}

static enum haunt_err line_get(struct rd line, struct key_pair *out)
{
	const struct keyword *keyword;
	struct rd name;

	line = trimmed(line);
	if (!line.left || line.at[0] == '#')
		return HAUNT_OK;
	if (!token_take(&line, ':', &name))
		return HAUNT_EFORMAT;
	keyword = keyword_find(trimmed(name));
	if (!keyword)
		return HAUNT_EFORMAT;
	return value_get(keyword, trimmed(line), out);
}

enum haunt_err key_text_get_any(const char *text, size_t len,
				struct key_pair *out, unsigned int *line)
{
	struct rd r = rd_of(text, len), token;
	enum haunt_err err = HAUNT_OK;
	unsigned int at = 0;
	bool more = true;

	memset(out, 0, sizeof(*out));
	while (more && err == HAUNT_OK) {
		more = token_take(&r, '\n', &token);
		at++;
		err = line_get(token, out);
	}
	if (err != HAUNT_OK) {
		secret_wipe(out, sizeof(*out));
		*line = at;
	}
	return err;
}

enum haunt_err key_text_get(const char *text, size_t len, struct key_pair *out,
			    unsigned int *line)
{
	enum haunt_err err = key_text_get_any(text, len, out, line);

	if (err != HAUNT_OK || out->key_len)
		return err;
	secret_wipe(out, sizeof(*out));
	*line = 0;
	return HAUNT_EFORMAT;
}

static void line_put(struct wr *w, const char *name, const uint8_t *key,
		     size_t len)
{
	wr_bytes(w, name, strlen(name));
	wr_bytes(w, ": ", 2);
	b64_put(w, key, len);
	wr_bytes(w, "==", (3 - len % 3) % 3);
	wr_u8(w, '\n');
}

void key_text_put(struct wr *w, const struct key_pair *pair)
{
	line_put(w, "KEY_BASE64", pair->key, pair->key_len);
	if (pair->hmac_len)
		line_put(w, "HMAC_KEY_BASE64", pair->hmac, pair->hmac_len);
}
