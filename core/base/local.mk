# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = %D%/err.h %D%/wire.h %D%/addr.h %D%/addr.c \
	%D%/clock.h %D%/clock.c %D%/secret.h %D%/secret.c \
	%D%/log.h %D%/log.c %D%/tcp.h %D%/tcp.c \
	%D%/fingerprint.h %D%/fingerprint.c
# What only the daemon's processes need; libhaunt must not link it.
noinst_LTLIBRARIES += librole.la
librole_la_SOURCES = %D%/ipc.h %D%/ipc.c %D%/news.h %D%/news.c \
	%D%/role.h %D%/role.c
librole_la_CFLAGS = $(AM_CFLAGS) $(CAPNG_CFLAGS)
librole_la_LIBADD = libbase.la $(CAPNG_LIBS)
