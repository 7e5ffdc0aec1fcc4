/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what a client's options look like.
 */
#include <string.h>

#include "conf/parse.h"
#include "conf/schema_gpg.h"
#include "conf/schema_part.h"

struct client *client_of(struct reader *r)
{
	struct config *c = draft_config(r);

	return &c->clients[c->clients_len - 1];
}

struct client_notes *client_notes_of(struct reader *r)
{
	struct draft *d = reader_arg(r);

	return &d->clients[d->clients_len - 1];
}

static void client_begin(struct reader *r, const char *title)
{
	struct draft *d = reader_arg(r);
	struct config *c = d->config;
	struct client_notes *notes =
		reader_grow(r, &d->clients, &d->clients_len, sizeof(*notes));
	struct client *client =
		reader_grow(r, &c->clients, &c->clients_len, sizeof(*client));

	if (!notes || !client)
		return;
	notes->line = reader_line(r);
	take_name(r, "client", title, client->name);
	client->mode = MODE_DEFAULT;
	client->hmac_type = DIGEST_DEFAULT;
}

static void client_take_key(struct reader *r, const char *value)
{
	take_path(r, "key", value, &client_of(r)->key_path);
}

void take_listed_name(struct reader *r, const char *field, const char *value,
		      struct service_name **list, size_t *len)
{
	struct service_name *s;

	if (!name_valid(value)) {
		reader_mistake(r, reader_line(r),
			       "%s: expected the name of a %.*s, found '%.64s'",
			       field, (int)strlen(field) - 1, field, value);
		return;
	}
	for (size_t i = 0; i < *len; i++)
		if (!strcmp((*list)[i].name, value)) {
			reader_mistake(r, reader_line(r),
				       "%s: '%s' is in the list twice", field,
				       value);
			return;
		}
	s = reader_grow(r, list, len, sizeof(*s));
	if (!s)
		return;
	memcpy(s->name, value, strlen(value) + 1);
	s->line = reader_line(r);
}

static void client_take_service(struct reader *r, const char *value)
{
	struct client_notes *notes = client_notes_of(r);

	take_listed_name(r, "services", value, &notes->services,
			 &notes->services_len);
}

static void client_take_from(struct reader *r, const char *value)
{
	struct client *c = client_of(r);

	take_prefix(r, "from", value, &c->from, &c->from_len);
}

static void client_take_mode(struct reader *r, const char *value)
{
	if (mode_parse(value, &client_of(r)->mode))
		reader_wanted(r, "mode", MODES_WANTED, value);
}

static void client_take_hmac(struct reader *r, const char *value)
{
	if (digest_parse(value, &client_of(r)->hmac_type))
		reader_wanted(r, "hmac", DIGESTS_WANTED " or none", value);
}

static void client_take_without_hmac(struct reader *r, const char *value)
{
	take_bool(r, "allow-without-hmac", value,
		  &client_of(r)->allow_without_hmac);
}

static void client_take_unbound(struct reader *r, const char *value)
{
	take_bool(r, "allow-unbound-address", value,
		  &client_of(r)->allow_unbound_address);
}

static void client_take_for_others(struct reader *r, const char *value)
{
	take_bool(r, "may-open-for-others", value,
		  &client_of(r)->may_open_for_others);
}

static void client_take_gpg_signer(struct reader *r, const char *value)
{
	gpg_take_signer(r, client_of(r), value);
}

static void client_take_forwarded(struct reader *r, const char *value)
{
	take_bool(r, "allow-forwarded-for", value,
		  &client_of(r)->allow_forwarded_for);
}

static void client_end(struct reader *r)
{
	struct client_notes *notes = client_notes_of(r);

	for (size_t i = 0; i < CLIENT_FIELDS; i++)
		notes->given[i] = reader_given(r, i);
}

static const struct reader_field fields[CLIENT_FIELDS] = {
	[CLIENT_KEY] = { "key", false, client_take_key },
	[CLIENT_SERVICES] = { "services", true, client_take_service },
	[CLIENT_FROM] = { "from", true, client_take_from },
	[CLIENT_MODE] = { "mode", false, client_take_mode },
	[CLIENT_HMAC] = { "hmac", false, client_take_hmac },
	[CLIENT_ALLOW_WITHOUT_HMAC] = { "allow-without-hmac", false,
					client_take_without_hmac },
	[CLIENT_ALLOW_UNBOUND_ADDRESS] = { "allow-unbound-address", false,
					   client_take_unbound },
	[CLIENT_MAY_OPEN_FOR_OTHERS] = { "may-open-for-others", false,
					 client_take_for_others },
	[CLIENT_GPG_SIGNERS] = { "gpg-signers", true, client_take_gpg_signer },
	[CLIENT_ALLOW_FORWARDED_FOR] = { "allow-forwarded-for", false,
					 client_take_forwarded },
	[CLIENT_COMMANDS] = { "commands", true, client_take_command },
	[CLIENT_EXPIRES] = { "expires", false, client_take_expires },
	[CLIENT_REQUIRE_USERNAME] = { "require-username", false,
				      client_take_username },
	[CLIENT_DESTINATION] = { "destination", true, client_take_destination },
};

const struct reader_section schema_client = {
	.name = "client",
	.fields = fields,
	.fields_len = CLIENT_FIELDS,
	.begin = client_begin,
	.end = client_end,
};
