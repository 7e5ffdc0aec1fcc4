#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# hauntctl explain where it cannot answer, and says so; ways through the
# network that are not plain; rulesets that are large.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq setpriv ipset iptables-nft

world_up
start_sshd gw

# explains DESCRIPTION STATUS ERE ARGUMENT…
explains() {
	local what=$1 wanted=$2 ere=$3 got
	shift 3
	got=$(on gw "$HAUNTCTL" explain "$@" 2>&1)
	is "$what: status" "$?" "$wanted"
	like "$what" "$got" "$ere"
}

# ---- mistakes ----

mistake() {
	local what=$1 ere=$2
	shift 2
	explains "$what" 1 "$ere" "$@"
}
mistake "no address" "^hauntctl: 'friend': expected a client's IPv4 or IPv6 address$" \
	friend tcp/22
mistake "a prefix" "^hauntctl: '192.0.2.0/24': expected" 192.0.2.0/24 tcp/22
mistake "multicast" "^hauntctl: '224.0.0.1': expected" 224.0.0.1 tcp/22
mistake "no protocol" "^hauntctl: '22': expected a protocol and a port" "$FRIEND4" 22
mistake "another protocol" "^hauntctl: 'sctp/22': expected" "$FRIEND4" sctp/22
mistake "port 0" "^hauntctl: 'tcp/0': expected" "$FRIEND4" tcp/0
mistake "port 65536" "^hauntctl: 'tcp/65536': expected" "$FRIEND4" tcp/65536
mistake "a range" "^hauntctl: 'tcp/1-2': expected" "$FRIEND4" tcp/1-2
mistake "--to a name" "^hauntctl: --to 'gw': expected an address" \
	"$FRIEND4" tcp/22 --to gw
mistake "--to the other family" "^hauntctl: --to '$GW6': .* other family$" \
	"$FRIEND4" tcp/22 --to "$GW6"
mistake "--in no name" "^hauntctl: --in 'a/b': expected an interface's name$" \
	"$FRIEND4" tcp/22 --in a/b
mistake "--in a long name" "^hauntctl: --in 'abcdefghijklmnop': expected" \
	"$FRIEND4" tcp/22 --in abcdefghijklmnop
mistake "no port" "^usage: " "$FRIEND4"
mistake "one word more" "^hauntctl: too many words: 'now'$" "$FRIEND4" tcp/22 now
mistake "--in without a name" "^hauntctl: --in: expected" "$FRIEND4" tcp/22 --in
on gw "$HAUNTCTL" --in eth0 status >"$T/out" 2>&1
is "--in is for explain alone" "$?" 1
on gw "$HAUNTCTL" --json explain friend tcp/22 >"$T/out" 2>"$T/err"
is "a mistake, for programs: status" "$?" 1
is "a mistake, for programs" "$(jq -c '[.ok, (.error | length > 10)]' "$T/out")" \
	"[false,true]"
is "and nothing besides" "$(cat "$T/err")" ""

# ---- what cannot be found out ----

