/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Outer ports: what they cover, and what they are taken from.
 */
#include <stdlib.h>
#include <string.h>

#include "doctor/check.h"
#include "doctor/words.h"

static bool in_range(const struct port_range *r, int port)
{
	return port >= r->first && port <= r->last;
}

/* A UDP socket with a port that the kernel chose comes and goes. */
static bool fleeting(const struct snapshot *s, const struct snap_socket *k)
{
	return k->proto == IPPROTO_UDP && k->at.port >= s->net.port_first &&
	       k->at.port <= s->net.port_last;
}

static const struct snap_socket *listener_in(const struct snapshot *s,
					     const struct port_range *r,
					     uint16_t above)
{
	const struct snap_socket *found = NULL;

	for (size_t i = 0; i < s->sockets.len; i++) {
		const struct snap_socket *k = &s->sockets.at[i];

		if (k->proto == r->proto && in_range(r, k->at.port) &&
		    k->at.port > above && !k->loopback && !fleeting(s, k) &&
		    (!found || k->at.port < found->at.port))
			found = k;
	}
	return found;
}

static void ghost_alone(const struct service *service,
			const struct port_range *door, struct findings *out)
{
	struct finding *f = finding_add(out, FOUND_GHOST_ALONE);

	finding_where(f, "%s", service_words(service).text);
	finding_text(f,
		     "nothing else listens at its outer port %s: to "
		     "strangers it is closed",
		     range_words(door).text);
	finding_fix(f, "%s", "");
}

static void covers(const struct service *service, const struct port_range *door,
		   const struct snap_socket *k, struct findings *out)
{
	struct finding *f = finding_add(out, FOUND_RANGE_COVERS_LISTENER);
	struct port_range below = { door->proto, door->first,
				    (uint16_t)(k->at.port - 1) };
	struct port_range above = { door->proto, (uint16_t)(k->at.port + 1),
				    door->last };
	bool has_below = k->at.port > door->first;
	bool has_above = k->at.port < door->last;

	finding_where(f, "%s", service_words(service).text);
	finding_text(f,
		     "its outer ports %s cover port %u, where %s (process %d) "
		     "listens: a client who gets that one cannot reach it",
		     range_words(door).text, k->at.port,
		     *k->name ? k->name : "the kernel", (int)k->pid);
	finding_fix(f, "in 'at', in place of \"%s\": %s%s%s%s%s%s%s",
		    range_words(door).text, has_below ? "\"" : "",
		    has_below ? range_words(&below).text : "",
		    has_below ? "\"" : "", has_below && has_above ? ", " : "",
		    has_above ? "\"" : "",
		    has_above ? range_words(&above).text : "",
		    has_above ? "\"" : "");
}

static void check_range(const struct snapshot *s, const struct service *service,
			const struct port_range *door, struct findings *out)
{
	const struct snap_socket *k = NULL;
	uint16_t above = 0;

	while ((k = listener_in(s, door, above))) {
		above = k->at.port;
		if (!service_here(service) ||
		    k->at.port != service_inner(service, k->at.port))
			covers(service, door, k, out);
	}
}

/* ---- the kernel's own choice of ports ---- */

static bool range_reserved(const char *list, const struct port_range *r)
{
	while (*list >= '0' && *list <= '9') {
		char *end;
		unsigned long first = strtoul(list, &end, 10);
		unsigned long last =
			*end == '-' ? strtoul(end + 1, &end, 10) : first;

		if (first <= r->first && last >= r->last)
			return true;
		list = *end == ',' ? end + 1 : end;
	}
	return false;
}

static void check_ephemeral(const struct snapshot *s,
			    const struct service *service,
			    const struct port_range *door, struct findings *out)
{
	static const char knob[] = "net.ipv4.ip_local_reserved_ports";
	size_t has = strcspn(s->net.reserved, "\n");
	struct finding *f;

	if (s->net.port_last < door->first || s->net.port_first > door->last ||
	    range_reserved(s->net.reserved, door))
		return;
	f = finding_add(out, FOUND_EPHEMERAL_OVERLAP);
	finding_where(f, "%s", service_words(service).text);
	finding_text(f,
		     "its outer ports %s are among those from which the "
		     "kernel chooses for connections of this host (%d to %d)",
		     range_words(door).text, s->net.port_first,
		     s->net.port_last);
	finding_fix(f, "sysctl -w %s=%.*s%s%u-%u", knob, (int)has,
		    s->net.reserved, has ? "," : "", door->first, door->last);
}

void check_doors(const struct snapshot *s, struct findings *out)
{
	for (size_t i = 0; i < s->config->services_len; i++) {
		const struct service *service = &s->config->services[i];

		for (size_t j = 0; j < service->at_len; j++) {
			const struct port_range *door = &service->at[j];

			if (door->first != door->last) {
				check_range(s, service, door, out);
				check_ephemeral(s, service, door, out);
			} else if (service->local &&
				   door->first != service->target.port &&
				   !listener_in(s, door, 0)) {
				ghost_alone(service, door, out);
			}
		}
	}
}
