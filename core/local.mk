# SPDX-License-Identifier: GPL-2.0-or-later
sbin_PROGRAMS += hauntd
hauntd_SOURCES = %D%/hauntd.c %D%/monitor.h %D%/monitor.c \
	%D%/instance.h %D%/instance.c
hauntd_LDADD = libcapture.la libgate.la libnat.la libconf.la libproto.la \
	librole.la libbase.la
