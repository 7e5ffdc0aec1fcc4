/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stanza of access.conf, read: what is handed between the files that read,
 * that collect services, and that print. */
#ifndef HAUNT_CONF_FWKNOP_STANZA_H
#define HAUNT_CONF_FWKNOP_STANZA_H

#include "conf/fwknop_out.h"
#include "core/base/addr.h"

#define STANZA_PREFIXES_MAX 64
#define STANZA_SIGNERS_MAX  32
#define STANZA_SERVICES_MAX 512

struct prefixes {
	struct ip_prefix at[STANZA_PREFIXES_MAX];
	size_t len;
};

struct stanza {
	const struct fwknop_part *part;	  /* lent */
	const struct fwknop_part *daemon; /* lent */
	char name[CONFIG_NAME_MAX + 1];
	const char *key_path; /* lent; NULL: no key */
	bool any;	      /* no OPEN_PORTS: every port */
	struct fwknop_ranges open;
	struct fwknop_ranges closed; /* RESTRICT_PORTS */
	struct prefixes from;
	struct prefixes destination;
	int mode;
	int hmac;
	bool gpg;
	char signers[STANZA_SIGNERS_MAX][41];
	size_t signers_len;
	uint32_t lifetime_s;
	uint32_t max_lifetime_s;
	char force_host[ADDR_TEXT_MAX]; /* FORCE_NAT; "" if none */
	uint16_t force_port;
	bool internet;	  /* a gateway for all that the client sends */
	bool way;	  /* besides what it opens, one can be asked for */
	bool whole_host;  /* FORCE_NAT for all ports */
	const char *user; /* REQUIRE_USERNAME; lent, valid; NULL: none */
	char expires[20]; /* "2027-01-31 18:00" in UTC; "" if none */
	const char *out;  /* why it is left out; NULL: it is not */
	uint16_t services[STANZA_SERVICES_MAX]; /* of the collection */
	size_t services_len;
};

/* Reads a stanza and says a verdict on each of its lines. */
void stanza_read(struct fwknop_out *out, const struct fwknop_part *part,
		 const struct fwknop_part *daemon, struct stanza *s);

/* Takers of struct fwknop_word; into is a struct stanza. */
bool stanza_take_source(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e);
bool stanza_take_destination(struct fwknop_out *out, void *into,
			     const struct fwknop_entry *e);
bool stanza_take_open(struct fwknop_out *out, void *into,
		      const struct fwknop_entry *e);
bool stanza_take_restrict(struct fwknop_out *out, void *into,
			  const struct fwknop_entry *e);
bool stanza_take_key(struct fwknop_out *out, void *into,
		     const struct fwknop_entry *e);
bool stanza_take_mode(struct fwknop_out *out, void *into,
		      const struct fwknop_entry *e);
bool stanza_take_forward_all(struct fwknop_out *out, void *into,
			     const struct fwknop_entry *e);
bool stanza_take_direct(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e);
bool stanza_take_hmac_type(struct fwknop_out *out, void *into,
			   const struct fwknop_entry *e);

/* A service that came of one or more stanzas. */
struct service_found {
	char name[CONFIG_NAME_MAX + 1];
	char host[ADDR_TEXT_MAX]; /* "" on the gateway; "internet" */
	struct port_range target;
	struct fwknop_ranges at;
	char source_nat[ADDR_TEXT_MAX]; /* of forward services */
	uint32_t lifetime_s;
	uint32_t max_lifetime_s;
	bool unnamed; /* nobody listed it: it is one of any */
	bool public;  /* it may serve everybody */
};

struct services_found {
	struct service_found *at;
	size_t len;
	struct fwknop_names names;
	struct fwknop_ranges cuts; /* ports that stanzas name */
	bool way;		   /* some stanza is a way through */
};

/* The way through the gateway is asked for by a port that no service on the
 * gateway may have: keeps it from them; true if it is that port. */
void way_reserve(struct services_found *found);
bool way_takes(const struct services_found *found, const struct port_range *p);
/* Makes *out the stanza's way; ports: what else it is asked for by. */
void way_service(const struct stanza *s, const struct fwknop_ranges *ports,
		 struct service_found *out);
/* True if two ways can be one service. */
bool way_same(const struct service_found *a, const struct service_found *b);

/* True if a service on that port is left open to everybody. */
bool fwknop_public(const struct fwknop_out *out, const struct port_range *p);
/* Says which ports are closed to strangers, and which are not. */
void services_tell(struct fwknop_out *out, const struct services_found *found);

/* Notes what the stanza names; for all of them before any services_of(). */
void services_cut(struct services_found *found, const struct stanza *s);

/* Adds the stanza's services to the collection and their indexes to the
 * stanza. ENOMEM. */
enum haunt_err services_of(struct fwknop_out *out, struct services_found *found,
			   struct stanza *s) HAUNT_MUST_CHECK;
void services_free(struct services_found *found);
void services_print(FILE *to, const struct services_found *found);

#endif
