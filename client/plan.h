/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A person's words on the command line over a person's profile: what to ask
 * which gateway for, complete and checked, before anything touches a key or
 * the network.
 */
#ifndef HAUNT_CLIENT_PLAN_H
#define HAUNT_CLIENT_PLAN_H

#include <stdbool.h>

#include "client/args.h"
#include "conf/client_conf.h"
#include "core/base/err.h"

/* Values of options as they were typed; NULL where one was not. */
struct plan_words {
	const char *gateway; /* a profile or a host */
	const char *service;
	const char *access;
	const char *nat_port;
	const char *nat;
	const char *nat_local;
	const char *lifetime;
	const char *allow;
	const char *key;
	const char *port;
	const char *ipv4;
	const char *ipv6;
	const char *user;
	const char *mode;
	const char *hmac;
	const char *digest;
	const char *gpg_recipient;
	const char *gpg_signer;
	const char *gpg_home;
	const char *gpg_passphrase_file;
	const char *command;
	/* how packets travel: client/plan_send.c */
	const char *carrier;
	const char *http_proxy;
	const char *user_agent;
	const char *spoof_source;
	const char *source_port;
	const char *icmp_type;
	const char *icmp_code;
	const char *connect_timeout;
	const char *time_offset;
	const char *resolvers;
	const char *save_packet;
	const char *save_append;
	const char *key_fd;
};

struct plan {
	struct client_gateway gateway; /* its paths are lent by the profile */
	struct client_service service; /* settled; its name may be empty */
	int family;		       /* for haunt_resolve() */
	const char *key_path;	       /* lent; NULL: ask on the terminal */
	bool quiet;		       /* say nothing but errors */
	/* As the gateway's members, and lent. */
	const char *gpg_home;
	const char *gpg_passphrase_path;
	const char *resolvers; /* lent; NULL: the default ones */
	int key_fd;	       /* the keys come from there; -1: none */
	const char *save_path; /* lent; where packets are saved */
	bool save_append;      /* the file may be there already */
};

#define CLIENT_RESOLVERS_WANTED "resolvers with commas between them"
#define CLIENT_FILE_WANTED	"a file"
#define CLIENT_FD_WANTED	"a descriptor of 0 to 1023"

/* Options for args_parse() that fill a struct plan_words at offset 0. */
#define PLAN_ARGS_LEN 32
extern const struct arg plan_args[PLAN_ARGS_LEN];

/*
 * EFORMAT: told. conf and words must outlive the plan. A gateway that is no
 * profile is a host.
 */
enum haunt_err plan_make(const struct plan_words *words,
			 const struct client_conf *conf,
			 struct plan *out) HAUNT_MUST_CHECK;
/* EFORMAT, told: it is not about one TCP port, by which to connect. */
enum haunt_err plan_check_tcp(const struct plan *plan) HAUNT_MUST_CHECK;

#endif
