#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The static ruleset: installed, listed in words that nft reads back, adopted
# by the next process, made anew when it must be, held against others.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib/natctl.sh
. "$(dirname "$0")/lib/natctl.sh"
need_natctl

# The ruleset's own words, without elements and without who we are.
skeleton() {
	nft list ruleset | sed 's/ # progname.*//' |
		grep -vE '^	(flags owner|flags |comment .*)$' |
		awk '/elements = /{ skip = 1 } !skip && NF { print }
			skip && /}/ { skip = 0 }'
}

reparses() {
	nft list ruleset >"$T/ruleset" && unshare -n nft -c -f "$T/ruleset"
}

sed -n '/^table/,$p' >"$T/wanted" <<'END'
table inet haunt {
	map grant4 {
		type ipv4_addr . inet_proto . inet_service : mark
		size 196608
		flags timeout
	}
	map grant6 {
		type ipv6_addr . inet_proto . inet_service : mark
		size 196608
		flags timeout
	}
	map few4 {
		type ipv4_addr . inet_proto . inet_service : mark
		size 196608
		flags timeout
		limit rate 1/day burst 1 packets
	}
	map few6 {
		type ipv6_addr . inet_proto . inet_service : mark
		size 196608
		flags timeout
		limit rate 1/day burst 1 packets
	}
	map way4 {
		type ipv4_addr : mark
		size 196608
		flags timeout
	}
	map way6 {
		type ipv6_addr : mark
		size 196608
		flags timeout
	}
	map to4 {
		type ipv4_addr : mark
		flags timeout
	}
	map to6 {
		type ipv6_addr : mark
		flags timeout
	}
	set ways {
		type mark
		flags timeout
	}
	set named {
		type mark
		flags timeout
	}
	map dnat4 {
		type mark : ipv4_addr . inet_service
		flags timeout
	}
	map dnat6 {
		type mark : ipv6_addr . inet_service
		flags timeout
	}
	map redir {
		type mark : inet_service
		flags timeout
	}
	map snat4 {
		type mark : ipv4_addr
		flags timeout
	}
	map snat6 {
		type mark : ipv6_addr
		flags timeout
	}
	set masq {
		type mark
		flags timeout
	}
	set quiet4 {
		type ipv4_addr . inet_proto . inet_service
		flags timeout
	}
	set quiet6 {
		type ipv6_addr . inet_proto . inet_service
		flags timeout
	}
	set live {
		type mark
		flags timeout
	}
	set once {
		type mark
		size 196608
		flags dynamic,timeout
	}
	set cut4 {
		type ipv4_addr . inet_proto . inet_service . ipv4_addr . inet_service
		flags timeout
	}
	set cut6 {
		type ipv6_addr . inet_proto . inet_service . ipv6_addr . inet_service
		flags timeout
	}
	set revoked {
		type mark
		flags timeout
	}
	set protected {
		type inet_proto . inet_service
		flags timeout
	}
	set grace {
		type inet_proto
		flags timeout
	}
	set origin {
		type mark
		flags timeout
	}
	chain raw {
		type filter hook prerouting priority raw; policy accept;
		udp dport { 62201, 62202 } fib daddr type local notrack
	}
	chain pre {
		type filter hook prerouting priority mangle + 10; policy accept;
		tcp flags syn / fin,syn,rst,ack ct state ! related goto check
		ct state established,related goto est
		goto late
	}
	chain late {
		ip saddr . meta l4proto . th sport . ip daddr . th dport @cut4 goto kill
		ip6 saddr . meta l4proto . th sport . ip6 daddr . th dport @cut6 goto kill
		goto check
	}
	chain est {
		ct mark != 0x5a000000/8 accept
		ct mark @revoked goto kill
		ct mark 0x5a800000/9 ct mark != @live goto kill
		ct mark & 0xff600000 == 0x5a400000 jump first
	}
	chain check {
		iifname "lo" accept
		fib daddr type unicast accept
		ct mark @live ct status ! assured accept
		ct mark set ip saddr . meta l4proto . th dport map @grant4 accept
		ct mark set ip6 saddr . meta l4proto . th dport map @grant6 accept
		ct mark set ip saddr . meta l4proto . th dport map @few4 jump few
		ct mark set ip6 saddr . meta l4proto . th dport map @few6 jump few
		ct mark 0x5a000000/8 counter packets 0 bytes 0 drop
		tcp flags ack / syn,ack meta l4proto @grace accept
		meta l4proto . th dport @protected jump cloaked
	}
	chain few {
		ct mark & 0xff400000 != 0x5a400000 accept
		ct mark @once accept
		ct mark set 0x00000000
	}
	chain first {
		meta l4proto tcp ct status ! assured return
		ct mark @once delete @once { ct mark } ct mark set ct mark | 0x00200000 accept
		goto kill
	}
	chain friends {
	}
	chain cloaked {
		counter packets 0 bytes 0
		meta l4proto tcp reject with tcp reset
		reject
	}
	chain kill {
		tcp flags ! rst counter packets 0 bytes 0 reject with tcp reset
		meta l4proto tcp accept
		counter packets 0 bytes 0 drop
	}
	chain hush {
		tcp flags & rst == rst accept
		counter packets 0 bytes 0 drop
	}
	chain answers {
		ip daddr . meta l4proto . th sport @quiet4 drop
		ip6 daddr . meta l4proto . th sport @quiet6 drop
		ip saddr . meta l4proto . th sport . ip daddr . th dport @cut4 goto kill
		ip6 saddr . meta l4proto . th sport . ip6 daddr . th dport @cut6 goto kill
	}
	chain out {
		type filter hook output priority mangle + 10; policy accept;
		ct state new jump answers
		ct mark 0x5affffff goto kill
		ct mark @revoked goto hush
		ct mark 0x5a800000/9 ct mark != @live goto hush
		ct mark & 0xff600000 == 0x5a400000 jump first
	}
	chain nat_pre {
		type nat hook prerouting priority dstnat - 10; policy accept;
		ct mark != 0x5a000000/8 accept
		meta l4proto { tcp, udp } dnat ip to ct mark map @dnat4
		meta l4proto { tcp, udp } dnat ip6 to ct mark map @dnat6
		meta l4proto { tcp, udp } dnat to :ct mark map @redir
	}
	chain nat_post {
		type nat hook postrouting priority srcnat - 10; policy accept;
		ct mark != 0x5a000000/8 accept
		meta nfproto ipv4 snat ip to ct mark map @snat4
		meta nfproto ipv6 snat ip6 to ct mark map @snat6
		ct mark @masq masquerade
	}
}
table inet haunt_anchor {
	chain keep {
		type nat hook postrouting priority 300; policy accept;
		ct status dnat accept
	}
}
END

