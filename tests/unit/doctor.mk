# SPDX-License-Identifier: GPL-2.0-or-later
DOCTOR_TESTS = tests/unit/test_finding tests/unit/test_ruleset_walk \
	tests/unit/test_doctor
check_PROGRAMS += $(DOCTOR_TESTS)
TESTS += $(DOCTOR_TESTS)
DOCTOR_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS) $(NFTNL_CFLAGS) $(JANSSON_CFLAGS)
DOCTOR_LIBS = libdoctor.la $(JANSSON_LIBS) $(TEST_LIBS)
tests_unit_test_finding_CFLAGS = $(DOCTOR_CFLAGS)
tests_unit_test_finding_LDADD = $(DOCTOR_LIBS)
tests_unit_test_ruleset_walk_CFLAGS = $(DOCTOR_CFLAGS)
tests_unit_test_ruleset_walk_LDADD = $(DOCTOR_LIBS)
tests_unit_test_doctor_CFLAGS = $(DOCTOR_CFLAGS)
tests_unit_test_doctor_LDADD = $(DOCTOR_LIBS)
