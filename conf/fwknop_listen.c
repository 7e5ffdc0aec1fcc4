/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how fwknopd's one way to hear packets becomes listeners of ours. */
#include <netinet/in.h>
#include <string.h>

#include "conf/fwknop_out.h"
#include "conf/parse.h"

#define PORT_DEFAULT 62201
#define AGE_MAX_S    3600

static uint16_t port_of(struct fwknop_out *out, const struct fwknop_part *d,
			const char *name)
{
	const struct fwknop_entry *e = fwknop_find(d, name);
	int64_t n = e ? fwknop_number(e->value) : PORT_DEFAULT;

	if (n >= 1 && n <= UINT16_MAX)
		return (uint16_t)n;
	fwknop_say(out, e, FWKNOP_WARNING, "it is no port; %d is taken",
		   PORT_DEFAULT);
	return PORT_DEFAULT;
}

/* As many of the ports of a protocol as one listener can have. */
static size_t ports_print(struct fwknop_out *out,
			  const struct fwknop_ranges *ports, uint8_t proto,
			  uint16_t but)
{
	size_t n = 0;

	for (size_t i = 0; i < ports->len; i++) {
		const struct port_range *p = &ports->at[i];

		if (p->proto != proto || n == CONFIG_LISTEN_PORTS_MAX ||
		    (p->first == but && p->last == but))
			continue;
		if (!n++)
			fprintf(out->conf, "\t%sports = {",
				proto == IPPROTO_TCP ? "tcp-" : "");
		else
			fputs(", ", out->conf);
		if (p->first == p->last)
			fprintf(out->conf, "%u", p->first);
		else
			fprintf(out->conf, "\"%u-%u\"", p->first, p->last);
	}
	if (n)
		fputs("}\n", out->conf);
	return n;
}

/* tcp: the port of a plain listener, which is heard there; 0: none. */
static void sniff_print(struct fwknop_out *out, const struct fwknop_part *d,
			uint16_t tcp)
{
	const char *value = fwknop_value(d, "PCAP_INTF", "eth0");
	char name[FWKNOP_LINE_MAX + 1];
	struct fwknop_filter filter;
	size_t n;

	if (!fwknop_item(&value, name) || !interface_valid(name))
		strcpy(name, "eth0");
	if (fwknop_filter_parse(fwknop_value(d, "PCAP_FILTER", ""), &filter))
		filter = (struct fwknop_filter){
			.ports = { { { IPPROTO_UDP, PORT_DEFAULT,
				       PORT_DEFAULT } },
				   1 },
		};
	fprintf(out->conf, "listen \"%s\" {\n", name);
	n = ports_print(out, &filter.ports, IPPROTO_UDP, 0);
	n += ports_print(out, &filter.ports, IPPROTO_TCP, tcp);
	if (filter.icmp)
		fputs("\ticmp = true\n", out->conf);
	if (!n && !filter.icmp)
		fprintf(out->conf, "\tports = {%d}\n", PORT_DEFAULT);
	fputs("}\n", out->conf);
}

static void age_print(struct fwknop_out *out, const struct fwknop_part *d)
{
	int64_t age =
		fwknop_number(fwknop_value(d, "MAX_SPA_PACKET_AGE", "120"));

	if (fwknop_find(d, "ENABLE_SPA_PACKET_AGING") &&
	    !fwknop_on(d, "ENABLE_SPA_PACKET_AGING"))
		age = AGE_MAX_S;
	if (age > AGE_MAX_S)
		age = AGE_MAX_S;
	if (age > 0 && age != 120)
		fprintf(out->conf, "age-window = \"%ds\"\n", (int)age);
}

void fwknop_daemon_print(struct fwknop_out *out, const struct fwknop_part *d)
{
	bool tcp = fwknop_on(d, "ENABLE_TCP_SERVER");
	bool http = fwknop_on(d, "ENABLE_SPA_OVER_HTTP");
	uint16_t tcp_port = tcp ? port_of(out, d, "TCPSERV_PORT") : 0;

	if (fwknop_on(d, "ENABLE_UDP_SERVER"))
		fprintf(out->conf,
			"listen \"udp\" { address = \"0.0.0.0:%u\" }\n",
			port_of(out, d, "UDPSERV_PORT"));
	else
		sniff_print(out, d, tcp_port);
	if (tcp)
		fprintf(out->conf,
			"listen \"%s\" { address = \"0.0.0.0:%u\" }\n",
			http ? "http" : "tcp", tcp_port);
	age_print(out, d);
	if (out->gpg_home)
		fprintf(out->conf, "gpg-home = \"%s\"\n", out->gpg_home);
	if (fwknop_find(d, "SYSLOG_IDENTITY") ||
	    fwknop_find(d, "SYSLOG_FACILITY"))
		fputs("log = \"syslog\"\n", out->conf);
	if (fwknop_number(fwknop_value(d, "VERBOSE", "0")) > 0)
		fputs("log-level = \"debug\"\n", out->conf);
	if (fwknop_on(d, "ENABLE_X_FORWARDED_FOR"))
		fputs("# Name the proxies, then let clients be believed to "
		      "come through them:\n"
		      "# trusted-proxies = {\"192.0.2.7\"}\n"
		      "# and in a client: allow-forwarded-for = true\n",
		      out->conf);
}
