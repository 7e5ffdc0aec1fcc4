#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# In a default-drop firewall of the owner's: one tagged rule a chain, there
# once, gone again; nothing else of it changes. "manual" prints it instead.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need iptables-nft ip6tables-nft

world_up
start_sshd gw
start_sshd inner
start_nginx gw
config_standard 30s >"$CONF"

tags() {
	foreign_ruleset | grep -c 'haunt'
}

without_tags() {
	foreign_ruleset | grep -v 'haunt'
}

# gets_in DESCRIPTION: the four kinds, by TCP.
gets_in() {
	check "$1: an accept is granted" knock_for '(granted|renewed)' friend \
		"$GW4" --access tcp/22
	check "$1: the friend gets in" ssh_from friend "$GW4" 22 true
	check "$1: a ghost is granted" knock_for '(granted|renewed)' friend \
		"$GW4" --access tcp/22 --nat-port 80
	check "$1: the friend gets in through port 80" \
		ssh_from friend "$GW4" 80 true
	check "$1: a forward is granted" knock_for '(granted|renewed)' friend \
		"$GW4" --access tcp/2222 --nat "$INNER4:22"
	check "$1: the friend gets in to the host within" \
		ssh_from friend "$GW4" 2222 true
	check "$1: IPv6 is granted" knock_for '(granted|renewed)' friend \
		"$GW6" --access tcp/22 --allow source
	check "$1: the friend gets in over IPv6" ssh_from friend "$GW6" 22 true
	check "$1: the stranger sees nothing" stranger_sees_nothing 22 2222
}

# firewall NAME RULES: RULES is how many rules "auto" adds in all.
firewall() {
	before=$(foreign_ruleset)
	must_start_hauntd
	is "$1: one tagged rule a chain" "$(tags)" "$2"
	is "$1: nothing else is changed" "$(without_tags)" "$before"
	gets_in "$1"
	stop_hauntd
	is "$1: the rules stay while hauntd is away" "$(tags)" "$2"
	must_start_hauntd
	is "$1: after a restart there are no more" "$(tags)" "$2"
	kill9_hauntd
	must_start_hauntd
	is "$1: nor after a kill" "$(tags)" "$2"
	is "$1: nothing else is changed" "$(without_tags)" "$before"
	stop_hauntd
	check "$1: uninstall" on gw "$HAUNTD" -c "$CONF" --uninstall
	is "$1: the ruleset is what it was, byte for byte" \
		"$(foreign_ruleset)" "$before"
	unlike "$1: of haunt there is nothing" "$(on gw nft list tables)" haunt
	check "$1: uninstalling twice is no error" \
		on gw "$HAUNTD" -c "$CONF" --uninstall
}

# manual NAME
manual() {
	before=$(foreign_ruleset)
	sed "1i integration = \"manual\"" "$CONF" >"$CONF.manual"
	CONF=$CONF.manual must_start_hauntd
	is "$1, manual: not a byte is changed" "$(foreign_ruleset)" "$before"
	like "$1, manual: the rule is printed" "$(log_since)" \
		'0x5a000000.*accept|connmark.*0x5a000000'
	stop_hauntd
	on gw "$HAUNTD" -c "$CONF" --uninstall >/dev/null 2>&1
}

world_firewall_nft
firewall "nftables" 2
manual "nftables"
on gw nft flush ruleset

world_firewall_iptables
firewall "iptables-nft" 4
must_start_hauntd
for tables in iptables ip6tables; do
	for chain in INPUT FORWARD; do
		check "$tables: -S $chain works" on gw "$tables-nft" -S "$chain"
		like "$tables: and shows the rule" \
			"$(on gw "$tables-nft" -S "$chain" 2>&1)" \
			'-m connmark --mark 0x5a000000/0xff000000 .*-j ACCEPT'
	done
	check "$tables-save works" on gw "$tables-nft-save"
	is "$tables-restore takes it" "$(on gw "$tables-nft-save" |
		on gw "$tables-nft-restore" --test 2>&1)" ""
done
stop_hauntd
on gw "$HAUNTD" -c "$CONF" --uninstall
manual "iptables-nft"

# Both at once, as on a host with Docker and a ruleset of its own.
world_firewall_nft
firewall "both" 6
on gw nft flush ruleset

# Rules of iptables-legacy are out of reach: what to add is told.
on gw iptables-legacy -P INPUT DROP
on gw iptables-legacy -P FORWARD DROP
on gw iptables-legacy -A INPUT -i lo -j ACCEPT
must_start_hauntd
for chain in INPUT FORWARD; do
	like "iptables-legacy: the log says what $chain needs" "$(log_since)" \
		"found=iptables-legacy .*command=\"iptables-legacy -I $chain -m connmark --mark 0x5a000000/0xff000000 -j ACCEPT\""
done
stop_hauntd
on gw "$HAUNTD" -c "$CONF" --uninstall
on gw iptables-legacy -P INPUT ACCEPT
on gw iptables-legacy -P FORWARD ACCEPT
on gw iptables-legacy -F

# A firewall that accepts by default needs no rule.
on gw nft add table inet open
on gw nft 'add chain inet open in { type filter hook input priority 0; }'
before=$(foreign_ruleset)
must_start_hauntd
is "a firewall that drops nothing is left alone" "$(foreign_ruleset)" "$before"
done_testing
