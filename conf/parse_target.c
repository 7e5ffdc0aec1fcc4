/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a target is spelled: ports of the gateway itself, or of a host that
 * an address or a name says.
 */
#include <string.h>

#include "conf/parse.h"

#define LABEL_MAX 63

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What a label may hold, in small letters; 0: nothing. */
static char letter(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_'
		       ? c
		       : 0;
}

enum haunt_err parse_host(const char *text, size_t len,
			  char out[CONFIG_HOST_MAX + 1])
{
	char host[CONFIG_HOST_MAX + 1] = "";
	bool number = true;
	size_t label = 0;

	if (len && text[len - 1] == '.')
		len--;
	if (len > CONFIG_HOST_MAX)
		return HAUNT_ELENGTH;
	for (size_t i = 0; i < len; i++) {
		bool dot = text[i] == '.';

		host[i] = dot ? '.' : letter(text[i]);
		/* No label is empty, or begins or ends with '-'. */
		if (!host[i] || (dot && (!label || text[i - 1] == '-')) ||
		    (!label && text[i] == '-') || label > LABEL_MAX)
			return HAUNT_EFORMAT;
		number = dot || (number && is_digit(text[i]));
		label = dot ? 0 : label + 1;
	}
	/* A number at the end is an address, or a mistake in one. */
	if (!label || label > LABEL_MAX || number || host[len - 1] == '-')
		return HAUNT_EFORMAT;
	memcpy(out, host, sizeof(host));
	return HAUNT_OK;
}

static enum haunt_err host_take(const struct rd *host, struct target *t)
{
	enum haunt_err err =
		addr_parse((const char *)host->at, host->left, &t->at.addr);

	return err ? parse_host((const char *)host->at, host->left, t->host)
		   : err;
}

enum haunt_err parse_target(const char *text, struct target *out)
{
	struct rd r = rd_of(text, strlen(text)), host;
	struct target t = { .local = true };
	struct port_range port = { 0 };
	enum haunt_err err;

	if (text_split(&r, ' ', &host)) {
		t.local = false;
		err = host_take(&host, &t);
		if (err)
			return err;
		while (rd_peek(&r) == ' ')
			rd_u8(&r);
	}
	err = rd_port_range(r, &port);
	if (err)
		return err;
	t.proto = port.proto;
	t.at.port = port.first;
	t.last = port.last;
	*out = t;
	return HAUNT_OK;
}
