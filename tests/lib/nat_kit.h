/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration with one service of each kind, and addresses from text. */
#ifndef HAUNT_TESTS_NAT_KIT_H
#define HAUNT_TESTS_NAT_KIT_H

#include <string.h>

#include "conf/config.h"
#include "nat/rule.h"
#include "tests/lib/check.h"

/* Services, by index. */
enum {
	KIT_SSH,
	KIT_ECHO,
	KIT_DB4,
	KIT_DB6,
	KIT_DNS4,
	KIT_DNS6,
};

static const char nat_kit_text[] =
	"listen \"eth0\" { ports = {62201, 62300} }\n"
	"listen \"udp\" { address = \"0.0.0.0:62201\" }\n"
	"listen \"udp\" { address = \"[::]:62202\" }\n"
	"service \"ssh\" { target = \"tcp/22\"\n"
	"  at = {\"tcp/22\", \"tcp/80\", \"tcp/40000-60000\"}\n"
	"  max-lifetime = \"10m\" }\n"
	"service \"echo\" { target = \"udp/7\" at = {\"udp/7\", \"udp/53\"} }\n"
	"service \"db4\" { target = \"198.51.100.2 tcp/5432\"\n"
	"  at = {\"tcp/15432\"} }\n"
	"service \"db6\" { target = \"2001:db8::2 tcp/5432\"\n"
	"  at = {\"tcp/15432\"} source-nat = \"none\" }\n"
	"service \"dns4\" { target = \"198.51.100.2 udp/53\"\n"
	"  at = {\"udp/5353\"} source-nat = \"198.51.100.1\" }\n"
	"service \"dns6\" { target = \"2001:db8::2 udp/53\"\n"
	"  at = {\"udp/5353\"} source-nat = \"2001:db8::1\" }\n"
	"client \"alice\" { key = \"/nonexistent/alice\"\n"
	"  services = {\"ssh\", \"echo\", \"db4\", \"db6\", \"dns4\", \"dns6\"} }\n"
	"client \"bob\" { key = \"/nonexistent/bob\" services = {\"ssh\"} }\n";

static inline void nat_kit_mistake(void *arg, const char *name,
				   unsigned int line, const char *text)
{
	(void)arg;
	print_message("# %s:%u: %s\n", name, line, text);
}

static inline struct config *nat_kit_parse(const char *text)
{
	struct config *config = NULL;

	check_ok(config_parse(text, "kit", nat_kit_mistake, NULL, &config));
	return config;
}

static inline struct ip_addr nat_kit_addr(const char *text)
{
	struct ip_addr a;

	check_ok(addr_parse(text, strlen(text), &a));
	return a;
}

static inline struct grant nat_kit_grant(uint16_t service, const char *address,
					 uint8_t proto, uint16_t port)
{
	return (struct grant){ .id = 7,
			       .lifetime_ms = 30000,
			       .service = service,
			       .address = nat_kit_addr(address),
			       .proto = proto,
			       .port = port };
}

static inline struct rule nat_kit_rule(const struct config *config,
				       uint16_t service, const char *address,
				       uint16_t port)
{
	struct grant g = nat_kit_grant(service, address,
				       config->services[service].proto, port);
	struct rule r;

	check_ok(rule_resolve(config, &g, &r));
	return r;
}

#endif
