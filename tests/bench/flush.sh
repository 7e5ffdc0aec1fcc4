#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Somebody runs `nft flush ruleset` on a host without any other firewall, while
# a stranger tries the closed port thousands of times a second: for how long is
# it open? On kernels whose tables have owners, and as on those before. What
# fwknopd's rules were is gone for good.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-5}
[ -x "$tools/window" ] || skip_all "window is not built"
bench_up
clients 1

# flushed: one flush while the stranger looks on.
flushed() {
	local look line
	exec {look}< <(exec ip netns exec friend "$tools/window" "$GW4" 22 500)
	read -r -u "$look" line || give_up "no window"
	[ "$line" = ready ] || give_up "no window"
	on gw nft flush ruleset
	cat <&"$look" >"$T/result"
	exec {look}<&-
	echo "$(result accepted) $(result window_ms) $(result tries)"
}

# measure OPTION…
measure() {
	local i
	haunt_conf >"$CONF"
	must_start_hauntd "$@"
	for ((i = 0; i < rounds; i++)); do
		flushed
		log_wait 'monitor\]: ready' 2 >/dev/null
		log_mark
	done >rounds
	haunt_down
}
worst() {
	awk -v c="$1" '{ print $c }' rounds | sort -n | tail -n 1
}

measure
figure "foreign flush, owners: connections accepted" - – "$(worst 1)" 0
measure --assume-missing persist
figure "foreign flush, no owners: open for, worst of $rounds" ms – \
	"$(worst 2)" "< 20"
on gw iptables -A INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset
flushed >rounds
figure "  of $(worst 3) tries, iptables' own rule: accepted" - "$(worst 1)" - -
