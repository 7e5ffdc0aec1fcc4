/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the grammars inside the message and the NAT field, and which
 * spellings of an address are taken: dotted quads without leading zeros, and
 * any spelling of zero that inet_aton(3) would take, because one that was
 * overlooked would pass for an address.
 */
#include "core/proto/message.h"

#include <netinet/in.h>

#include "core/base/addr.h"
#include "core/proto/token.h"

#define ADDRESS_TEXT_MAX 15

static void text_put(struct wr *w, const char *text)
{
	wr_bytes(w, text, strlen(text));
}

static void allow_put(struct wr *w, const uint8_t allow[16])
{
	struct ip_addr a = addr_from_v6(allow);
	char text[ADDR_TEXT_MAX];

	text_put(w, addr_is_any(&a) ? "0.0.0.0" : addr_format(&a, text));
}

void message_put(struct wr *w, const struct haunt_request *request)
{
	allow_put(w, request->allow);
	if (request->type == HAUNT_TYPE_COMMAND) {
		wr_u8(w, ',');
		text_put(w, request->command);
		return;
	}
	for (size_t i = 0; i < request->ports_len; i++) {
		const struct haunt_port *p = &request->ports[i];

		text_put(w, p->proto == IPPROTO_TCP ? ",tcp/" : ",udp/");
		token_number_put(w, p->port);
	}
}

/* One of the up to four parts of a zero: 0, 000, 0x0. */
static bool part_is_zero(struct rd part)
{
	if (part.left > 2 && part.at[0] == '0' && (part.at[1] | 32) == 'x')
		rd_bytes(&part, 2);
	if (!part.left)
		return false;
	while (part.left) {
		if (rd_u8(&part) != '0')
			return false;
	}
	return true;
}

static bool spells_zero(struct rd text)
{
	struct rd part;
	unsigned int parts = 0;
	bool more;

	do {
		more = token_take(&text, '.', &part);
		if (!part_is_zero(part) || ++parts > 4)
			return false;
	} while (more);
	return true;
}

static enum haunt_err allow_get(struct rd token, uint8_t allow[16])
{
	struct ip_addr a;

	if (token.left > ADDRESS_TEXT_MAX)
		return HAUNT_EFORMAT;
	if (spells_zero(token)) {
		memset(allow, 0, 16);
		return HAUNT_OK;
	}
	if (addr_parse((const char *)token.at, token.left, &a) != HAUNT_OK ||
	    memchr(token.at, ':', token.left))
		return HAUNT_EFORMAT;
	memcpy(allow, a.b, 16);
	return HAUNT_OK;
}

static enum haunt_err port_number_get(struct rd token, uint16_t *out)
{
	uint64_t n;
	enum haunt_err err = token_number(token, 5, UINT16_MAX, &n);

	if (err != HAUNT_OK)
		return err;
	if (n == 0)
		return HAUNT_EFORMAT;
	*out = (uint16_t)n;
	return HAUNT_OK;
}

static enum haunt_err port_get(struct rd token, struct haunt_port *out)
{
	struct rd proto;

	if (!token_take(&token, '/', &proto) || proto.left != 3)
		return HAUNT_EFORMAT;
	if (memcmp(proto.at, "tcp", 3) == 0)
		out->proto = IPPROTO_TCP;
	else if (memcmp(proto.at, "udp", 3) == 0)
		out->proto = IPPROTO_UDP;
	else
		return HAUNT_EFORMAT;
	return port_number_get(token, &out->port);
}

static enum haunt_err ports_get(struct rd *text, struct haunt_request *out)
{
	bool more;

	out->ports_len = 0;
	do {
		struct rd token;
		enum haunt_err err;

		if (out->ports_len == HAUNT_PORTS_MAX)
			return HAUNT_ELENGTH;
		more = token_take(text, ',', &token);
		err = port_get(token, &out->ports[out->ports_len]);
		if (err != HAUNT_OK)
			return err;
		out->ports_len++;
	} while (more);
	return HAUNT_OK;
}

/* Copies the rest as a string; a NUL in it would hide what follows. */
static enum haunt_err rest_get(struct rd *text, char *out, size_t cap)
{
	size_t len = text->left;

	if (!len || memchr(text->at, 0, len))
		return HAUNT_EFORMAT;
	if (len >= cap)
		return HAUNT_ELENGTH;
	rd_copy(text, out, len);
	out[len] = '\0';
	return HAUNT_OK;
}

enum haunt_err message_get(const char *text, size_t len,
			   struct haunt_request *out)
{
	struct rd r = rd_of(text, len), token;
	enum haunt_err err;

	if (!token_take(&r, ',', &token))
		return HAUNT_EFORMAT;
	err = allow_get(token, out->allow);
	if (err != HAUNT_OK)
		return err;
	if (out->type == HAUNT_TYPE_COMMAND)
		return rest_get(&r, out->command, sizeof(out->command));
	return ports_get(&r, out);
}

void message_nat_put(struct wr *w, const struct haunt_request *request)
{
	text_put(w, request->nat_host);
	wr_u8(w, ',');
	token_number_put(w, request->nat_port);
}

enum haunt_err message_nat_get(const char *text, size_t len,
			       struct haunt_request *out)
{
	struct rd r = rd_of(text, len), host;
	enum haunt_err err;

	if (!token_take(&r, ',', &host))
		return HAUNT_EFORMAT;
	err = rest_get(&host, out->nat_host, sizeof(out->nat_host));
	if (err != HAUNT_OK)
		return err;
	return port_number_get(r, &out->nat_port);
}
