/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides which of fwknopd's ports are left open to everybody. fwknopd closes
 * none, and may lend one that serves the public; which that are, no file says.
 */
#include <netinet/in.h>
#include <string.h>

#include "conf/fwknop_stanza.h"
#include "conf/parse.h"

/* What is usually there for everybody: web, mail, names, time. */
static const struct port_range usual[] = {
	{ IPPROTO_TCP, 25, 25 },     { IPPROTO_TCP, 53, 53 },
	{ IPPROTO_TCP, 80, 80 },     { IPPROTO_TCP, 110, 110 },
	{ IPPROTO_TCP, 143, 143 },   { IPPROTO_TCP, 443, 443 },
	{ IPPROTO_TCP, 465, 465 },   { IPPROTO_TCP, 587, 587 },
	{ IPPROTO_TCP, 853, 853 },   { IPPROTO_TCP, 993, 993 },
	{ IPPROTO_TCP, 995, 995 },   { IPPROTO_TCP, 8080, 8080 },
	{ IPPROTO_TCP, 8443, 8443 }, { IPPROTO_UDP, 53, 53 },
	{ IPPROTO_UDP, 123, 123 },   { IPPROTO_UDP, 443, 443 },
	{ IPPROTO_UDP, 853, 853 },
};

enum haunt_err fwknop_public_parse(const char *text, struct fwknop_ranges *out)
{
	*out = (struct fwknop_ranges){ .len = 0 };
	if (!strcmp(text, "none"))
		return HAUNT_OK;
	return fwknop_ports(text, out);
}

bool fwknop_public(const struct fwknop_out *out, const struct port_range *p)
{
	struct fwknop_ranges ports;

	if (out->public)
		return !fwknop_public_parse(out->public, &ports) &&
		       fwknop_ranges_have(&ports, p);
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (usual[i].proto == p->proto && usual[i].first == p->first &&
		    p->first == p->last)
			return true;
	return false;
}

static bool is_cloaked(const struct service_found *s)
{
	return !*s->host && !s->unnamed && !s->public;
}

static size_t list_say(FILE *to, const struct services_found *found,
		       bool cloaked)
{
	size_t n = 0;

	for (size_t i = 0; i < found->len; i++) {
		const struct service_found *s = &found->at[i];

		if (cloaked ? !is_cloaked(s) : !s->public)
			continue;
		fprintf(to, "%s%s/%u",
			n++	  ? ", "
			: cloaked ? "closed to everybody who has no grant: "
				  : "left open to everybody: ",
			proto_name(s->target.proto), s->target.first);
	}
	return n;
}

void services_tell(struct fwknop_out *out, const struct services_found *found)
{
	if (list_say(out->report, found, true)) {
		fprintf(out->report,
			"; --public names those that serve the public\n");
		out->counts[FWKNOP_WARNING]++;
	}
	if (list_say(out->report, found, false)) {
		fprintf(out->report, "; %s\n",
			out->public ? "as --public says"
				    : "servers for the public are usually "
				      "there; --public none closes them");
		out->counts[FWKNOP_WARNING]++;
	}
}
