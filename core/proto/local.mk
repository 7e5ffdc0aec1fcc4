# SPDX-License-Identifier: GPL-2.0-or-later
# libproto.la is what the programs link; libhaunt.so is the same code behind a
# version script, so that only haunt_* leaves it.
noinst_LTLIBRARIES += libproto.la
libproto_la_SOURCES = %D%/haunt.h
libproto_la_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS)
libproto_la_LIBADD = libbase.la $(GCRYPT_LIBS)
