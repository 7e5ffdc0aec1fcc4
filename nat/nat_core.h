/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nat does with a message of the gate, without the process around it:
 * the same code runs behind a socket and in a test with a firewall in memory.
 */
#ifndef HAUNT_NAT_NAT_CORE_H
#define HAUNT_NAT_NAT_CORE_H

#include "core/base/ipc.h"
#include "nat/jobs.h"

struct nat;

/* Keeps config; copies port, whose fw it does not close. */
enum haunt_err nat_new(const struct config *config, const struct nat_port *port,
		       struct nat **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void nat_free(struct nat *nat);

/* For ipc_dispatch(), with the nat as argument. Every message is answered; an
 * error of a handler means that the gate is gone or not to be trusted. */
extern const struct ipc_permit nat_permits[];
extern const size_t nat_permits_len;

/* Tells the gate whether sessions are at risk from somebody's chain. Fails as
 * send does. */
enum haunt_err nat_risk_tell(struct nat *nat) HAUNT_MUST_CHECK;
/* True while it tells what is in force: nat_step() tells one part, and fails
 * when the gate is gone. */
bool nat_busy(const struct nat *nat);
enum haunt_err nat_step(struct nat *nat) HAUNT_MUST_CHECK;

/* Its conntrack work: start a thread on it, or run it. */
struct jobs *nat_jobs(struct nat *nat);

#endif
