#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# TCP and HTTP listeners: a stranger sees what a friend sees, packet for packet;
# slow senders, those who say nothing and those who say too much get their time
# and no more memory than that; and friends get through meanwhile.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need tcpdump ss
CARRY=$BUILD/tests/lib/carry
world_up
serve gw gw tcp/22

conf() {
	conf_gateway | sed '/^listen/d'
	cat <<-EOF
		listen "eth0" { ports = {62201} tcp-ports = {8080} }
		listen "tcp" { address = "0.0.0.0:62201" }
		listen "http" { address = "0.0.0.0:8080" }
		listen "http" { address = "[::]:8080" }
		${1-}
	EOF
	conf_client alice 'allow-unbound-address = true'
}
key_make nobody
conf >"$CONF"
must_start_hauntd

packet() {
	local text
	text=$("$tools/forge" "keys/$1" rand @alice now 3.0.0 1 @0.0.0.0,tcp/22)
	printf %s "$text"
}
get() {
	printf 'GET /%s HTTP/1.1\r\nHost: gw\r\n\r\n' \
		"$(packet "$1" | tr +/ -_)"
}
granted_for() {
	log_wait "admit client=alice carrier=$1 .*address=$2 .*result=(granted|renewed)" \
		"${3:-5}" >/dev/null
}

# ---- the same for both ----

# act NAME HOST KEY: what friend and stranger do alike; prints what they see.
act() {
	case $1 in
	packet) packet "$3" | on "$2" "$CARRY" tcp "$GW4" 62201 ;;
	request) get "$3" | on "$2" "$CARRY" tcp "$GW4" 8080 ;;
	request-end) get "$3" | on "$2" "$CARRY" tcp "$GW4" 8080 0 0 wait ;;
	packet-end) packet "$3" |
		on "$2" "$CARRY" tcp "$GW4" 62201 0 0 wait ;;
	half) get "$3" | head -c 150 |
		on "$2" "$CARRY" tcp "$GW4" 8080 0 0 wait ;;
	much) {
		get "$3"
		head -c 40000 /dev/zero
	} | on "$2" "$CARRY" tcp "$GW4" 8080 0 0 wait ;;
	silent) : | on "$2" "$CARRY" tcp "$GW4" 8080 0 0 wait ;;
	six) get "$3" | on "$2" "$CARRY" tcp "$GW6" 8080 0 0 wait ;;
	slow) packet "$3" | on "$2" "$CARRY" tcp "$GW4" 62201 1 50 ;;
	esac
}
acts="packet request request-end packet-end half much silent six slow"
for host in friend stranger; do
	ip netns exec $host tcpdump -i eth0 -n -U -w "$T/$host.pcap" \
		"tcp and src host ($GW4 or $GW6)" 2>"$T/$host.dump" &
	wait_line "$T/$host.dump" 'listening on' >/dev/null
done
log_mark
jobs=()
for name in $acts; do
	act "$name" friend alice >"$T/friend.$name" &
	jobs+=($!)
	act "$name" stranger nobody >"$T/stranger.$name" &
	jobs+=($!)
done
wait "${jobs[@]}"
sees() {
	# How much of a slow one fits into the time is for the clocks to say.
	sed 's/ ms=.*//; s/^sent=\(9[0-9]\|10[0-9]\) /sent=about-100 /' "$T/$1.$2"
}
took() {
	sed 's/.* ms=//' "$T/$1.$2"
}
for name in $acts; do
	is "$name: a stranger sees the same end" "$(sees stranger "$name")" \
		"$(sees friend "$name")"
	unlike "$name: without an answer" "$(cat "$T/stranger.$name")" answer
	within "$name: at the same time, ms apart" \
		$(($(took stranger "$name") - $(took friend "$name"))) -300 300
done
for name in request-end packet-end half much silent six slow; do
	within "$name: time is up after five seconds, ms" \
		"$(took friend "$name")" 4900 5700
done
like "slow: the gateway ended it" "$(cat "$T/friend.slow")" 'end=eof'
refuse "slow: before all was said" grep -q "sent=$(packet alice | wc -c) " \
	"$T/friend.slow"
# packet, packet-end, request, request-end, much, six
is "friends' packets were taken, and each once" \
	"$(log_since | grep -cE 'client=alice .*result=(granted|renewed)') $(
		log_since | grep -c 'result=replay')" "6 0"

