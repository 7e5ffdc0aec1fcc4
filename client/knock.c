/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that what was sent is remembered.
 */
#include "client/knock.h"

enum cmd_status knock(const struct knocker *k, struct session_packet *out)
{
	enum cmd_status status = session_seal(k->session, out);

	return status == CMD_OK ? session_send(k->session, out) : status;
}
