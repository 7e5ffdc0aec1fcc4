# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libpgp.la
libpgp_la_SOURCES = %D%/job.h %D%/job.c %D%/home.h %D%/home.c %D%/keys.h \
	%D%/keys.c %D%/pgp.h %D%/pgp.c %D%/warden.h %D%/warden.c
libpgp_la_CFLAGS = $(AM_CFLAGS) -pthread
libpgp_la_LIBADD = libconf.la libproto.la librole.la
