#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sniffing on real interfaces: veth, VLAN, lo, tun; gone, back and renamed.
set -u
# shellcheck source=tests/lib/capture.sh
. "$(dirname "$0")/../lib/capture.sh"
net_isolate "$0"

# veth_make NAME: NAME here (.1), "far" in the namespace of that name (.2)
veth_make()
{
	ip link add "$1" type veth peer name far netns far
	ip link set "$1" up
	ip addr add 192.0.2.1/24 dev "$1"
	ip addr add 2001:db8::1/64 dev "$1" nodad
	ip -n far link set far up
	ip -n far addr add 192.0.2.2/24 dev far
	ip -n far addr add 2001:db8::2/64 dev far nodad
}

far()
{
	ip netns exec far "$send" "$@"
}

ip netns add far
ip -n far link set lo up
veth_make eth0
ip link add veth1 type veth peer name back netns far
ip link set veth1 up
ip -n far link set back up
ip tuntap add dev tun0 mode tun

probe_start eth0=62201,53 eth9=62201 lo=4443 tun0=62201 late0=62201
await '*interface name=eth9 state=missing'
check $? "an interface that is not there is a warning"
probe_ready
check $? "opens, drops and is ready"
grep -q '^CapPrm:[[:space:]]*0*$' "/proc/$role_pid/status"
check $? "no capability is left"
grep -q "^Uid:[[:space:]]$(id -u nobody)[[:space:]]" "/proc/$role_pid/status"
check $? "runs as nobody"

far udp 192.0.2.1:62201 v4-1 200
heard v4-1 "veth, IPv4"
[[ $line == *'source=192.0.2.2:'*' destination=192.0.2.1:62201 len=200 '* ]]
check $? "with its addresses and length"
far udp '[2001:db8::1]:62201' v6-1 200
heard v6-1 "veth, IPv6"
[[ $line == *'source=[2001:db8::2]:'*'destination=[2001:db8::1]:62201 '* ]]
check $? "with its addresses"
far udp 192.0.2.1:53 v4-2 140
heard v4-2 "the second port, the shortest packet"
far udp 192.0.2.1:53 v4-3 1472
heard v4-3 "the longest packet that fits"

# What must not come is followed by something that must.
far udp 192.0.2.1:62201 no-1 139
far udp 192.0.2.1:62201 no-2 1501
far udp 192.0.2.1:62202 no-3 200
far udp 192.0.2.1:4443 no-4 200
far frame back 192.0.2.1:62201 no-5 plain
"$send" udp 192.0.2.2:62201 no-6 200
"$send" udp 127.0.0.1:62201 no-7 200
far udp 192.0.2.1:62201 mark 200
heard mark "not: length, port, other interface's port, not listened to, sent"

"$send" udp 127.0.0.1:4443 lo-4 200
heard lo-4 "lo, IPv4"
"$send" udp '[::1]:4443' lo-6 200
heard lo-6 "lo, IPv6"
far udp 192.0.2.1:62201 mark 200
heard mark "nothing twice on lo"

far frame far 192.0.2.1:62201 vl-4 vlan7
heard vl-4 "a tagged frame on the parent, no VLAN interface"
far frame far '[2001:db8::1]:62201' vl-6 vlan7
heard vl-6 "tagged, IPv6"
far frame far 192.0.2.1:62201 qinq qinq
heard qinq "two tags"
far frame far '[2001:db8::1]:62201' ext6 extension
heard ext6 "an IPv6 extension header"

ip link set tun0 up
await '*interface name=tun0 state=up'
check $? "tun comes up"
"$send" tun tun0 192.0.2.1:62201 tun4 plain
heard tun4 "tun (raw IP), IPv4"
"$send" tun tun0 '[2001:db8::1]:62201' tun6 plain
heard tun6 "tun, IPv6"

ip link set eth0 down
await '*interface name=eth0 state=down'
check $? "down is noticed"
ip link set eth0 up
await '*interface name=eth0 state=up'
check $? "up is noticed"
far udp 192.0.2.1:62201 up-1 200
heard up-1 "down and up: heard again"

index=$(ip -o link show eth0 | cut -d: -f1)
ip link del eth0
await '*interface name=eth0 state=missing'
check $? "deletion is noticed"
veth_make eth0
far udp 192.0.2.1:62201 new1 200
heard new1 "created again: heard at once"
[ "$(ip -o link show eth0 | cut -d: -f1)" != "$index" ]
check $? "it was another interface index"

ip link add late0 type veth peer name early netns far
ip link set late0 up
ip -n far link set early up
await '*interface name=late0 state=up'
far frame early 192.0.2.1:62201 late plain
heard late "an interface that appears later"

ip link set late0 down
ip link set late0 name eth9
ip link set eth9 up
await '*interface name=eth9 state=up'
far frame early 192.0.2.1:62201 ren1 plain
heard ren1 "renamed to a name that is listened to"
ip link set eth9 down
ip link set eth9 name other
ip link set other up
await '*interface name=eth9 state=missing'
check $? "renamed away is noticed"
far frame early 192.0.2.1:62201 no-8 plain
far udp 192.0.2.1:62201 mark 200
heard mark "renamed away: not heard"

# More news than the netlink socket holds, and among the lost the one that
# counts: the role has to ask for a new list.
kill -STOP "$role_pid"
for mtu in {1000..1400}; do
	echo "link set other mtu $mtu"
done | ip -batch -
ip link del eth0
veth_make eth0
lost=$(awk -v pid="$role_pid" '$2 == 0 && $3 == pid { print $9 }' \
	/proc/net/netlink)
[ "$lost" -gt 0 ]
check $? "the socket overflows: $lost messages lost"
kill -CONT "$role_pid"
far udp 192.0.2.1:62201 lost 200
heard lost "and the new interface is found all the same"
probe_end

# What is heard on two interfaces is one packet.
vlan=false
ip link add link eth0 name eth0.7 type vlan id 7 2>/dev/null && vlan=true
$vlan && ip link set eth0.7 up
ip link add br0 type bridge
ip link set br0 up
ip link set veth1 master br0
deadline=$((SECONDS + patience))
until bridge link show dev veth1 | grep -q 'state forwarding' ||
	[ "$SECONDS" -gt "$deadline" ]; do
	:
done
bridge link show dev veth1 | grep -q 'state forwarding'
check $? "the bridge forwards"
probe_start any=62201
probe_ready
far frame far 192.0.2.1:62201 once vlan7
heard once "any: a tagged frame"
far udp 192.0.2.1:62201 mark 200
heard mark "any: and only once"
far frame back 192.0.2.1:62201 brid plain
heard brid "any: a frame on a bridge's port"
far udp 192.0.2.1:62201 mark 200
heard mark "any: and only once"
probe_end

if $vlan; then
	probe_start eth0.7=62201
	probe_ready
	far frame far 192.0.2.1:62201 sub7 vlan7
	heard sub7 "a VLAN interface on its own"
	far frame far 192.0.2.1:62201 no-9 vlan8
	far udp 192.0.2.1:62201 no10 200
	far frame far 192.0.2.1:62201 mark vlan7
	heard mark "not: another VLAN, untagged"
	probe_end
else
	skip "a VLAN interface on its own" "no 8021q in this kernel"
fi
finish
