/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages between names, which asks where targets that are named lead,
 * and nat, which believes as much of the answers as it can look into; and what
 * nat tells the gate of it.
 */
#ifndef HAUNT_NAT_LOOKUP_H
#define HAUNT_NAT_LOOKUP_H

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/wire.h"

#define LOOKUP_ADDRESSES_MAX 16

enum lookup_message {
	LOOKUP_ANSWER = 0x0401, /* names -> nat: lookup */
	LOOKUP_AGAIN = 0x0402,	/* nat -> names: tell all that is known */
};

/* Why there is no address. */
enum lookup_result {
	LOOKUP_OK,
	LOOKUP_NO_ADDRESS, /* the name has none, or is not there */
	LOOKUP_NO_ANSWER,  /* nobody answered, or not now */
	LOOKUP_RESULT_COUNT
};

struct lookup {
	uint16_t service; /* index into config->services */
	uint8_t result;	  /* enum lookup_result */
	uint8_t len;	  /* 0 unless LOOKUP_OK; else 1 to the maximum */
	struct ip_addr addresses[LOOKUP_ADDRESSES_MAX]; /* best first */
};

/* Where a name leads from now on; zeros for a family of which none is known. */
struct lead {
	uint16_t service;
	struct ip_addr v4;
	struct ip_addr v6;
};

#define LOOKUP_HEAD 4
#define LOOKUP_MAX  (LOOKUP_HEAD + LOOKUP_ADDRESSES_MAX * 16)
#define LEAD_SIZE   34

/* A get is ESHORT or EFORMAT for what no put wrote. */
void lookup_put(struct wr *w, const struct lookup *l);
enum haunt_err lookup_get(struct rd *r, struct lookup *out) HAUNT_MUST_CHECK;
void lead_put(struct wr *w, const struct lead *l);
enum haunt_err lead_get(struct rd *r, struct lead *out) HAUNT_MUST_CHECK;

#endif
