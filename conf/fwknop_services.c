/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that a stanza of fwknop lists ports and times of its own, while a
 * service of ours is one thing with one lifetime for all clients.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "conf/fwknop_stanza.h"
#include "conf/parse.h"

#define LAST	 UINT16_MAX
#define CUTS_MAX 80 /* so that all ranges have room */

/* ---- which ports ---- */

/* What remains of 1-65535 without the closed ports. */
static void ports_between(const struct fwknop_ranges *closed, uint8_t proto,
			  struct fwknop_ranges *out)
{
	unsigned int first = 1;

	while (first <= LAST && out->len < FWKNOP_RANGES_MAX) {
		unsigned int next = LAST + 1u;

		for (size_t i = 0; i < closed->len; i++)
			if (closed->at[i].proto == proto &&
			    closed->at[i].first >= first &&
			    closed->at[i].first < next)
				next = closed->at[i].first;
		if (next > first)
			out->at[out->len++] =
				(struct port_range){ proto, (uint16_t)first,
						     (uint16_t)(next - 1) };
		first = next + 1;
	}
}

/* Every port: ranges between those that some stanza names or shuts, since two
 * services may not share a port; and those one by one. */
static void ports_any(const struct services_found *found, struct stanza *s,
		      struct fwknop_ranges *ports)
{
	const struct fwknop_ranges *cuts = &found->cuts;

	if (cuts->len > CUTS_MAX) {
		s->out = "it may open any port but for too many; --ports says "
			 "which it needs";
		return;
	}
	ports_between(cuts, IPPROTO_TCP, ports);
	ports_between(cuts, IPPROTO_UDP, ports);
	for (size_t i = 0; i < cuts->len; i++)
		if (!fwknop_ranges_have(&s->closed, &cuts->at[i]) &&
		    !way_takes(found, &cuts->at[i]))
			ports->at[ports->len++] = cuts->at[i];
}

static void ports_open(struct fwknop_out *out,
		       const struct services_found *found, struct stanza *s,
		       struct fwknop_ranges *ports)
{
	struct fwknop_ranges open = s->open;

	*ports = (struct fwknop_ranges){ .len = 0 };
	if (s->any && !out->ports) {
		ports_any(found, s, ports);
		return;
	}
	if (s->any && fwknop_ports(out->ports, &open))
		open.len = 0;
	for (size_t i = 0; i < open.len; i++)
		if (!fwknop_ranges_have(&s->closed, &open.at[i]))
			ports->at[ports->len++] = open.at[i];
}

static void cuts_add(struct fwknop_ranges *cuts, const struct fwknop_ranges *p)
{
	for (size_t i = 0; i < p->len && cuts->len < FWKNOP_RANGES_MAX; i++)
		if (!fwknop_ranges_have(cuts, &p->at[i]))
			cuts->at[cuts->len++] = p->at[i];
}

void services_cut(struct services_found *found, const struct stanza *s)
{
	if (!s->out && (s->internet || s->way))
		way_reserve(found);
	if (!s->out)
		cuts_add(&found->cuts, s->any ? &s->closed : &s->open);
}

/* ---- the collection ---- */

static void range_text(const struct port_range *p, char buf[16])
{
	if (p->first == p->last)
		snprintf(buf, 16, "%u", p->first);
	else
		snprintf(buf, 16, "%u-%u", p->first, p->last);
}

static enum haunt_err service_name(struct services_found *found,
				   const struct service_found *wanted,
				   char out[CONFIG_NAME_MAX + 1])
{
	char ports[16], name[ADDR_TEXT_MAX + 32];

	range_text(&wanted->target, ports);
	if (!strcmp(wanted->host, "internet"))
		strcpy(name, wanted->host);
	else if (*wanted->host)
		snprintf(name, sizeof(name), "%s-%s-%s",
			 proto_name(wanted->target.proto), wanted->host, ports);
	else
		snprintf(name, sizeof(name), "%s-%s",
			 proto_name(wanted->target.proto), ports);
	return fwknop_name(&found->names, name, out);
}

static struct service_found *service_same(const struct services_found *found,
					  const struct service_found *wanted)
{
	for (size_t i = 0; i < found->len; i++) {
		struct service_found *s = &found->at[i];

		if (!strcmp(s->host, wanted->host) &&
		    s->target.proto == wanted->target.proto &&
		    s->target.first == wanted->target.first &&
		    s->target.last == wanted->target.last &&
		    (s->target.proto || way_same(s, wanted)))
			return s;
	}
	return NULL;
}

