# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libconf.la
libconf_la_SOURCES = %D%/config.h
libconf_la_CFLAGS = $(AM_CFLAGS) $(CONFUSE_CFLAGS)
libconf_la_LIBADD = libbase.la $(CONFUSE_LIBS)
