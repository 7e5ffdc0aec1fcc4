#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every answer of the kernel, every question to it and every allocation fails
# once, for each verb of nat: what nat answers is what the kernel holds, all of
# a batch or nothing, and the next verb is none the worse.
# Arrays are named to step(): SC2034.
# shellcheck disable=SC2034
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib/natctl.sh
. "$(dirname "$0")/lib/natctl.sh"
# shellcheck source=lib/fault.sh
. "$(dirname "$0")/lib/fault.sh"
need_natctl
need jq

ONE=("1 0 0 0 198.51.100.7 tcp 22 20000")
MANY=("1 0 0 0 198.51.100.7 tcp 22 20000" "2 0 0 0 198.51.100.7 tcp 80 20000"
	"3 0 0 0 2001:db8:1::7 tcp 41234 20000"
	"4 0 1 0 198.51.100.7 udp 7000 20000"
	"5 0 2 0 198.51.100.7 tcp 15432 20000"
	"6 0 3 0 2001:db8:1::7 tcp 15432 20000"
	"7 0 4 0 198.51.100.7 udp 5353 20000"
	"8 0 5 0 2001:db8:1::7 udp 5353 20000")
# The same for longer; and new grants at the same doors, but for the last.
RENEWED=("${MANY[@]/% 20000/ 60000}")
for i in {1..8}; do
	RENEWED[i - 1]=${RENEWED[i - 1]/#$i 0/$i $i}
done
TAKEN=("${MANY[@]:0:7}" "18 0 0 0 198.51.100.8 tcp 80 20000")
for i in {1..7}; do
	TAKEN[i - 1]=${TAKEN[i - 1]/#$i 0/1$i $i}
done
NONE=() TWO=("${MANY[@]:1:2}") LONGER=("${RENEWED[@]:1:2}")

# put RULE…: in force without a failure.
put() {
	[ $# = 0 ] || [ "$(nat_batch apply "$@")" = ok ]
}

# The state that a step begins with: nothing, or one batch.
reset() {
	[ "$(nat_batch revoke "${MANY[@]}")" = ok ] &&
		{ [ -z "${TAKING-}" ] ||
			[ "$(nat_batch revoke "${TAKEN[@]}")" = ok ]; } &&
		{ [ -z "${CUTTING-}" ] || nft flush set inet haunt revoked; } &&
		put "$@"
}

# begin_anew: what is in doubt is settled by a new process.
begin_anew() {
	nat_close
	wait "$NAT_PID"
	nat_start
	[ "$NAT_ANSWER" = "ok open" ] &&
		[ "$(nat list | grep -c '^rule')" = \
			"$(fault_held | grep -c '^grant')" ]
}

# wrong KIND: what is not as it was answered.
wrong() {
	fault_held true >"$T/now"
	case $FAULT_ANSWER in
	ok) diff "$T/after" "$T/now" ;;
	"error 6 "*)
		cmp -s "$T/before" "$T/now" || diff "$T/after" "$T/now"
		begin_anew || echo "a new process does not find its way"
		;;
	error*)
		diff "$T/before" "$T/now"
		fault_named "$FAULT_ANSWER" || echo "no reason is given"
		;;
	*) echo "no answer" ;;
	esac
	[ "$1" != signal ] || [ "$FAULT_ANSWER" = ok ] ||
		echo "a signal is no failure"
}

# step NAME VERB BEFORE AFTER: every failure of one batch; the last two are
# names of arrays.
step() {
	local name=$1 verb=$2 kind n findings tries
	local -n old=$3 new=$4
	if ! reset "${old[@]}" || ! fault_held true >"$T/before" ||
		[ "$(nat_batch "$verb" "${new[@]}")" != ok ]; then
		fail "$name: without a failure"
		return
	fi
	fault_held true >"$T/after"
	for kind in $FAULT_ANSWERS deaf $FAULT_QUESTIONS memory; do
		n=1 findings='' tries=0
		while reset "${old[@]}" || findings+="cannot begin, n=$n; "; do
			fault_run "$kind" "$n" \
				nat_batch "$verb" "${new[@]}" || break
			tries=$((tries + 1))
			wrong "$kind" >"$T/wrong"
			[ ! -s "$T/wrong" ] || findings+="n=$n: $FAULT_ANSWER
$(cat "$T/wrong")
"
			n=$(fault_next "$n")
			[ "$n" -lt 400 ] || break
		done
		[ "$FAULT_ANSWER" = ok ] ||
			findings+="at last $FAULT_ANSWER"
		is "$name, $kind: $tries failures" "$findings" ""
	done
}

for missing in "" update,destroy persist; do
	name=${missing:+without $missing: }
	NAT_MISSING=$missing
	nat_start
	is "${name}opens" "$NAT_ANSWER" "ok open"
	if [ -z "$missing" ]; then
		step "one grant" apply NONE ONE
		step "all kinds" apply NONE MANY
		step "renewed" apply MANY RENEWED
		TAKING=1 step "taken over" apply MANY TAKEN
		step "revoked" revoke MANY MANY
	elif [ "$missing" = persist ]; then
		# Others may write: what is stopped is let go each time.
		CUTTING=1 step "cut" cut MANY MANY
	else
		# Here each element is asked for: few are many questions.
		step "${name}all kinds" apply NONE MANY
		step "${name}renewed" apply TWO LONGER
		step "${name}revoked" revoke TWO TWO
	fi
	nat_stop
	nft flush ruleset
done
unlike "nothing is written where it must not be" "$(cat "$NAT_LOG")" \
	'Sanitizer|runtime error'
like "what was found out is in the log" "$(cat "$NAT_LOG")" \
	'grant step=commit error=ENOBUFS result=answer-lost found=done'
done_testing
