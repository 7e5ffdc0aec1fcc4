# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libnat.la
libnat_la_SOURCES = %D%/grant.h %D%/rule.h %D%/fw.h
libnat_la_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS) $(NFTNL_CFLAGS) $(NFCT_CFLAGS)
libnat_la_LIBADD = libconf.la librole.la $(MNL_LIBS) $(NFTNL_LIBS) $(NFCT_LIBS) \
	-lpthread
