/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what fwknopd makes of FORWARD_ALL, which depends on what else a stanza
 * says: a way through the gateway, one besides its ports, or all ports of
 * another host.
 */
#include <netinet/in.h>
#include <string.h>

#include "conf/fwknop_stanza.h"

static bool take_way(struct fwknop_out *out, struct stanza *s,
		     const struct fwknop_entry *e, bool direct)
{
	s->internet = true;
	if (direct)
		return true;
	if (out->strict)
		s->out = "it leads all of a client's ports to 0.0.0.0";
	fwknop_say(out, e, FWKNOP_WARNING,
		   "without DISABLE_DNAT fwknopd leads everything to 0.0.0.0, "
		   "where nothing is%s",
		   out->strict ? "; with --strict this stanza is left out"
			       : "; it is taken for a way through the gateway");
	return true;
}

bool stanza_take_forward_all(struct fwknop_out *out, void *into,
			     const struct fwknop_entry *e)
{
	struct stanza *s = into;
	bool direct = fwknop_on(s->part, "DISABLE_DNAT");
	bool host = fwknop_find(s->part, "FORCE_NAT");
	bool led = fwknop_on(s->part, "FORCE_MASQUERADE") ||
		   fwknop_find(s->part, "FORCE_SNAT");

	if (!fwknop_switched(out, e))
		return false;
	if ((direct && host) || (led && !host))
		return take_way(out, s, e, direct);
	if (host) {
		s->whole_host = true;
		fwknop_say(out, e, FWKNOP_TRANSLATED,
			   "services that are the ports of the other host");
		fwknop_say(out, e, FWKNOP_WARNING,
			   "fwknopd leads all ports there, whichever is asked "
			   "for; hauntd leads those that are asked for, each "
			   "to its own number");
		return false;
	}
	if (direct) {
		s->way = true;
		fwknop_say(out, e, FWKNOP_WARNING,
			   "without FORCE_MASQUERADE or FORCE_SNAT it takes "
			   "fwknop -N; hauntd is asked for it by fwknop -A "
			   "tcp/%d",
			   CONFIG_INTERNET_PORT);
		return true;
	}
	fwknop_say(out, e, FWKNOP_REFUSED,
		   "it leads all ports to whatever host fwknop -N says; name "
		   "services for what is needed");
	return false;
}

bool stanza_take_direct(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	struct stanza *s = into;

	if (!fwknop_switched(out, e))
		return false;
	if (fwknop_on(s->part, "FORWARD_ALL"))
		return true;
	if (fwknop_find(s->part, "FORCE_NAT"))
		s->out = "it passes on one port of every host";
	fwknop_say(out, e, FWKNOP_REFUSED,
		   "without FORWARD_ALL it passes on one port of every host; "
		   "name services for what is needed");
	return false;
}

/* ---- the service ---- */

static bool is_door(const struct port_range *p)
{
	return p->proto == IPPROTO_TCP && p->first == CONFIG_INTERNET_PORT &&
	       p->last == CONFIG_INTERNET_PORT;
}

void way_reserve(struct services_found *found)
{
	const struct port_range door = { IPPROTO_TCP, CONFIG_INTERNET_PORT,
					 CONFIG_INTERNET_PORT };

	found->way = true;
	if (found->cuts.len < FWKNOP_RANGES_MAX &&
	    !fwknop_ranges_have(&found->cuts, &door))
		found->cuts.at[found->cuts.len++] = door;
}

bool way_takes(const struct services_found *found, const struct port_range *p)
{
	return found->way && is_door(p);
}

void way_service(const struct stanza *s, const struct fwknop_ranges *ports,
		 struct service_found *out)
{
	strcpy(out->host, "internet");
	out->at.at[out->at.len++] =
		(struct port_range){ IPPROTO_TCP, CONFIG_INTERNET_PORT,
				     CONFIG_INTERNET_PORT };
	for (size_t i = 0;
	     s->internet && i < ports->len && out->at.len < FWKNOP_RANGES_MAX;
	     i++)
		if (!is_door(&ports->at[i]))
			out->at.at[out->at.len++] = ports->at[i];
}

bool way_same(const struct service_found *a, const struct service_found *b)
{
	if (strcmp(a->source_nat, b->source_nat) != 0 || a->at.len != b->at.len)
		return false;
	for (size_t i = 0; i < a->at.len; i++)
		if (!fwknop_ranges_have(&b->at, &a->at.at[i]))
			return false;
	return true;
}
