# SPDX-License-Identifier: GPL-2.0-or-later
check_LTLIBRARIES += libtestgate.la
libtestgate_la_SOURCES = tests/lib/clock_fake.h tests/lib/gate_kit.h \
	tests/lib/gate_kit.c tests/lib/fw_fake.h tests/lib/fw_fake.c \
	tests/lib/gate_world.h tests/lib/gate_world.c
libtestgate_la_LIBADD = libgate.la libnat.la libcapture.la

GATE_TESTS = tests/unit/test_policy tests/unit/test_grants \
	tests/unit/test_replay tests/unit/test_clients tests/unit/test_sender \
	tests/unit/test_admit \
	tests/unit/test_control tests/unit/test_ctl tests/unit/test_horizon \
	tests/unit/test_rows tests/unit/test_ends tests/unit/test_cuts \
	tests/unit/test_sessions \
	tests/unit/test_lockout tests/unit/test_confirm tests/unit/test_intake \
	tests/unit/test_desk
check_PROGRAMS += $(GATE_TESTS)
TESTS += $(GATE_TESTS)
GATE_LIBS = libtestgate.la $(TEST_LIBS)
tests_unit_test_policy_LDADD = $(GATE_LIBS)
tests_unit_test_grants_LDADD = $(GATE_LIBS)
tests_unit_test_replay_LDADD = $(GATE_LIBS)
tests_unit_test_clients_LDADD = $(GATE_LIBS)
tests_unit_test_sender_LDADD = $(GATE_LIBS)
tests_unit_test_admit_LDADD = $(GATE_LIBS)
tests_unit_test_horizon_LDADD = $(GATE_LIBS)
tests_unit_test_rows_LDADD = $(GATE_LIBS)
tests_unit_test_sessions_LDADD = $(GATE_LIBS)
tests_unit_test_ends_LDADD = $(GATE_LIBS)
tests_unit_test_cuts_LDADD = $(GATE_LIBS)
tests_unit_test_lockout_SOURCES = tests/unit/test_lockout.c core/lockout.c
tests_unit_test_lockout_LDADD = $(GATE_LIBS)
tests_unit_test_confirm_LDADD = $(GATE_LIBS)
tests_unit_test_desk_LDADD = $(GATE_LIBS)
tests_unit_test_intake_LDADD = $(GATE_LIBS)
tests_unit_test_control_LDADD = $(GATE_LIBS) $(JANSSON_LIBS)
tests_unit_test_ctl_LDADD = $(GATE_LIBS) $(EV_LIBS)
tests_unit_test_ctl_CFLAGS = $(AM_CFLAGS) -fno-strict-aliasing

# Gate and nat on a firewall in memory and a clock to turn.
check_PROGRAMS += tests/scenario/player
TESTS += tests/scenario/player
tests_scenario_player_LDADD = $(GATE_LIBS)
EXTRA_DIST += \
	tests/scenario/adoption.scn \
	tests/scenario/full.scn \
	tests/scenario/grant.scn \
	tests/scenario/kernel-errors.scn \
	tests/scenario/kernel-full.scn \
	tests/scenario/pipeline.scn \
	tests/scenario/refusals.scn \
	tests/scenario/renew.scn \
	tests/scenario/replay.scn \
	tests/scenario/restart.scn \
	tests/scenario/revoke.scn \
	tests/scenario/sessions.scn \
	tests/scenario/sessions-told.scn \
	tests/scenario/strangers.scn \
	tests/scenario/takeover.scn

# What its steps cost; prints figures and is no test.
check_PROGRAMS += tests/bench/gate_cost
tests_bench_gate_cost_LDADD = $(GATE_LIBS)
