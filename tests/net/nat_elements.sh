#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Grants as elements: the four kinds, renewal, takeover, revocation, a full
# table; with every kernel feature and without.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib/natctl.sh
. "$(dirname "$0")/lib/natctl.sh"
need_natctl

kinds() {
	is "$1: all kinds in one transaction" "$(nat_batch apply \
		"1 0 0 0 198.51.100.7 tcp 22 30000" \
		"2 0 0 0 198.51.100.7 tcp 80 30000" \
		"3 0 0 0 2001:db8:1::7 tcp 22 30000" \
		"4 0 0 0 2001:db8:1::7 tcp 41234 30000" \
		"5 0 1 0 198.51.100.7 udp 7001 30000" \
		"6 0 1 0 2001:db8:1::7 udp 7000 30000" \
		"7 0 2 0 198.51.100.7 tcp 15432 30000" \
		"8 0 3 0 2001:db8:1::7 tcp 15432 30000" \
		"9 0 4 0 198.51.100.7 udp 5353 30000" \
		"10 0 5 0 2001:db8:1::7 udp 5353 30000")" ok
	is "$1: IPv4 doors" "$(nat_elements grant4)" \
		"198.51.100.7 . tcp . 15432 comment \"db4 alice\" : 0x5a000007
198.51.100.7 . tcp . 22 comment \"ssh alice\" : 0x5a000001
198.51.100.7 . tcp . 80 comment \"ssh alice\" : 0x5a000002
198.51.100.7 . udp . 5353 comment \"dns4 alice\" : 0x5a000009
198.51.100.7 . udp . 7001 comment \"echo alice\" : 0x5a000005"
	is "$1: IPv6 doors" "$(nat_elements grant6)" \
		"2001:db8:1::7 . tcp . 15432 comment \"db6 alice\" : 0x5a000008
2001:db8:1::7 . tcp . 22 comment \"ssh alice\" : 0x5a000003
2001:db8:1::7 . tcp . 41234 comment \"ssh alice\" : 0x5a000004
2001:db8:1::7 . udp . 5353 comment \"dns6 alice\" : 0x5a00000a
2001:db8:1::7 . udp . 7000 comment \"echo alice\" : 0x5a000006"
	is "$1: other ports of this host" "$(nat_elements redir)" \
		"0x5a000002 : 22
0x5a000004 : 22
0x5a000006 : 7001"
	is "$1: other hosts, IPv4" "$(nat_elements dnat4)" \
		"0x5a000007 : 192.0.2.2 . 5432
0x5a000009 : 192.0.2.2 . 7001"
	is "$1: other hosts, IPv6" "$(nat_elements dnat6)" \
		"0x5a000008 : 2001:db8:2::2 . 5432
0x5a00000a : 2001:db8:2::2 . 7001"
	is "$1: masqueraded" "$(nat_elements masq)" 0x5a000007
	is "$1: source address, IPv4" "$(nat_elements snat4)" \
		"0x5a000009 : 192.0.2.1"
	is "$1: source address, IPv6" "$(nat_elements snat6)" \
		"0x5a00000a : 2001:db8:2::1"
	is "$1: a list tells of all" "$(nat list | grep -c '^rule')" 10
	is "$1: revoking all" "$(nat_batch revoke \
		"1 0 0 0 198.51.100.7 tcp 22 1" "2 0 0 0 198.51.100.7 tcp 80 1" \
		"3 0 0 0 2001:db8:1::7 tcp 22 1" \
		"4 0 0 0 2001:db8:1::7 tcp 41234 1" \
		"5 0 1 0 198.51.100.7 udp 7001 1" \
		"6 0 1 0 2001:db8:1::7 udp 7000 1" \
		"7 0 2 0 198.51.100.7 tcp 15432 1" \
		"8 0 3 0 2001:db8:1::7 tcp 15432 1" \
		"9 0 4 0 198.51.100.7 udp 5353 1" \
		"10 0 5 0 2001:db8:1::7 udp 5353 1")" ok
	empty "$1: leaves nothing"
	is "$1: revoking what is gone" "$(nat_batch revoke \
		"1 0 0 0 198.51.100.7 tcp 22 1" \
		"7 0 2 0 198.51.100.7 tcp 15432 1")" ok
}

# empty DESCRIPTION: no map holds anything.
empty() {
	local map
	for map in grant4 grant6 redir dnat4 dnat6 masq snat4 snat6; do
		[ "$(nat_count "$map")" = 0 ] || {
			fail "$1" "$map: $(nat_elements "$map")"
			return
		}
	done
	pass "$1"
}

