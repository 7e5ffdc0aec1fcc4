/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What listens where services on the gateway lead.
 */
#include "doctor/check.h"
#include "doctor/words.h"

/* What there is at a port of the gateway, taken together. */
struct ears {
	bool any; /* something, if only on loopback */
	bool v4;
	bool v6;
	const struct snap_socket *socket;
};

static struct ears ears_at(const struct snapshot *s,
			   const struct service *service)
{
	struct ears ears = { .any = false };

	for (size_t i = 0; i < s->sockets.len; i++) {
		const struct snap_socket *k = &s->sockets.at[i];

		if (k->proto != service->proto ||
		    !service_targets(service, k->at.port) ||
		    (service->hidden && !addr_is_any(&k->at.addr) &&
		     !addr_equal(&k->at.addr, &service->target.addr)))
			continue;
		ears.any = true;
		ears.socket = k;
		ears.v4 = ears.v4 || (k->v4 && !k->loopback);
		ears.v6 = ears.v6 || (k->v6 && !k->loopback);
	}
	return ears;
}

static bool host_has(const struct snapshot *s, bool v4)
{
	for (size_t i = 0; i < s->net.links_len; i++) {
		const struct snap_link *l = &s->net.links[i];

		if (l->index != 1 && (v4 ? l->has4 : l->has6))
			return true;
	}
	return false;
}

static void nothing_listening(const struct snapshot *s,
			      const struct service *service,
			      struct findings *out)
{
	struct finding *f = finding_add(out, FOUND_NOTHING_LISTENING);

	finding_where(f, "%s", service_words(service).text);
	finding_text(f, "nothing listens at %s, where it leads",
		     target_words(service).text);
	finding_fix(f,
		    "start what serves %s, or correct the target of "
		    "service \"%s\" in %s",
		    target_words(service).text, service->name, s->files.path);
}

/* What listens everywhere is closed nowhere. */
static void check_hidden(const struct service *service,
			 const struct snap_socket *k, struct findings *out)
{
	char text[ADDR_TEXT_MAX];
	struct finding *f;

	if (!addr_is_any(&k->at.addr))
		return;
	f = finding_add(out, FOUND_HIDDEN_OPEN);
	finding_where(f, "%s", service_words(service).text);
	finding_text(f,
		     "%s (process %d) listens at %s/%u on all addresses of "
		     "this host, where strangers find it, and not on the "
		     "hidden one alone",
		     k->name, (int)k->pid, service_proto(service), k->at.port);
	finding_fix(f, "let %s listen on %s alone", k->name,
		    endpoint_format(&service->target, text));
}

static void check_local(const struct snapshot *s, const struct service *service,
			struct findings *out)
{
	struct ears ears = ears_at(s, service);
	struct finding *f;

	if (!ears.any) {
		nothing_listening(s, service, out);
		return;
	}
	if (!ears.v4 && !ears.v6) {
		f = finding_add(out, FOUND_LISTENS_ON_LOOPBACK);
		finding_where(f, "%s", service_words(service).text);
		finding_text(f,
			     "%s (process %d) listens at %s/%u on a loopback "
			     "address alone, which nobody reaches from outside",
			     ears.socket->name, (int)ears.socket->pid,
			     service_proto(service), ears.socket->at.port);
		finding_fix(f, "let %s listen on 0.0.0.0:%u and [::]:%u",
			    ears.socket->name, ears.socket->at.port,
			    ears.socket->at.port);
		return;
	}
	if (service->hidden) {
		check_hidden(service, ears.socket, out);
		return;
	}
	for (int v4 = 1; v4 >= 0; v4--) {
		if ((v4 ? ears.v4 : ears.v6) || !host_has(s, v4))
			continue;
		f = finding_add(out, FOUND_ONE_FAMILY);
		finding_where(f, "%s", service_words(service).text);
		finding_text(f,
			     "it cannot be reached over IPv%d, of which "
			     "this host has an address",
			     v4 ? 4 : 6);
		finding_fix(f, "let %s listen on %s:%u, too", ears.socket->name,
			    v4 ? "0.0.0.0" : "[::]", ears.socket->at.port);
	}
}

void check_target(const struct snapshot *s, struct findings *out)
{
	for (size_t i = 0; i < s->config->services_len; i++) {
		if (service_here(&s->config->services[i]))
			check_local(s, &s->config->services[i], out);
	}
}
