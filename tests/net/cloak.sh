#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A cloaked port looks like this host's closed ports to every scan of nmap, on
# a host without a firewall, behind a default-drop nftables ruleset and behind
# default-drop iptables-nft; and port 80 looks the same with a ghost behind it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need nmap

world_up
start_sshd gw
start_nginx gw
start_udp gw 7001 secret
config_standard 60s >"$CONF"

# web_look: what a stranger can tell about port 80.
web_look() {
	web_look_at "$GW4" "http://$GW4/" >"$T/web4" &
	web_look_at "$GW6" "http://[$GW6]/" -6 >"$T/web6"
	wait $!
	cat "$T/web4" "$T/web6"
}

# web_look_at ADDRESS URL [-6]
web_look_at() {
	port_look stranger "$1" -sS 80
	port_look stranger "$1" -sF 80
	on stranger nmap "${@:3}" -n -Pn --disable-arp-ping -sV \
		--version-light -p 80 -oN - "$1" | grep ^80/
	on stranger curl -sSi --max-time 3 "$2" | grep -v '^Date:'
	on stranger curl -sSi --max-time 3 -X BREW "$2" | grep -v '^Date:'
}

# cloaked HOST-KIND: every scan, both families, all at once.
cloaked() {
	local address scan port jobs=() job
	for address in "$GW4" "$GW6"; do
		for scan in -sS -sA -sF -sX -sN -sM -sW; do
			scan_begin "$address" "$scan" 22
		done
		scan_begin "$address" -sU 7001
		scan_begin "$address" -sU 62201
	done
	for job in "${jobs[@]}"; do
		IFS=, read -r address scan port <<<"$job"
		check "$1, $address: nmap $scan cannot tell port $port" \
			scan_end "$job"
	done
}

scan_begin() {
	local job="$1,$2,$3"
	looks_closed stranger "$1" "$2" "$3" >"$T/scan-$job" 2>&1 &
	echo $! >"$T/scan-$job.pid"
	jobs+=("$job")
}

# scan_end JOB: its status, and what it said.
scan_end() {
	cat "$T/scan-$1"
	wait "$(cat "$T/scan-$1.pid")"
}

# ghost HOST-KIND: a live ghost grant of the friend changes nothing for others.
ghost() {
	check "$1: a ghost is granted" knock_for granted friend "$GW4" \
		--access tcp/22 --nat-port 80
	check "$1: the friend's port 80 is sshd" ssh_from friend "$GW4" 80 true
	is "$1: port 80 looks the same with a ghost behind it" \
		"$(web_look)" "$bare"
	looks_alive "$1"
}

looks_alive() {
	check "$1: an accept is granted" knock_for granted friend "$GW4" \
		--access tcp/22
	check "$1: the friend gets in at tcp/22" ssh_from friend "$GW4" 22 true
	check "$1: the stranger still cannot tell tcp/22" \
		looks_closed stranger "$GW4" -sS 22
}

one_host() {
	bare=$(web_look)
	must_start_hauntd
	is "$1: port 80 looks the same with hauntd" "$(web_look)" "$bare"
	cloaked "$1"
	ghost "$1"
	stop_hauntd
	check "$1: and with hauntd gone, tcp/22 stays dark" \
		looks_closed stranger "$GW4" -sS 22
	check "$1: uninstall" on gw "$HAUNTD" -c "$CONF" --uninstall
}

case ${1:-none} in
none)
	one_host "no firewall"
	;;
nft)
	world_firewall_nft
	one_host "default-drop nftables"
	;;
iptables)
	need iptables-nft ip6tables-nft
	world_firewall_iptables
	one_host "default-drop iptables-nft"
	;;
esac
done_testing
