# SPDX-License-Identifier: GPL-2.0-or-later
# Tests in namespaces: they need root and are run by tests/net/run. Here their
# helpers are built.
check_PROGRAMS += tests/lib/udp tests/lib/knocker tests/lib/memfind
tests_lib_udp_SOURCES = tests/lib/udp.c
tests_lib_memfind_SOURCES = tests/lib/memfind.c
tests_lib_knocker_SOURCES = tests/lib/knocker.c
tests_lib_knocker_LDADD = libproto.la libbase.la
# By name: a folder would bring along what was built in it.
EXTRA_DIST += .ci/run tests/check.sh tests/demo.sh tests/tap-run \
	tests/net/adopt.sh tests/net/allornothing.sh tests/net/capture_burst.sh \
	tests/net/capture_links.sh tests/net/capture_udp.sh \
	tests/net/client.sh tests/net/cloak.sh \
	tests/net/cloak_iptables.sh tests/net/cloak_nft.sh \
	tests/net/cloak_reject.sh tests/net/ctl.sh tests/net/doctor.sh tests/net/dryrun.sh \
	tests/net/expiry.sh tests/net/explain.sh tests/net/explain_edges.sh \
	tests/net/explain_foreign.sh tests/net/fallback.sh tests/net/firstinstall.sh \
	tests/net/force.sh \
	tests/net/integration.sh tests/net/interface.sh tests/net/kinds.sh \
	tests/net/lib.sh tests/net/lib/fault.sh tests/net/lib/haunt.sh tests/net/lib/natctl.sh \
	tests/net/lib/servers.sh tests/net/lib/tap.sh tests/net/lib/world.sh \
	tests/net/log.sh tests/net/many.sh tests/net/mistakes.sh \
	tests/net/nat_conntrack.sh tests/net/nat_elements.sh \
	tests/net/nat_fault.sh tests/net/nat_fault_ask.sh \
	tests/net/nat_fault_open.sh tests/net/nat_fault_repair.sh \
	tests/net/nat_integrate.sh tests/net/nat_many.sh tests/net/nat_table.sh \
	tests/net/pressure_conntrack.sh tests/net/pressure_full.sh \
	tests/net/pressure_restart.sh tests/net/pressure_writer.sh \
	tests/net/proxy.sh tests/net/queue.sh tests/net/reentry.sh \
	tests/net/reload.sh \
	tests/net/reload_config.sh tests/net/try.sh \
	tests/net/reload_firewall.sh tests/net/renew.sh tests/net/reparse.sh \
	tests/net/replay.sh tests/net/rights.sh tests/net/roles.sh tests/net/run \
	tests/net/cut.sh \
	tests/net/hidden.sh tests/net/saved.sh tests/net/survive.sh \
	tests/net/limits.sh \
	tests/net/sessions.sh \
	tests/net/sessions_list.sh \
	tests/net/sessions_many.sh \
	tests/net/source_nat.sh \
	tests/net/stale_udp.sh \
	tests/net/survival.sh \
	tests/net/tied.sh

net: all check-programs
	HAUNT_BUILD='$(abs_top_builddir)' $(top_srcdir)/tests/net/run

.PHONY: check-programs
check-programs: $(check_PROGRAMS)
