/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the conditions that a client can be given: until when, by which name,
 * to which address; and the commands that it may have run.
 */
#include <string.h>

#include "conf/date.h"
#include "conf/schema_part.h"

void client_take_command(struct reader *r, const char *value)
{
	struct client_notes *notes = client_notes_of(r);

	take_listed_name(r, "commands", value, &notes->commands,
			 &notes->commands_len);
}

void client_take_expires(struct reader *r, const char *value)
{
	if (date_parse(value, &client_of(r)->expires_s))
		reader_wanted(r, "expires", DATE_WANTED, value);
}

/* As a packet can say it. */
void client_take_username(struct reader *r, const char *value)
{
	size_t len = strlen(value);

	for (const char *c = value; *c; c++) {
		if (*c < 0x20 || *c > 0x7e || strchr("\"/\\[]:;|=,+*?<>", *c))
			len = 0;
	}
	if (len && len <= CONFIG_USERNAME_MAX)
		memcpy(client_of(r)->username, value, len + 1);
	else
		reader_wanted(r, "require-username",
			      "1 to 48 printable characters without "
			      "\"/\\[]:;|=,+*?<>",
			      value);
}

void client_take_destination(struct reader *r, const char *value)
{
	struct client *c = client_of(r);

	take_prefix(r, "destination", value, &c->destination,
		    &c->destination_len);
}
