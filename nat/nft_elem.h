/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Elements of our sets and maps, and what they mean: a rule is one element
 * that lets the client in and up to three that say where it is led. A grant's
 * comment holds the names of service and client, so that a process that comes
 * later knows them by whatever index they have then.
 */
#ifndef HAUNT_NAT_NFT_ELEM_H
#define HAUNT_NAT_NFT_ELEM_H

#include "nat/nft_batch.h"
#include "nat/nft_set.h"

#define NFT_RULE_ELEMS 8
/* What a map of services is told: never a mark of ours, never 0. */
#define NFT_WAY_CLASS(service) ((uint32_t)(service) + 1)
/* Two names and a number of 64 bits, with NUL. */
#define NFT_COMMENT_MAX (2 * CONFIG_NAME_MAX + 24)
/* NAT outlives its grant, so that nobody is let in and not led on. */
#define NFT_NAT_EXTRA_MS 2000

struct nft_elem {
	enum nft_set set;
	uint8_t key[NFT_KEY_MAX]; /* as long as the set's spec says */
	uint8_t data[NFT_DATA_MAX];
	uint64_t timeout_ms;   /* 0: for ever */
	uint64_t remaining_ms; /* in what was read; 0: not told */
	uint32_t connections;  /* of a set with limits */
	char comment[NFT_COMMENT_MAX];
};

/* The elements of a rule, its grant first; returns how many. */
size_t nft_elem_of_rule(const struct rule *rule, const struct config *config,
			struct nft_elem out[NFT_RULE_ELEMS]);
/* The element that says where a forwarded rule leads; of a target that is
 * named the comment tells the name, as a number. */
void nft_elem_lead(const struct rule *rule, const struct config *config,
		   struct nft_elem *out);
struct ip_addr nft_elem_led_to(const struct nft_elem *e);
/* The key of the grant that a rule's client has at a door. */
struct nft_elem nft_elem_door(const struct rule *rule);
/* The key of the way that a client has through the gateway. */
struct nft_elem nft_elem_way(const struct ip_addr *client);
/* True if the element is found by the client, not by a mark. */
bool nft_elem_at_door(const struct nft_elem *e);
/* Where a mark's NAT may be held besides, whatever its rule was: the keys of
 * elements in the maps of the rule's family; returns how many. */
#define NFT_MARK_ELEMS 9
size_t nft_elem_of_mark(uint32_t id, bool v4,
			struct nft_elem out[NFT_MARK_ELEMS]);
/*
 * Reads a grant's element back. ENOENT: its service or client has gone from
 * the configuration. EFORMAT: it is no grant of ours.
 */
enum haunt_err nft_elem_grant(const struct nft_elem *e,
			      const struct config *config,
			      struct grant *out) HAUNT_MUST_CHECK;
/* The id in a grant's element; 0 if there is none. */
uint32_t nft_elem_id(const struct nft_elem *e);
/* The element of a cloaked service. */
struct nft_elem nft_elem_protected(uint8_t proto, uint16_t port);
struct nft_elem nft_elem_grace(uint8_t proto, uint64_t timeout_ms);
/* The key of what says that nobody has used an id's door. */
struct nft_elem nft_elem_once(uint32_t id);
/* Ends the sessions of an id. */
struct nft_elem nft_elem_revoked(uint32_t id, uint64_t timeout_ms);
/* What keeps a server from going on with a session that was cut, once
 * conntrack has forgotten it: server and client as the server names them. */
struct nft_elem nft_elem_cut(uint8_t proto, const struct endpoint *server,
			     const struct endpoint *client,
			     uint64_t timeout_ms);

/*
 * A run of elements of one set in as few messages as they fit into. type is
 * NFT_MSG_NEWSETELEM, NFT_MSG_DELSETELEM or NFT_MSG_DESTROYSETELEM.
 */
struct nft_run {
	struct nft_batch *batch;
	uint16_t type;
	enum nft_set set;
	const char *table;
	bool renew; /* elements that are there get the timeout anew */
	struct nlmsghdr *h;
	struct nlattr *list;
	unsigned int n;
};

void nft_run_begin(struct nft_run *run, struct nft_batch *b, uint16_t type,
		   enum nft_set set);
void nft_run_put(struct nft_run *run, const struct nft_elem *e);
void nft_run_end(struct nft_run *run);
/* A run of one. */
void nft_elem_add(struct nft_batch *b, const struct nft_elem *e);
void nft_elem_renew(struct nft_batch *b, const struct nft_elem *e);
void nft_elem_delete(struct nft_batch *b, const struct nft_elem *e);
void nft_elem_destroy(struct nft_batch *b, const struct nft_elem *e);

/* Writes and reads the elements of a message that is not in a batch. */
typedef enum haunt_err nft_elem_fn(void *arg, const struct nft_elem *e);
void nft_elem_message(struct nlmsghdr *h, const char *table,
		      const struct nft_elem *e);
enum haunt_err nft_elem_each(const struct nlmsghdr *h, enum nft_set set,
			     nft_elem_fn *fn, void *arg) HAUNT_MUST_CHECK;

/* Older headers do not know it. */
#ifndef NFT_MSG_DESTROYSETELEM
#define NFT_MSG_DESTROYSETELEM 30
#endif

#endif
