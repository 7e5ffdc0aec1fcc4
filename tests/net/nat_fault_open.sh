#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every answer, question and allocation fails once while nat opens the firewall:
# an error says why, and the next start finds everything right, grants and all.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib/natctl.sh
. "$(dirname "$0")/lib/natctl.sh"
# shellcheck source=lib/fault.sh
. "$(dirname "$0")/lib/fault.sh"
need_natctl
need jq
KINDS="lost late cut deaf torn alltorn unsent ENOMEM EINTR inner memory"
GRANTS=("1 0 0 0 198.51.100.7 tcp 22 500000"
	"2 0 0 0 2001:db8:1::7 tcp 80 500000"
	"3 0 2 0 198.51.100.7 tcp 15432 500000")

# open_once KIND N: opens with that failure, and after an error without; what
# is wrong then is in $T/wrong. False if nothing failed.
open_once() {
	local fired
	: >"$T/wrong"
	log_mark
	NAT_FAULT=("$1" "$2")
	nat_start
	NAT_FAULT=()
	fired=$(sed -n 's/^faulted //p' <<<"$NAT_ANSWER")
	if [ "$(tail -n 1 <<<"$NAT_ANSWER")" != "ok open" ]; then
		log_since | grep -qE ': error .*error=' ||
			echo "no reason in the log" >>"$T/wrong"
		nat_close
		wait "$NAT_PID"
		nat_start
		[ "$NAT_ANSWER" = "ok open" ] ||
			echo "and then: $NAT_ANSWER" >>"$T/wrong"
	fi
	fault_wrong >>"$T/wrong"
	nat_stop
	[ "$fired" = yes ]
}

# opens NAME PREPARE: PREPARE makes what is there before each time.
opens() {
	local name=$1 prepare=$2 kind n findings tries
	for kind in $KINDS; do
		n=1 findings='' tries=0
		while $prepare && open_once "$kind" "$n"; do
			tries=$((tries + 1))
			[ ! -s "$T/wrong" ] || findings+="n=$n:
$(cat "$T/wrong")
"
			n=$(fault_next "$n")
		done
		[ ! -s "$T/wrong" ] || findings+="at last: $(cat "$T/wrong")"
		is "$name, $kind: $tries failures" "$findings" ""
	done
}

nothing() {
	nft flush ruleset
	fault_host
}

# The other one of two configurations.
another() {
	NAT_MAX=$((1500 - NAT_MAX))
	nat_conf >"$NAT_CONF"
}

NAT_MAX=1000
another
nothing
nat_start
fault_state >"$T/right"
nat_stop
opens "the first start" nothing
nothing
nat_start
is "grants" "$(nat_batch apply "${GRANTS[@]}")" ok
fault_state >"$T/right"
nat_stop
KINDS="lost deaf alltorn ENOMEM memory"
opens "a start that adopts" true
KINDS="lost deaf alltorn inner memory"
opens "a start that builds anew" another
unlike "memory is sound" "$(cat "$NAT_LOG")" 'Sanitizer|runtime error'
done_testing
