/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the order in which ranges are joined.
 */
#include "core/capture/ranges.h"

#include <stdlib.h>

static int range_compare(const void *a, const void *b)
{
	const struct port_range *x = a, *y = b;

	return (int)x->first - (int)y->first;
}

size_t ranges_join(struct port_range *ranges, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(ranges, n, sizeof(*ranges), range_compare);
	for (size_t i = 0; i < n; i++) {
		struct port_range *last = kept ? &ranges[kept - 1] : NULL;

		if (!last || ranges[i].first > last->last)
			ranges[kept++] = ranges[i];
		else if (ranges[i].last > last->last)
			last->last = ranges[i].last;
	}
	return kept;
}
