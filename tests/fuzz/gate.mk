# SPDX-License-Identifier: GPL-2.0-or-later
check_PROGRAMS += tests/fuzz/fuzz_control
TESTS += tests/fuzz/fuzz_control
tests_fuzz_fuzz_control_SOURCES = tests/fuzz/fuzz_control.c $(FUZZ_MAIN)
# The messages' put and get are in their rooms' libraries.
tests_fuzz_fuzz_control_LDADD = libgate.la libnat.la libcapture.la \
	$(JANSSON_LIBS)
tests_fuzz_fuzz_control_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

check_PROGRAMS += tests/fuzz/fuzz_small
TESTS += tests/fuzz/fuzz_small
tests_fuzz_fuzz_small_SOURCES = tests/fuzz/fuzz_small.c $(FUZZ_MAIN)
tests_fuzz_fuzz_small_LDADD = libgate.la
tests_fuzz_fuzz_small_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

check_PROGRAMS += tests/fuzz/fuzz_pgp
TESTS += tests/fuzz/fuzz_pgp
tests_fuzz_fuzz_pgp_SOURCES = tests/fuzz/fuzz_pgp.c $(FUZZ_MAIN)
tests_fuzz_fuzz_pgp_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS)
tests_fuzz_fuzz_pgp_LDADD = libpgp.la
tests_fuzz_fuzz_pgp_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
