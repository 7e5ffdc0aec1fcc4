# SPDX-License-Identifier: GPL-2.0-or-later
# libfko.so.3 against Debian's library and its programs, where these are
# installed.
FKO_TESTS = %D%/symbols.sh %D%/client.sh %D%/differ.sh %D%/perl.sh %D%/gpg.sh
TESTS += $(FKO_TESTS)
EXTRA_DIST += $(FKO_TESTS) %D%/lib.sh

FKO_API_SOURCES = %D%/api.h %D%/api.c
check_PROGRAMS += %D%/opener
%C%_opener_SOURCES = %D%/opener.c $(FKO_API_SOURCES)
check_PROGRAMS += %D%/differ
%C%_differ_SOURCES = %D%/differ.c %D%/compare.h %D%/compare.c \
	%D%/draw.h %D%/draw.c \
	%D%/seal.h %D%/seal.c $(FKO_API_SOURCES)
%C%_differ_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS)
%C%_differ_LDADD = libproto.la libbase.la
check_PROGRAMS += %D%/vectors
TESTS += %D%/vectors
EXTRA_DIST += tests/data/libfko.rc
%C%_vectors_SOURCES = %D%/vectors.c %D%/seal.h %D%/seal.c $(FKO_API_SOURCES) \
	tests/lib/vectors.h tests/lib/vectors.c
%C%_vectors_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS)
%C%_vectors_LDADD = libproto.la libbase.la $(TEST_LIBS)
