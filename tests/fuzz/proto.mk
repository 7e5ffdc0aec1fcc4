# SPDX-License-Identifier: GPL-2.0-or-later
check_PROGRAMS += tests/fuzz/fuzz_fwknop3 tests/fuzz/fuzz_request \
	tests/fuzz/fuzz_key
TESTS += tests/fuzz/fuzz_fwknop3 tests/fuzz/fuzz_request tests/fuzz/fuzz_key
tests_fuzz_fuzz_fwknop3_SOURCES = tests/fuzz/fuzz_fwknop3.c $(FUZZ_MAIN)
tests_fuzz_fuzz_fwknop3_LDADD = libproto.la libbase.la
tests_fuzz_fuzz_fwknop3_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_request_SOURCES = tests/fuzz/fuzz_request.c $(FUZZ_MAIN)
tests_fuzz_fuzz_request_LDADD = libproto.la libbase.la
tests_fuzz_fuzz_request_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_key_SOURCES = tests/fuzz/fuzz_key.c $(FUZZ_MAIN)
tests_fuzz_fuzz_key_LDADD = libproto.la libbase.la
tests_fuzz_fuzz_key_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
