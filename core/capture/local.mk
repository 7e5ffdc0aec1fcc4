# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libcapture.la
libcapture_la_SOURCES = %D%/datagram.h
libcapture_la_CFLAGS = $(AM_CFLAGS) $(PCAP_CFLAGS)
libcapture_la_LIBADD = libconf.la librole.la $(PCAP_LIBS)
