#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A UDP flow from before the grant, to a public port that the grant co-opts,
# does not keep the client from the service: its conntrack entry goes.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_udp gw 7001 secret
start_udp gw 7000 public
start_udp inner 7001 within
config_standard 20s >"$CONF"
must_start_hauntd

# turns NAME WANTED: within six seconds the flow's answers begin with WANTED.
turns() {
	local end answer
	end=$(($(now_ms) + 6000))
	while [ "$(now_ms)" -lt "$end" ]; do
		session_say "$1" hello
		answer=$(session_hear "$1" 1)
		[[ $answer != "$2 "* ]] || return 0
	done
	echo "the last answer: $answer"
	return 1
}

# assured NAME: asks until the flow is assured: several packets, both ways.
assured() {
	local i
	for i in 1 2 3 4; do
		session_say "$1" "hello $i"
		session_hear "$1" 1 >/dev/null
	done
}

for family in 4 6; do
	gw=GW$family
	allow=local
	[ $family = 4 ] || allow=source
	udp_open "mine$family" friend "${!gw}" 7000
	udp_open "other$family" friend2 "${!gw}" 7000
	check "IPv$family: the flow reaches the public service" \
		turns "mine$family" public
	assured "mine$family"
	check "IPv$family: another's flow, too" turns "other$family" public
	check "IPv$family: the ghost is granted" knock_for granted friend \
		"${!gw}" --access udp/7001 --nat-port 7000 --allow "$allow"
	check "IPv$family: the same flow now reaches the service" \
		turns "mine$family" secret
	check "IPv$family: another's flow stays with the public service" \
		turns "other$family" public
	check "IPv$family: the entry says so" bash -c "ip netns exec gw \
		conntrack -L -f ipv$family -p udp --orig-port-dst 7000 \
		2>/dev/null | grep -q 'sport=7001'"
done

# A server that takes its time answers when the entry of the question is gone
# already; its answer must not begin a flow that keeps the client with it.
start_udp gw 40500 slow 150
for family in 4 6; do
	gw=GW$family
	allow=local
	[ $family = 4 ] || allow=source
	udp_open "late$family" friend "${!gw}" 40500
	session_say "late$family" first
	like "IPv$family: the slow server answers" \
		"$(session_hear "late$family" 2)" '^slow '
	session_say "late$family" second
	check "IPv$family: the ghost is granted meanwhile" knock_for granted \
		friend "${!gw}" --access udp/7001 --nat-port 40500 \
		--allow "$allow"
	check "IPv$family: what follows reaches the service" \
		turns "late$family" secret
done

# A flow that nothing answered (a closed port) has an entry, too.
udp_open forward friend "$GW4" 2222
session_say forward hello
like "a flow to a closed port is refused" "$(session_hear forward 1)" '^error'
check "the forward is granted" knock_for granted friend "$GW4" \
	--access udp/2222 --nat "$INNER4:7001"
check "the same flow now reaches the host within" turns forward within
done_testing
