/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The client's own file, ~/.config/haunt/haunt.conf: which gateways there
 * are, how to address them, and what to ask them for. It holds no secrets,
 * only paths of key files. Checked like the gateway's: every mistake by its
 * line.
 */
#ifndef HAUNT_CONF_CLIENT_CONF_H
#define HAUNT_CONF_CLIENT_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/fingerprint.h"

#define CLIENT_PORTS_MAX      31    /* ports in one request */
#define CLIENT_HOST_MAX	      254   /* characters of a host's name */
#define CLIENT_USER_MAX	      48    /* characters of a user's name */
#define CLIENT_LIFETIME_MAX_S 65536 /* what a packet can ask for */
#define CLIENT_PORT_DEFAULT   62201
#define CLIENT_RANDOM_FIRST   40000 /* where random ports come from */
#define CLIENT_RANDOM_LAST    60000

/* Whose address the packet names. */
enum client_allow {
	CLIENT_ALLOW_LOCAL,   /* this host's, on the way to the gateway */
	CLIENT_ALLOW_SOURCE,  /* 0.0.0.0: whoever the packet comes from */
	CLIENT_ALLOW_ADDRESS, /* the one given */
	CLIENT_ALLOW_RESOLVE, /* the one that resolvers see */
};

#define CLIENT_AGENT_MAX     99	  /* characters of a user agent */
#define CLIENT_RESOLVERS_MAX 1023 /* characters of all, with commas */
#define CLIENT_CONNECT_S     10	  /* to connect, unless told */
#define CLIENT_CONNECT_MAX_S 300
#define CLIENT_OFFSET_MAX_S  (366 * 86400)

/* How packets travel. What was not given is zeros. */
struct client_send {
	bool carrier_given;
	int carrier; /* enum haunt_carrier */
	bool port_given;
	uint16_t port_last; /* ports to draw from: port to this; 0: port */
	char proxy_host[CLIENT_HOST_MAX + 1];
	uint16_t proxy_port;
	char user_agent[CLIENT_AGENT_MAX + 1];
	struct ip_addr spoof;
	uint16_t source_port;
	bool icmp_type_given;
	bool icmp_code_given;
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint32_t connect_s;    /* to connect; 0: default */
	int32_t time_offset_s; /* what the clock is off */
};

/* The port to connect to. */
enum client_outer {
	CLIENT_OUTER_SAME,   /* the one of access */
	CLIENT_OUTER_FIXED,  /* outer_range.first */
	CLIENT_OUTER_RANDOM, /* one of outer_range */
};

enum client_nat {
	CLIENT_NAT_NONE,
	CLIENT_NAT_LOCAL, /* to another port of the gateway itself */
	CLIENT_NAT_HOST,  /* to nat_host and nat_port behind it */
};

/* What to ask for. A value: copied by assignment, never freed. */
struct client_service {
	char name[CONFIG_NAME_MAX + 1];
	struct port_range access[CLIENT_PORTS_MAX]; /* single ports */
	size_t access_len;
	enum client_outer outer;
	struct port_range outer_range; /* the protocol is access's */
	enum client_nat nat;
	char nat_host[CLIENT_HOST_MAX + 1];
	uint16_t nat_port;
	uint32_t lifetime_s;		      /* 0: the gateway's default */
	char command[CONFIG_REQUEST_MAX + 1]; /* asks for this to be run, and
						 for nothing else; or empty */
};

struct client_gateway {
	char name[CONFIG_NAME_MAX + 1];
	char address[CLIENT_HOST_MAX + 1];
	uint16_t port;
	char *key_path;			/* NULL: ask on the terminal */
	char user[CLIENT_USER_MAX + 1]; /* empty: the login name */
	enum client_allow allow;
	struct ip_addr allow_address; /* IPv4; resolve: when it is found */
	struct client_send send;
	char *resolvers; /* with commas between them; NULL: the default */
	int mode;	 /* enum haunt_mode */
	int hmac_type;	 /* enum haunt_digest */
	int digest;	 /* enum haunt_digest */
	/* Empty: symmetric keys. Else the packet is encrypted to this OpenPGP
	 * key, and of the key file only the HMAC key counts. */
	char gpg_recipient[FINGERPRINT_MAX];
	char gpg_signer[FINGERPRINT_MAX]; /* empty: GnuPG's default key */
	char *gpg_home;			  /* NULL: the user's own */
	char *gpg_passphrase_path;	  /* NULL: the agent asks */
	struct client_service *services;
	size_t services_len;
};

struct client_conf {
	struct client_gateway *gateways;
	size_t gateways_len;
	bool history; /* what is asked for is kept for `haunt last` */
};

/*
 * Parses and checks text (NUL-terminated) as config_parse() does; "~/" at the
 * start of a path stands for home. A file without a gateway is fine.
 */
struct client_conf_text {
	const char *text;
	const char *name; /* of the file, for the messages */
	const char *home;
};
enum haunt_err client_conf_parse(const struct client_conf_text *in,
				 config_mistake_fn *fn, void *arg,
				 struct client_conf **out) HAUNT_MUST_CHECK;
void client_conf_free(struct client_conf *conf);

/* The gateway of that name; NULL if there is none. */
const struct client_gateway *client_conf_gateway(const struct client_conf *conf,
						 const char *name);
