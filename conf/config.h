/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gateway's configuration as a value tree: read once, checked whole, then
 * only looked at. Every role loads its own copy from the same bytes, so that
 * an index means the same in all of them. It holds no secrets, only paths.
 */
#ifndef HAUNT_CONF_CONFIG_H
#define HAUNT_CONF_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/fingerprint.h"
#include "core/base/log.h"

#define CONFIG_NAME_MAX		32 /* characters of a service's or client's name */
#define CONFIG_SERVICES_MAX	1024
#define CONFIG_CLIENTS_MAX	65535
#define CONFIG_LISTENERS_MAX	32
#define CONFIG_LISTEN_PORTS_MAX 32   /* ports and ranges in one list */
#define CONFIG_LISTEN_ALL_MAX	1024 /* in all listeners together */
#define CONFIG_LIFETIME_MAX_S	86400
#define CONFIG_SESSION_MAX_S	2592000 /* of idle-timeout and max-session */
#define CONFIG_PREFIXES_MAX	256 /* of never-close-for and trusted-proxies */
#define CONFIG_COMMANDS_MAX	256
#define CONFIG_ARGV_MAX		64  /* words of a command line */
#define CONFIG_REQUEST_MAX	175 /* bytes of what asks for a command */
#define CONFIG_USERNAME_MAX	48  /* bytes of what a packet can say */
#define CONFIG_RUN_MAX_S	86400
/* How a client asks for a service that is "internet", if nothing is said. */
#define CONFIG_INTERNET_PORT 1	 /* of TCP */
#define CONFIG_HOST_MAX	     253 /* characters of a target's host name */
#define CONFIG_NAMED_MAX     64	 /* services whose target is a name */
#define CONFIG_REFRESH_MIN_S 10
#define CONFIG_REFRESH_MAX_S 86400
/* Characters of a target as it is written, with NUL. */
#define SERVICE_TARGET_MAX (CONFIG_HOST_MAX + 17)

struct port_range {
	uint8_t proto;	/* IPPROTO_TCP or IPPROTO_UDP */
	uint16_t first; /* 1 to 65535, host order */
	uint16_t last;
};

enum listener_kind {
	LISTENER_SNIFF, /* libpcap on an interface; nothing is bound */
	LISTENER_UDP,	/* a plain UDP socket */
	LISTENER_TCP,	/* a TCP socket: the first bytes of a connection */
	LISTENER_HTTP,	/* the same, where an HTTP GET may bring them */
};

struct port_list {
	size_t len;
	struct port_range at[CONFIG_LISTEN_PORTS_MAX]; /* no two overlap */
};

struct listener {
	enum listener_kind kind;
	char interface[16];	 /* LISTENER_SNIFF; "any" for all */
	struct endpoint address; /* all others */
	struct port_list udp;	 /* LISTENER_SNIFF */
	struct port_list tcp;	 /* likewise */
	bool icmp;		 /* likewise; ICMPv6, too */
};

enum at_end {
	AT_END_KEEP, /* sessions live on */
	AT_END_CUT,  /* they end with their grant */
};

enum source_nat {
	SOURCE_NAT_NONE,
	SOURCE_NAT_MASQUERADE,
	SOURCE_NAT_ADDRESS,
};

/* A command line; none where len is 0. */
struct argv {
	char **words; /* the first is an absolute path */
	size_t len;
};

/* What is started, and as whom. */
struct program {
	struct argv argv;
	char *user;
	char *group; /* NULL: the user's own */
	uint32_t timeout_s;
};

/* What a client may have run. */
struct run_command {
	char name[CONFIG_NAME_MAX + 1];
	char request[CONFIG_REQUEST_MAX + 1]; /* what its packet says */
	struct program program;
};

enum hook {
	HOOK_GRANT, /* a grant is in force */
	HOOK_END,   /* it has ended */
	HOOK_COUNT
};

/*
 * A target that is named. Where its name leads now is no part of the file, and
 * the one thing of a configuration that changes: by those who are told.
 */
struct named {
	char host[CONFIG_HOST_MAX + 1]; /* small letters, no dot at the end */
	uint32_t refresh_s;
	struct ip_addr v4; /* zeros: none is known */
	struct ip_addr v6;
};

struct service {
	char name[CONFIG_NAME_MAX + 1];
	bool local;    /* on the gateway itself */
	bool internet; /* not local: whatever the client sends to be passed on;
			  the target's port is its one outer port */
	struct named *named;	/* not local: the target's host; else NULL */
	struct endpoint target; /* address is zeros if local, internet or named;
				   the first port */
	uint16_t target_last;	/* the same, or the last of a range */
	uint8_t proto;
	struct port_range *at; /* outer ports, at least one; where the target
				  is a range, each of these is as long */
	size_t at_len;
	bool cloak;  /* local services only */
	bool hidden; /* the target's address is the gateway's own, and nobody
			but a client with a grant may reach it */
	uint32_t lifetime_s;
	uint32_t max_lifetime_s; /* at least lifetime_s */
	enum at_end at_end;
	uint32_t idle_timeout_s;    /* of a session; 0: none */
	uint32_t max_session_s;	    /* likewise */
	bool single_use;	    /* the first session closes the door */
	uint16_t connections;	    /* a grant admits as many; 0: any number */
	enum source_nat source_nat; /* other hosts only */
	struct ip_addr source;
	/* By enum hook; run as the same user. */
	struct argv hooks[HOOK_COUNT];
	char *hook_user;
	char *hook_group; /* NULL: the user's own */
	uint32_t hook_timeout_s;
	struct ip_prefix *to; /* internet: only there; none: anywhere */
	size_t to_len;
};