unknown() {
	local what=$1 ere=$2
	shift 2
	explains "$what" 2 "$ere" "$@"
}
got=$(on gw setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$HAUNTCTL" explain "$FRIEND4" tcp/22 2>&1)
is "not root: status" "$?" 2
like "not root" "$got" \
	'^hauntctl: netlink: not permitted: be root \(CAP_NET_ADMIN and CAP_SYS_ADMIN are needed\)$'
got=$(on gw setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
	"$HAUNTCTL" explain "$FRIEND4" tcp/22 2>&1)
is "without CAP_SYS_ADMIN: status" "$?" 2
like "without CAP_SYS_ADMIN" "$got" \
	'^hauntctl: a network namespace: not permitted: be root'
unknown "no such interface" '^hauntctl: eth7: there is no such interface$' \
	"$FRIEND4" tcp/22 --in eth7
unknown "the loopback" '^hauntctl: lo: only this host' "$FRIEND4" tcp/22 --in lo
unknown "its own address" "^hauntctl: $GW4: an address of this host" \
	"$GW4" tcp/22
unknown "127.0.0.1" "^hauntctl: 127.0.0.1: an address of this host" \
	127.0.0.1 tcp/22
unknown "nobody's address" '^hauntctl: 203.0.113.9: no route to it \(ENETUNREACH\)' \
	203.0.113.9 tcp/22
on gw ip link add dev spare type veth peer name spare1
unknown "an interface that is down" \
	'^hauntctl: spare: the interface is down' "$FRIEND4" tcp/22 --in spare
on gw ip link set spare up
unknown "an interface without an address" \
	'^hauntctl: spare: it has no address of the client' \
	203.0.113.9 tcp/22 --in spare
explains "unless it is said" 4 "^203.0.113.9 to $GW4 tcp/9, in by spare$" \
	203.0.113.9 tcp/9 --in spare --to "$GW4"
on gw ip link add br0 type bridge
on gw ip link set spare1 master br0 up
unknown "the port of a bridge" \
	'^hauntctl: spare1: it is a part of br0: ask with --in br0$' \
	"$FRIEND4" tcp/22 --in spare1
on gw ip link set br0 up
explains "the bridge" 0 "in by br0$" 203.0.113.9 tcp/22 --in br0 --to "$GW4"

# ---- sockets ----

explains "a port of this host" 0 '^accepted: delivered to tcp/22$' \
	"$FRIEND4" tcp/22
explains "the same at its other address" 0 \
	'to 192.0.2.1 tcp/22, in by eth0$' "$FRIEND4" tcp/22 --to 192.0.2.1
start_nginx gw 8080
sed 's/listen 8080/listen 127.0.0.1:8088/; /\[::\]/d; s/nginx-gw-8080/nginx-gw-8088/' \
	"$T/nginx-gw-8080/conf" >"$T/local.conf"
mkdir -p "$T/nginx-gw-8088"
on gw "$(command -v nginx)" -e stderr -c "$T/local.conf" >"$T/nginx-gw-8088/log" 2>&1 &
check "a server for this host alone" \
	wait_line "$T/nginx-gw-8088/log" 'start worker process '
explains "who listens for this host alone" 4 \
	'^note: something listens on tcp/8088 of 127.0.0.1 only$' \
	"$FRIEND4" tcp/8088
explains "nor is it reached by its address" 4 'route_localnet is off' \
	"$FRIEND4" tcp/8088 --to 127.0.0.1
start_udp gw 7001 echo
explains "a UDP socket" 0 '^accepted: delivered to udp/7001$' \
	"$FRIEND6" udp/7001
explains "TCP is not UDP" 4 'nothing listens on tcp/7001' "$FRIEND4" tcp/7001

# ---- routes ----

explains "a source that routes elsewhere" 0 'in by eth1$' "$FRIEND4" tcp/22 \
	--in eth1
on gw sysctl -qw net.ipv4.conf.eth1.rp_filter=1
explains "rp_filter" 4 \
	"^dropped: by the routes, the client's address does not come in by eth1$" \
	"$FRIEND4" tcp/22 --in eth1
explains "who decides that" 4 '^decided by: the kernel \(rp_filter' \
	"$FRIEND4" tcp/22 --in eth1
explains "only there" 0 'accepted' "$INNER4" tcp/22 --in eth1
on gw sysctl -qw net.ipv4.conf.eth1.rp_filter=0
explains "what is routed through, and no firewall" 0 \
	"^accepted: forwarded to $INNER4 tcp/22 by eth1$" \
	"$FRIEND4" tcp/22 --to "$INNER4"
explains "no route" 4 '^no route to 203.0.113.77' \
	"$FRIEND4" tcp/22 --to 203.0.113.77
on gw ip route add prohibit 203.0.113.77
explains "a route that prohibits" 4 '^no route to 203.0.113.77: EACCES$' \
	"$FRIEND4" tcp/22 --to 203.0.113.77
on gw ip route del prohibit 203.0.113.77
# By a mark, a table of its own, a next hop with a number.
on gw ip nexthop add id 7 via "$INNER4" dev eth1
on gw ip route add 203.0.113.77 nhid 7 table 100
on gw ip rule add fwmark 7 table 100
on gw nft -f - <<-'END'
	table ip marks {
		chain pre {
			type filter hook prerouting priority mangle;
			tcp dport 22 mark set 7
		}
	}
END
explains "a mark that routes" 0 '^accepted: forwarded to 203.0.113.77 tcp/22 by eth1$' \
	"$FRIEND4" tcp/22 --to 203.0.113.77
explains "others are not routed" 4 '^no route to 203.0.113.77' \
	"$FRIEND4" tcp/23 --to 203.0.113.77
is "nothing was left out" "$(on gw "$HAUNTCTL" --json explain "$FRIEND4" \
	tcp/22 | jq -c .not_copied)" "[]"
on gw nft delete table ip marks
on gw ip rule del fwmark 7
on gw ip -6 route add default via "$INNER6"
explains "a default route by IPv6" 4 \
	'^2001:db8:9::9 to 2001:db8:2::1 tcp/9, in by eth1$' 2001:db8:9::9 tcp/9

unknown "an address of one wire" '^hauntctl: fe80::7: an address of one wire: ' \
	fe80::7 tcp/22
explains "on that wire" 0 '^accepted: delivered to tcp/22$' fe80::7 tcp/22 \
	--in eth0
local6=$(on gw ip -j -6 address show dev eth0 scope link |
	jq -r '.[].addr_info[]?.local | values')
explains "to such an address" 0 "^fe80::7 to $local6 tcp/22, in by eth0$" \
	fe80::7 tcp/22 --in eth0 --to "$local6"

# An interface without Ethernet's headers.
on gw ip tuntap add dev tun0 mode tun
on gw ip address add 203.0.113.1/24 dev tun0
on gw ip link set tun0 up
explains "a tunnel" 0 '^203.0.113.9 to 203.0.113.1 tcp/22, in by tun0$' \
	203.0.113.9 tcp/22

# ---- firewalls ----

# What it is that hands a packet on is seen, too.
on gw nft -f - <<-'END'
	table inet other {
		chain input {
			type filter hook input priority 0;
			tcp dport 24 synproxy mss 1460 wscale 7
			ether saddr 02:00:00:00:00:01 tcp dport 25 reject
			tcp dport 26 limit rate 1/day burst 1 packets reject
		}
		chain pre {
			type filter hook prerouting priority -1;
			tcp dport 27 tproxy to :22 accept
		}
	}
END
check "the friend is a neighbour" on friend ping -q -n -c1 -W1 "$GW4"
explains "a hardware address that is known" 4 'nothing listens on tcp/25' \
	"$FRIEND4" tcp/25
explains "and one that is not" 4 '^rejected by rule' 198.51.100.99 tcp/25
explains "a limit" 4 '^note: a rule on the way limits or counts' \
	"$FRIEND4" tcp/26
explains "synproxy" 2 '^taken out of its way by rule handle' "$FRIEND4" tcp/24
on gw nft flush ruleset
if on gw iptables-nft -A INPUT -p tcp --dport 24 -j NFQUEUE 2>/dev/null; then
	explains "another program decides" 2 \
		'^handed to another program by rule handle' "$FRIEND4" tcp/24
	on gw nft flush ruleset
else
	skip "another program decides" "this kernel hands nothing over"
fi
on gw ipset create bad hash:ip
on gw iptables-nft -A INPUT -m set --match-set bad src -j DROP
on gw iptables-nft -A INPUT -p tcp --dport 22 -j DROP
explains "a set of ipset cannot be copied" 4 \
	'^not copied: rule handle [0-9]+ of chain INPUT of table ip filter: E[A-Z]+$' \
	"$FRIEND4" tcp/22
handle=$(on gw nft -a list chain ip filter INPUT 2>/dev/null |
	sed -n 's/.*tcp dport 22 .* handle //p')
is "the rest is, and is told by its own handle" "$(on gw "$HAUNTCTL" --json \
	explain "$FRIEND4" tcp/22 | jq .decided_by.step.handle)" "$handle"
on gw nft flush ruleset
on gw ipset destroy bad

# Used up on the host, used up in the copy.
on gw nft -f - <<-'END'
	table inet filter {
		quota little { over 100 bytes; }
		chain input {
			type filter hook input priority 0;
			quota name "little" tcp dport 22 drop
		}
	}
END
explains "a quota that is not used up" 0 '^accepted' "$FRIEND4" tcp/22
ssh_from friend "$GW4" 22 true >/dev/null 2>&1
explains "a quota that is" 4 '^dropped by rule handle' "$FRIEND4" tcp/22
on gw nft flush ruleset

on gw sysctl -qw net.ipv6.conf.all.disable_ipv6=1
explains "IPv6 is switched off" 0 '^accepted' "$FRIEND4" tcp/22
on gw sysctl -qw net.ipv6.conf.all.disable_ipv6=0

# A table that the kernel lets nobody else change.
mkfifo "$T/owner"
on gw nft -i <"$T/owner" >/dev/null 2>&1 &
exec {owner}>"$T/owner"
printf '%s\n' 'add table inet mine { flags owner; }' \
	'add chain inet mine input { type filter hook input priority 0; policy drop; }' \
	>&"$owner"
owned() {
	on gw nft list chain inet mine input
}
check "a table with an owner" wait_until 5 owned
explains "it is copied all the same" 4 \
	'^dropped by policy drop of chain input of table inet mine$' "$FRIEND4" tcp/22
exec {owner}>&-
unowned() {
	! owned
}
check "it goes with its owner" wait_until 5 unowned

# ---- switches that cannot be copied ----

on gw sysctl -qw net.ipv4.conf.eth1.rp_filter=1
got=$(on gw unshare --mount sh -c 'mount -o bind /proc/sys /proc/sys &&
	mount -o remount,ro,bind /proc/sys && exec "$@"' sh "$HAUNTCTL" \
	explain "$FRIEND4" tcp/22)
is "/proc/sys is read-only: status" "$?" 0
like "what is not so in the copy is told" "$got" \
	'^not copied: net/ipv4/conf/eth1/rp_filter = 1: EROFS$'
on gw sysctl -qw net.ipv4.conf.eth1.rp_filter=0

# ---- large ----

# One pair of interfaces for each of 100 containers.
awk 'BEGIN { for (i = 0; i < 100; i++)
	printf "link add veth%d index %d type veth peer name in%d\n", i, 1000 + i, i }' |
	on gw ip -batch -
on gw nft 'add table inet one; add chain inet one in { type filter hook input priority 0; }'
on gw nft add rule inet one in iif veth77 drop
started=$(now_ms)
explains "200 interfaces more" 0 '^accepted' "$FRIEND4" tcp/22
within "in milliseconds" $(($(now_ms) - started)) 1 10000
on gw ip link set veth77 up
explains "a rule by an interface's index" 4 'chain in of table inet one$' \
	203.0.113.99 tcp/22 --in veth77 --to "$GW4"
on gw nft delete table inet one

{
	echo 'table inet large {'
	echo 'set many { type ipv4_addr; elements = {'
	awk 'BEGIN { for (i = 0; i < 20000; i++)
		printf "10.%d.%d.1,\n", i / 256, i % 256 }'
	printf '}\n}\n'
	echo 'chain input { type filter hook input priority 0;'
	awk 'BEGIN { for (i = 0; i < 2000; i++)
		printf "ip saddr 10.0.%d.%d counter drop\n", i / 256, i % 256 }'
	echo 'ip saddr @many drop'
	echo 'ip saddr 198.51.100.66 drop comment "the last"'
	printf '}\n}\n'
} >"$T/large.nft"
check "2,000 rules, 20,000 elements" on gw nft -f "$T/large.nft"
on gw nft -a list ruleset >"$T/before"
started=$(now_ms)
explains "the last rule of 2,002" 4 'comment "the last"' "$STRANGER4" tcp/22
within "in milliseconds" $(($(now_ms) - started)) 1 10000
explains "the others pass" 0 '^accepted' "$FRIEND4" tcp/22
explains "who is in the large set" 4 'chain input of table inet large' \
	10.70.7.1 tcp/22 --in eth0
on gw nft -a list ruleset >"$T/after"
check "the host is what it was" cmp "$T/before" "$T/after"
done_testing
