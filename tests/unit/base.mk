# SPDX-License-Identifier: GPL-2.0-or-later
check_PROGRAMS += tests/unit/test_wire tests/unit/test_addr \
	tests/unit/test_secret tests/unit/test_log tests/unit/test_ipc
TESTS += tests/unit/test_wire tests/unit/test_addr tests/unit/test_secret \
	tests/unit/test_log tests/unit/test_ipc
tests_unit_test_wire_LDADD = libbase.la $(TEST_LIBS)
tests_unit_test_addr_LDADD = libbase.la $(TEST_LIBS)
tests_unit_test_secret_LDADD = libbase.la $(TEST_LIBS)
tests_unit_test_log_LDADD = libbase.la $(TEST_LIBS)
tests_unit_test_ipc_LDADD = librole.la libbase.la $(TEST_LIBS)
