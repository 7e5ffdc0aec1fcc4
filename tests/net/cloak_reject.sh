#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A firewall of the host's own that rejects what it does not know, and lets in
# whoever asks for a port that is to be cloaked: that port is rejected like the
# others, in each of the ways there are.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need iptables-nft ip6tables-nft

world_up
start_sshd gw
start_nginx gw
start_udp gw 7001 secret
config_standard 30s >"$CONF"

# firewall_nft REJECT…: the last rules of an input chain.
firewall_nft() {
	on gw nft -f - <<-END
		table inet own {
			chain input {
				type filter hook input priority filter
				ct state established,related accept
				iifname "lo" accept
				meta l4proto { icmp, ipv6-icmp } accept
				tcp dport { 22, 80 } accept
				$(printf '%s\n' "$@")
			}
		}
	END
}

# firewall_iptables REJECT4 REJECT6
firewall_iptables() {
	local tables protocol=icmp with=$1
	for tables in iptables-nft ip6tables-nft; do
		on gw "$tables" -A INPUT -m conntrack \
			--ctstate ESTABLISHED,RELATED -j ACCEPT
		on gw "$tables" -A INPUT -i lo -j ACCEPT
		on gw "$tables" -A INPUT -p "$protocol" -j ACCEPT
		on gw "$tables" -A INPUT -p tcp -m multiport --dports 22,80 \
			-j ACCEPT
		[ -z "${3-}" ] || on gw "$tables" -A INPUT -p tcp \
			-j REJECT --reject-with "$3"
		on gw "$tables" -A INPUT -j REJECT --reject-with "$with"
		protocol=ipv6-icmp
		with=$2
	done
}

# rejected NAME: with the firewall that is there now.
rejected() {
	local address
	must_start_hauntd
	for address in "$GW4" "$GW6"; do
		check "$1: to a stranger 22 is a closed port ($address)" \
			looks_closed stranger "$address" -sS 22
		check "$1: and 7001 ($address)" \
			looks_closed stranger "$address" -sU 7001
	done
	check "$1: a friend knocks" knock_for granted friend "$GW4" \
		--access tcp/22
	check "$1: and gets in" ssh_from friend "$GW4" 22 true
	check "$1: the listing is read back" bash -c \
		"ip netns exec gw nft list ruleset >'$T/r' &&
			unshare -n nft -c -f '$T/r'"
	check "$1: it stops" stop_hauntd
	check "$1: it leaves" on gw "$HAUNTD" --uninstall
	on gw nft flush ruleset
}

firewall_nft 'reject with icmpx admin-prohibited'
rejected "admin-prohibited"
firewall_nft 'meta l4proto tcp reject with tcp reset' \
	'reject with icmpx host-unreachable'
rejected "tcp reset, host-unreachable"
firewall_iptables icmp-host-prohibited icmp6-adm-prohibited
rejected "iptables"
firewall_iptables icmp-proto-unreachable icmp6-addr-unreachable tcp-reset
rejected "iptables with tcp-reset"
done_testing
