#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every answer of the kernel, every question to it and every allocation fails
# once, for what nat asks of the kernel and for what follows from that: a list
# tells of all or fails, what is to go goes, at the latest the next time.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib/natctl.sh
. "$(dirname "$0")/lib/natctl.sh"
# shellcheck source=lib/fault.sh
. "$(dirname "$0")/lib/fault.sh"
need_natctl
need jq conntrack
ip address add 203.0.113.1/32 dev lo

MANY=("1 0 0 0 198.51.100.7 tcp 22 300000" "2 0 0 0 198.51.100.7 tcp 80 300000"
	"3 0 0 0 2001:db8:1::7 tcp 41234 300000"
	"4 0 1 0 198.51.100.7 udp 7000 300000"
	"5 0 2 0 198.51.100.7 tcp 15432 300000"
	"6 0 3 0 2001:db8:1::7 tcp 15432 300000"
	"7 0 4 0 198.51.100.7 udp 5353 300000"
	"8 0 5 0 2001:db8:1::7 udp 5353 300000")

# put RULE…: in force without a failure.
put() {
	[ "$(nat_batch apply "$@")" = ok ]
}

# told NAME EXPECTED VERB: what only asks says all, or fails.
told() {
	local name=$1 wanted=$2 kind n findings tries
	shift 2
	for kind in $FAULT_ANSWERS deaf $FAULT_TORN $FAULT_QUESTIONS memory; do
		n=1 findings='' tries=0
		while fault_run "$kind" "$n" "$@"; do
			tries=$((tries + 1))
			if [ "$FAULT_ANSWER" = ok ]; then
				# What is asked twice may be told twice.
				[ "$(sort -u <<<"$FAULT_LINES")" = "$wanted" ] ||
					findings+="n=$n: $FAULT_LINES; "
			else
				fault_named "$FAULT_ANSWER" ||
					findings+="n=$n: $FAULT_ANSWER; "
				[[ $kind != *torn && $kind != signal ]] ||
					findings+="n=$n: $FAULT_ANSWER; "
			fi
			n=$(fault_next "$n")
		done
		[ "$FAULT_ANSWER" = ok ] || findings+="at last $FAULT_ANSWER"
		is "$name, $kind: $tries failures" "$findings" ""
	done
}

for missing in "" update,destroy; do
	name=${missing:+without $missing: }
	NAT_MISSING=$missing
	nat_start
	check "${name}grants" put "${MANY[@]}"
	told "${name}list" "$(nat list | sed '$d' | sort)" nat list
	nat_stop
	nft flush ruleset
done

# Conntrack: a session under grant 1, and an old entry that defeats grant 4.
old_entry() {
	conntrack -I -p udp -s 198.51.100.7 -d 203.0.113.1 --sport 5000 \
		--dport 7000 -t 300 >/dev/null 2>&1
}
old_entries() {
	conntrack -L -p udp --orig-port-dst 7000 2>/dev/null | grep -c .
}
NAT_MISSING=
nat_start
put "${MANY[@]}"
conntrack -I -p tcp -s 198.51.100.7 -d 203.0.113.1 --sport 5001 --dport 22 \
	-t 300 --mark 0x5a000001 --state ESTABLISHED >/dev/null 2>&1
# The kernel never says of these that they were interrupted.
FAULT_TORN=
told sessions "session 1 tcp 198.51.100.7:5001 203.0.113.1:22 203.0.113.1:22" \
	nat sessions
for kind in $FAULT_ANSWERS deaf $FAULT_QUESTIONS memory; do
	n=1 findings='' tries=0
	while old_entry && [ "$(old_entries)" = 1 ] &&
		fault_run "$kind" "$n" nat_batch stale "${MANY[3]}"; do
		tries=$((tries + 1))
		if [ "$FAULT_ANSWER" = ok ]; then
			[ "$(old_entries)" = 0 ] || findings+="n=$n: it stays; "
		else
			fault_named "$FAULT_ANSWER" ||
				findings+="n=$n: $FAULT_ANSWER; "
			[ "$(nat_batch stale "${MANY[3]}")$(old_entries)" = \
				ok0 ] || findings+="n=$n: not afterwards; "
		fi
		n=$(fault_next "$n")
	done
	[ "$FAULT_ANSWER$(old_entries)" = ok0 ] || findings+="at last $FAULT_ANSWER"
	conntrack -D -p udp >/dev/null 2>&1
	is "an old entry, $kind: $tries failures" "$findings" ""
done
nat_stop

# A list ends what the configuration has no more: grant 5, its door and its NAT.
leftover() {
	nat_conf >"$NAT_CONF"
	nat_start
	nat_batch revoke "${MANY[@]}" >"$T/revoked"
	put "${MANY[@]}"
	fault_held false | grep -v $((0x5a000005)) >"$T/right"
	nat_stop
	sed -i '/^service "db4"/d; s/"db4", //' "$NAT_CONF"
	nat_start
}
for kind in lost late deaf ENOMEM inner memory; do
	n=1 findings='' tries=0 more=1
	while [ -n "$more" ]; do
		leftover
		fault_run "$kind" "$n" nat list || more=
		tries=$((tries + 1))
		[ "$FAULT_ANSWER" = ok ] || fault_named "$FAULT_ANSWER" ||
			findings+="n=$n: $FAULT_ANSWER; "
		[ "$(nat list | tail -n 1)" = ok ] ||
			findings+="n=$n: no list afterwards; "
		fault_held false | diff "$T/right" - >"$T/diff" ||
			findings+="n=$n: $(cat "$T/diff"); "
		nat_stop
		n=$(fault_next "$n")
	done
	is "a list that ends a grant, $kind: $((tries - 1)) failures" \
		"$findings" ""
done
unlike "memory is sound" "$(cat "$NAT_LOG")" 'Sanitizer|runtime error'
done_testing
