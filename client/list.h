/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a gateway of haunt.conf means, for people and for programs: whatever
 * is there that changes what is sent, whereto, and by which way. */
#ifndef HAUNT_CLIENT_LIST_H
#define HAUNT_CLIENT_LIST_H

#include <jansson.h>

#include "client/term.h"
#include "conf/client_conf.h"

#define LIST_RANGE_MAX sizeof("tcp/65535-65535")

/* "22", "40000-60000"; with the protocol before it. */
const char *list_range_text(const struct port_range *r,
			    char buf[LIST_RANGE_MAX]);
const char *list_door_text(const struct port_range *r,
			   char buf[LIST_RANGE_MAX]);
/* Where packets go. */
struct port_range list_knock_ports(const struct client_gateway *g);
/* The word of haunt.conf's allow. */
const char *list_allow_text(const struct client_gateway *g,
			    char buf[ADDR_TEXT_MAX]);

/* A line for the gateway and one for each service. */
void list_print(const struct client_gateway *g, const struct term *t);
/* An object; NULL if there is no memory. */
json_t *list_json(const struct client_gateway *g);

#endif
