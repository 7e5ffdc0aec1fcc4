/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how the list and sshd's words are spelled. */
#include "core/gate/confirm.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/parse.h"
#include "core/base/wire.h"

#define END_SIZE   18
#define BEFORE_MAX (1 << 20) /* connections */

static enum haunt_err list_get(struct rd *r, size_t n, struct before *out)
{
	struct before b = { .at = calloc(n + 1, sizeof(b.at[0])), .len = n };

	if (!b.at)
		return HAUNT_ENOMEM;
	for (size_t i = 0; i < n; i++)
		b.at[i] = endpoint_get(r);
	if (!rd_done(r)) {
		free(b.at);
		return HAUNT_EFORMAT;
	}
	*out = b;
	return HAUNT_OK;
}

enum haunt_err before_read(int fd, struct before *out)
{
	enum haunt_err err = HAUNT_ESYS;
	struct stat st;
	uint8_t *bytes;
	struct rd r;
	size_t size;

	if (fstat(fd, &st) < 0)
		return HAUNT_ESYS;
	size = (size_t)st.st_size;
	if (size % END_SIZE || size / END_SIZE > BEFORE_MAX)
		return HAUNT_EFORMAT;
	bytes = malloc(size + 1);
	if (!bytes)
		return HAUNT_ENOMEM;
	if (pread(fd, bytes, size, 0) == (ssize_t)size) {
		r = rd_of(bytes, size);
		err = list_get(&r, size / END_SIZE, out);
	}
	free(bytes);
	return err;
}

void before_free(struct before *b)
{
	free(b->at);
	*b = (struct before){ .len = 0 };
}

bool before_has(const struct before *b, const struct endpoint *client)
{
	for (size_t i = 0; i < b->len; i++) {
		if (b->at[i].port == client->port &&
		    addr_equal(&b->at[i].addr, &client->addr))
			return true;
	}
	return false;
}

/* The next word; the last one has no space behind it. */
static bool word_take(struct rd *r, char *buf, size_t cap)
{
	struct rd word;

	if (!text_split(r, ' ', &word)) {
		word = *r;
		*r = rd_of(r->at, 0);
	}
	if (!word.left || word.left >= cap)
		return false;
	memcpy(buf, word.at, word.left);
	buf[word.left] = '\0';
	return true;
}

static enum haunt_err end_parse(struct rd *r, struct endpoint *out)
{
	char address[ADDR_TEXT_MAX], port[8];
	struct endpoint e;
	uint32_t n = 0;

	if (!word_take(r, address, sizeof(address)) ||
	    !word_take(r, port, sizeof(port)))
		return HAUNT_EFORMAT;
	/* sshd says an IPv6 address of this link with its zone. */
	address[strcspn(address, "%")] = '\0';
	if (addr_parse(address, strlen(address), &e.addr) ||
	    parse_u32(port, 1, UINT16_MAX, &n))
		return HAUNT_EFORMAT;
	e.port = (uint16_t)n;
	*out = e;
	return HAUNT_OK;
}

enum haunt_err connection_parse(const char *text, struct endpoint *client,
				struct endpoint *server)
{
	struct rd r = rd_of(text, strlen(text));
	struct endpoint a, b;

	/* A last word that is empty would be overlooked. */
	if (!r.left || text[r.left - 1] == ' ')
		return HAUNT_EFORMAT;
	if (end_parse(&r, &a) || end_parse(&r, &b) || !rd_done(&r))
		return HAUNT_EFORMAT;
	*client = a;
	*server = b;
	return HAUNT_OK;
}
