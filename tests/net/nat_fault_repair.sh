#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every answer, question and allocation fails once while nat repairs what others
# did to the firewall: it is put right in the end, once, and where grants are
# lost that is told.
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

nothing() {
	nft flush ruleset
	fault_host
}

# repair_once KIND N: what was broken is put back, with that failure or, after
# an error, without; FAULT_ANSWER is the first verdict, LAST the last.
repair_once() {
	local tries=3 fired=yes
	: >"$T/wrong"
	fault_run "$1" "$2" nat repair || fired=no
	LAST=$FAULT_ANSWER
	while [[ $LAST != ok && $LAST != "error 6"* && $((tries--)) -gt 0 ]]; do
		fault_named "$LAST" || echo "no reason: $LAST" >>"$T/wrong"
		LAST=$(nat repair | tail -n 1)
	done
	[ "$fired" = yes ]
}

# repairs NAME BREAK WANTED: after BREAK, the verdict must be WANTED in the end.
repairs() {
	local name=$1 break=$2 wanted=$3 kind n findings tries more
	for kind in $KINDS; do
		n=1 findings='' tries=0 more=1
		while [ -n "$more" ]; do
			"$break"
			repair_once "$kind" "$n" || more=
			tries=$((tries + 1))
			[[ $LAST == "$wanted"* ]] || echo "$LAST" >>"$T/wrong"
			[ "$wanted" != ok ] || fault_wrong >>"$T/wrong"
			[ ! -s "$T/wrong" ] || findings+="n=$n:
$(cat "$T/wrong")
"
			n=$(fault_next "$n")
		done
		is "$name, $kind: $((tries - 1)) failures" "$findings" ""
	done
}

damaged() {
	nft flush chain inet haunt check
}

# Its grants are gone: the process that had them ends, another begins.
removed() {
	nat_close
	wait "$NAT_PID"
	nat_start
	nat_batch apply "${GRANTS[@]}" >"$T/put"
	nft delete table inet haunt
}

# Without the owner flag others can do what they like.
NAT_MISSING=persist
nothing
nat_start
is "grants, without an owner" "$(nat_batch apply "${GRANTS[@]}")" ok
fault_state >"$T/right"
repairs "a firewall that was loaded anew" fault_host ok
KINDS="lost deaf alltorn ENOMEM memory"
repairs "rules that were taken out" damaged ok
KINDS="lost cut deaf inner memory"
repairs "a table that was deleted" removed "error 6"
nat_stop
unlike "memory is sound" "$(cat "$NAT_LOG")" 'Sanitizer|runtime error'
done_testing