renewals() {
	is "$1: a ghost for 20 s" "$(nat_batch apply \
		"1 0 0 0 198.51.100.7 tcp 80 20000")" ok
	is "$1: for 60 s more" "$(nat_batch apply \
		"1 1 0 0 198.51.100.7 tcp 80 60000")" ok
	is "$1: leaves one element" "$(nat_count grant4) $(nat_count redir)" \
		"1 1"
	within "$1: that lives longer" "$(nat_expires grant4)" 58000 60000
	within "$1: and its NAT two seconds more" "$(nat_expires redir)" \
		60000 62000
	is "$1: for as long again" "$(nat_batch apply \
		"1 1 0 0 198.51.100.7 tcp 80 60000")" ok
	within "$1: starts anew" "$(nat_expires grant4)" 59000 60000
	is "$1: for 5 s" "$(nat_batch apply \
		"1 1 0 0 198.51.100.7 tcp 80 5000")" ok
	within "$1: can be shorter" "$(nat_expires grant4)" 3000 5000
	within "$1: with its NAT" "$(nat_expires redir)" 5000 7000
	is "$1: for a tenth of a second" "$(nat_batch apply \
		"1 1 0 0 198.51.100.7 tcp 80 100")" ok
	check "$1: it ends" wait_until 3 gone grant4
	is "$1: a renewal of what has just ended" "$(nat_batch apply \
		"1 1 0 0 198.51.100.7 tcp 80 30000")" ok
	is "$1: is in force" "$(nat_count grant4) $(nat_count redir)" "1 1"
	within "$1: for its time" "$(nat_expires grant4)" 28000 30000
}

gone() {
	[ "$(nat_count "$1")" = 0 ]
}

takeovers() {
	is "$1: another grant takes the door" "$(nat_batch apply \
		"2 1 0 0 198.51.100.7 tcp 80 30000")" ok
	is "$1: one element, with the new mark" "$(nat_elements grant4)" \
		'198.51.100.7 . tcp . 80 comment "ssh alice" : 0x5a000002'
	like "$1: and its NAT" "$(nat_elements redir)" '^0x5a000002 : 22$'
	is "$1: the gate may have lost count" "$(nat_batch apply \
		"3 0 0 0 198.51.100.7 tcp 80 30000")" ok
	is "$1: and is put right" "$(nat_elements grant4)" \
		'198.51.100.7 . tcp . 80 comment "ssh alice" : 0x5a000003'
	is "$1: also about who was there" "$(nat_batch apply \
		"4 1 0 0 198.51.100.7 tcp 80 30000")" ok
	is "$1: and is put right again" "$(nat_elements grant4)" \
		'198.51.100.7 . tcp . 80 comment "ssh alice" : 0x5a000004'
	is "$1: or about its own" "$(nat_batch apply \
		"5 5 0 0 198.51.100.7 tcp 80 30000")" ok
	is "$1: and is put right once more" "$(nat_elements grant4)" \
		'198.51.100.7 . tcp . 80 comment "ssh alice" : 0x5a000005'
	is "$1: an end" "$(nat_batch revoke \
		"5 0 0 0 198.51.100.7 tcp 80 30000")" ok
}

for missing in "" update destroy update,destroy persist,update,destroy; do
	name=${missing:-all features}
	[ -z "$missing" ] || name="without $missing"
	NAT_MISSING=$missing
	nat_start
	is "$name: opens" "$NAT_ANSWER" "ok open"
	kinds "$name"
	renewals "$name"
	takeovers "$name"
	unlike "$name: no failure in the log" "$(cat "$NAT_LOG")" 'error='
	nat_stop
	nft flush ruleset
done

# A door that nobody may have for ever.
NAT_MISSING=
nat_start
like "a lifetime of nothing is refused" \
	"$(nat_batch apply "1 0 0 0 198.51.100.7 tcp 22 0")" '^error.*at=0$'
like "what the configuration does not allow is refused" \
	"$(nat "add 1 0 0 0 198.51.100.7 tcp 23 1000")" '^error'
empty "and nothing is in force"
nat_stop
nft flush ruleset

# Two grants: six places, since what has run out takes one for a moment.
NAT_MAX=2
nat_conf >"$NAT_CONF"
nat_start
is "five of six" "$(nat_batch apply "1 0 0 0 198.51.100.1 tcp 22 30000" \
	"2 0 0 0 198.51.100.2 tcp 22 30000" \
	"3 0 0 0 198.51.100.3 tcp 80 30000" \
	"7 0 0 0 198.51.100.7 tcp 22 30000" \
	"8 0 0 0 198.51.100.8 tcp 22 30000")" ok
before=$(nat_elements grant4)$(nat_elements redir)
like "two more do not fit: the kernel's reason, and which" "$(nat_batch apply \
	"4 0 0 0 198.51.100.4 tcp 80 30000" \
	"5 0 0 0 198.51.100.5 tcp 80 30000")" '^error 9 ENFILE at=1$'
is "nothing half" "$(nat_elements grant4)$(nat_elements redir)" "$before"
is "one fits" "$(nat_batch apply "4 0 0 0 198.51.100.4 tcp 80 30000")" ok
is "a full table renews" "$(nat_batch apply \
	"4 4 0 0 198.51.100.4 tcp 80 60000" \
	"1 1 0 0 198.51.100.1 tcp 22 60000")" ok
is "and is taken over" "$(nat_batch apply \
	"9 4 0 0 198.51.100.4 tcp 80 60000")" ok
is "it holds six" "$(nat_count grant4)" 6
is "and has room again after an end" "$(nat_batch revoke \
	"1 0 0 0 198.51.100.1 tcp 22 1")$(nat_batch apply \
	"10 0 0 0 198.51.100.6 tcp 22 30000")" okok
nat_stop
done_testing
