# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libexplain.la
libexplain_la_SOURCES = %D%/explain.h %D%/explain.c %D%/question.h \
	%D%/question.c %D%/bag.h %D%/bag.c %D%/notes.h %D%/notes.c \
	%D%/expr.h %D%/expr.c \
	%D%/ruleset.h %D%/ruleset.c %D%/ruleset_make.c %D%/route.h \
	%D%/route.c %D%/world.h %D%/world.c %D%/world_make.c \
	%D%/sysctl.h %D%/sysctl.c %D%/tap.h %D%/tap.c %D%/probe.h \
	%D%/probe.c %D%/stage.h %D%/stage.c %D%/trace.h %D%/trace.c \
	%D%/listen.h %D%/listen.c %D%/path.h %D%/path.c %D%/ours.h %D%/ours.c %D%/answer.h \
	%D%/answer.c %D%/unrouted.h %D%/unrouted.c %D%/way.h %D%/way.c %D%/print.h \
	%D%/print.c %D%/print_json.c
libexplain_la_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS) $(NFTNL_CFLAGS) \
	$(JANSSON_CFLAGS)
libexplain_la_LIBADD = libnat.la $(MNL_LIBS) $(JANSSON_LIBS)
