/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the text of HTTP. */
#include "core/proto/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/proto/token.h"

#define SQUID_ERROR "X-Squid-Error"

bool http_host_valid(const char *host)
{
	const size_t len = strnlen(host, HTTP_HOST_MAX + 1);

	if (!len || len > HTTP_HOST_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (host[i] <= ' ' || host[i] > '~' ||
		    strchr(",/?#@\"'\\[]<>", host[i]))
			return false;
	return true;
}

bool http_agent_valid(const char *agent)
{
	const size_t len = strnlen(agent, HAUNT_AGENT_MAX + 1);

	if (!len || len > HAUNT_AGENT_MAX || agent[0] == ' ' ||
	    agent[len - 1] == ' ')
		return false;
	for (size_t i = 0; i < len; i++)
		if (agent[i] < ' ' || agent[i] > '~')
			return false;
	return true;
}

static void text_put(struct wr *w, const char *text)
{
	wr_bytes(w, text, strlen(text));
}

static void authority_put(struct wr *w, const struct http_request *q)
{
	const bool brackets = strchr(q->host, ':') != NULL;
	char port[8];

	if (brackets)
		wr_u8(w, '[');
	text_put(w, q->host);
	if (brackets)
		wr_u8(w, ']');
	if (q->port == HTTP_PORT)
		return;
	snprintf(port, sizeof(port), ":%u", q->port);
	text_put(w, port);
}

/* Base64 as it can stand in a path. */
static void packet_put(struct wr *w, const void *packet, size_t len)
{
	struct rd r = rd_of(packet, len);

	while (r.left) {
		const uint8_t c = rd_u8(&r);

		if (c == '+')
			wr_u8(w, '-');
		else if (c == '/')
			wr_u8(w, '_');
		else
			wr_u8(w, c);
	}
}

void http_put(struct wr *w, const struct http_request *q, const void *packet,
	      size_t len)
{
	text_put(w, "GET ");
	if (q->proxied) {
		text_put(w, "http://");
		authority_put(w, q);
	}
	wr_u8(w, '/');
	packet_put(w, packet, len);
	text_put(w, " HTTP/1.0\r\nUser-Agent: ");
	text_put(w, q->user_agent);
	text_put(w, "\r\nAccept: */*\r\nHost: ");
	authority_put(w, q);
	text_put(w, "\r\nConnection: close\r\n\r\n");
}

/* HTTP/1.N, a space, three digits. */
static enum haunt_err status_get(struct rd line, uint16_t *out)
{
	uint8_t minor;
	unsigned int status = 0;

	if (line.left < 12 || memcmp(rd_bytes(&line, 7), "HTTP/1.", 7) != 0)
		return HAUNT_EFORMAT;
	minor = rd_u8(&line);
	if (minor < '0' || minor > '9' || rd_u8(&line) != ' ')
		return HAUNT_EFORMAT;
	for (int i = 0; i < 3; i++) {
		const uint8_t c = rd_u8(&line);

		if (c < '0' || c > '9')
			return HAUNT_EFORMAT;
		status = status * 10 + (c - '0');
	}
	if (status < 100)
		return HAUNT_EFORMAT;
	*out = (uint16_t)status;
	return HAUNT_OK;
}

static bool is_word(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The first word of its value, as far as it is one. */
static void error_get(struct rd value, char out[HAUNT_ANSWER_TEXT])
{
	size_t n = 0;

	while (value.left && rd_peek(&value) == ' ')
		rd_u8(&value);
	while (value.left && n < HAUNT_ANSWER_TEXT - 1 &&
	       is_word((uint8_t)rd_peek(&value)))
		out[n++] = (char)rd_u8(&value);
	out[n] = '\0';
}

enum haunt_err http_answer_get(struct rd *r, struct haunt_answer *out)
{
	struct haunt_answer answer = { .status = 0 };
	struct rd line, name;
	bool more = token_take(r, '\n', &line);
	enum haunt_err err = status_get(line, &answer.status);

	if (err)
		return err;
	while (more) {
		more = token_take(r, '\n', &line);
		if (!line.left || rd_peek(&line) == '\r')
			break;
		if (token_take(&line, ':', &name) &&
		    name.left == strlen(SQUID_ERROR) &&
		    !strncasecmp((const char *)name.at, SQUID_ERROR, name.left))
			error_get(line, answer.error);
	}
	*out = answer;
	return HAUNT_OK;
}
