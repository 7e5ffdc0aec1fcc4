/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where packets are heard.
 */
#include <netinet/in.h>
#include <string.h>

#include "conf/parse.h"
#include "doctor/check.h"
#include "doctor/words.h"

static void check_link(const struct snapshot *s, const struct listener *l,
		       struct findings *out)
{
	const struct snap_link *link = snap_link(s, l->interface);
	struct finding *f;

	if (!link) {
		f = finding_add(out, FOUND_INTERFACE_MISSING);
		finding_text(f, "there is no such interface (yet): nothing is "
				"heard there");
		finding_fix(f, "listen \"any\" in place of listen \"%s\"",
			    l->interface);
	} else if (!link->up) {
		f = finding_add(out, FOUND_INTERFACE_DOWN);
		finding_text(f, "it is down: nothing is heard there");
		finding_fix(f, "ip link set %s up", l->interface);
	} else if (link->bridge_port) {
		f = finding_add(out, FOUND_BRIDGE_PORT);
		finding_text(f,
			     "it is a port of bridge %s: what comes in by the "
			     "bridge's other ports is not heard",
			     link->master);
		finding_fix(f, "listen \"%s\" in place of listen \"%s\"",
			    link->master, l->interface);
	} else if (!link->has4 && !link->has6) {
		f = finding_add(out, FOUND_INTERFACE_NO_ADDRESS);
		finding_text(f, "it has no address that packets could be "
				"sent to");
		finding_fix(f, "ip address add ADDRESS/LENGTH dev %s",
			    l->interface);
	} else {
		return;
	}
	finding_where(f, "interface %s", l->interface);
}

static bool is_hauntd(const struct snap_socket *k)
{
	return strncmp(k->name, "hauntd", 6) == 0;
}

/* Somebody else's socket at a port; NULL if there is none. */
static const struct snap_socket *taken_by(const struct snapshot *s,
					  const struct port_range *ports)
{
	for (size_t i = 0; i < s->sockets.len; i++) {
		const struct snap_socket *k = &s->sockets.at[i];

		if (k->proto == ports->proto && k->at.port >= ports->first &&
		    k->at.port <= ports->last && !k->loopback && !is_hauntd(k))
			return k;
	}
	return NULL;
}

static void check_ports(const struct snapshot *s, const struct listener *l,
			const struct port_range *ports, struct findings *out)
{
	const struct snap_socket *k = taken_by(s, ports);
	bool own = l->kind != LISTENER_SNIFF;
	struct finding *f;

	/* Who sits on one address of many is in nobody's way but there. */
	if (!k || (own && !addr_is_any(&k->at.addr) &&
		   !addr_is_any(&l->address.addr) &&
		   !addr_equal(&k->at.addr, &l->address.addr)))
		return;
	f = finding_add(out, own ? FOUND_LISTEN_PORT_TAKEN
				 : FOUND_KNOCK_PORT_SERVED);
	finding_where(f, "%s/%u", proto_name(k->proto), k->at.port);
	if (own)
		finding_text(f,
			     "%s (process %d) has this port, where hauntd is "
			     "to listen",
			     k->name, (int)k->pid);
	else
		finding_text(f,
			     "%s (process %d) gets the packets that hauntd "
			     "hears, too, and may answer them",
			     k->name, (int)k->pid);
	finding_fix(f, "kill %d", (int)k->pid);
}

static bool is_served(const struct snapshot *s, const struct port_range *ports)
{
	for (size_t i = 0; i < s->sockets.len; i++) {
		const struct snap_socket *k = &s->sockets.at[i];

		if (k->proto == ports->proto && !k->loopback &&
		    k->at.port >= ports->first && k->at.port <= ports->last)
			return true;
	}
	return false;
}

/* A connection needs somebody to connect to; what is sniffed of it is shared
 * with him, and that is meant so. */
static void check_connections(const struct snapshot *s,
			      const struct port_range *ports,
			      struct findings *out)
{
	struct finding *f;

	if (is_served(s, ports))
		return;
	f = finding_add(out, FOUND_KNOCK_PORT_UNSERVED);
	if (ports->first == ports->last)
		finding_where(f, "tcp/%u", ports->first);
	else
		finding_where(f, "tcp/%u-%u", ports->first, ports->last);
	finding_text(f, "nobody listens there: a lone SYN is heard, a "
			"connection does not come about");
	finding_fix(f, "listen \"http\" { address = \"0.0.0.0:%u\" }",
		    ports->first);
}

void check_listener(const struct snapshot *s, struct findings *out)
{
	for (size_t i = 0; i < s->config->listeners_len; i++) {
		const struct listener *l = &s->config->listeners[i];
		const struct port_range own = {
			l->kind == LISTENER_UDP ? IPPROTO_UDP : IPPROTO_TCP,
			l->address.port, l->address.port
		};

		if (l->kind != LISTENER_SNIFF) {
			check_ports(s, l, &own, out);
			continue;
		}
		if (strcmp(l->interface, "any") != 0)
			check_link(s, l, out);
		/* A range is wide on purpose; others live in it. */
		for (size_t j = 0; j < l->udp.len; j++)
			if (l->udp.at[j].first == l->udp.at[j].last)
				check_ports(s, l, &l->udp.at[j], out);
		for (size_t j = 0; j < l->tcp.len; j++)
			check_connections(s, &l->tcp.at[j], out);
	}
}
