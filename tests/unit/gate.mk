# SPDX-License-Identifier: GPL-2.0-or-later
check_LTLIBRARIES += libtestgate.la
libtestgate_la_SOURCES = tests/lib/clock_fake.h tests/lib/gate_kit.h \
	tests/lib/gate_kit.c
libtestgate_la_LIBADD = libgate.la libnat.la libcapture.la

GATE_TESTS = tests/unit/test_policy tests/unit/test_grants \
	tests/unit/test_replay
check_PROGRAMS += $(GATE_TESTS)
TESTS += $(GATE_TESTS)
GATE_LIBS = libtestgate.la $(TEST_LIBS)
tests_unit_test_policy_LDADD = $(GATE_LIBS)
tests_unit_test_grants_LDADD = $(GATE_LIBS)
tests_unit_test_replay_LDADD = $(GATE_LIBS)
