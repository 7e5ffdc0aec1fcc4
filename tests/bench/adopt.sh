#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# All roles but the monitor die by SIGKILL while many grants are in force: how
# long until a knock is served again, and until all of them are known again.
# fwknopd keeps no memory of its rules, and leaves them to nobody.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
count=${COUNT:-100000} rounds=${ROUNDS:-5}
bench_up
clients 1
haunt_up
bench burst "$KEY" "$GW4" 22 "$FIRST4" "$count" 12000 3600 200
[ "$(result lost)" = "0 of 200" ] || give_up "lost: $(result lost)"

# revive ROUND: by an address of its own.
revive() {
	local pids
	pids=$(hauntd_pids | grep -vx "$HAUNTD_PID")
	# shellcheck disable=SC2086 # a list
	bench revive "$KEY" "$GW4" 22 "198.19.255.$1" "$LOG" ' adopt grants=' \
		$pids
}

for ((i = 1; i <= rounds; i++)); do
	revive "$i"
	echo "$(result first_ms) $(result adopted_ms)"
	log_wait "adopt grants=$count" 1 >/dev/null ||
		note "$(log_wait 'adopt grants=')" >&2
done >revived

# median COLUMN
median() {
	sort -n -k "$1,$1" revived | awk -v column="$1" '
		{ all[NR] = $column }
		END { print all[int((NR + 1) / 2)] }'
}

figure "killed with $count grants: first knock served" ms - "$(median 1)" -
figure "likewise: all of them known again" ms - "$(median 2)" "<= 2000"
haunt_down
