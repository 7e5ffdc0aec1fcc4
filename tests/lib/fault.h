/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Failures on order: what a netlink socket, or the memory, does the n-th time
 * that it is asked. The program is linked so that its calls come here first
 * (FAULT_LDFLAGS); with nothing on order they go on as they are.
 *
 *	lost      the n-th answer is thrown away: ENOBUFS
 *	deaf      that one and all after it
 *	late      no answer in time: EAGAIN; it comes with the next
 *	signal    EINTR before the n-th answer
 *	cut       half of the answer's bytes are missing
 *	short     the answer did not fit into the buffer: MSG_TRUNC
 *	torn      a dump's messages say that it was interrupted
 *	alltorn   those of all dumps from then on
 *	unsent    the n-th question cannot be sent: ENOBUFS
 *	EXXX      the kernel refuses the n-th question as a whole
 *	inner     it refuses the first message of it: ENOMEM
 *	memory    the n-th allocation fails
 */
#ifndef HAUNT_TESTS_FAULT_H
#define HAUNT_TESTS_FAULT_H

#include <stdbool.h>

/* False if there is no such kind. */
bool fault_order(const char *kind, unsigned long n);
/* Ends the order; true if it came to that. */
bool fault_end(void);

#endif
