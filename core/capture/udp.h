/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listens by plain UDP sockets, where sniffing is not possible or not wanted.
 * They read; nothing is ever sent on them. Being bound is the one thing that a
 * stranger can notice: a closed port answers with an ICMP error, this does not.
 */
#ifndef HAUNT_CAPTURE_UDP_H
#define HAUNT_CAPTURE_UDP_H

#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/capture/sink.h"

struct udp;

/* Binds a socket for each LISTENER_UDP entry, also for an address that no
 * interface has yet. sink is lent for as long as they live. Logs its own
 * errors. */
enum haunt_err udp_open(const struct config *config, struct sink *sink,
			struct udp **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void udp_close(struct udp *udp);

size_t udp_count(const struct udp *udp);
int udp_fd(const struct udp *udp, size_t i);
/* Takes in a batch of what waits at socket i; never blocks. ESYS. */
enum haunt_err udp_read(struct udp *udp, size_t i) HAUNT_MUST_CHECK;
/* Datagrams that the kernel dropped because a socket's queue was full. */
uint64_t udp_lost(const struct udp *udp);

#endif
