/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way to services on other hosts, and the way back.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <linux/netfilter.h>
#include <string.h>

#include "doctor/check.h"
#include "doctor/words.h"

#define RP_FILTER_STRICT 1

static void forwarding_off(struct findings *out, const struct service *service,
			   const char *knob)
{
	struct finding *f;

	if (finding_told(out, FOUND_FORWARDING_OFF, knob))
		return;
	f = finding_add(out, FOUND_FORWARDING_OFF);
	finding_where(f, "%s", knob);
	finding_text(f,
		     "it is off: packets of service \"%s\", which is not "
		     "on this host, are not passed on",
		     service->name);
	finding_fix(f, "sysctl -w %s=1", knob);
}

static void link_forwards(const struct snapshot *s, struct findings *out,
			  const struct service *service,
			  const struct snap_link *link)
{
	char knob[64];

	if (!link || link->forwarding4 != 0)
		return;
	snprintf(knob, sizeof(knob), "net.ipv4.conf.%s.forwarding", link->name);
	forwarding_off(out, service,
		       s->net.ip_forward ? knob : "net.ipv4.ip_forward");
}

/* IPv4 forwards by the interface that a packet comes in by: the client's for
 * questions, the target's for answers. */
static void check_forwarding4(const struct snapshot *s,
			      const struct service *service,
			      const struct snap_path *path,
			      struct findings *out)
{
	bool known = false;

	for (size_t i = 0; i < s->config->listeners_len; i++) {
		const struct listener *l = &s->config->listeners[i];
		const struct snap_link *in =
			l->kind == LISTENER_SNIFF ? snap_link(s, l->interface)
						  : NULL;

		known = known || in;
		link_forwards(s, out, service, in);
	}
	if (path)
		link_forwards(s, out, service, snap_link_at(s, path->oif));
	if (!known && s->net.ip_forward == 0)
		forwarding_off(out, service, "net.ipv4.ip_forward");
}

static void target_loopback(const struct service *service, struct findings *out)
{
	struct finding *f = finding_add(out, FOUND_TARGET_LOOPBACK);

	finding_where(f, "%s", service_words(service).text);
	finding_text(f, "its target is a loopback address, where nothing that "
			"comes from outside can be led");
	finding_fix(f, "target = \"%s/%u\"", service_proto(service),
		    service->target.port);
}

static void check_hidden(const struct snapshot *s,
			 const struct service *service, struct findings *out)
{
	const struct snap_path *path = snap_path(s, &service->target.addr);
	char text[ADDR_TEXT_MAX];
	struct finding *f;

	if (!path || path->local)
		return;
	addr_format(&service->target.addr, text);
	f = finding_add(out, FOUND_HIDDEN_NOT_HERE);
	finding_where(f, "%s", service_words(service).text);
	finding_text(f,
		     "it is hidden, and its address %s is none of this host's",
		     text);
	finding_fix(f, "ip address add %s/%d dev lo", text,
		    addr_is_v4(&service->target.addr) ? 32 : 128);
}

static void check_target_path(const struct snapshot *s,
			      const struct service *service,
			      struct findings *out)
{
	const struct snap_path *path = snap_path(s, &service->target.addr);
	char text[ADDR_TEXT_MAX];
	struct finding *f;

	if (path && path->error) {
		addr_format(&service->target.addr, text);
		f = finding_add(out, FOUND_TARGET_NO_ROUTE);
		finding_where(f, "%s", service_words(service).text);
		finding_text(f, "there is no route to its target %s", text);
		finding_fix(f, "ip route add %s/%d via ROUTER", text,
			    addr_is_v4(&service->target.addr) ? 32 : 128);
		path = NULL;
	}
	if (addr_is_v4(&service->target.addr))
		check_forwarding4(s, service, path, out);
	else if (s->net.ip6_forwarding == 0)
		forwarding_off(out, service, "net.ipv6.conf.all.forwarding");
	if (service->source_nat != SOURCE_NAT_NONE)
		return;
	f = finding_add(out, FOUND_NO_WAY_BACK);
	finding_where(f, "%s", service_words(service).text);
	finding_text(f, "its host sees the client's own address, and must "
			"send its answers by way of this gateway");
	finding_fix(f, "source-nat = \"masquerade\"");
}

/* ---- reverse paths ---- */

static bool heard_on(const struct snapshot *s, unsigned int index)
{
	for (size_t i = 0; i < s->config->listeners_len; i++) {
		const struct listener *l = &s->config->listeners[i];
		const struct snap_link *link = snap_link(s, l->interface);

		if (l->kind == LISTENER_SNIFF && link && link->index == index)
			return true;
	}
	return false;
}

/* A prefix whose packets come in by link, and whose answers would leave by
 * another interface, so that a strict filter drops them. */
