/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides how key bytes are kept and wiped. */
#include "core/base/secret.h"

#include <stdlib.h>
#include <string.h>

struct secret {
	size_t len;
	uint8_t bytes[];
};

enum haunt_err secret_new(const void *bytes, size_t len, struct secret **out)
{
	struct secret *s = malloc(sizeof(*s) + len);

	if (!s)
		return HAUNT_ENOMEM;
	s->len = len;
	if (len)
		memcpy(s->bytes, bytes, len);
	*out = s;
	return HAUNT_OK;
}

void secret_free(struct secret *s)
{
	if (!s)
		return;
	secret_wipe(s->bytes, s->len);
	free(s);
}

const uint8_t *secret_bytes(const struct secret *s)
{
	return s->bytes;
}

size_t secret_len(const struct secret *s)
{
	return s->len;
}

void secret_wipe(void *p, size_t len)
{
	explicit_bzero(p, len);
}

bool secret_memequal(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t differs = 0;

	for (size_t i = 0; i < len; i++)
		differs = (uint8_t)(differs | (x[i] ^ y[i]));
	return differs == 0;
}
