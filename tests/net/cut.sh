#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sessions that are cut are dead: by revoke --cut and by at-end = "cut", for
# all kinds, TCP and UDP, IPv4 and IPv6; also when conntrack forgets them, also
# without hauntd; others are not touched, and a new grant opens anew.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need conntrack

world_up
start_sshd gw
# This one looks after its clients, and so speaks to them, every second.
SSHD_MORE="ClientAliveInterval 1" start_sshd inner
start_nginx gw
start_udp gw 7001 secret
start_udp gw 7000 public
start_udp inner 7001 inner
config_standard 30s >"$CONF"
sed -i 's/services = {"ssh"}$/services = {"ssh", "echo"}/' "$CONF"
must_start_hauntd

sessions=(accept ghost inner six inner6 udp udp-ghost udp-inner udp6)

# open_all: alice's sessions of every kind, from friend.
open_all() {
	local a4="friend $GW4" a6="friend $GW6 --allow source"
	# shellcheck disable=SC2086 # lists of words
	{
		check "$1: accept" knock_for granted $a4 --access tcp/22
		ssh_open accept friend "$GW4" 22
		check "$1: ghost" knock_for granted $a4 --access tcp/22 --nat-port 80
		ssh_open ghost friend "$GW4" 80
		check "$1: forward" knock_for granted $a4 --access tcp/2222 \
			--nat "$INNER4:22"
		ssh_open inner friend "$GW4" 2222
		check "$1: accept, IPv6" knock_for granted $a6 --access tcp/22
		ssh_open six friend "$GW6" 22
		check "$1: forward, IPv6" knock_for granted $a6 --access tcp/2226 \
			--nat "[$INNER6]:22"
		ssh_open inner6 friend "$GW6" 2226
		check "$1: UDP" knock_for granted $a4 --access udp/7001
		udp_open udp friend "$GW4" 7001
		check "$1: UDP ghost" knock_for granted $a4 --access udp/7001 \
			--nat-port 7000
		udp_open udp-ghost friend "$GW4" 7000
		check "$1: UDP forward" knock_for granted $a4 --access udp/2222 \
			--nat "$INNER4:7001"
		udp_open udp-inner friend "$GW4" 2222
		check "$1: UDP, IPv6" knock_for granted $a6 --access udp/7001
		udp_open udp6 friend "$GW6" 7001
	}
	for name in "${sessions[@]}"; do
		check "$1: $name is up" alive "$name"
	done
}

close_all() {
	for name in "${sessions[@]}"; do
		session_close "$name"
	done
}

all_dead() {
	for name in "${sessions[@]}"; do
		refuse "$1: $name is dead" alive "$name"
	done
}

# shells HOST: how many sshd sessions there are.
shells() {
	on "$1" ss -Htn state established '( sport = :22 )' | wc -l
}
shells_are() {
	[ "$(shells "$1")" = "$2" ]
}

# Bob's sessions stand by: nobody may touch them.
check "bob is let in" knock_for granted friend2 "$GW4" --access tcp/22 \
	--key "$(key bob)"
ssh_open bob friend2 "$GW4" 22
check "bob's session is up" alive bob
check "bob may use UDP" knock_for granted friend2 "$GW4" --access udp/7001 \
	--key "$(key bob)"
udp_open bob-udp friend2 "$GW4" 7001
check "bob's flow is up" alive bob-udp

open_all "revoke"
check "revoke without --cut" ctl revoke alice
for name in "${sessions[@]}"; do
	check "revoked without --cut: $name lives" alive "$name"
done
close_all
check "the sessions have ended" wait_until 5 shells_are gw 1

open_all "cut"
is "there are as many shells" "$(shells gw) $(shells inner)" "4 2"
check "revoke --cut" ctl revoke alice --cut
check "the sockets of this host are closed at once" \
	wait_until 2 shells_are gw 1
all_dead "cut"
check "the host within is told when it speaks" \
	wait_until 5 shells_are inner 0
check "bob's session types on" alive bob
check "bob's flow goes on" alive bob-udp
is "port 80 is the web server's" "$(http_from friend "$GW4")" "public site"
refuse "no element is left of alice" element_count grant4 alice
close_all

# Also those whose grant is over long since.
check "alice" knock_for granted friend "$GW4" --access tcp/22 --lifetime 2
ssh_open late friend "$GW4" 22
check "she is in" alive late
over() {
	[ "$(element_count grant4 alice)" = 0 ]
}
check "the grant is over" wait_until 5 over
refuse "revoke knows of no grant" ctl revoke alice
check "the session lives" alive late
check "revoke --cut" ctl revoke alice --cut
check "its socket is closed" wait_until 3 shells_are gw 1
refuse "the session is dead" alive late
session_close late

# What conntrack has forgotten does not come back through what a server says:
# one that speaks by itself, ten times a second.
printf '#!/bin/sh\nwhile echo tick && sleep 0.1; do true; done\n' >"$T/tick"
chmod 0755 "$T/tick"
talker() {
	ip netns exec "$1" socat -d -d "TCP-LISTEN:$2,fork,reuseaddr" \
		"EXEC:$T/tick" 2>"$T/talker-$1.log" &
	wait_line "$T/talker-$1.log" 'listening on' 5 >/dev/null
}
# heard_more COUNT NAME
heard_more() {
	[ "$(wc -l <"$T/heard-$2")" -gt "$1" ]
}
# forgotten NAME SERVER ADDRESS PORT TARGET-PORT KNOCK-ARGUMENT…
forgotten() {
	local name=$1 server=$2 address=$3 port=$4 target=$5 n
	shift 5
	check "$name: she is let in" knock_for granted friend "$address" "$@"
	[[ $address != *:* ]] || address="[$address]"
	ip netns exec friend socat -u "TCP:$address:$port" - \
		>"$T/heard-$name" 2>/dev/null &
	check "$name: she hears the server" wait_until 5 heard_more 3 "$name"
	check "$name: revoke --cut" ctl revoke alice --cut
	n=$(wc -l <"$T/heard-$name")
	on gw conntrack -D -p tcp --orig-port-dst "$port" >/dev/null 2>&1
	check "$name: the server is told" wait_until 5 untold "$server" "$target"
	refuse "$name: she hears nothing any more" \
		wait_until 1 heard_more "$((n + 1))" "$name"
}
untold() {
	[ -z "$(on "$1" ss -Htn state established "( sport = :$2 )")" ]
}
sed -i 's,target = "tcp/22",target = "tcp/2200",
	s,at = {"tcp/22"\,,at = {"tcp/2200"\,,
	s,\(target = ".*\) tcp/22",\1 tcp/2200",' "$CONF"
stop_hauntd
must_start_hauntd
check "a server here that speaks by itself" talker gw 2200
check "and one within" talker inner 2200
forgotten accept gw "$GW4" 2200 2200 --access tcp/2200
forgotten ghost gw "$GW4" 80 2200 --access tcp/2200 --nat-port 80
forgotten forward inner "$GW4" 2222 2200 --access tcp/2222 --nat "$INNER4:2200"
done_testing
