#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A default-drop firewall of iptables-nft and ip6tables-nft, saved and restored
# as netfilter-persistent does.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
coexist_up 60s
need iptables-nft ip6tables-nft iptables-nft-save

# saved FAMILY [OPTION…]: as iptables-save says it, without what it counted.
saved() {
	on gw "$1-nft-save" "${@:2}" | sed '/^#/d; s/\[[0-9]*:[0-9]*\]/[N:N]/'
}
restore() {
	on gw iptables-nft-restore "$T/rules.v4" &&
		on gw ip6tables-nft-restore "$T/rules.v6"
}

world_firewall_iptables
on gw iptables-nft-save >"$T/rules.v4"
on gw ip6tables-nft-save >"$T/rules.v6"
before=$(foreign)
saved4=$(saved iptables)
saved6=$(saved ip6tables)

must_start_hauntd
like "what is cloaked is dropped there" "$(log_since)" \
	'cloak ipv4=drop ipv6=drop'
is "one rule a chain, and the log tells" \
	"$(tags) $(log_since | grep -c ' integrate .*result=added')" "4 4"
is "nothing else is changed" "$(foreign)" "$before"
for family in iptables ip6tables; do
	for chain in INPUT FORWARD; do
		like "$family -S $chain lists the rule" \
			"$(on gw "$family-nft" -S "$chain" 2>&1)" \
			'^-A .*-m connmark --mark 0x5a000000/0xff000000 .*-j ACCEPT$'
	done
	check "$family -L works" on gw "$family-nft" -nvL
	is "$family-restore takes what $family-save says" \
		"$(on gw "$family-nft-save" |
			on gw "$family-nft-restore" --test 2>&1)" ""
done
is "iptables-save: beside ours, what it was" \
	"$(saved iptables | grep -v haunt:auto)
$(saved ip6tables | grep -v haunt:auto)" "$saved4
$saved6"
all_enter "iptables-nft"
stranger_out "iptables-nft"
sessions_open "iptables-nft"

prober_start 22
for i in 1 2; do
	check "restore $i" restore
	check "restore $i: the friend gets in within a second" \
		passes_within 1000 "$GW4" 80
	check "restore $i: by IPv6, too" passes_within 1000 "$GW6" 22
	check "restore $i: and to the host within" \
		passes_within 1000 "$GW4" 2222
	sessions_live "restore $i: sessions live"
	check "restore $i: one rule a chain again" wait_until 2 tags_are 4
done
check "a rule is added by iptables" on gw iptables-nft -A INPUT -p tcp \
	--dport 443 -j ACCEPT
check "and deleted" on gw iptables-nft -D INPUT -p tcp --dport 443 -j ACCEPT
check "our rule is saved" sh -c \
	"ip netns exec gw iptables-nft-save >'$T/with.v4' &&
		grep -q haunt:auto '$T/with.v4'"
check "and restored, as at a boot" on gw iptables-nft-restore "$T/with.v4"
prober_end "all the time the stranger was not let in once"
check "there is one of it a chain" wait_until 2 tags_are 4
sessions_close
# A restore makes its table anew, behind the other.
before=$(foreign)
leaves "iptables-nft" "$before"
is "iptables-save says what it said" "$(saved iptables)
$(saved ip6tables)" "$saved4
$saved6"

sed '1i integration = "manual"' "$CONF" >"$T/manual.conf"
CONF=$T/manual.conf must_start_hauntd
is "manual: not a byte is changed" "$(foreign_ruleset)" "$before"
log_since | grep -o 'command=".*"' | sed 's/command="//; s/"$//' >"$T/commands"
is "manual: four commands are printed" "$(wc -l <"$T/commands")" 4
iptables_is nft
check "manual: they are given as printed" on gw sh -e "$T/commands"
all_enter "manual"
done_testing
