#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# On a kernel without what newer ones have: tables that outlive their owner,
# timeouts that can be changed, deletes of what may be gone, filtered conntrack
# dumps. Everything that is promised holds there, too.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_sshd inner
start_nginx gw
start_udp gw 7001 secret
start_udp gw 7000 public
config_standard 20s >"$CONF"
old=(--assume-missing "persist,update,destroy,ctfilter")
must_start_hauntd "${old[@]}"
like "the log says what is missing" "$(log_since)" \
	'persist=no update=no destroy=no ctfilter=no'
unlike "no table has an owner" "$(on gw nft list ruleset)" 'flags owner'

check "granted" knock_for granted friend "$GW4" --access tcp/22
check "the friend gets in" ssh_from friend "$GW4" 22 true
check "longer" knock_for renewed friend "$GW4" --access tcp/22 --lifetime 60
is "one element" "$(element_count grant4)" 1
within "for 60 s" "$(remaining_ms grant4 'tcp \. 22')" 58500 60000
check "shorter" knock_for renewed friend "$GW4" --access tcp/22 --lifetime 3
is "one element still" "$(element_count grant4)" 1
within "for 3 s" "$(remaining_ms grant4 'tcp \. 22')" 1500 3000
gone() {
	[ "$(element_count grant4)" = 0 ]
}
check "it ends" wait_until 5 gone
check "the door is shut" tcp_refused friend "$GW4" 22
for i in 1 2 3; do
	check "granted again at once, $i" knock_for '(granted|renewed)' friend \
		"$GW4" --access tcp/22 --lifetime 1
	wait_until 2 gone
done

check "a ghost is granted" knock_for granted friend "$GW4" \
	--access tcp/22 --nat-port 80 --lifetime 30
ssh_open ghost friend "$GW4" 80
check "a session through it is up" alive ghost
check "a forward is granted" knock_for granted friend "$GW4" \
	--access tcp/2222 --nat "$INNER4:22" --lifetime 30
check "the friend gets in to the host within" \
	ssh_from friend "$GW4" 2222 true
check "renewed, NAT and all" knock_for renewed friend "$GW4" \
	--access tcp/2222 --nat "$INNER4:22" --lifetime 40
check "the friend gets in again" ssh_from friend "$GW4" 2222 true

for family in 4 6; do
	gw=GW$family
	allow=local
	[ $family = 4 ] || allow=source
	udp_open "flow$family" friend "${!gw}" 7000
	for i in 1 2 3; do
		session_say "flow$family" hello
		answer=$(session_hear "flow$family")
	done
	like "IPv$family: a flow of before is the public service's" "$answer" \
		'^public '
	check "IPv$family: the UDP ghost is granted" knock_for granted friend \
		"${!gw}" --access udp/7001 --nat-port 7000 --allow "$allow"
	turned() {
		session_say "flow$family" hello
		[[ $(session_hear "flow$family") == "secret "* ]]
	}
	check "IPv$family: the same flow now reaches the service" \
		wait_until 10 turned
done

check "killed" kill9_hauntd
check "the session types on" alive ghost
check "tcp/22 stays dark" looks_closed stranger "$GW4" -sS 22
must_start_hauntd "${old[@]}"
like "the new one knows what is in force" "$(log_since)" 'adopt grants=4'
check "the friend gets in by the old grant" ssh_from friend "$GW4" 80 true
check "the session types on" alive ghost
check "it stops" stop_hauntd
must_start_hauntd
check "with a newer kernel the session types on" alive ghost
check "the friend gets in by the old grant" ssh_from friend "$GW4" 80 true
check "it can be renewed" knock_for renewed friend "$GW4" \
	--access tcp/22 --nat-port 80
check "it stops" stop_hauntd
check "uninstall" on gw "$HAUNTD" -c "$CONF" --uninstall
is "nothing is left" "$(on gw nft list ruleset)" ""
done_testing
