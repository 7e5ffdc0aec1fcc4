/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The checks: each judges one topic of a snapshot. Those behind the line need
 * a configuration.
 */
#ifndef HAUNT_DOCTOR_CHECK_H
#define HAUNT_DOCTOR_CHECK_H

#include "doctor/finding.h"
#include "doctor/snapshot.h"

typedef void check_fn(const struct snapshot *s, struct findings *out);

check_fn check_config;	  /* the file itself */
check_fn check_clock;	  /* whether the time is right */
check_fn check_conntrack; /* its room, and what it remembers */
check_fn check_kernel;	  /* features that are not there */
check_fn check_manager;	  /* who else writes the firewall */
check_fn check_legacy;	  /* iptables-legacy */
/* ---- */
check_fn check_files;	   /* keys, users, folders, the control socket */
check_fn check_daemon;	   /* that it runs, and with what */
check_fn check_table;	   /* our own tables, and the tagged rules */
check_fn check_forwarding; /* the way to other hosts and back */
check_fn check_firewall;   /* the host's chains against what is granted */
check_fn check_early;	   /* rules that act before ours, and on our mark */
check_fn check_target;	   /* what listens where services lead */
check_fn check_doors;	   /* outer ports */
check_fn check_beside;	   /* other ways to what is cloaked */
check_fn check_listener;   /* where packets are heard */

/* All of them that can be made. */
void check_all(const struct snapshot *s, struct findings *out);

/* How hauntd is started anew, or for the first time. */
void fix_restart(const struct snapshot *s, struct finding *f);

#endif
