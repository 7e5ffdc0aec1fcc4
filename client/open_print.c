/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the words and members in which a request is shown.
 */
#include "client/open_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/json_out.h"
#include "client/term.h"
#include "conf/parse.h"

static const char *type_name(enum haunt_type type)
{
	switch (type) {
	case HAUNT_TYPE_COMMAND:
		return "command";
	case HAUNT_TYPE_ACCESS:
		return "access";
	case HAUNT_TYPE_NAT:
		return "NAT access";
	case HAUNT_TYPE_ACCESS_TIMEOUT:
		return "access with timeout";
	case HAUNT_TYPE_NAT_TIMEOUT:
		return "NAT access with timeout";
	case HAUNT_TYPE_LOCAL_NAT:
		return "local NAT access";
	case HAUNT_TYPE_LOCAL_NAT_TIMEOUT:
		return "local NAT access with timeout";
	}
	return "?";
}

void open_print_packet(const struct session *s, const struct session_packet *p)
{
	const struct haunt_request *q = &p->request;
	struct ip_addr allow = addr_from_v6(q->allow);
	char text[ADDR_TEXT_MAX], doors[ASK_DOORS_MAX];

	printf("gateway: %s\ncarrier: %s\n", session_gateway(s, text),
	       client_carrier_name(s->plan.gateway.send.carrier));
	if (s->plan.gateway.send.carrier != HAUNT_CARRIER_ICMP)
		printf("port: %u\n", s->route.port);
	printf("user: %s\ntime: %" PRIu64 "\nversion: %s\n", q->user, q->time_s,
	       q->version);
	printf("type: %d (%s)\n", (int)q->type, type_name(q->type));
	printf("allow: %s\n",
	       addr_is_any(&allow) ? "0.0.0.0" : addr_format(&allow, text));
	if (q->type == HAUNT_TYPE_COMMAND)
		printf("command: %s\n", q->command);
	else
		printf("access: %s\n", ask_doors(q, doors));
	if (*q->nat_host)
		printf("nat: %s,%u\n", q->nat_host, q->nat_port);
	if (q->lifetime_s)
		printf("lifetime: %u\n", q->lifetime_s);
	printf("digest: %s\nmode: %s\nhmac: %s\nlength: %zu\n",
	       digest_name((int)q->digest),
	       s->pgp ? "gpg" : mode_name(s->plan.gateway.mode),
	       digest_name((int)session_hmac_type(s)), p->len);
}

void open_print_line(const struct session *s, const struct session_packet *p,
		     bool waited)
{
	char text[ADDR_TEXT_MAX], doors[ASK_DOORS_MAX];
	const char *name = s->plan.service.name;
	struct term t = term_of(stdout);

	if (p->request.type == HAUNT_TYPE_COMMAND) {
		term_put(&t, TERM_NAME, *name ? name : "command");
		printf(" command-requested %s %s\n", session_gateway(s, text),
		       p->request.command);
		return;
	}
	term_put(&t, TERM_NAME, *name ? name : "access");
	putchar(' ');
	if (waited)
		term_put(&t, TERM_GOOD, "open");
	else
		fputs("open-requested", stdout);
	printf(" %s %s for ", session_gateway(s, text),
	       ask_doors(&p->request, doors));
	if (p->request.lifetime_s)
		printf("%us\n", p->request.lifetime_s);
	else
		puts("default");
}

void open_print_json(const struct session *s, const struct session_packet *p,
		     const char *gateway, bool waited)
{
	const struct haunt_request *q = &p->request;
	const char *name = s->plan.service.name;
	char text[ADDR_TEXT_MAX];
	json_t *ports = json_array();

	for (size_t i = 0; i < q->ports_len; i++)
		json_array_append_new(
			ports,
			json_sprintf("%s/%u", proto_name(q->ports[i].proto),
				     q->ports[i].port));
	json_out(json_pack(
		"{s:b, s:s, s:s, s:s*, s:s, s:s*, s:o, s:s, s:i, s:o, "
		"s:I}",
		"ok", 1, "state", waited ? "open" : "requested", "gateway",
		gateway, "service", *name ? name : NULL, "address",
		session_gateway(s, text), "command",
		*q->command ? q->command : NULL, "ports", ports, "carrier",
		client_carrier_name(s->plan.gateway.send.carrier), "knocked",
		(int)s->route.port, "lifetime",
		q->lifetime_s ? json_integer(q->lifetime_s) : json_null(),
		"time", (json_int_t)q->time_s));
}
