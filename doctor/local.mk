# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libdoctor.la
libdoctor_la_SOURCES = %D%/doctor.h %D%/doctor.c %D%/finding.h %D%/finding.c \
	%D%/finding_print.c %D%/snapshot.h %D%/snapshot.c %D%/words.h \
	%D%/dir.h %D%/dir.c \
	%D%/words.c %D%/look.h %D%/look_files.c %D%/look_daemon.c \
	%D%/look_net.c %D%/look_sysctl.c %D%/look_sockets.c \
	%D%/look_firewall.c %D%/look_clock.c %D%/check.h %D%/check_files.c \
	%D%/check_daemon.c %D%/check_table.c %D%/check_firewall.c \
	%D%/check_early.c %D%/check_forwarding.c %D%/check_target.c \
	%D%/check_doors.c %D%/check_beside.c %D%/check_listener.c \
	%D%/check_kernel.c
libdoctor_la_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS) $(NFTNL_CFLAGS) \
	$(NFCT_CFLAGS) $(JANSSON_CFLAGS)
libdoctor_la_LIBADD = libnat.la libproto.la libconf.la libbase.la \
	$(JANSSON_LIBS) $(MNL_LIBS)
