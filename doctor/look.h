/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes the parts of a snapshot, each in a file of its own. None changes
 * anything, but for the probe of the kernel's features, whose scratch table
 * lives for a moment. Those that fail tell why in *what: it was not possible
 * to look, which is no finding.
 */
#ifndef HAUNT_DOCTOR_LOOK_H
#define HAUNT_DOCTOR_LOOK_H

#include "doctor/snapshot.h"

/* The configuration, and the files and users that it names. */
enum haunt_err look_files(struct snapshot *s, const char *path,
			  const char **what) HAUNT_MUST_CHECK;
enum haunt_err look_daemon(struct snapshot *s,
			   const char **what) HAUNT_MUST_CHECK;
/* Interfaces, addresses, ways, sysctls. */
enum haunt_err look_net(struct snapshot *s, const char **what) HAUNT_MUST_CHECK;
void look_sysctl(struct snapshot *s);
enum haunt_err look_sockets(struct snapshot *s,
			    const char **what) HAUNT_MUST_CHECK;
enum haunt_err look_firewall(struct snapshot *s,
			     const char **what) HAUNT_MUST_CHECK;
enum haunt_err look_clock(struct snapshot *s,
			  const char **what) HAUNT_MUST_CHECK;

#endif
