# SPDX-License-Identifier: GPL-2.0-or-later
RUN_TESTS = tests/unit/test_job tests/unit/test_run tests/unit/test_date \
	tests/unit/test_terms tests/unit/test_config_run
check_PROGRAMS += $(RUN_TESTS)
TESTS += $(RUN_TESTS)
tests_unit_test_job_LDADD = librun.la $(TEST_LIBS)
tests_unit_test_run_LDADD = librun.la $(TEST_LIBS)
tests_unit_test_date_LDADD = libconf.la $(TEST_LIBS)
tests_unit_test_terms_LDADD = libtestgate.la $(TEST_LIBS)
tests_unit_test_config_run_LDADD = libconf.la $(TEST_LIBS)
