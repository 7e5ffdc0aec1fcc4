# SPDX-License-Identifier: GPL-2.0-or-later
sbin_PROGRAMS += hauntd
hauntd_SOURCES = %D%/hauntd.c %D%/options.h %D%/options.c %D%/monitor.h %D%/monitor_in.h \
	%D%/lockout.h %D%/lockout.c %D%/monitor.c %D%/starts.c %D%/trial.c %D%/try.c %D%/reload.h %D%/reload.c %D%/roles.h \
	%D%/roles.c %D%/units.h %D%/units.c %D%/instance.h %D%/instance.c
hauntd_LDADD = libcapture.la libgate.la librun.la libpgp.la libnames.la libnat.la libconf.la libproto.la \
	librole.la libbase.la
