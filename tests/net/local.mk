# SPDX-License-Identifier: GPL-2.0-or-later
# Tests in namespaces: they need root and are run by tests/net/run. Here their
# helpers are built.
check_PROGRAMS += tests/lib/udp tests/lib/knocker tests/lib/memfind \
	tests/lib/carry
tests_lib_carry_SOURCES = tests/lib/carry.c
tests_lib_carry_LDADD = libbase.la
check_PROGRAMS += tests/lib/udp tests/lib/knocker tests/lib/memfind
check_PROGRAMS += tests/lib/stund
tests_lib_stund_SOURCES = tests/lib/stund.c
tests_lib_udp_SOURCES = tests/lib/udp.c
tests_lib_memfind_SOURCES = tests/lib/memfind.c
tests_lib_knocker_SOURCES = tests/lib/knocker.c
tests_lib_knocker_LDADD = libproto.la libbase.la
# By name: a folder would bring along what was built in it.
EXTRA_DIST += .ci/run
EXTRA_DIST += tests/check.sh
EXTRA_DIST += tests/demo.sh
EXTRA_DIST += tests/tap-run
EXTRA_DIST += tests/net/adopt.sh
EXTRA_DIST += tests/net/allornothing.sh
EXTRA_DIST += tests/net/capture_burst.sh
EXTRA_DIST += tests/net/capture_links.sh
EXTRA_DIST += tests/net/capture_udp.sh
EXTRA_DIST += tests/net/client.sh
EXTRA_DIST += tests/net/cloak.sh
EXTRA_DIST += tests/net/cloak_iptables.sh
EXTRA_DIST += tests/net/cloak_nft.sh
EXTRA_DIST += tests/net/cloak_reject.sh
EXTRA_DIST += tests/net/ctl.sh
EXTRA_DIST += tests/net/cut.sh
EXTRA_DIST += tests/net/doctor.sh
EXTRA_DIST += tests/net/dryrun.sh
EXTRA_DIST += tests/net/expiry.sh
EXTRA_DIST += tests/net/explain.sh
EXTRA_DIST += tests/net/explain_edges.sh
EXTRA_DIST += tests/net/explain_foreign.sh
EXTRA_DIST += tests/net/fallback.sh
EXTRA_DIST += tests/net/firstinstall.sh
EXTRA_DIST += tests/net/force.sh
EXTRA_DIST += tests/net/hidden.sh
EXTRA_DIST += tests/net/hooks.sh
EXTRA_DIST += tests/net/integration.sh
EXTRA_DIST += tests/net/interface.sh
EXTRA_DIST += tests/net/internet.sh
EXTRA_DIST += tests/net/kinds.sh
EXTRA_DIST += tests/net/lib.sh
EXTRA_DIST += tests/net/lib/fault.sh
EXTRA_DIST += tests/net/lib/haunt.sh
EXTRA_DIST += tests/net/lib/natctl.sh
EXTRA_DIST += tests/net/lib/servers.sh
EXTRA_DIST += tests/net/lib/tap.sh
EXTRA_DIST += tests/net/lib/world.sh
EXTRA_DIST += tests/net/limits.sh
EXTRA_DIST += tests/net/log.sh
EXTRA_DIST += tests/net/many.sh
EXTRA_DIST += tests/net/mistakes.sh
EXTRA_DIST += tests/net/names.sh
EXTRA_DIST += tests/net/nat_conntrack.sh
EXTRA_DIST += tests/net/nat_elements.sh
EXTRA_DIST += tests/net/nat_fault.sh
EXTRA_DIST += tests/net/nat_fault_ask.sh
EXTRA_DIST += tests/net/nat_fault_open.sh
EXTRA_DIST += tests/net/nat_fault_repair.sh
EXTRA_DIST += tests/net/nat_integrate.sh
EXTRA_DIST += tests/net/nat_many.sh
EXTRA_DIST += tests/net/nat_table.sh
EXTRA_DIST += tests/net/pressure_conntrack.sh
EXTRA_DIST += tests/net/pressure_full.sh
EXTRA_DIST += tests/net/pressure_restart.sh
EXTRA_DIST += tests/net/pressure_writer.sh
EXTRA_DIST += tests/net/proxy.sh
EXTRA_DIST += tests/net/queue.sh
EXTRA_DIST += tests/net/ranges.sh
EXTRA_DIST += tests/net/reentry.sh
EXTRA_DIST += tests/net/reload.sh
EXTRA_DIST += tests/net/reload_config.sh
EXTRA_DIST += tests/net/reload_firewall.sh
EXTRA_DIST += tests/net/renew.sh
EXTRA_DIST += tests/net/reparse.sh
EXTRA_DIST += tests/net/replay.sh
EXTRA_DIST += tests/net/rights.sh
EXTRA_DIST += tests/net/roles.sh
EXTRA_DIST += tests/net/run
EXTRA_DIST += tests/net/run_commands.sh
EXTRA_DIST += tests/net/saved.sh
EXTRA_DIST += tests/net/resolve.sh
EXTRA_DIST += tests/net/send.sh
EXTRA_DIST += tests/net/send_proxy.sh
EXTRA_DIST += tests/net/sessions.sh
EXTRA_DIST += tests/net/sessions_events.sh
EXTRA_DIST += tests/net/sessions_list.sh
EXTRA_DIST += tests/net/sessions_many.sh
EXTRA_DIST += tests/net/source_nat.sh
EXTRA_DIST += tests/net/stale_udp.sh
EXTRA_DIST += tests/net/survival.sh
EXTRA_DIST += tests/net/survive.sh
EXTRA_DIST += tests/net/tied.sh
EXTRA_DIST += tests/net/tool.sh
EXTRA_DIST += tests/net/try.sh

net: all check-programs
	HAUNT_BUILD='$(abs_top_builddir)' $(top_srcdir)/tests/net/run

.PHONY: check-programs
check-programs: $(check_PROGRAMS)
