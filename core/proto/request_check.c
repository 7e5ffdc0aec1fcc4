/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the limits of the format: what each member of a request may hold, so
 * that the message can be written, read again, and logged without surprise.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/proto/digest.h"
#include "core/proto/message.h"
#include "core/proto/request.h"

static bool printable(const char *text, const char *but)
{
	for (; *text; text++) {
		if (*text < 0x20 || *text > 0x7e || strchr(but, *text))
			return false;
	}
	return true;
}

/* A string in an array of cap bytes: min to max characters, none of but. */
static enum haunt_err text_check(const char *text, size_t cap, size_t min,
				 const char *but)
{
	size_t len = strnlen(text, cap);

	if (len == cap || len < min)
		return HAUNT_ELENGTH;
	return printable(text, but) ? HAUNT_OK : HAUNT_EFORMAT;
}

static enum haunt_err type_check(const struct haunt_request *r)
{
	return (int)r->type >= HAUNT_TYPE_COMMAND &&
			       r->type <= HAUNT_TYPE_LOCAL_NAT_TIMEOUT
		       ? HAUNT_OK
		       : HAUNT_EFORMAT;
}

static enum haunt_err time_check(const struct haunt_request *r)
{
	return r->time_s <= REQUEST_TIME_MAX ? HAUNT_OK : HAUNT_ELENGTH;
}

static enum haunt_err digest_check(const struct haunt_request *r)
{
	return r->digest == HAUNT_DIGEST_NONE || digest_known(r->digest)
		       ? HAUNT_OK
		       : HAUNT_EFORMAT;
}

static enum haunt_err random_check(const struct haunt_request *r)
{
	size_t len = strnlen(r->random, sizeof(r->random));

	if (len != 0 && len != REQUEST_RANDOM_LEN)
		return HAUNT_ELENGTH;
	return strspn(r->random, "0123456789") == len ? HAUNT_OK
						      : HAUNT_EFORMAT;
}

static enum haunt_err user_check(const struct haunt_request *r)
{
	return text_check(r->user, sizeof(r->user), 1, "\"/\\[]:;|=,+*?<>");
}

static enum haunt_err version_check(const struct haunt_request *r)
{
	return text_check(r->version, sizeof(r->version), 0, ":");
}

static enum haunt_err allow_check(const struct haunt_request *r)
{
	struct ip_addr a = addr_from_v6(r->allow);

	return addr_is_v4(&a) || addr_is_any(&a) ? HAUNT_OK : HAUNT_EFORMAT;
}

/* That what is put fits the message field. */
static enum haunt_err message_fits(const struct haunt_request *r,
				   void (*put)(struct wr *,
					       const struct haunt_request *))
{
	uint8_t buf[MESSAGE_MAX];
	struct wr w = wr_of(buf, sizeof(buf));

	put(&w, r);
	return w.failed ? HAUNT_ELENGTH : HAUNT_OK;
}

static enum haunt_err ports_check(const struct haunt_request *r)
{
	if (r->type == HAUNT_TYPE_COMMAND)
		return r->ports_len ? HAUNT_EFORMAT : HAUNT_OK;
	if (!r->ports_len || r->ports_len > HAUNT_PORTS_MAX)
		return HAUNT_ELENGTH;
	for (size_t i = 0; i < r->ports_len; i++) {
		const struct haunt_port *p = &r->ports[i];

		if (!p->port ||
		    (p->proto != IPPROTO_TCP && p->proto != IPPROTO_UDP))
			return HAUNT_EFORMAT;
	}
	return message_fits(r, message_put);
}

static enum haunt_err command_check(const struct haunt_request *r)
{
	enum haunt_err err;

	if (r->type != HAUNT_TYPE_COMMAND)
		return r->command[0] ? HAUNT_EFORMAT : HAUNT_OK;
	err = text_check(r->command, sizeof(r->command), 1, "");
	return err == HAUNT_OK ? message_fits(r, message_put) : err;
}

static enum haunt_err nat_host_check(const struct haunt_request *r)
{
	enum haunt_err err;

	if (!message_has_nat(r->type))
		return r->nat_host[0] ? HAUNT_EFORMAT : HAUNT_OK;
	err = text_check(r->nat_host, sizeof(r->nat_host), 1, " /?\"'\\,");
	return err == HAUNT_OK ? message_fits(r, message_nat_put) : err;
}

static enum haunt_err nat_port_check(const struct haunt_request *r)
{
	return message_has_nat(r->type) == (r->nat_port != 0) ? HAUNT_OK
							      : HAUNT_EFORMAT;
}

static enum haunt_err server_auth_check(const struct haunt_request *r)
{
	return text_check(r->server_auth, sizeof(r->server_auth), 0, "");
}

static enum haunt_err lifetime_check(const struct haunt_request *r)
{
	if (!message_has_lifetime(r->type))
		return r->lifetime_s ? HAUNT_EFORMAT : HAUNT_OK;
	return r->lifetime_s <= REQUEST_LIFETIME_MAX ? HAUNT_OK : HAUNT_ELENGTH;
}

/* The order matters: type and allow are right when the others use them. */
static const struct {
	const char *field;
	enum haunt_err (*check)(const struct haunt_request *r);
} checks[] = {
	{ "type", type_check },		  { "allow", allow_check },
	{ "time_s", time_check },	  { "digest", digest_check },
	{ "random", random_check },	  { "user", user_check },
	{ "version", version_check },	  { "ports", ports_check },
	{ "command", command_check },	  { "nat_host", nat_host_check },
	{ "nat_port", nat_port_check },	  { "server_auth", server_auth_check },
	{ "lifetime_s", lifetime_check },
};

enum haunt_err haunt_request_check(const struct haunt_request *request,
				   const char **field)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		enum haunt_err err = checks[i].check(request);

		if (err == HAUNT_OK)
			continue;
		if (field)
			*field = checks[i].field;
		return err;
	}
	return HAUNT_OK;
}