/* The gateway of that name or, if there is none, of that address. */
const struct client_gateway *client_conf_match(const struct client_conf *conf,
					       const char *host);
const struct client_service *client_gateway_service(
	const struct client_gateway *gateway, const char *name);

/* A gateway and a service with the defaults and nothing else. */
struct client_gateway client_gateway_default(void);
struct client_service client_service_default(void);

/*
 * The values that the command line shares with the file. EFORMAT: not what
 * the WANTED text says; EBUSY: more ports than a request can hold.
 */
#define CLIENT_ACCESS_WANTED \
	"protocols and ports, as in \"tcp/22\" or \"tcp/22,udp/5000-5010\""
#define CLIENT_OUTER_WANTED "a port, \"random\", or a range of ports"
#define CLIENT_NAT_WANTED   "HOST:PORT, as in \"198.51.100.2:5432\""
#define CLIENT_ALLOW_WANTED \
	"\"local\", \"source\", \"resolve\" or an IPv4 address"
#define CLIENT_FINGERPRINT_WANTED                                             \
	"a fingerprint of 40 or 64 hexadecimal digits, as gpg --fingerprint " \
	"shows it"
#define CLIENT_USER_WANTED \
	"1 to 48 printable characters without \"/\\[]:;|=,+*?<>"
#define CLIENT_COMMAND_WANTED  "1 to 175 printable ASCII characters"
#define CLIENT_LIFETIME_WANTED "a time of 1s to 65536s, as in \"30s\""

/* Adds to what is there already. */
enum haunt_err client_parse_access(const char *text,
				   struct client_service *s) HAUNT_MUST_CHECK;
/* N, "random" (of the range that is there), or A-B. */
enum haunt_err client_parse_outer(const char *text,
				  struct client_service *s) HAUNT_MUST_CHECK;
enum haunt_err client_parse_nat(const char *text,
				struct client_service *s) HAUNT_MUST_CHECK;
enum haunt_err client_parse_command(const char *text,
				    struct client_service *s) HAUNT_MUST_CHECK;
enum haunt_err client_parse_allow(const char *text,
				  struct client_gateway *g) HAUNT_MUST_CHECK;
enum haunt_err client_parse_user(const char *text,
				 struct client_gateway *g) HAUNT_MUST_CHECK;
bool client_host_valid(const char *host);

/* How packets travel: conf/client_send.c. EFORMAT: not what the WANTED text
 * says. */
#define CLIENT_CARRIER_WANTED "udp, tcp, http, icmp, udpraw or tcpraw"
#define CLIENT_PORT_WANTED \
	"a port of 1 to 65535, \"random\", or a range of ports"
#define CLIENT_PROXY_WANTED   "HOST:PORT, as in \"proxy.example.org:3128\""
#define CLIENT_AGENT_WANTED   "1 to 99 printable characters"
#define CLIENT_SPOOF_WANTED   "an address that a host can have"
#define CLIENT_NUMBER_WANTED  "a port of 1 to 65535"
#define CLIENT_OCTET_WANTED   "a number of 0 to 255"
#define CLIENT_CONNECT_WANTED "a time of 1s to 5m"
#define CLIENT_OFFSET_WANTED \
	"a time of up to 366 days, as in \"90s\" or \"-2m\""
#define CLIENT_RESOLVER_WANTED \
	"http://HOST/…, https://HOST/… or stun:HOST[:PORT], without commas"

enum haunt_err client_parse_carrier(const char *text,
				    struct client_gateway *g) HAUNT_MUST_CHECK;
const char *client_carrier_name(int carrier);
/* The port that packets go to: N, random, or A-B. */
enum haunt_err client_parse_port(const char *text,
				 struct client_gateway *g) HAUNT_MUST_CHECK;
enum haunt_err client_parse_proxy(const char *text,
				  struct client_gateway *g) HAUNT_MUST_CHECK;
enum haunt_err client_parse_agent(const char *text,
				  struct client_gateway *g) HAUNT_MUST_CHECK;
enum haunt_err client_parse_spoof(const char *text,
				  struct client_gateway *g) HAUNT_MUST_CHECK;
enum haunt_err client_parse_source_port(
	const char *text, struct client_gateway *g) HAUNT_MUST_CHECK;
enum haunt_err client_parse_icmp_type(
	const char *text, struct client_gateway *g) HAUNT_MUST_CHECK;
enum haunt_err client_parse_icmp_code(
	const char *text, struct client_gateway *g) HAUNT_MUST_CHECK;
enum haunt_err client_parse_connect(const char *text,
				    struct client_gateway *g) HAUNT_MUST_CHECK;
enum haunt_err client_parse_offset(const char *text,
				   struct client_gateway *g) HAUNT_MUST_CHECK;
/* CLIENT_RESOLVER_WANTED. */
bool client_resolver_valid(const char *text);

/* Drops what the carrier has no use for, so that another may be chosen over a
 * profile. */
void client_send_prune(struct client_gateway *g);
/*
 * Says what does not go together in how packets travel, as a clause, or NULL.
 * An HTTP proxy makes the carrier HTTP if none was given, and HTTP the port 80
 * if none was.
 */
const char *client_send_settle(struct client_gateway *g);

/*
 * Says what does not go together in a service, as a clause, or NULL. Makes
 * the NAT a local one if there is an outer port and no other NAT.
 */
const char *client_service_settle(struct client_service *s);

#endif
