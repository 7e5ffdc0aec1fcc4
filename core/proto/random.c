/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides where randomness comes from: getrandom(2). */
#include "core/proto/random.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>

enum haunt_err random_bytes(void *out, size_t len)
{
	uint8_t *at = out;

	while (len) {
		ssize_t n = getrandom(at, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return HAUNT_ESYS;
		at += n;
		len -= (size_t)n;
	}
	return HAUNT_OK;
}

enum haunt_err random_digits(char out[17])
{
	const uint64_t range = UINT64_C(10000000000000000);
	uint64_t n;

	/* Above the last whole multiple the low values would be likelier. */
	do {
		enum haunt_err err = random_bytes(&n, sizeof(n));

		if (err != HAUNT_OK)
			return err;
	} while (n >= UINT64_MAX / range * range);
	snprintf(out, 17, "%016" PRIu64, n % range);
	return HAUNT_OK;
}
