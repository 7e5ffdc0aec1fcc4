#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The one rule in other people's chains: where it is needed and only there, in
# their words, once, put back after a reload, gone without a trace. And what
# their firewall means for how a cloaked port looks.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib/natctl.sh
. "$(dirname "$0")/lib/natctl.sh"
need_natctl
need iptables-nft ip6tables-nft iptables-nft-save

foreign() {
	nft list ruleset | awk '
		/^table / { own = ($3 == "haunt" || $3 == "haunt_anchor") }
		!own { print }
		/^}/ { own = 0 }'
}

tags() {
	foreign | grep -c 'haunt:auto\|0x5a000000'
}

uninstalled() {
	nat_conf >"$NAT_CONF"
	sed 's/^listen "any"/integration = "manual"\n&/' "$NAT_CONF" \
		>"$T/manual.conf"
	"$NATCTL" "$T/manual.conf" </dev/null >>"$NAT_LOG" 2>&1
	nft delete table inet haunt
	nft delete table inet haunt_anchor
}

# last_rule RULE…: an input chain whose policy accepts, and how it ends.
last_rule() {
	nft flush ruleset
	nft add table inet own
	nft add chain inet own tail
	nft add rule inet own tail tcp dport 80 accept
	nft add rule inet own tail counter drop
	nft add chain inet own back
	nft add rule inet own back tcp dport 25 drop
	nft add rule inet own back counter return
	nft add rule inet own back counter drop
	nft add chain inet own ours
	nft add rule inet own ours fib daddr type local return
	nft add rule inet own ours drop
	nft add chain inet own hop
	nft add rule inet own hop goto tail
	nft add chain inet own in \
		'{ type filter hook input priority 0; policy accept; }'
	nft add rule inet own in tcp dport 22 accept
	nft add rule inet own in "$@"
	nat_start
	nat_stop
	tags
}

cat >"$T/own.nft" <<'END'
flush ruleset
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		tcp dport 22 accept comment "as the owner likes it"
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
	}
	chain output {
		type filter hook output priority filter; policy drop;
	}
	chain pre {
		type filter hook prerouting priority 10; policy drop;
	}
	chain helper {
		counter packets 0 bytes 0 drop
	}
}
table ip old {
	chain in {
		type filter hook input priority 5; policy drop;
	}
}
table netdev n {
}
END
nft -f "$T/own.nft"
iptables-nft -P INPUT DROP
iptables-nft -A INPUT -p tcp --dport 80 -j ACCEPT
iptables-nft -A FORWARD -j REJECT
ip6tables-nft -A INPUT -p tcp --dport 80 -m comment --comment web -j ACCEPT
ip6tables-nft -A INPUT -j DROP
before=$(nft list ruleset)
saved=$(iptables-nft-save | grep -v '^#')
nat_start
is "it opens" "$NAT_ANSWER" "ok open"
like "both families drop" "$(cat "$NAT_LOG")" 'cloak ipv4=drop ipv6=drop'
# inet input and forward, ip old, INPUT and FORWARD, ip6 INPUT
is "six chains need it" "$(tags)" 6
is "nothing else is changed" "$(foreign | grep -v 0x5a000000)" "$before"
like "it is at the head" "$(nft list chain inet filter input)" \
	'ct mark 0x5a000000/8 accept comment "haunt:auto"'
for tables in iptables ip6tables; do
	like "$tables reads it" "$("$tables-nft" -S INPUT 2>&1)" \
		'^-A INPUT -m connmark --mark 0x5a000000/0xff000000 .*-j ACCEPT$'
	check "$tables saves it" "$tables-nft-save"
done
is "iptables-nft restores what it saved" \
	"$(iptables-nft-save | iptables-nft-restore --test 2>&1)" ""
like "a cloaked port is dropped there" "$(nft list chain inet haunt cloaked)" \
	'meta nfproto ipv4 drop'
check "the listing is read back" bash -c \
	"nft list ruleset >'$T/r' && unshare -n nft -c -f '$T/r'"
