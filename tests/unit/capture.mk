# SPDX-License-Identifier: GPL-2.0-or-later
check_LTLIBRARIES += libtestpacket.la
libtestpacket_la_SOURCES = tests/lib/packet.h tests/lib/packet.c
libtestpacket_la_CFLAGS = $(AM_CFLAGS) $(PCAP_CFLAGS)
libtestpacket_la_LIBADD = libbase.la

check_PROGRAMS += tests/unit/test_datagram tests/unit/test_frame \
	tests/unit/test_frame_ip \
	tests/unit/test_filter tests/unit/test_links tests/unit/test_sink \
	tests/unit/test_http tests/unit/test_connections
TESTS += tests/unit/test_datagram tests/unit/test_frame \
	tests/unit/test_frame_ip \
	tests/unit/test_filter tests/unit/test_links tests/unit/test_sink \
	tests/unit/test_http tests/unit/test_connections
tests_unit_test_datagram_LDADD = libcapture.la $(TEST_LIBS)
tests_unit_test_frame_LDADD = libtestpacket.la libcapture.la $(TEST_LIBS)
tests_unit_test_frame_SOURCES = tests/unit/test_frame.c tests/unit/test_frame.h
tests_unit_test_frame_ip_SOURCES = tests/unit/test_frame_ip.c \
	tests/unit/test_frame.h
tests_unit_test_frame_ip_LDADD = libtestpacket.la libcapture.la $(TEST_LIBS)
tests_unit_test_filter_LDADD = libtestpacket.la libcapture.la $(TEST_LIBS)
tests_unit_test_links_LDADD = libcapture.la $(TEST_LIBS)
tests_unit_test_http_LDADD = libcapture.la $(TEST_LIBS)
tests_unit_test_connections_LDADD = libcapture.la $(TEST_LIBS)
tests_unit_test_sink_LDADD = libcapture.la $(TEST_LIBS)

check_PROGRAMS += tests/unit/test_shelf
TESTS += tests/unit/test_shelf
tests_unit_test_shelf_LDADD = libcapture.la $(TEST_LIBS)

# The whole role and a sender, for tests/net/capture_*.sh.
check_PROGRAMS += tests/net/capture_probe
tests_net_capture_probe_SOURCES = tests/net/capture_probe.c
tests_net_capture_probe_LDADD = libcapture.la
check_PROGRAMS += tests/net/capture_send
tests_net_capture_send_SOURCES = tests/net/capture_send.c
tests_net_capture_send_LDADD = libtestpacket.la
EXTRA_DIST += tests/lib/capture.sh