/* A service can have but one of what two stanzas say: what opens less. */
static void service_merge(struct fwknop_out *out, const struct stanza *s,
			  struct service_found *have,
			  const struct service_found *wanted)
{
	const struct fwknop_entry *at = fwknop_find(s->part, "SOURCE");

	if (have->lifetime_s != wanted->lifetime_s ||
	    have->max_lifetime_s != wanted->max_lifetime_s)
		fwknop_say(out, at, FWKNOP_WARNING,
			   "another stanza opens %s for another time; a "
			   "service has one lifetime, and gets the shorter",
			   have->name);
	if (wanted->lifetime_s < have->lifetime_s)
		have->lifetime_s = wanted->lifetime_s;
	if (wanted->max_lifetime_s < have->max_lifetime_s)
		have->max_lifetime_s = wanted->max_lifetime_s;
	have->unnamed = have->unnamed && wanted->unnamed;
	have->public = have->public || wanted->public;
	if (strcmp(have->source_nat, wanted->source_nat))
		fwknop_say(out, at, FWKNOP_WARNING,
			   "another stanza leads to %s with another "
			   "source-nat, which stays",
			   have->name);
	if (*wanted->host && !way_same(have, wanted))
		fwknop_say(out, at, FWKNOP_WARNING,
			   "another stanza leads to %s, too: the clients of "
			   "both get the outer ports of both",
			   have->name);
	for (size_t i = 0; i < wanted->at.len; i++)
		if (have->at.len < FWKNOP_RANGES_MAX &&
		    !fwknop_ranges_have(&have->at, &wanted->at.at[i]))
			have->at.at[have->at.len++] = wanted->at.at[i];
}

static enum haunt_err service_add(struct fwknop_out *out,
				  struct services_found *found,
				  struct stanza *s,
				  const struct service_found *wanted)
{
	struct service_found *have = service_same(found, wanted);
	enum haunt_err err;

	if (s->services_len == STANZA_SERVICES_MAX ||
	    (!have && found->len == CONFIG_SERVICES_MAX)) {
		s->out = "there are more services than a configuration holds";
		return HAUNT_OK;
	}
	if (have) {
		service_merge(out, s, have, wanted);
	} else {
		have = realloc(found->at, (found->len + 1) * sizeof(*have));
		if (!have)
			return HAUNT_ENOMEM;
		found->at = have;
		have += found->len;
		*have = *wanted;
		err = service_name(found, wanted, have->name);
		if (err)
			return err;
		found->len++;
	}
	s->services[s->services_len++] = (uint16_t)(have - found->at);
	return HAUNT_OK;
}

/* ---- what a stanza wants ---- */

static void source_nat(const struct stanza *s, char out[ADDR_TEXT_MAX])
{
	const char *fixed = fwknop_value(s->part, "FORCE_SNAT", NULL);
	char item[FWKNOP_LINE_MAX + 1];
	struct ip_addr address;
	bool masquerade = fwknop_on(s->part, "FORCE_MASQUERADE");
	bool snat = fwknop_on(s->daemon, "ENABLE_IPT_SNAT") ||
		    fwknop_on(s->daemon, "ENABLE_FIREWD_SNAT");

	if (!fixed && snat && !masquerade)
		fixed = fwknop_value(s->daemon, "SNAT_TRANSLATE_IP", NULL);
	strcpy(out, snat || masquerade ? "masquerade" : "none");
	if (fixed && fwknop_item(&fixed, item) &&
	    !addr_parse(item, strlen(item), &address))
		addr_format(&address, out);
}

static struct service_found service_begun(const struct stanza *s)
{
	return (struct service_found){
		.lifetime_s = s->lifetime_s,
		.max_lifetime_s = s->max_lifetime_s,
	};
}

/* All of them lead to one port of the other host. */
static enum haunt_err services_forward(struct fwknop_out *out,
				       struct services_found *found,
				       struct stanza *s,
				       const struct fwknop_ranges *ports)
{
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP };
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; i < sizeof(protos) && !err; i++) {
		struct service_found wanted = service_begun(s);

		wanted.target = (struct port_range){ protos[i], s->force_port,
						     s->force_port };
		memcpy(wanted.host, s->force_host, sizeof(wanted.host));
		source_nat(s, wanted.source_nat);
		for (size_t j = 0; j < ports->len; j++)
			if (ports->at[j].proto == protos[i])
				wanted.at.at[wanted.at.len++] = ports->at[j];
		if (wanted.at.len)
			err = service_add(out, found, s, &wanted);
	}
	return err;
}

