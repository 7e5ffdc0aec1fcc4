# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Hosts and wires. Each host is a network namespace with a name:
#
#	stranger  198.51.100.66  2001:db8:1::66 \
#	friend    198.51.100.7   2001:db8:1::7   | bridge wan
#	friend2   198.51.100.8   2001:db8:1::8   |
#	gw   eth0 198.51.100.1   2001:db8:1::1  /
#	gw   eth1 192.0.2.1      2001:db8:2::1  \ bridge lan
#	inner     192.0.2.2      2001:db8:2::2  /
#	home      203.0.113.2    behind `router`, which is 198.51.100.9 outside
#
# inner has no route but to its own wire: who is not translated gets no answer.
export GW4=198.51.100.1 GW6=2001:db8:1::1
# shellcheck disable=SC2034 # the tests use these
STRANGER4=198.51.100.66 STRANGER6=2001:db8:1::66
# shellcheck disable=SC2034
FRIEND4=198.51.100.7 FRIEND6=2001:db8:1::7
# shellcheck disable=SC2034
SECOND4=198.51.100.8 SECOND6=2001:db8:1::8
# shellcheck disable=SC2034
INNER4=192.0.2.2 INNER6=2001:db8:2::2

# The tests' own /run, users and scratch directory $T. Called by lib.sh.
world_ground() {
	need ip nft mount sysctl ping
	mount -t tmpfs -o mode=0755 tmpfs /run ||
		skip_all "a tmpfs is refused here"
	mkdir -p "$T" /run/netns /run/sshd
	world_users
	ip link set lo up
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1
}

# Private copies of the user database: hauntd's users, somebody in the group
# haunt, somebody in no group, and a root whom sshd lets in by key.
world_users() {
	local user id=64100
	cp /etc/passwd /etc/group /etc/shadow "$T/"
	for user in _haunt-cap _haunt _haunt-nat _haunt-run _haunt-names \
		operator-haunt visitor-haunt _haunt-pgp; do
		id=$((id + 1))
		grep -q "^$user:" "$T/passwd" && continue
		echo "$user:x:$id:$id::/nonexistent:/usr/sbin/nologin" \
			>>"$T/passwd"
		grep -q "^$user:" "$T/group" || echo "$user:x:$id:" >>"$T/group"
	done
	grep -q "^haunt:" "$T/group" || echo "haunt:x:64099:" >>"$T/group"
	sed -i '/^haunt:/{s/$/,operator-haunt/;s/:,/:/}' "$T/group"
	sed -i 's/^root:[^:]*:/root:*:/' "$T/shadow"
	for user in passwd group shadow; do
		mount --bind "$T/$user" "/etc/$user"
	done
}

# on HOST COMMAND…
on() {
	local host=$1
	shift
	ip netns exec "$host" "$@"
}

world_host() {
	ip netns add "$1"
	on "$1" sysctl -qw net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.default.accept_dad=0 \
		net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	on "$1" ip link set lo up
}

world_bridge() {
	ip link add "$1" type bridge forward_delay 0 mcast_snooping 0
	ip link set "$1" up
}

# world_wire HOST INTERFACE BRIDGE ADDRESS/LEN…: plugs in a new interface. Made
# again it has the same hardware address, so that nobody's neighbour table lies.
world_wire() {
	local host=$1 interface=$2 bridge=$3 address
	shift 3
	ip link add "$host-$interface" type veth peer name "$interface" \
		netns "$host" address "$(cksum <<<"$host-$interface" |
			awk '{ printf "02:00:%02x:%02x:%02x:%02x", $1 / 16777216 % 256,
				$1 / 65536 % 256, $1 / 256 % 256, $1 % 256 }')"
	ip link set "$host-$interface" master "$bridge" up
	on "$host" ip link set "$interface" up
	for address in "$@"; do
		if [[ $address == *:* ]]; then
			on "$host" ip address add "$address" dev "$interface" nodad
		else
			on "$host" ip address add "$address" dev "$interface"
		fi
	done
}

world_gw_eth0() {
	world_wire gw eth0 wan "$GW4/24" "$GW6/64"
}

# Builds all but the host behind a router. Forwarding is on: it is a gateway.
world_up() {
	local host
	world_bridge wan
	world_bridge lan
	for host in stranger friend friend2 gw inner; do
		world_host "$host"
	done
	world_wire stranger eth0 wan "$STRANGER4/24" "$STRANGER6/64"
	world_wire friend eth0 wan "$FRIEND4/24" "$FRIEND6/64"
	world_wire friend2 eth0 wan "$SECOND4/24" "$SECOND6/64"
	world_gw_eth0
	world_wire gw eth1 lan 192.0.2.1/24 2001:db8:2::1/64
	world_wire inner eth0 lan "$INNER4/24" "$INNER6/64"
	on gw sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	wait_until 5 world_carries || {
		fail "the wires carry packets"
		done_testing
	}
}

world_carries() {
	on friend ping -q -n -c1 -W1 "$GW4" && on friend ping -q -n -c1 -W1 "$GW6"
}

# A friend behind an IPv4 NAT router.
world_home_up() {
	world_bridge house
	world_host router
	world_host home
	world_wire router eth0 wan 198.51.100.9/24
	world_wire router eth1 house 203.0.113.1/24
	world_wire home eth0 house 203.0.113.2/24
	on home ip route add default via 203.0.113.1
	on router sysctl -qw net.ipv4.ip_forward=1
	on router nft -f - <<-'END'
		table ip nat {
			chain post {
				type nat hook postrouting priority srcnat
				oifname "eth0" masquerade
			}
		}
	END
}

# A firewall of the administrator's own that drops all but HTTP, in nftables.
world_firewall_nft() {
	on gw nft -f - <<-'END'
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop;
				ct state established,related accept
				iifname "lo" accept
				meta l4proto { icmp, ipv6-icmp } accept
				tcp dport 80 accept comment "web"
			}
			chain forward {
				type filter hook forward priority filter; policy drop;
				ct state established,related accept
			}
			chain output {
				type filter hook output priority filter; policy accept;
			}
		}
	END
}

# The same with iptables-nft and ip6tables-nft.
world_firewall_iptables() {
	local tables
	for tables in iptables-nft ip6tables-nft; do
		on gw "$tables" -A INPUT -m conntrack \
			--ctstate ESTABLISHED,RELATED -j ACCEPT
		on gw "$tables" -A INPUT -i lo -j ACCEPT
		on gw "$tables" -A INPUT -p tcp --dport 80 -j ACCEPT
		on gw "$tables" -A FORWARD -m conntrack \
			--ctstate ESTABLISHED,RELATED -j ACCEPT
		on gw "$tables" -P INPUT DROP
		on gw "$tables" -P FORWARD DROP
	done
	on gw iptables-nft -I INPUT 3 -p icmp -j ACCEPT
	on gw ip6tables-nft -I INPUT 3 -p ipv6-icmp -j ACCEPT
}
