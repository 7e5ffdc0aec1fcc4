# SPDX-License-Identifier: GPL-2.0-or-later
check_PROGRAMS += tests/fuzz/fuzz_grant tests/fuzz/fuzz_legacy
TESTS += tests/fuzz/fuzz_grant tests/fuzz/fuzz_legacy
tests_fuzz_fuzz_grant_SOURCES = tests/fuzz/fuzz_grant.c $(FUZZ_MAIN)
tests_fuzz_fuzz_grant_LDADD = libnat.la
tests_fuzz_fuzz_grant_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_legacy_SOURCES = tests/fuzz/fuzz_legacy.c $(FUZZ_MAIN)
tests_fuzz_fuzz_legacy_LDADD = libnat.la
tests_fuzz_fuzz_legacy_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