/* Each leads to the same port of the other host. */
static enum haunt_err services_host(struct fwknop_out *out,
				    struct services_found *found,
				    struct stanza *s,
				    const struct fwknop_ranges *ports)
{
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; i < ports->len && !err; i++) {
		struct service_found wanted = service_begun(s);

		wanted.target = ports->at[i];
		memcpy(wanted.host, s->force_host, sizeof(wanted.host));
		source_nat(s, wanted.source_nat);
		wanted.at.at[wanted.at.len++] = ports->at[i];
		err = service_add(out, found, s, &wanted);
	}
	return err;
}

static enum haunt_err services_local(struct fwknop_out *out,
				     struct services_found *found,
				     struct stanza *s,
				     const struct fwknop_ranges *ports)
{
	bool nat = fwknop_on(s->daemon, "ENABLE_IPT_LOCAL_NAT") ||
		   fwknop_on(s->daemon, "ENABLE_FIREWD_LOCAL_NAT");
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; i < ports->len && !err; i++) {
		struct service_found wanted = service_begun(s);
		bool single = ports->at[i].first == ports->at[i].last;

		wanted.target = ports->at[i];
		wanted.unnamed = s->any && !out->ports;
		wanted.public =
			!wanted.unnamed && fwknop_public(out, &wanted.target);
		wanted.at.at[wanted.at.len++] = ports->at[i];
		/* By any port that it may ask for, to any of them. */
		for (size_t j = 0; nat && single && j < ports->len; j++)
			if (j != i && ports->at[j].proto == ports->at[i].proto)
				wanted.at.at[wanted.at.len++] = ports->at[j];
		err = service_add(out, found, s, &wanted);
	}
	return err;
}

static enum haunt_err services_ports(struct fwknop_out *out,
				     struct services_found *found,
				     struct stanza *s,
				     const struct fwknop_ranges *ports)
{
	if (s->internet)
		return HAUNT_OK;
	if (s->whole_host)
		return services_host(out, found, s, ports);
	if (*s->force_host)
		return services_forward(out, found, s, ports);
	return services_local(out, found, s, ports);
}

enum haunt_err services_of(struct fwknop_out *out, struct services_found *found,
			   struct stanza *s)
{
	struct service_found way = service_begun(s);
	struct fwknop_ranges ports;
	enum haunt_err err = HAUNT_OK;

	if (s->out)
		return HAUNT_OK;
	ports_open(out, found, s, &ports);
	if (!s->out && (s->internet || s->way)) {
		way_service(s, &ports, &way);
		source_nat(s, way.source_nat);
		err = service_add(out, found, s, &way);
	}
	if (!err && !s->out)
		err = services_ports(out, found, s, &ports);
	if (!err && !s->services_len && !s->out)
		s->out = "no port remains that it may open";
	return err;
}

void services_free(struct services_found *found)
{
	fwknop_names_free(&found->names);
	free(found->at);
	*found = (struct services_found){ .len = 0 };
}

/* ---- printing ---- */

static void service_print(FILE *to, const struct service_found *s)
{
	bool range = s->target.first != s->target.last;
	char text[16];

	fprintf(to, "service \"%s\" {\n\ttarget = \"", s->name);
	if (s->target.proto) {
		range_text(&s->target, text);
		fprintf(to, "%s%s%s/%s\"\n", s->host, *s->host ? " " : "",
			proto_name(s->target.proto), text);
	} else {
		fprintf(to, "%s\"\n", s->host);
	}
	for (size_t i = 0; i < s->at.len && !range; i++) {
		range_text(&s->at.at[i], text);
		fprintf(to, "%s\"%s/%s\"%s", i ? ", " : "\tat = {",
			proto_name(s->at.at[i].proto), text,
			i + 1 == s->at.len ? "}\n" : "");
	}
	/* Nobody means to close all ports that a firewall leaves open. */
	if (s->unnamed || s->public)
		fputs("\tcloak = false\n", to);
	if (*s->source_nat)
		fprintf(to, "\tsource-nat = \"%s\"\n", s->source_nat);
	fprintf(to, "\tlifetime = \"%us\"\n\tmax-lifetime = \"%us\"\n}\n",
		s->lifetime_s, s->max_lifetime_s);
}

void services_print(FILE *to, const struct services_found *found)
{
	for (size_t i = 0; i < found->len; i++)
		service_print(to, &found->at[i]);
}
