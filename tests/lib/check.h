/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmocka with the headers that it wants before itself. */
#ifndef HAUNT_TESTS_CHECK_H
#define HAUNT_TESTS_CHECK_H

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#define check_ok(err)		 assert_int_equal((err), 0)
#define check_err(err, expected) assert_int_equal((err), (expected))

#endif
