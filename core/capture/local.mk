# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libcapture.la
libcapture_la_SOURCES = %D%/datagram.h %D%/datagram.c %D%/frame.h %D%/frame.c \
	%D%/filter.h %D%/filter.c %D%/ranges.h %D%/ranges.c %D%/text.h \
	%D%/text.c %D%/http.h %D%/http.c %D%/tcp.h %D%/tcp.c \
	%D%/connections.h %D%/connections.c %D%/passive.h %D%/passive.c \
	%D%/shelf.h %D%/shelf.c %D%/links.h %D%/links.c %D%/sink.h \
	%D%/sink.c %D%/sniff.h %D%/sniff.c %D%/udp.h %D%/udp.c \
	%D%/capture.h %D%/capture.c
libcapture_la_CFLAGS = $(AM_CFLAGS) $(PCAP_CFLAGS)
libcapture_la_LIBADD = libconf.la librole.la $(PCAP_LIBS)
