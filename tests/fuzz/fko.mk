# SPDX-License-Identifier: GPL-2.0-or-later
check_PROGRAMS += tests/fuzz/fuzz_fko
TESTS += tests/fuzz/fuzz_fko
tests_fuzz_fuzz_fko_SOURCES = tests/fuzz/fuzz_fko.c tests/fko/seal.h \
	tests/fko/seal.c $(FUZZ_MAIN)
tests_fuzz_fuzz_fko_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS)
tests_fuzz_fuzz_fko_LDADD = libfkoall.la libproto.la libbase.la
tests_fuzz_fuzz_fko_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
