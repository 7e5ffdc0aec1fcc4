/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listens on the wire without a socket that anybody could find: one libpcap
 * handle for all interfaces, opened as root, used without any right.
 */
#ifndef HAUNT_CAPTURE_SNIFF_H
#define HAUNT_CAPTURE_SNIFF_H

#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/capture/links.h"
#include "core/capture/sink.h"

struct sniff;

/*
 * Opens the handle, filtered to the ports of all LISTENER_SNIFF entries. What
 * is heard goes to sink, if links wants it; both are lent for as long as the
 * handle lives. Logs its own errors.
 */
enum haunt_err sniff_open(const struct config *config, struct links *links,
			  struct sink *sink,
			  struct sniff **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void sniff_close(struct sniff *sniff);

int sniff_fd(const struct sniff *sniff);
/* Takes in a batch of what is waiting; never blocks. Logs its own errors. */
enum haunt_err sniff_read(struct sniff *sniff) HAUNT_MUST_CHECK;
/* Frames that the kernel dropped because the ring was full. */
uint64_t sniff_lost(struct sniff *sniff);

#endif
