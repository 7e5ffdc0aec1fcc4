/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small texts and messages about the host and the monitor: the first byte
 * chooses which. What the monitor's message decodes to must encode to the same
 * bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/news.h"
#include "core/base/tcp.h"
#include "core/gate/confirm.h"

#define TEXT_MAX 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void news_again(const uint8_t *data, size_t len)
{
	static struct news n;
	static uint8_t buf[NEWS_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r = rd_of(data, len);

	if (news_get(&r, &n) != HAUNT_OK)
		return;
	news_put(&w, &n);
	if (w.failed || w.len != len || memcmp(buf, data, len) != 0)
		abort();
}

static void line_parse(const uint8_t *data, size_t len)
{
	struct tcp_conn c = { .local = { .port = 0 } };
	char text[ADDR_TEXT_MAX];

	if (tcp_line_parse((const char *)data, len, &c))
		(void)endpoint_format(&c.remote, text);
}

static void words_parse(const uint8_t *data, size_t len)
{
	struct endpoint client, server;
	char text[TEXT_MAX], end[ADDR_TEXT_MAX];

	if (len >= sizeof(text))
		return;
	memcpy(text, data, len);
	text[len] = '\0';
	if (connection_parse(text, &client, &server) == HAUNT_OK &&
	    (!client.port || !server.port || !*endpoint_format(&client, end)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 1)
		return 0;
	if (data[0] % 3 == 0)
		news_again(data + 1, len - 1);
	else if (data[0] % 3 == 1)
		line_parse(data + 1, len - 1);
	else
		words_parse(data + 1, len - 1);
	return 0;
}
