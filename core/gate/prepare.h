/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the gate needs and only root can make. Both log their own errors. */
#ifndef HAUNT_GATE_PREPARE_H
#define HAUNT_GATE_PREPARE_H

#include "conf/config.h"
#include "core/base/err.h"

/* The state directory, given to the gate's user. */
enum haunt_err prepare_state(const struct config *config) HAUNT_MUST_CHECK;
/* The control socket. *group is whom it admits besides root; NULL: nobody. */
enum haunt_err prepare_socket(const struct config *config, const char **group,
			      int *listen_fd) HAUNT_MUST_CHECK;

#endif