grants() {
	nat_batch apply "1 0 0 0 198.51.100.7 tcp 80 60000" \
		"2 0 2 0 198.51.100.7 tcp 15432 60000" \
		"3 0 3 0 2001:db8:1::7 tcp 15432 60000" \
		"4 0 4 0 198.51.100.7 udp 5353 60000"
}

elements() {
	local map
	for map in grant4 grant6 redir dnat4 dnat6 masq snat4 quiet4; do
		nat_elements "$map"
	done
}

protected="tcp . 22
udp . 7001
udp . 7009"

for missing in "" persist; do
	name=${missing:+without $missing}
	name=${name:-all features}
	NAT_MISSING=$missing
	nat_start
	is "$name: opens" "$NAT_ANSWER" "ok open"
	is "$name: the ruleset" "$(skeleton)" "$(cat "$T/wanted")"
	is "$name: cloaked services" "$(nat_elements protected)" "$protected"
	is "$name: grace at the first start" "$(nat_elements grace)" tcp
	within "$name: of two minutes" "$(nat_expires grace)" 118000 120000
	grants >/dev/null
	check "$name: the listing is read back" reparses
	before=$(elements)
	nft delete element inet haunt grace '{ tcp }' 2>/dev/null
	nat_kill9
	is "$name: a kill leaves it all" "$(skeleton)$(elements)" \
		"$(cat "$T/wanted")$before"
	NAT_MISSING=$missing
	nat_start
	like "$name: the next start adopts it" "$(tail -n 1 "$NAT_LOG")" \
		'table result=adopted'
	is "$name: as it is" "$(skeleton)$(elements)" \
		"$(cat "$T/wanted")$before"
	is "$name: and tells the gate" "$(nat list | grep -c ^rule)" 4
	is "$name: it can be written" "$(nat_batch apply \
		"1 1 0 0 198.51.100.7 tcp 80 60000")" ok
	nat_stop

	# Somebody tampers while nobody looks.
	handle=$(nft -a list chain inet haunt check |
		sed -n 's/.*@protected.*handle //p')
	nft delete rule inet haunt check handle "$handle"
	NAT_MISSING=$missing
	nat_start
	like "$name: what was damaged is made anew" "$(tail -n 1 "$NAT_LOG")" \
		'table result=rebuilt reason=damaged grants=4'
	is "$name: whole" "$(skeleton)$(elements)" "$(cat "$T/wanted")$before"
	within "$name: grants keep their time" "$(nat_expires grant4)" \
		50000 60000
	nat_stop
	nft delete element inet haunt protected '{ tcp . 22 }'
	nat_start
	like "$name: so is a cloak that was taken off" "$(tail -n 1 "$NAT_LOG")" \
		'table result=rebuilt reason=damaged grants=4'
	is "$name: whole again" "$(skeleton)$(elements)" \
		"$(cat "$T/wanted")$before"
	nat_stop

	# Another configuration: a new port, no more db6, ssh elsewhere.
	sed -i 's/62202/62203/; s/"tcp\/22"$/"tcp\/2222"/
		s/"db4", "db6"/"db4"/; s/"tcp\/22", "tcp\/80"/"tcp\/80"/' \
		"$NAT_CONF"
	NAT_MISSING=$missing
	nat_start
	like "$name: a new configuration, a new ruleset" \
		"$(cat "$NAT_LOG")" 'table result=rebuilt reason=changed grants=3'
	like "$name: what it does not know has ended" "$(cat "$NAT_LOG")" \
		'adopt grant=3 was=.*db6.*alice.* reason=no-longer-allowed'
	like "$name: grants lead where it says now" "$(nat_elements redir)" \
		'^0x5a000001 : 2222$'
	is "$name: and so does the cloak" "$(nat_elements protected)" \
		"tcp . 2222
