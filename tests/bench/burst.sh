#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Many knocks of many addresses at once, until the last is in force.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
count=${COUNT:-1000} peer_count=${PEER_COUNT:-200}
bench_up
clients 1

peer_up ""
bench burst "$KEY" "$GW4" 22 "$FIRST4" "$peer_count" 0 300 "$peer_count"
peer=$(result per_s) peer_lost=$(result lost)
peer_down
haunt_up
bench burst "$KEY" "$GW4" 22 "$FIRST4" "$count" 0 300 "$count"
figure "burst of $count knocks (fwknopd: $peer_count)" grants/s \
	"${peer:-lost}" "$(result per_s)" ">= 5000"
figure "lost of them" - "$peer_lost" "$(result lost)" 0
haunt_down
