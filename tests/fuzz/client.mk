# SPDX-License-Identifier: GPL-2.0-or-later
check_PROGRAMS += tests/fuzz/fuzz_history
TESTS += tests/fuzz/fuzz_history
tests_fuzz_fuzz_history_SOURCES = tests/fuzz/fuzz_history.c $(FUZZ_MAIN)
tests_fuzz_fuzz_history_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_history_LDADD = libclient.la $(JANSSON_LIBS)
tests_fuzz_fuzz_history_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
