# SPDX-License-Identifier: GPL-2.0-or-later
# libfko.so.3 for programs that were compiled against fwknop's library. It has
# a directory of its own, so that installing it replaces nobody's library.
fkodir = $(pkglibdir)/libfko
fko_LTLIBRARIES = libfko.la
noinst_LTLIBRARIES += libfkoall.la
libfkoall_la_SOURCES = %D%/abi.h %D%/code.h %D%/code.c \
	%D%/context.h %D%/context.c %D%/grammar.h %D%/grammar.c \
	%D%/set.c %D%/get.c %D%/packet.h %D%/packet.c \
	%D%/encode.h %D%/encode.c %D%/decode.h %D%/decode.c \
	%D%/crypt.c %D%/hmac.c %D%/tool.c %D%/gpg.h %D%/gpg.c \
	%D%/gpg_set.c
libfkoall_la_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS) $(GPGME_CFLAGS)
libfkoall_la_LIBADD = libproto.la

# 3:0:0 is what makes its name libfko.so.3.
libfko_la_SOURCES =
libfko_la_LIBADD = libfkoall.la
libfko_la_LDFLAGS = $(AM_LDFLAGS) -version-info 3:0:0 -no-undefined \
	-Wl,--version-script=$(srcdir)/%D%/libfko.map
EXTRA_libfko_la_DEPENDENCIES = $(srcdir)/%D%/libfko.map
EXTRA_DIST += %D%/libfko.map

dist_man_MANS += docs/man/libfko-haunt.7