# On the wire: every kind of packet that came back. How many acknowledgements
# there are, and with which window, is for the clocks of both kernels to say.
wire() {
	tcpdump -n -t -r "$T/$1.pcap" 2>/dev/null |
		sed -E 's/.*: Flags/Flags/; s/seq [0-9:]*,//; s/ack [0-9]*/ack/
			s/val [0-9]* ecr [0-9]*//
			/Flags .S/!s/win [0-9]*//' | sort -u
}
like "the wire was watched" "$(wire stranger)" 'Flags \[S\.\]'
is "on the wire it is the same" "$(wire stranger)" "$(wire friend)"
unlike "and nothing was ever sent" "$(wire friend)" 'length [1-9]'

# ---- the same packet ----

log_mark
once=$(packet alice)
for _ in 1 2; do
	printf %s "$once" | on friend "$CARRY" tcp "$GW4" 62201 >/dev/null
done
log_wait 'carrier=tcp .*result=replay reason=seen-before' >/dev/null
check "the same packet in a second connection is a replay" [ $? = 0 ]
log_mark
get alice | on friend "$CARRY" tcp "$GW4" 8080 >/dev/null
granted_for http "$FRIEND4"
packet alice | on friend "$CARRY" tcp "$GW4" 62201 >/dev/null
granted_for tcp "$FRIEND4"
is "what socket and sniffer both hear is one" \
	"$(log_since | grep -c 'admit ')" 2

# ---- floods ----

capture=$(role_pid capture)
rss() {
	awk '/VmRSS/ { print $2 }' "/proc/$capture/status"
}
descriptors() {
	find "/proc/$capture/fd" -mindepth 1 2>/dev/null | wc -l
}
before=$(rss)
idle=$(descriptors)

# friends_through WHAT: by both, within two seconds.
friends_through() {
	local started
	log_mark
	started=$(now_ms)
	get alice | on friend "$CARRY" tcp "$GW4" 8080 >/dev/null
	granted_for http "$FRIEND4"
	packet alice | on friend "$CARRY" tcp "$GW4" 62201 >/dev/null
	granted_for tcp "$FRIEND4"
	within "$1: a friend gets through, ms" $(($(now_ms) - started)) 0 2000
}
# flood NAME ARGUMENT…: 10,000 connections from the stranger, held.
flood() {
	session_open "$1" flood stranger "$CARRY" hold "$GW4" 8080 10000 \
		"${@:2}"
}
flood one
friends_through "10,000 connections of one stranger coming"
session_hear one 20 >/dev/null
friends_through "10,000 connections of one stranger held"
within "they have 16 places" $(($(descriptors) - idle)) 0 16
session_close one
on stranger ip route add local 10.9.0.0/16 dev lo
on gw ip route add 10.9.0.0/16 via "$STRANGER4"
flood all 10.9
friends_through "10,000 connections of 10,000 strangers coming"
session_hear all 20 >/dev/null
within "they have no more than all places" $(($(descriptors) - idle)) 0 512
friends_through "10,000 connections of 10,000 strangers held"
within "memory has not grown by more than 8 MB, kB" \
	$(($(rss) - before)) -8192 8192
session_close all
is "capture is the same process" "$(role_pid capture)" "$capture"

# ---- reload ----

conf 'listen "http" { address = "0.0.0.0:81" }' |
	sed '/address = "0.0.0.0:62201"/d' >"$CONF"
# Said in part before, in whole after.
get alice | on friend "$CARRY" tcp "$GW4" 8080 120 250 >"$T/across" &
across=$!
established() {
	[ -n "$(on gw ss -Htn state established 'sport = :8080')" ]
}
check "somebody is connected" wait_until 3 established
log_mark
kill -HUP "$HAUNTD_PID"
log_wait 'reload .*result=done' 10 >/dev/null
check "a reload with other listeners is carried out" [ $? = 0 ]
wait "$across"
granted_for http "$FRIEND4"
check "who was there when it began gets through" [ $? = 0 ]
log_since; cat "$T/across"
for port in 8080 81; do
	log_mark
	get alice | on friend "$CARRY" tcp "$GW4" "$port" >/dev/null
	granted_for http "$FRIEND4"
	check "tcp/$port: heard afterwards" [ $? = 0 ]
done
closed() {
	[ -z "$(on gw ss -Htln 'sport = :62201')" ]
}
check "a listener that is gone is gone" wait_until 5 closed

# ---- somebody has the port ----

stop_hauntd
session_open taken tcp gw socat TCP4-LISTEN:81,fork -
taken() {
	[ -n "$(on gw ss -Htln 'sport = :81')" ]
}
wait_until 5 taken
refuse "hauntd does not start where another listens" start_hauntd
like "and says where" "$(log_since)" \
	'listen address=0\.0\.0\.0:81 error=EADDRINUSE'
done_testing
