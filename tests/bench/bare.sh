#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What loading a firewall anew lets through on this kernel: `nft -f` of a file
# that flushes and drops by default, over and over, while a stranger tries a
# port that it never opens. First without haunt, then with haunt beside it,
# whose tables have an owner and stay. SECONDS_EACH for each (60).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
seconds=${SECONDS_EACH:-60}
prober=$BUILD/tests/lib/prober
[ -x "$prober" ] || skip_all "tests/lib/prober is not built"
bench_up
clients 1
cat >rules <<-END
	flush ruleset
	table inet filter {
		chain input {
			type filter hook input priority filter; policy drop;
			ct state established,related accept
			iifname "lo" accept
			udp dport 62201 accept
		}
	}
END
on gw nft -f rules || give_up "no rules"

# measure: sets $loads and $let_in.
measure() {
	local end=$((SECONDS + seconds)) pid in
	rm -f in
	mkfifo in
	ip netns exec friend "$prober" watch 22 "$GW4" <in >said 2>&1 &
	pid=$!
	exec {in}>in
	loads=0
	while [ "$SECONDS" -lt "$end" ]; do
		on gw nft -f rules || give_up "not loaded"
		loads=$((loads + 1))
	done
	exec {in}>&-
	wait "$pid"
	let_in=$(sed -n 's/^tried .* open //p' said)
	[ -n "$let_in" ] || give_up "the prober is silent"
}

measure
figure "reload of a default-drop nftables.conf, without haunt: let in" \
	"of $loads" – "$let_in" -
haunt_conf >"$CONF"
must_start_hauntd
measure
figure "  with haunt beside it, tables with owners: let in" "of $loads" – \
	"$let_in" 0
haunt_down
