/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a daemon owes its machine: to be the only one, to tell the service
 * manager how it is, to keep the text that its processes agree upon.
 */
#ifndef HAUNT_INSTANCE_H
#define HAUNT_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>

/* A file in memory that holds text and that nobody can change any more.
 * Returns its descriptor, close-on-exec; -1 with errno. */
int instance_seal(const char *text, size_t len);
/* The two steps of it: a file in memory that is empty, and the end of all
 * changes to one. */
int instance_memory(void);
bool instance_seal_fd(int fd);

/* Locks the folder of the control socket (made if it is missing) for as long
 * as this process lives. False, and a log line, if another hauntd has it. */
bool instance_lock(const char *control_socket);

/* A lock that lasts as long as anybody has its descriptor, close-on-exec,
 * which is returned. Waits for roles that outlive their monitor for a moment;
 * -1, and a log line, if they do not end. */
int instance_lock_roles(const char *control_socket);

/* Tells the service manager that a reload has begun. */
void instance_notify_reloading(void);
/* Sends state ("READY=1") to the service manager, if there is one. */
void instance_notify(const char *state);

#endif
