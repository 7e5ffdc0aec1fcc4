#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Proportional memory of all processes, idle, with 1,000 clients.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
bench_up
clients "${CLIENTS:-1000}"

# pss PID…: MB
pss() {
	local pid
	for pid in "$@"; do
		sed -n 's/^Pss: *//p' "/proc/$pid/smaps_rollup"
	done | awk '{ sum += $1 } END { printf "%.1f\n", sum / 1024 }'
}

peer_up ""
peer=$(pss "$PEER_PID")
peer_down
haunt_up
# shellcheck disable=SC2046 # a list
figure "memory of all processes, $CLIENTS clients" "MB PSS" "$peer" \
	"$(pss $(hauntd_pids))" "<= 16"
haunt_down
