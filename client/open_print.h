/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `haunt open` says on stdout. */
#ifndef HAUNT_CLIENT_OPEN_PRINT_H
#define HAUNT_CLIENT_OPEN_PRINT_H

#include <stdbool.h>

#include "client/session.h"

/* Every field but the random one, which is of no use to anybody. */
void open_print_packet(const struct session *s,
		       const struct session_packet *packet);
/* One line, as it has been asked for or, with waited, found open. */
void open_print_line(const struct session *s,
		     const struct session_packet *packet, bool waited);

/* The same as one object; gateway as it was named. */
void open_print_json(const struct session *s,
		     const struct session_packet *packet, const char *gateway,
		     bool waited);

#endif
