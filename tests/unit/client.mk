# SPDX-License-Identifier: GPL-2.0-or-later
CLIENT_TESTS = tests/unit/test_args tests/unit/test_ask \
	tests/unit/test_plan tests/unit/test_random_port tests/unit/test_pace \
	tests/unit/test_race tests/unit/test_relay \
	tests/unit/test_client_control tests/unit/test_prompt \
	tests/unit/test_profile tests/unit/test_history tests/unit/test_handed \
	tests/unit/test_plan_send tests/unit/test_stun tests/unit/test_resolve \
	tests/unit/test_save tests/unit/test_dispatch
check_PROGRAMS += $(CLIENT_TESTS)
TESTS += $(CLIENT_TESTS)
TESTS += tests/unit/test_haunt.sh
TESTS += tests/unit/test_completion.sh
TESTS += tests/unit/test_import.sh
EXTRA_DIST += tests/unit/test_haunt.sh
EXTRA_DIST += tests/unit/test_completion.sh
EXTRA_DIST += tests/unit/test_import.sh
tests_unit_test_args_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_ask_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_plan_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_random_port_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_pace_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_race_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_relay_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_client_control_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_test_client_control_LDADD = libcontrol.la libclient.la $(TEST_LIBS)
tests_unit_test_prompt_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_profile_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_history_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_test_history_LDADD = libclient.la $(JANSSON_LIBS) $(TEST_LIBS)
tests_unit_test_handed_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_plan_send_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_stun_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_save_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_dispatch_LDADD = libclient.la $(TEST_LIBS)
tests_unit_test_resolve_LDADD = libclient.la $(TEST_LIBS) $(CURL_LIBS)
