/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One packet: made, sent, and remembered. */
#ifndef HAUNT_CLIENT_KNOCK_H
#define HAUNT_CLIENT_KNOCK_H

#include "client/session.h"

struct knocker {
	struct session *session;
	const struct plan_words *words; /* what was typed */
	const char *config;		/* the file that was named, or NULL */
	bool forgets;			/* nothing is kept for `haunt last` */
};

/* A new packet of now; *out is what was sent. Failures are told. */
enum cmd_status knock(const struct knocker *k, struct session_packet *out);

#endif
