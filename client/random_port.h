/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A port out of a range, each as likely as any other. */
#ifndef HAUNT_CLIENT_RANDOM_PORT_H
#define HAUNT_CLIENT_RANDOM_PORT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

/* Fills buf with random bytes. */
typedef enum haunt_err random_fn(void *arg, void *buf, size_t len);

/* The kernel's; ESYS. */
enum haunt_err random_system(void *arg, void *buf, size_t len) HAUNT_MUST_CHECK;

/* Draws from first to last, both included; first is at most last. */
enum haunt_err random_port(uint16_t first, uint16_t last, random_fn *draw,
			   void *arg, uint16_t *out) HAUNT_MUST_CHECK;

#endif