udp . 7001
udp . 7009"
	like "$name: new ports" "$(skeleton)" 'udp dport \{ 62201, 62203 \}'
	nat_stop
	nat_conf >"$NAT_CONF"
	: >"$NAT_LOG"
	nft flush ruleset
done

# What is held cannot be taken away, nor by a second process.
NAT_MISSING=
nat_start
grants >/dev/null
before=$(skeleton)$(elements)
check "a foreign flush succeeds" nft flush ruleset
is "and leaves what is ours" "$(skeleton)$(elements)" "$before"
refuse "others cannot write" nft add element inet haunt revoked \
	'{ 0x5a000001 timeout 1m }'
like "a second process is refused" \
	"$("$NATCTL" "$NAT_CONF" </dev/null 2>&1)" 'owned-by-another-process'
is "and leaves what is ours" "$(skeleton)$(elements)" "$before"
nat_stop

# The same kernel, but plain tables, and back.
NAT_MISSING=persist
nat_start
like "tables that were held become plain ones" "$(tail -n 1 "$NAT_LOG")" \
	'table result=rebuilt reason=flags grants=4'
unlike "that nobody owns" "$(nft list ruleset)" 'flags owner'
handle=$(nft -a list chain inet haunt check |
	sed -n 's/.*@protected.*handle //p')
check "others can write" nft delete rule inet haunt check handle "$handle"
is "which is repaired" "$(nat repair)" ok
is "with all grants" "$(skeleton) $(nat list | grep -c ^rule)" \
	"$(cat "$T/wanted") 4"
check "a foreign flush" nft flush ruleset
is "takes them away" "$(nft list ruleset)" ""
is "which is repaired, too, but for the grants" "$(nat repair)" "error 6"
is "as a whole" "$(skeleton)" "$(cat "$T/wanted")"
is "cloak and all" "$(nat_elements protected)" "$protected"
like "and told" "$(cat "$NAT_LOG")" 'table result=lost'
nat_stop
NAT_MISSING=
nat_start
like "and held again" "$(tail -n 1 "$NAT_LOG")" \
	'table result=rebuilt reason=flags'
nat_stop
like "a feature that nobody knows is a mistake" \
	"$("$NATCTL" "$NAT_CONF" nonsense </dev/null 2>&1)" 'unknown-feature'
done_testing
