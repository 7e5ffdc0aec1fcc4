# SPDX-License-Identifier: GPL-2.0-or-later
# They measure and never judge; run prints the figures beside fwknopd's.
check_PROGRAMS += %D%/latency %D%/burst %D%/junk %D%/flow %D%/sink \
	%D%/sever %D%/talker %D%/window %D%/revive %D%/fill %D%/watch
bench_common = %D%/knock.h %D%/knock.c %D%/door.c
%C%_latency_SOURCES = %D%/latency.c $(bench_common)
%C%_latency_LDADD = libproto.la libbase.la
%C%_burst_SOURCES = %D%/burst.c $(bench_common)
%C%_burst_LDADD = libproto.la libbase.la
%C%_junk_SOURCES = %D%/junk.c $(bench_common)
%C%_junk_LDADD = libproto.la libbase.la
%C%_flow_SOURCES = %D%/flow.c $(bench_common)
%C%_flow_LDADD = libproto.la libbase.la
%C%_sink_SOURCES = %D%/sink.c $(bench_common)
%C%_sink_LDADD = libproto.la libbase.la
%C%_sever_SOURCES = %D%/sever.c $(bench_common)
%C%_sever_LDADD = libproto.la libbase.la
%C%_window_SOURCES = %D%/window.c $(bench_common)
%C%_window_LDADD = libproto.la libbase.la
%C%_talker_SOURCES = %D%/talker.c $(bench_common)
%C%_talker_LDADD = libproto.la libbase.la
%C%_revive_SOURCES = %D%/revive.c $(bench_common)
%C%_revive_LDADD = libproto.la libbase.la
%C%_fill_SOURCES = %D%/fill.c $(bench_common)
%C%_fill_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS)
%C%_fill_LDADD = libnat.la libproto.la libbase.la
%C%_watch_SOURCES = %D%/watch.c
EXTRA_DIST += %D%/run %D%/lib.sh %D%/latency.sh %D%/burst.sh %D%/junk.sh \
	%D%/flow.sh %D%/memory.sh %D%/cut.sh %D%/flush.sh %D%/adopt.sh \
	%D%/million.sh %D%/turns.sh %D%/watch.sh %D%/bare.sh

bench: all check-programs
	HAUNT_BUILD='$(abs_top_builddir)' $(top_srcdir)/tests/bench/run
