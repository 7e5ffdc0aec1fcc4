/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how bytes become a number below a bound without favouring any: draws
 * that lie in the last, incomplete span are thrown away.
 */
#include "client/random_port.h"

#include "core/proto/random.h"

enum haunt_err random_system(void *arg, void *buf, size_t len)
{
	(void)arg;
	return random_bytes(buf, len);
}

enum haunt_err random_port(uint16_t first, uint16_t last, random_fn *draw,
			   void *arg, uint16_t *out)
{
	uint32_t span = (uint32_t)last - first + 1u;
	uint32_t bound = UINT32_MAX - UINT32_MAX % span;
	uint32_t n = 0;
	enum haunt_err err;

	do {
		err = draw(arg, &n, sizeof(n));
		if (err)
			return err;
	} while (n >= bound);
	*out = (uint16_t)(first + n % span);
	return HAUNT_OK;
}
