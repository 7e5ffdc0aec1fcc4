/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the buffers of what nat says. */
#include "nat/port.h"

#include <errno.h>

#include "nat/nl.h"

#define SEND_BYTES 16

enum haunt_err nat_answer(const struct nat_port *port,
			  const struct nat_result *result)
{
	uint8_t buf[SEND_BYTES];
	struct wr w = wr_of(buf, sizeof(buf));

	nat_result_put(&w, result);
	return port->send(port->arg, NAT_RESULT, &w);
}

enum haunt_err nat_tell_session(const struct nat_port *port, uint16_t type,
				const struct session *s)
{
	uint8_t buf[SESSION_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));

	session_put(&w, s);
	return port->send(port->arg, type, &w);
}

enum haunt_err nat_tell_fact(const struct nat_port *port, enum nat_fact fact,
			     bool is)
{
	const struct nat_told told = { .fact = (uint8_t)fact, .is = is };
	uint8_t buf[SEND_BYTES];
	struct wr w = wr_of(buf, sizeof(buf));

	nat_told_put(&w, &told);
	return port->send(port->arg, NAT_TOLD, &w);
}

const char *nat_error_name(enum haunt_err err)
{
	if (err == HAUNT_ESYS)
		return nl_errno_name(errno);
	if (err == HAUNT_ENOMEM)
		return "no-memory";
	if (err == HAUNT_EBUSY)
		return "busy";
	return err == HAUNT_ECLOSED ? "gate-gone" : "failed";
}