nat_stop
nat_start
is "a second start adds nothing" "$(tags)" 6
# nft -f with its flush ruleset is what a reload of nftables.service does.
nft -f "$T/own.nft"
is "a reload takes it away" "$(tags)" 0
is "it is put back" "$(nat repair)" ok
unlike "the cloak stays" "$(cat "$NAT_LOG")" 'host-ipv4'
is "in the three chains that are there" "$(tags)" 3
is "once" "$(nat repair)$(tags)" ok3
nat_stop
nft -f "$T/own.nft"
iptables-nft -P INPUT DROP
iptables-nft -A INPUT -p tcp --dport 80 -j ACCEPT
iptables-nft -A FORWARD -j REJECT
ip6tables-nft -A INPUT -p tcp --dport 80 -m comment --comment web -j ACCEPT
ip6tables-nft -A INPUT -j DROP
nat_start
nat_stop
is "all six again" "$(tags)" 6
check "iptables can delete it" iptables-nft -D FORWARD 1
nat_start
nat_stop
is "and it comes back" "$(tags)" 6
uninstalled
is "manual takes it away, byte for byte" "$(nft list ruleset)" "$before"
is "for iptables, too" "$(iptables-nft-save | grep -v '^#')" "$saved"
like "and says what to add: nft" "$(cat "$NAT_LOG")" \
	'nft insert rule inet filter input ct mark and 0xff000000 == 0x5a000000 accept'
like "and says what to add: iptables" "$(cat "$NAT_LOG")" \
	'iptables -I INPUT -m connmark --mark 0x5a000000/0xff000000 -j ACCEPT'

# Chains whose policy accepts.
: >"$NAT_LOG"
is "a last rule that drops counts" "$(last_rule counter drop)" 1
is "one that rejects, too" "$(last_rule reject)" 1
is "one with a condition does not" "$(last_rule tcp dport 1-1023 drop)" 0
is "nor one that accepts" "$(last_rule accept)" 0
is "one that jumps to a chain that drops does" "$(last_rule jump tail)" 1
is "one that goes there by another chain, too" "$(last_rule goto hop)" 1
is "on a condition it does not" "$(last_rule tcp dport 25 jump tail)" 0
is "nor does one to a chain that returns" "$(last_rule jump back)" 0
is "nor to one that returns what is for this host" "$(last_rule jump ours)" 0
: >"$NAT_LOG"
last_rule reject with icmpx type admin-prohibited >/dev/null
like "a port is rejected as the host does it" "$(cat "$NAT_LOG")" \
	'cloak ipv4=host ipv6=host ports=3'
: >"$NAT_LOG"
last_rule meta nfproto ipv4 drop >/dev/null
like "nothing dropped: closed ports answer" "$(cat "$NAT_LOG")" \
	'cloak ipv4=reject ipv6=reject ports=3'
nft flush ruleset
uninstalled
nft flush ruleset
nft add table ip only
nft add chain ip only in '{ type filter hook input priority 0; policy drop; }'
: >"$NAT_LOG"
nat_start
nat_stop
like "one family may drop and the other not" "$(cat "$NAT_LOG")" \
	'cloak ipv4=drop ipv6=reject ports=3'
like "IPv4: dropped" "$(nft list chain inet haunt cloaked)" \
	'meta nfproto ipv4 drop'
unlike "IPv6: not" "$(nft list chain inet haunt cloaked)" 'nfproto ipv6'

# The decision is the start's; that the host has changed is told.
nat_start
nft delete table ip only
is "a firewall goes" "$(nat repair)" ok
unlike "which is not told yet: it may be a reload" "$(cat "$NAT_LOG")" \
	'host-ipv4'
told() {
	nat repair >/dev/null
	grep -q 'cloak ipv4=drop ipv6=reject host-ipv4=reject host-ipv6=reject hint' \
		"$NAT_LOG"
}
check "but when it lasts" wait_until 20 told
like "and the cloak stays" "$(nft list chain inet haunt cloaked)" \
	'meta nfproto ipv4 drop'
nat_stop
nft add table ip only
nft add chain ip only in '{ type filter hook input priority 0; policy drop; }'

# When the chain accepts again, the rule is in nobody's way, and goes.
nft chain ip only in '{ policy accept; }'
nat_start
nat_stop
is "where it is not needed any more it goes" "$(tags)" 0

# A table with an owner.
nft flush ruleset
mkfifo "$T/owner"
nft -i <"$T/owner" >"$T/owner.out" 2>&1 &
exec {owner}>"$T/owner"
echo 'table inet owned { flags owner; chain in { type filter hook input priority 0; policy drop; }; }' >&"$owner"
check "somebody's table has an owner" wait_until 5 bash -c \
	"nft list ruleset | grep -q 'table inet owned'"
: >"$NAT_LOG"
nat_start
is "start does not fail over it" "$NAT_ANSWER" "ok open"
like "it is told" "$(cat "$NAT_LOG")" \
	'integrate family=inet table=owned chain=in result=EPERM'
nat_stop
exec {owner}>&-
done_testing
