/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what is different about targets that are named.
 */
#include "conf/draft.h"

#define REFRESH_DEFAULT_S 300

void check_named(struct reader *r, struct service *s,
		 const struct service_notes *notes)
{
	if (!s->named) {
		if (notes->given[SERVICE_REFRESH])
			reader_mistake(r, notes->given[SERVICE_REFRESH],
				       "refresh is for targets that are "
				       "named; this one is not");
		return;
	}
	s->named->refresh_s =
		notes->refresh_s ? notes->refresh_s : REFRESH_DEFAULT_S;
	if (s->hidden)
		reader_mistake(r, notes->given[SERVICE_HIDDEN],
			       "hidden is for an address of the gateway; a "
			       "name does not lead there");
}

void check_named_count(struct reader *r, const struct draft *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->services_len; i++) {
		if (!d->config->services[i].named ||
		    ++n != CONFIG_NAMED_MAX + 1)
			continue;
		reader_mistake(r, d->services[i].line,
			       "more than %d services with a target that is "
			       "named",
			       CONFIG_NAMED_MAX);
	}
}
