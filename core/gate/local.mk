# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libgate.la
libgate_la_SOURCES =
libgate_la_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(LMDB_CFLAGS)
libgate_la_LIBADD = libconf.la libproto.la librole.la $(JANSSON_LIBS) \
	$(LMDB_LIBS) $(EV_LIBS)
