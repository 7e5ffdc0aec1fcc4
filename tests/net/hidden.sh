#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# sshd on an address that nobody routes to: the port that others see is really
# closed, whatever becomes of the rules; and never-close-for, the way in that
# stays.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

HIDDEN4=192.0.2.77 HIDDEN6=2001:db8:77::1
world_up
on gw ip address add $HIDDEN4/32 dev lo
on gw ip address add $HIDDEN6/128 dev lo nodad
ssh_keys
SSHD_ONLY="ListenAddress $HIDDEN4
ListenAddress $HIDDEN6" start_sshd gw
start_nginx gw
{
	config_head
	cat <<-END
		never-close-for = {"$SECOND4", "2001:db8:1::8/126"}
		service "ssh4" { target = "$HIDDEN4 tcp/22" hidden = true
			at = {"tcp/22", "tcp/80"} lifetime = "5s" }
		service "ssh6" { target = "$HIDDEN6 tcp/22" hidden = true
			at = {"tcp/22"} lifetime = "5s" }
		service "other" { target = "tcp/2200" lifetime = "5s" }
		client "alice" { key = "$(key alice)"
			services = {"ssh4", "ssh6", "other"}
			allow-unbound-address = true }
	END
} >"$CONF"
must_start_hauntd

reparses() {
	on gw nft list ruleset >"$T/ruleset" && on stranger nft -c -f "$T/ruleset"
}
sees_nothing() {
	check "$1: the stranger sees nothing" stranger_sees_nothing 22
	# Neighbours who write the hidden address into their packets.
	check "$1: nor by the hidden address" tcp_refused stranger $HIDDEN4 22
	check "$1: nor by the IPv6 one" tcp_refused stranger $HIDDEN6 22
}
on stranger ip route add $HIDDEN4 via "$GW4"
on stranger ip -6 route add $HIDDEN6 via "$GW6"
on friend ip route add $HIDDEN4 via "$GW4"
sees_nothing "hidden"
check "hidden: granted" knock_for granted friend "$GW4" --access tcp/22 \
	--nat "$HIDDEN4:22"
ssh_open hidden friend "$GW4" 22
check "hidden: the friend is in" alive hidden
# shellcheck disable=SC2016 # expanded over there
is "hidden: the service sees the client's address" \
	"$(ssh_from friend "$GW4" 22 'echo ${SSH_CONNECTION%% *}')" "$FRIEND4"
check "hidden: granted through port 80" knock_for granted friend "$GW4" \
	--access tcp/80 --nat "$HIDDEN4:22"
check "hidden: the friend is in through port 80" ssh_from friend "$GW4" 80 true
check "hidden: granted over IPv6" knock_for granted friend "$GW6" \
	--allow source --access tcp/22 --nat "[$HIDDEN6]:22"
check "hidden: the friend is in over IPv6" ssh_from friend "$GW6" 22 true
refuse "hidden: but not by the hidden address" \
	ssh_from friend $HIDDEN4 22 true
sees_nothing "during a grant"
no_grants() {
	[ "$(element_count grant4)" = 0 ] && [ "$(element_count grant6)" = 0 ]
}
check "the grants end" wait_until 8 no_grants
check "hidden: the session types on" alive hidden
check "hidden: the port is closed to the friend" tcp_refused friend "$GW4" 22
sees_nothing "after"
stop_hauntd
on gw nft delete table inet haunt
on gw nft delete table inet haunt_anchor
check "without any rule: closed" tcp_refused stranger "$GW4" 22
check "without any rule: closed over IPv6" tcp_refused stranger "$GW6" 22

# The way in that stays.
start_sshd gw 2200
for kind in none nft; do
	[ $kind = none ] || world_firewall_nft
	must_start_hauntd
	check "$kind: never-close-for" ssh_from friend2 "$GW4" 2200 true
	check "$kind: never-close-for, IPv6" ssh_from friend2 "$GW6" 2200 true
	ssh_open "stay$kind" friend2 "$GW4" 2200
	check "$kind: a session of it types" alive "stay$kind"
	check "$kind: others are refused" tcp_refused friend "$GW4" 2200
	check "$kind: strangers, too" tcp_refused stranger "$GW6" 2200
	check "$kind: the port is closed for all but these" \
		looks_closed stranger "$GW4" -sS 2200
	is "$kind: it is no grant" "$(ctl --json grants | jq -c .grants)" '[]'
	check "$kind: nft reads what it prints" reparses
	stop_hauntd
	check "$kind: also while hauntd is away" \
		ssh_from friend2 "$GW4" 2200 true
done
done_testing
