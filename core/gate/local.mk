# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libgate.la
libgate_la_SOURCES = %D%/adoption.h %D%/adoption.c %D%/above.h %D%/above.c \
	%D%/beside.h %D%/beside.c \
	%D%/admit.h %D%/admit_in.h %D%/admit.c \
	%D%/admit_signed.c %D%/core_pgp.c %D%/desk.h %D%/desk.c \
	%D%/signers.h %D%/signers.c %D%/changes.h %D%/changes.c \
	%D%/claims.h %D%/claims.c %D%/clients.h %D%/clients.c \
	%D%/confirm.h %D%/confirm.c %D%/control.h %D%/control.c \
	%D%/control_config.h %D%/control_config.c %D%/core.h %D%/core_state.h \
	%D%/core.c %D%/core_run.c %D%/core_report.c %D%/core_ask.c \
	%D%/core_lead.c %D%/cuts.h \
	%D%/cuts.c %D%/prepare.h %D%/prepare.c %D%/ctl.h \
	%D%/ctl.c %D%/ctl_socket.h %D%/ctl_socket.c %D%/ends.h \
	%D%/ends.c %D%/gate.h %D%/gate.c %D%/grants.h %D%/grants_own.h %D%/grants_report.c \
	%D%/grants.c %D%/horizon.h %D%/horizon.c %D%/later.h \
	%D%/later.c %D%/ids.h %D%/ids.c %D%/intake.h \
	%D%/intake.c %D%/policy.h %D%/policy.c %D%/replay.h \
	%D%/replay.c %D%/control_list.h %D%/control_list.c %D%/core_sessions.c \
	%D%/grants_refusal.c %D%/messages.h %D%/messages.c %D%/inquiry.h \
	%D%/inquiry.c \
	%D%/sender.h %D%/sender.c \
	%D%/revoke.h %D%/revoke.c %D%/rows.h %D%/rows.c \
	%D%/sessions.h %D%/sessions.c %D%/verdict.h %D%/verdict.c \
	%D%/watch.h %D%/watch.c
# libev's watchers share a beginning that C's aliasing rules do not know.
libgate_la_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(LMDB_CFLAGS) \
	-fno-strict-aliasing
# The messages' put and get are their senders' and receivers' own code.
libgate_la_LIBADD = librun.la libpgp.la libconf.la libproto.la librole.la $(JANSSON_LIBS) \
	$(LMDB_LIBS) $(EV_LIBS)
