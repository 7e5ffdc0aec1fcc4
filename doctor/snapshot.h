/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that an examination looks at, taken once. The checks (check_*.c) judge
 * it and touch nothing else: they are pure, and a test can make up a machine.
 */
#ifndef HAUNT_DOCTOR_SNAPSHOT_H
#define HAUNT_DOCTOR_SNAPSHOT_H

/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "conf/config.h"
#include "core/base/addr.h"
#include "nat/host.h"
#include "nat/nft_probe.h"
#include "nat/nft_query.h"
#include "nat/ruleset.h"
#include "nat/skeleton.h"

#define SNAP_PATHS_MAX 512

struct snap_mistake {
	unsigned int line;
	char *text;
};

struct snap_file {
	int error; /* errno; 0: it is there */
	mode_t mode;
	uid_t uid;
	gid_t gid;
};

/* What became of loading a client's key. */
struct snap_key {
	struct snap_file file;
	enum haunt_err err;
	int error; /* errno, for HAUNT_ESYS */
	unsigned int line;
	bool has_hmac;
};

struct snap_files {
	const char *path; /* of the configuration */
	struct snap_file config;
	char *text; /* NULL: it could not be read */
	int text_error;
	struct snap_mistake *mistakes;
	size_t mistakes_len;
	struct snap_key *keys; /* one for each client */
	bool users[5];	       /* capture, gate, nat, run, names: they exist,
				  or are not needed */
	int64_t now_s;	       /* since 1970 */
	bool group;
	uid_t gate_uid;
	gid_t group_gid;
	struct snap_file state_dir;
	bool state_dir_empty;
	struct snap_file control;
};

enum snap_same {
	SAME_UNKNOWN,
	SAME_YES,
	SAME_NO,
};

struct snap_daemon {
	bool running;
	bool answers;
	char version[32];
	pid_t pid;	     /* of the monitor; 0: not known */
	enum snap_same same; /* its configuration and the file's text */
	bool systemd;	     /* hauntd is a unit of a systemd that runs */
};

struct snap_link {
	char name[16];
	unsigned int index;
	bool up;
	bool has4; /* an address; of IPv6, one that is not link-local */
	bool has6;
	bool bridge_port;
	unsigned int master_index; /* 0: it has none */
	char master[16];
	/* sysctls; -1: there is none */
	int forwarding4;
	int rp_filter;
	int route_localnet;
};

/* Which way packets to an address take. */
struct snap_path {
	struct ip_addr to;
	int error; /* errno; 0: there is one */
	unsigned int oif;
	bool local; /* one of our own addresses */
};

struct snap_net {
	struct snap_link *links;
	size_t links_len;
	struct snap_path *paths;
	size_t paths_len;
	/* sysctls; -1: there is none */
	int ip_forward;
	int ip6_forwarding;
	int rp_filter_all;
	int route_localnet_all;
	int port_first, port_last; /* ip_local_port_range */
	char reserved[256];	   /* ip_local_reserved_ports */
	int ct_count, ct_max, ct_buckets;
	int ct_acct, ct_timestamp, ct_loose, ct_events;
};

/* A TCP listener or a UDP socket that is bound and not connected. */
struct snap_socket {
	uint8_t proto;
	struct endpoint at; /* address any: all */
	bool v4;	    /* what it can be reached by */
	bool v6;
	bool loopback;
	uint32_t inode;
	pid_t pid; /* the lowest that holds it; 0: not known */
	char name[16];
};

struct snap_sockets {
	struct snap_socket *at;
	size_t len;
	size_t cap;
};

struct snap_firewall {
	struct host host;
	struct ruleset rules;
	struct nft_table_state table;
	struct nft_table_state anchor;
	size_t table_rules;
	struct nft_elem_list cloaked; /* the set of protected ports */
	bool cloaked_read;
	struct nft_features have;
	bool flush_service; /* nftables.service is enabled */
};

struct snap_clock {
	bool synchronised;
	int year;
};

struct snapshot {
	struct config *config; /* NULL: it has mistakes, or is not there */
	struct snap_files files;
	struct snap_daemon daemon;
	struct snap_net net;
	struct snap_sockets sockets;
	struct snap_firewall fw;
	struct snap_clock clock;
};

const struct snap_link *snap_link(const struct snapshot *s, const char *name);
const struct snap_link *snap_link_at(const struct snapshot *s,
				     unsigned int index);
const struct snap_path *snap_path(const struct snapshot *s,
				  const struct ip_addr *to);
/* An address of a prefix: one that packets from there may have. */
struct ip_addr snap_sample(const struct ip_prefix *p);

void snapshot_free(struct snapshot *s);

#endif
