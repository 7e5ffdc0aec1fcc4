# SPDX-License-Identifier: GPL-2.0-or-later
check_PROGRAMS += tests/fuzz/fuzz_frame tests/fuzz/fuzz_datagram \
	tests/fuzz/fuzz_http
TESTS += tests/fuzz/fuzz_frame tests/fuzz/fuzz_datagram \
	tests/fuzz/fuzz_http
tests_fuzz_fuzz_frame_SOURCES = tests/fuzz/fuzz_frame.c $(FUZZ_MAIN)
tests_fuzz_fuzz_frame_LDADD = libcapture.la
tests_fuzz_fuzz_frame_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_datagram_SOURCES = tests/fuzz/fuzz_datagram.c $(FUZZ_MAIN)
tests_fuzz_fuzz_datagram_LDADD = libcapture.la
tests_fuzz_fuzz_datagram_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_http_SOURCES = tests/fuzz/fuzz_http.c $(FUZZ_MAIN)
tests_fuzz_fuzz_http_LDADD = libcapture.la
tests_fuzz_fuzz_http_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
