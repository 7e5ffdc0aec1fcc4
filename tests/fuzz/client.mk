# SPDX-License-Identifier: GPL-2.0-or-later
check_PROGRAMS += tests/fuzz/fuzz_history
TESTS += tests/fuzz/fuzz_history
tests_fuzz_fuzz_history_SOURCES = tests/fuzz/fuzz_history.c $(FUZZ_MAIN)
tests_fuzz_fuzz_history_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_history_LDADD = libclient.la $(JANSSON_LIBS)
tests_fuzz_fuzz_history_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
CLIENT_FUZZ = tests/fuzz/fuzz_stun tests/fuzz/fuzz_answer
check_PROGRAMS += $(CLIENT_FUZZ)
TESTS += $(CLIENT_FUZZ)
tests_fuzz_fuzz_stun_SOURCES = tests/fuzz/fuzz_stun.c $(FUZZ_MAIN)
tests_fuzz_fuzz_stun_LDADD = libclient.la
tests_fuzz_fuzz_stun_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_answer_SOURCES = tests/fuzz/fuzz_answer.c $(FUZZ_MAIN)
tests_fuzz_fuzz_answer_LDADD = libclient.la $(CURL_LIBS)
tests_fuzz_fuzz_answer_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
