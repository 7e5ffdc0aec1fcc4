# SPDX-License-Identifier: GPL-2.0-or-later
# libproto.la is what the programs link; libhaunt.so is the same code behind a
# version script, so that only haunt_* leaves it.
noinst_LTLIBRARIES += libproto.la
libproto_la_SOURCES = %D%/haunt.h %D%/haunt_pgp.h \
	%D%/b64.h %D%/b64.c %D%/token.h %D%/token.c \
	%D%/digest.h %D%/digest.c %D%/random.h %D%/random.c %D%/names.c \
	%D%/message.h %D%/message.c %D%/request.h %D%/request.c \
	%D%/request_check.c %D%/request_text.c %D%/key.h %D%/key.c %D%/key_text.h %D%/key_text.c \
	%D%/key_file.c %D%/cipher.h %D%/cipher.c %D%/fwknop3.h %D%/fwknop3.c \
	%D%/send.c %D%/sock.h %D%/sock.c %D%/raw.h %D%/raw.c \
	%D%/http.h %D%/http.c %D%/deliver.c \
	%D%/pgp_text.h %D%/pgp_text.c %D%/pgp_engine.h \
	%D%/pgp_engine.c %D%/pgp_work.h %D%/pgp_seal.c %D%/pgp_open.c \
	%D%/pgp.h %D%/pgp.c
libproto_la_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS) $(GPGME_CFLAGS)
libproto_la_LIBADD = libbase.la $(GCRYPT_LIBS) $(GPGME_LIBS)

lib_LTLIBRARIES += libhaunt.la
libhaunt_la_SOURCES =
libhaunt_la_LIBADD = libproto.la
libhaunt_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined \
	-Wl,--version-script=$(srcdir)/%D%/haunt.map
EXTRA_libhaunt_la_DEPENDENCIES = $(srcdir)/%D%/haunt.map
EXTRA_DIST += %D%/haunt.map
pkgconfig_DATA += %D%/haunt.pc

# The installed header stands alone: its parts go where they are included.
nodist_include_HEADERS += include/haunt.h
CLEANFILES += include/haunt.h
include/haunt.h: $(srcdir)/%D%/haunt.h $(srcdir)/%D%/haunt_pgp.h \
		$(srcdir)/core/base/err.h
	$(AM_V_GEN)$(MKDIR_P) include && \
	$(SED) -e '/^#include "core\/base\/err.h"$$/{' \
		-e 'r $(srcdir)/core/base/err.h' -e 'd' -e '}' \
		-e '/^#include "core\/proto\/haunt_pgp.h"$$/{' \
		-e 'r $(srcdir)/%D%/haunt_pgp.h' -e 'd' -e '}' \
		$(srcdir)/%D%/haunt.h | \
	$(SED) -e '/^#include "core\/proto\/haunt.h"$$/d' >$@.new && \
	mv $@.new $@

dist_man_MANS += docs/man/libhaunt.3 docs/man/haunt_key.3 \
	docs/man/haunt_request.3 docs/man/haunt_seal.3 docs/man/haunt_send.3 \
	docs/man/haunt_pgp.3