/* Who signs a client's packets: a key, or the primary key of several. */
struct gpg_signer {
	char fingerprint[FINGERPRINT_MAX]; /* upper case */
};

struct client {
	char name[CONFIG_NAME_MAX + 1];
	char *key_path;	    /* NULL: OpenPGP keys without an HMAC */
	int mode;	    /* enum haunt_mode */
	int hmac_type;	    /* enum haunt_digest; what its packets carry */
	uint16_t *services; /* indexes into config->services */
	size_t services_len;
	uint16_t *commands; /* indexes into config->commands; at least one of
			       either */
	size_t commands_len;
	struct ip_prefix *from; /* where its packets may come from */
	size_t from_len;
	struct gpg_signer *gpg_signers; /* none: its packets are not signed */
	size_t gpg_signers_len;
	bool allow_without_hmac;
	bool allow_unbound_address; /* 0.0.0.0: whoever sends it */
	bool may_open_for_others;   /* an address that is not its source */
	bool allow_forwarded_for;   /* a trusted proxy says whom it is from */
	int64_t expires_s;	    /* from this second on refused; 0: never */
	char username[CONFIG_USERNAME_MAX + 1]; /* empty: any */
	struct ip_prefix *destination; /* where to its packets may go */
	size_t destination_len;	       /* 0: anywhere */
};

enum integration {
	INTEGRATION_AUTO,
	INTEGRATION_MANUAL,
};

struct config {
	struct listener *listeners;
	size_t listeners_len;
	struct service *services;
	size_t services_len;
	struct client *clients;
	size_t clients_len;
	struct run_command *commands;
	size_t commands_len;
	enum integration integration;
	uint32_t age_window_s; /* 1 to 3600, 120 by default */
	uint32_t max_grants;   /* 1 to 1,000,000, 65,536 by default */
	struct ip_prefix *never_close_for; /* these always pass the cloak */
	size_t never_close_for_len;
	struct ip_prefix *trusted_proxies; /* X-Forwarded-For of these only */
	size_t trusted_proxies_len;
	bool session_events;	   /* let conntrack tell of sessions at once */
	uint32_t session_poll_s;   /* 1 to 3600, 10 by default */
	char *state_dir;	   /* /var/lib/haunt */
	char *control_socket;	   /* /run/haunt/control */
	char *control_group;	   /* haunt */
	char *user_capture;	   /* _haunt-cap */
	char *user_gate;	   /* _haunt */
	char *user_nat;		   /* _haunt-nat */
	char *user_run;		   /* _haunt-run */
	char *user_names;	   /* _haunt-names */
	char *user_pgp;		   /* _haunt-pgp */
	char *gpg_home;		   /* /etc/haunt/gnupg */
	char *gpg_passphrase_path; /* NULL: its keys have none */
	enum log_sink log_sink;
	enum log_level log_level;
};

/* Called once for each mistake: line counts from 1, 0 where none is to
 * blame; text is a whole English clause without a full stop. */
typedef void config_mistake_fn(void *arg, const char *name, unsigned int line,
			       const char *text);

/* Prints "name:line: text" on stderr; arg is not looked at. */
config_mistake_fn config_mistake_print;

/*
 * Parses and checks text (NUL-terminated); name is for the messages. Reports
 * every mistake, then fails with EFORMAT. Opens no file. The key files are
 * the gate's business.
 */
enum haunt_err config_parse(const char *text, const char *name,
			    config_mistake_fn *fn, void *arg,
			    struct config **out) HAUNT_MUST_CHECK;
void config_free(struct config *config);

/* Writes the configuration in effect, every default spelled out, in a form
 * that config_parse() accepts and that means the same. */
enum haunt_err config_print(const struct config *config,
			    FILE *to) HAUNT_MUST_CHECK;

/* True if one of the list's ranges holds the port. */
bool port_list_has(const struct port_list *list, uint16_t port);
/* True if one of the service's outer ranges holds proto and port. */
bool service_at(const struct service *service, uint8_t proto, uint16_t port);
/* True if some target is named. */
bool config_has_names(const struct config *config);
/* Where a service on another host leads clients of a family; false while the
 * name is not known to lead anywhere. */
bool service_host(const struct service *service, bool v4, struct ip_addr *out);
/* True if the service's target is named so: case and a dot at the end make no
 * difference. */
bool service_is_named(const struct service *service, const char *host);
/* True if the port is the target's, or one of them. */
bool service_targets(const struct service *service, uint16_t port);
/* "tcp/22", "192.0.2.2 tcp/5000-5010", as it is written in the file. */
const char *service_target_format(const struct service *service,
				  char buf[SERVICE_TARGET_MAX]);
/* The same of what one outer port of the service leads to. */
const char *service_target_of(const struct service *service, uint16_t outer,
			      char buf[SERVICE_TARGET_MAX]);
/* The target's port that an outer port of the service leads to: of a range,
 * the one that is as far from its beginning. */
uint16_t service_inner(const struct service *service, uint16_t outer);
/* True if the client's list names the service. */
bool client_may_use(const struct client *client, size_t service);
/* True if the client's list of signers has it; in upper case. */
bool gpg_signs(const struct client *client, const char *fingerprint);
/* True if a client signs its packets: GnuPG has to be there. */
bool config_needs_pgp(const struct config *config);
/* Index by name; SIZE_MAX if there is none. */
size_t config_service(const struct config *config, const char *name);
size_t config_client(const struct config *config, const char *name);
size_t config_command(const struct config *config, const char *name);
/* True if there is anything that may be started: a command or a hook. */
bool config_runs(const struct config *config);

#endif
