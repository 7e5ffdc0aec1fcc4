#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a session must outlive, of every kind, TCP and UDP, IPv4 and IPv6: the
# end of its grant (of a revocation see cut), another configuration, a restart, the death of
# each role, a foreign flush and a reload of the user's own firewall.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_sshd inner
start_nginx gw
start_udp gw 7001 secret
start_udp gw 7000 public
start_udp inner 7001 inner
config_standard 6s >"$CONF"
world_firewall_nft
{ echo "flush ruleset" && on gw nft list ruleset; } >"$T/nftables.conf"
must_start_hauntd

# come NAME KIND ADDRESS PORT KNOCK-ARGUMENT…
sessions=()
come() {
	local name=$1 kind=$2 address=$3 port=$4
	shift 4
	[[ $address != *:* ]] || set -- "$@" --allow source
	check "$name: granted" knock_for granted friend "$address" "$@"
	"${kind}_open" "$name" friend "$address" "$port"
	check "$name: up" alive "$name"
	sessions+=("$name")
}
for v in 4 6; do
	gw=GW$v inner=INNER$v
	to=${!inner} more=
	[ $v = 4 ] || to="[$to]" more=6
	come "tcp accept $v" ssh "${!gw}" 22 --access tcp/22
	come "tcp ghost $v" ssh "${!gw}" 80 --access tcp/22 --nat-port 80
	come "tcp random $v" ssh "${!gw}" 4567$v --access tcp/22 --nat-port 4567$v
	come "tcp forward $v" ssh "${!gw}" 222${more:-2} \
		--access tcp/222${more:-2} --nat "$to:22"
	come "udp accept $v" udp "${!gw}" 7001 --access udp/7001
	come "udp ghost $v" udp "${!gw}" 7000 --access udp/7001 --nat-port 7000
	come "udp random $v" udp "${!gw}" 4568$v --access udp/7001 --nat-port 4568$v
	come "udp forward $v" udp "${!gw}" 222${more:-2} \
		--access udp/222${more:-2} --nat "$to:7001"
done

all_alive() {
	local name
	for name in "${sessions[@]}"; do
		check "$1: $name lives" alive "$name"
	done
}
no_grants() {
	[ "$(element_count grant4)" = 0 ] && [ "$(element_count grant6)" = 0 ]
}
tags_are_back() {
	[ "$(foreign_ruleset | grep -c haunt:auto)" = 2 ]
}

check "the grants end" wait_until 10 no_grants
all_alive "after expiry"
sed -i 's/lifetime = "6s"/lifetime = "7s"/' "$CONF"
check "another configuration" ctl reload
all_alive "after a reload"
for role in capture gate nat; do
	log_mark
	kill -KILL "$(role_pid $role)"
	check "$role was killed, and is back" log_wait 'died role=.*' 5
	check "hauntd answers" wait_until 10 ctl status
done
all_alive "after kill -9 of each role"
stop_hauntd
must_start_hauntd
all_alive "after a restart"
for i in 1 2 3; do
	check "foreign flush $i" on gw nft flush ruleset
done
all_alive "after a foreign flush"
on gw nft -f "$T/nftables.conf"
check "the tagged rules are back" wait_until 5 tags_are_back
on gw nft -f "$T/nftables.conf"
check "and again" wait_until 5 tags_are_back
all_alive "after reloads of the user's firewall"
check "a stranger is refused" tcp_refused stranger "$GW4" 22
check "nobody new gets in by them" tcp_refused friend "$GW4" 2222
done_testing
