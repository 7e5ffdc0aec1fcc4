#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# at-end = "cut": sessions end with their grant, by the kernel's own clock,
# whether hauntd lives or not; a renewal carries them on. One that keeps its
# sessions stands beside it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
SSHD_MORE="ClientAliveInterval 1" start_sshd inner
start_nginx gw
start_udp gw 7001 secret
start_udp inner 7001 inner
config_standard 4s >"$CONF"
sed -i 's/^\(service "\(ssh\|inner-ssh\|inner-ssh6\|inner-echo\|echo\)" {\)$/\1 at-end = "cut"/' \
	"$CONF"
sed -i '/^client "alice"/i service "kept" { target = "tcp/22" at = {"tcp/2022"} lifetime = "4s" }' \
	"$CONF"
sed -i '/^client "bob"/,/^}/s/services = .*/services = {"kept"}/' "$CONF"
must_start_hauntd

sessions=(accept ghost inner six inner6 udp udp-inner)
open_all() {
	check "$1: accept" knock_for granted friend "$GW4" --access tcp/22
	ssh_open accept friend "$GW4" 22
	check "$1: ghost" knock_for granted friend "$GW4" --access tcp/22 \
		--nat-port 80
	ssh_open ghost friend "$GW4" 80
	check "$1: forward" knock_for granted friend "$GW4" --access tcp/2222 \
		--nat "$INNER4:22"
	ssh_open inner friend "$GW4" 2222
	check "$1: IPv6" knock_for granted friend "$GW6" --allow source \
		--access tcp/22
	ssh_open six friend "$GW6" 22
	check "$1: forward, IPv6" knock_for granted friend "$GW6" \
		--allow source --access tcp/2226 --nat "[$INNER6]:22"
	ssh_open inner6 friend "$GW6" 2226
	check "$1: UDP" knock_for granted friend "$GW4" --access udp/7001
	udp_open udp friend "$GW4" 7001
	check "$1: UDP forward" knock_for granted friend "$GW4" \
		--access udp/2222 --nat "$INNER4:7001"
	udp_open udp-inner friend "$GW4" 2222
	for name in "${sessions[@]}"; do
		check "$1: $name is up" alive "$name"
	done
}
no_grants() {
	[ "$(element_count grant4)" = 0 ] && [ "$(element_count grant6)" = 0 ]
}
all_dead() {
	check "$1: the grants end" wait_until 6 no_grants
	for name in "${sessions[@]}"; do
		refuse "$1: $name is dead" alive "$name"
		session_close "$name"
	done
}
shells() {
	on "$1" ss -Htn state established '( sport = :22 )' | wc -l
}
shells_are() {
	[ "$(shells "$1")" = "$2" ]
}

check "bob" knock_for granted friend2 "$GW4" --access tcp/22 --nat-port 2022 \
	--key "$(key bob)"
ssh_open bob friend2 "$GW4" 2022
check "bob is in" alive bob

open_all "hauntd lives"
all_dead "hauntd lives"
check "the sockets of this host are closed" wait_until 3 shells_are gw 1
check "and those of the host within" wait_until 5 shells_are inner 0
check "bob, whose service keeps them, types on" alive bob

check "ssh" knock_for granted friend "$GW4" --access tcp/22
ssh_open renewed friend "$GW4" 22
check "it is up" alive renewed
for i in 1 2; do
	check "renewal $i" knock_for renewed friend "$GW4" --access tcp/22 \
		--lifetime 6
	alive renewed
done
check "it lives as long as the last renewal" alive renewed
check "the grants end" wait_until 8 no_grants
refuse "and no longer" alive renewed
session_close renewed

open_all "hauntd is dead"
kill9_hauntd
check "hauntd is dead: the grants end" wait_until 6 no_grants
for name in accept ghost six inner udp; do
	refuse "hauntd is dead: $name is dead" alive "$name"
done
check "bob types on" alive bob
# Conntrack forgets what was closed after ten seconds; these were not.
must_start_hauntd
all_dead "hauntd is back"
check "bob types on" alive bob
open_all "revoked"
check "revoke, without --cut" ctl revoke alice
all_dead "revoked"
check "bob types on" alive bob
done_testing
