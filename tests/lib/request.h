/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests for tests: one of each type, and comparing member by member.
 */
#ifndef HAUNT_TESTS_REQUEST_H
#define HAUNT_TESTS_REQUEST_H

#include "core/proto/haunt.h"

/* A complete request of the type, different for every seed. */
struct haunt_request request_example(enum haunt_type type, unsigned int seed);

/* Fails the test unless all members are the same. */
void request_assert_equal(const struct haunt_request *a,
			  const struct haunt_request *b);

#endif
