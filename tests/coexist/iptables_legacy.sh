#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A default-drop firewall of iptables-legacy: haunt reads it, cannot write it,
# and prints the rules that are to be added by hand.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
coexist_up 60s
need iptables-legacy ip6tables-legacy iptables-legacy-save
iptables_is legacy

# legacy TARGET4 TARGET6: an INPUT that ends so, or drops by its policy.
legacy() {
	local tables icmp=icmp target=$1
	for tables in iptables ip6tables; do
		on gw "$tables" -F
		on gw "$tables" -A INPUT -m conntrack \
			--ctstate ESTABLISHED,RELATED -j ACCEPT
		on gw "$tables" -A INPUT -i lo -j ACCEPT
		on gw "$tables" -A INPUT -p "$icmp" -j ACCEPT
		on gw "$tables" -A INPUT -p tcp --dport 80 -j ACCEPT
		on gw "$tables" -A FORWARD -m conntrack \
			--ctstate ESTABLISHED,RELATED -j ACCEPT
		on gw "$tables" -P FORWARD DROP
		on gw "$tables" -P INPUT "${3-DROP}"
		# shellcheck disable=SC2086 # words
		[ -z "$target" ] || on gw "$tables" -A INPUT $target
		icmp=ipv6-icmp
		target=${2-}
	done
}

legacy ""
before=$(foreign)
must_start_hauntd
told=$(log_since)
like "its policy is read: what is cloaked is dropped" "$told" \
	'cloak ipv4=drop ipv6=drop'
is "not a byte is changed" "$(foreign)" "$before"
stranger_out "iptables-legacy"
stays_out "without the rules" "$GW4" 22 --access tcp/22
grep 'found=iptables-legacy' <<<"$told" | grep -o 'command=".*"' |
	sed 's/command="//; s/"$//' >"$T/commands"
is "four commands are printed" "$(sort "$T/commands")" \
	"$(for tables in ip6tables iptables; do
		for chain in FORWARD INPUT; do
			echo "$tables-legacy -I $chain -m connmark" \
				"--mark 0x5a000000/0xff000000 -j ACCEPT"
		done
	done)"
check "they are given as printed" on gw sh -e "$T/commands"
all_enter "iptables-legacy"
stranger_out "iptables-legacy, with the rules"
sessions_open "iptables-legacy"

for tables in iptables ip6tables; do
	on gw "$tables-save" >"$T/$tables.rules"
done
prober_start 22
for i in 1 2; do
	for tables in iptables ip6tables; do
		check "$tables-restore $i" on gw "$tables-restore" \
			"$T/$tables.rules"
	done
	check "restore $i: the friend gets in within a second" \
		passes_within 1000 "$GW4" 80
	check "restore $i: by IPv6, too" passes_within 1000 "$GW6" 22
	check "restore $i: and to the host within" \
		passes_within 1000 "$GW4" 2222
	sessions_live "restore $i: sessions live"
done
prober_end "all the time the stranger was not let in once"
sessions_close
stop_hauntd
must_start_hauntd
unlike "rules that are there are not asked for again" "$(log_since)" \
	'iptables-legacy'
on gw ip6tables -D FORWARD 1
stop_hauntd
must_start_hauntd
is "one that is missing is" \
	"$(log_since | grep -o 'found=iptables-legacy .*command="ip[^ ]* -I [A-Z]*')" \
	'found=iptables-legacy result=add-by-hand command="ip6tables-legacy -I FORWARD'
# A change of another's makes hauntd look at the host again.
log_mark
on gw nft add table inet others
on gw nft 'add chain inet others in { type filter hook input priority 5; }'
on gw nft 'add rule inet others in counter drop'
check "another's table is seen" log_wait 'integrate .*table=others' 5
refuse "and the look of this host has not changed by it" \
	log_wait ' cloak ' 7
stop_hauntd
on gw "$HAUNTD" -c "$CONF" --uninstall >/dev/null 2>&1
on gw nft flush ruleset

# The ways in which iptables-legacy says no.
says_no() {
	local what=$1 cloak=$2
	shift 2
	legacy "$@"
	# shellcheck disable=SC2086 # words
	${4-}
	must_start_hauntd
	like "$what: it is read" "$(log_since)" "cloak ipv4=$cloak ipv6=$cloak"
	for address in "$GW4" "$GW6"; do
		check "$what: tcp/22 is a closed port ($address)" \
			looks_closed stranger "$address" -sS 22
		check "$what: and udp/7001 ($address)" \
			looks_closed stranger "$address" -sU 7001
	done
	stop_hauntd
	check "$what: uninstall" on gw "$HAUNTD" -c "$CONF" --uninstall
}
says_no "a last rule that drops" drop "-j DROP" "-j DROP" ACCEPT
says_no "one that rejects" host \
	"-j REJECT --reject-with icmp-host-prohibited" \
	"-j REJECT --reject-with icmp6-adm-prohibited" ACCEPT
# reset_then TARGET: a chain that resets TCP; what goes on goes to TARGET.
reset_then() {
	local tables
	for tables in iptables ip6tables; do
		on gw "$tables" -N no
		on gw "$tables" -A no -m addrtype --dst-type LOCAL -j RETURN
		on gw "$tables" -A no -j DROP
		on gw "$tables" -A INPUT -j no
		on gw "$tables" -A INPUT -p tcp -j REJECT --reject-with tcp-reset
		on gw "$tables" -A INPUT -j "$1"
	done
}
says_no "resets, then what drops" host "" "" ACCEPT "reset_then DROP"
says_no "rules with conditions do not count" reject \
	"-p tcp --dport 25 -j DROP" "-s 2001:db8:9::/48 -j DROP" ACCEPT
done_testing
