#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The interface that hauntd listens on goes down and comes up, disappears and
# is made again, is not there at the start; knocks are heard all the same.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

# knock_enters DESCRIPTION GATEWAY: knocks until the log has a grant; each try
# is a packet of its own.
knock_enters() {
	local allow=local
	[[ $2 != *:* ]] || allow=source
	if wait_until 10 one_knock "$2" "$allow"; then
		check "$1: the friend gets in" ssh_from friend "$2" 22 true
	else
		fail "$1: a knock is heard" "$(log_since)"
	fi
}

one_knock() {
	log_mark
	knock friend "$1" --access tcp/22 --allow "$2" &&
		log_wait 'admit .*result=(granted|renewed)' 1
}

world_up
start_sshd gw
config_standard 5s >"$CONF"
must_start_hauntd
knock_enters "at first" "$GW4"

on gw ip link set eth0 down
on gw ip link set eth0 up
on gw ip address replace "$GW6/64" dev eth0 nodad
knock_enters "after down and up" "$GW4"
knock_enters "after down and up, IPv6" "$GW6"

on gw ip link del eth0
world_gw_eth0
knock_enters "after it was made again" "$GW4"
knock_enters "after it was made again, IPv6" "$GW6"
is "hauntd never restarted a role" "$(grep -c 'monitor\]: ready' "$LOG")" 1
check "it stops" stop_hauntd

on gw ip link del eth0
must_start_hauntd
world_gw_eth0
knock_enters "when it appears after the start" "$GW4"
stop_hauntd

sed -i 's/^listen "eth0".*/listen "udp" { address = "0.0.0.0:62201" }\
listen "udp" { address = "[::]:62201" }/' "$CONF"
must_start_hauntd
on gw ip link del eth0
world_gw_eth0
knock_enters "by a UDP socket, after it was made again" "$GW4"
knock_enters "by a UDP socket, IPv6" "$GW6"
stop_hauntd

sed -i '/^listen/d' "$CONF"
echo 'listen "any" { ports = {62201} }' >>"$CONF"
must_start_hauntd
knock_enters "on any interface" "$GW4"
on gw ip link del eth0
world_gw_eth0
knock_enters "on any interface, after it was made again" "$GW4"
done_testing
