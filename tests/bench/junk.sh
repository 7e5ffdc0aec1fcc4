#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The time on the CPU that a stranger's packet costs with 1,000 clients.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
count=${COUNT:-2000} peer_count=${PEER_COUNT:-200}
bench_up
clients "${CLIENTS:-1000}"

peer_up ""
bench junk "$KEY" "$GW4" 22 "$FIRST4" "$peer_count" 40 "$PEER_PID"
peer=$(result cpu_ms)
peer_down
haunt_up
# shellcheck disable=SC2046 # a list
bench junk "$KEY" "$GW4" 22 "$FIRST4" "$count" 500 $(hauntd_pids)
figure "a junk packet, $CLIENTS clients" "ms CPU" "$peer" \
	"$(result cpu_ms)" "<= 0.6"
haunt_down
