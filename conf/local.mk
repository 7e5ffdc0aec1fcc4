# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libconf.la
libconf_la_SOURCES = %D%/config.h %D%/config.c %D%/print.c %D%/parse.h \
	%D%/parse.c %D%/token.h %D%/token.c %D%/scan.h %D%/scan.c \
	%D%/reader.h %D%/reader.c %D%/draft.h %D%/schema.h %D%/schema.c \
	%D%/schema_service.c %D%/schema_client.c %D%/check.c \
	%D%/client_conf.h %D%/client_conf.c %D%/client_schema.h \
	%D%/client_schema.c %D%/client_value.c
libconf_la_CFLAGS = $(AM_CFLAGS) $(CONFUSE_CFLAGS)
libconf_la_LIBADD = libbase.la $(CONFUSE_LIBS)
