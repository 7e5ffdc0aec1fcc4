# SPDX-License-Identifier: GPL-2.0-or-later
CONF_TESTS = tests/unit/test_parse tests/unit/test_scan tests/unit/test_config \
	tests/unit/test_client_conf tests/unit/test_client_send \
	tests/unit/test_edit tests/unit/test_fwknop
check_PROGRAMS += $(CONF_TESTS)
TESTS += $(CONF_TESTS)
tests_unit_test_parse_LDADD = libconf.la $(TEST_LIBS)
tests_unit_test_scan_LDADD = libconf.la $(TEST_LIBS)
tests_unit_test_config_LDADD = libconf.la $(TEST_LIBS)
tests_unit_test_client_conf_LDADD = libconf.la $(TEST_LIBS)
tests_unit_test_client_send_LDADD = libconf.la $(TEST_LIBS)
tests_unit_test_edit_LDADD = libconf.la $(TEST_LIBS)
tests_unit_test_fwknop_LDADD = libconf.la $(TEST_LIBS)
