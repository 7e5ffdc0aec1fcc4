# SPDX-License-Identifier: GPL-2.0-or-later
check_PROGRAMS += tests/fuzz/fuzz_trace
TESTS += tests/fuzz/fuzz_trace
tests_fuzz_fuzz_trace_SOURCES = tests/fuzz/fuzz_trace.c $(FUZZ_MAIN)
tests_fuzz_fuzz_trace_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS)
tests_fuzz_fuzz_trace_LDADD = libexplain.la $(MNL_LIBS)
tests_fuzz_fuzz_trace_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
