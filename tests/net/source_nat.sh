#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the host within sees: source-nat none, masquerade, and an address.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd inner
start_udp inner 7001 within
on gw ip address add 192.0.2.77/24 dev eth1
# Deprecated: an address that nobody takes by himself.
on gw ip address add 2001:db8:2::77/64 dev eth1 nodad preferred_lft 0
on inner ip route add 198.51.100.0/24 via 192.0.2.1
on inner ip route add 2001:db8:1::/64 via 2001:db8:2::1

# service NAME TARGET PORT SOURCE-NAT
service() {
	cat <<-END
		service "$1" {
			target = "$2"
			at = {"$3"}
			lifetime = "20s"
			source-nat = "$4"
		}
	END
}
{
	config_head
	service t4-none "$INNER4 tcp/22" tcp/3001 none
	service t4-masq "$INNER4 tcp/22" tcp/3002 masquerade
	service t4-addr "$INNER4 tcp/22" tcp/3003 192.0.2.77
	service u4-none "$INNER4 udp/7001" udp/3001 none
	service u4-addr "$INNER4 udp/7001" udp/3003 192.0.2.77
	service t6-none "$INNER6 tcp/22" tcp/3004 none
	service t6-masq "$INNER6 tcp/22" tcp/3005 masquerade
	service t6-addr "$INNER6 tcp/22" tcp/3006 2001:db8:2::77
	cat <<-END
		client "alice" {
			key = "$(key alice)"
			services = {"t4-none", "t4-masq", "t4-addr", "u4-none",
				"u4-addr", "t6-none", "t6-masq", "t6-addr"}
			allow-unbound-address = true
		}
	END
} >"$CONF"
must_start_hauntd

# seen_ssh DESCRIPTION GATEWAY PORT TARGET ADDRESS: ADDRESS is what inner sees.
seen_ssh() {
	local allow=local
	[[ $2 != *:* ]] || allow=source
	check "$1: granted" knock_for granted friend "$2" --access "tcp/$3" \
		--nat "$4:22" --allow "$allow"
	# shellcheck disable=SC2016 # expanded over there
	is "$1: the host within sees $5" \
		"$(ssh_from friend "$2" "$3" 'echo ${SSH_CONNECTION%% *}' 2>&1)" "$5"
}
seen_ssh "IPv4 none" "$GW4" 3001 "$INNER4" "$FRIEND4"
seen_ssh "IPv4 masquerade" "$GW4" 3002 "$INNER4" 192.0.2.1
seen_ssh "IPv4 address" "$GW4" 3003 "$INNER4" 192.0.2.77
seen_ssh "IPv6 none" "$GW6" 3004 "[$INNER6]" "$FRIEND6"
seen_ssh "IPv6 masquerade" "$GW6" 3005 "[$INNER6]" 2001:db8:2::1
seen_ssh "IPv6 address" "$GW6" 3006 "[$INNER6]" 2001:db8:2::77

check "UDP none: granted" knock_for granted friend "$GW4" \
	--access udp/3001 --nat "$INNER4:7001"
is "UDP none: the host within sees the friend" \
	"$(udp_once friend "$GW4" 3001 hello)" "within $FRIEND4 hello"
check "UDP address: granted" knock_for granted friend "$GW4" \
	--access udp/3003 --nat "$INNER4:7001"
is "UDP address: the host within sees that address" \
	"$(udp_once friend "$GW4" 3003 hello)" "within 192.0.2.77 hello"

# A host that forwards nothing: such services lead nowhere, which is told.
unlike "nothing is told of a host that forwards" "$(cat "$LOG")" ' forwarding '
stop_hauntd
on gw sysctl -qw net.ipv4.ip_forward=0
must_start_hauntd
like "that it does not forward is told" "$(log_since)" \
	'warning forwarding service=.* family=ipv4 result=off'
done_testing
