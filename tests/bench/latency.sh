#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# From the knock to the accepted connection, 100 times, and the processes that
# each grant costs. fwknopd as Debian sets it up, and with its UDP server.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
count=${COUNT:-100}
bench_up
clients 1

measure() {
	bench latency "$KEY" "$GW4" 22 "$FIRST4" "$count" 50
}

peer_up ""
measure
peer_median=$(result median_ms) peer_p99=$(result p99_ms)
peer_forks=$(result forks)
peer_down
peer_up 'ENABLE_UDP_SERVER Y;'
measure
udp_median=$(result median_ms) udp_p99=$(result p99_ms)
peer_down
haunt_up
measure
figure "knock to TCP connection, median of $count" ms "$peer_median" \
	"$(result median_ms)" "<= 1"
figure "knock to TCP connection, p99" ms "$peer_p99" "$(result p99_ms)" "<= 5"
figure "same, fwknopd's UDP server, median" ms "$udp_median" - -
figure "same, fwknopd's UDP server, p99" ms "$udp_p99" - -
figure "processes forked per grant" - "$peer_forks" "$(result forks)" 0
haunt_down
