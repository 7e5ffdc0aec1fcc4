/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nat stands on: the firewall below it, the gate above.
 */
#ifndef HAUNT_NAT_PORT_H
#define HAUNT_NAT_PORT_H

#include "core/base/clock.h"
#include "nat/fw.h"

/* Sends one message to the gate; must not fail but for good. Called from the
 * thread, too. */
typedef enum haunt_err nat_send_fn(void *arg, uint16_t type,
				   const struct wr *body);

struct nat_port {
	const struct config *config;
	const struct clock *clock;
	const struct fw_ops *ops;
	struct fw *fw;
	nat_send_fn *send;
	void *arg;
};

/* Answers a question, or tells of a session or a fact. They fail as send
 * does. */
enum haunt_err nat_answer(const struct nat_port *port,
			  const struct nat_result *result) HAUNT_MUST_CHECK;
enum haunt_err nat_tell_session(const struct nat_port *port, uint16_t type,
				const struct session *s) HAUNT_MUST_CHECK;
enum haunt_err nat_tell_fact(const struct nat_port *port, enum nat_fact fact,
			     bool is) HAUNT_MUST_CHECK;

/* For the log: errno's where err is ESYS. */
const char *nat_error_name(enum haunt_err err);

#endif
