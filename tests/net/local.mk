# SPDX-License-Identifier: GPL-2.0-or-later
# Tests in namespaces: they need root and are run by tests/net/run. Here their
# helpers are built.
check_PROGRAMS += tests/lib/udp tests/lib/knocker
tests_lib_udp_SOURCES = tests/lib/udp.c
tests_lib_knocker_SOURCES = tests/lib/knocker.c
tests_lib_knocker_LDADD = libproto.la libbase.la
EXTRA_DIST += tests/net tests/tap-run tests/check.sh tests/demo.sh .ci/run

net: all check-programs
	HAUNT_BUILD='$(abs_top_builddir)' $(top_srcdir)/tests/net/run

.PHONY: check-programs
check-programs: $(check_PROGRAMS)