static const struct ip_prefix *asymmetric(const struct snapshot *s,
					  const struct client *c)
{
	for (size_t i = 0; i < c->from_len; i++) {
		struct ip_addr a = snap_sample(&c->from[i]);
		const struct snap_path *path = snap_path(s, &a);

		if (addr_is_v4(&a) && path && !path->error && !path->local &&
		    path->oif && !heard_on(s, path->oif))
			return &c->from[i];
	}
	return NULL;
}

static void check_reverse(const struct snapshot *s, const struct listener *l,
			  struct findings *out)
{
	const struct snap_link *link = snap_link(s, l->interface);
	char text[ADDR_TEXT_MAX];
	int filter;

	if (l->kind != LISTENER_SNIFF || !link)
		return;
	filter = link->rp_filter > s->net.rp_filter_all ? link->rp_filter
							: s->net.rp_filter_all;
	for (size_t i = 0;
	     filter == RP_FILTER_STRICT && i < s->config->clients_len; i++) {
		const struct client *c = &s->config->clients[i];
		const struct ip_prefix *from = asymmetric(s, c);
		struct finding *f;

		if (!from)
			continue;
		f = finding_add(out, FOUND_REVERSE_PATH);
		finding_where(f, "net.ipv4.conf.%s.rp_filter", link->name);
		finding_text(f,
			     "it is strict, and the route back to client "
			     "\"%s\" (from %s) does not lead through %s: its "
			     "packets are dropped",
			     c->name, prefix_format(from, text), link->name);
		finding_fix(f, "sysctl -w net.ipv4.conf.%s.rp_filter=2",
			    link->name);
		return;
	}
}

static void route_localnet(const char *link, struct findings *out)
{
	struct finding *f = finding_add(out, FOUND_ROUTE_LOCALNET);

	finding_where(f, "net.ipv4.conf.%s.route_localnet", link);
	finding_text(f, "it is on: neighbours on the wire can reach what "
			"listens on 127.0.0.0/8 alone");
	finding_fix(f, "sysctl -w net.ipv4.conf.%s.route_localnet=0", link);
}

/* The first chain that stops what is passed on for nobody in particular. */
static bool forward_judged(const struct snapshot *s, bool v4)
{
	const struct host *h = &s->fw.host;

	for (size_t i = 0; i < h->len + h->legacy.len; i++) {
		const struct host_chain *c =
			i < h->len ? &h->chains[i]
				   : &h->legacy.chains[i - h->len];

		if (!c->input && c->end != HOST_END_ACCEPT &&
		    c->family != (v4 ? NFPROTO_IPV6 : NFPROTO_IPV4))
			return true;
	}
	return false;
}

/* A service that is not known to be of one family, or to have one path. */
static void check_anywhere(const struct snapshot *s,
			   const struct service *service, struct findings *out)
{
	for (int v4 = 1; v4 >= 0; v4--) {
		struct finding *f;
		bool off = v4 ? s->net.ip_forward == 0
			      : s->net.ip6_forwarding == 0;

		if (!service_takes(service, v4))
			continue;
		if (off) {
			forwarding_off(out, service,
				       v4 ? "net.ipv4.ip_forward"
					  : "net.ipv6.conf.all.forwarding");
			continue;
		}
		if (!service->internet || forward_judged(s, v4))
			continue;
		f = finding_add(out, FOUND_FORWARD_OPEN);
		finding_where(f, "%s", service_words(service).text);
		finding_text(f,
			     "this host passes on IPv%d for everybody: no "
			     "chain of its firewall drops what it does not "
			     "know at forward, and a grant adds no more than "
			     "its source NAT",
			     v4 ? 4 : 6);
		finding_fix(f, "%s",
			    "nft add table inet gateway && nft add chain inet "
			    "gateway forward '{ type filter hook forward "
			    "priority filter; policy drop; ct state "
			    "established,related accept; }'");
	}
}

void check_forwarding(const struct snapshot *s, struct findings *out)
{
	for (size_t i = 0; i < s->config->services_len; i++) {
		const struct service *service = &s->config->services[i];

		if (service->local)
			continue;
		if (service->internet || service->named)
			check_anywhere(s, service, out);
		else if (addr_is_loopback(&service->target.addr))
			target_loopback(service, out);
		else if (service->hidden)
			check_hidden(s, service, out);
		else
			check_target_path(s, service, out);
	}
	for (size_t i = 0; i < s->config->listeners_len; i++)
		check_reverse(s, &s->config->listeners[i], out);
	if (s->net.route_localnet_all == 1)
		route_localnet("all", out);
	for (size_t i = 0; i < s->net.links_len; i++) {
		if (s->net.links[i].route_localnet == 1 &&
		    strcmp(s->net.links[i].name, "lo") != 0)
			route_localnet(s->net.links[i].name, out);
	}
}
