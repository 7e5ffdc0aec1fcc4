#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# hauntctl explain and rulesets of every kind: what is copied is what was
# there, and what it says is what a real client then meets. No hauntd here.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq nginx curl
COPY=$BUILD/tests/net/explain_copy
[ -x "$COPY" ] || skip_all "tests/net/explain_copy is not built"

world_up
PORTS=(80 8080 8443 9000)
for port in "${PORTS[@]}"; do
	start_nginx gw "$port" "page $port"
done
start_nginx inner 80 "page within"
on inner ip route add default via 192.0.2.1

# copied NAME: the copy is the ruleset, message by message.
copied() {
	on gw "$COPY" host | sort >"$T/host"
	on gw "$COPY" copy >"$T/copied" 2>&1
	is "$1: all of it is copied" "$?" 0
	sort "$T/copied" >"$T/copy"
	check "$1: the copy is the same" diff "$T/host" "$T/copy"
	within "$1: and not empty" "$(wc -l <"$T/host")" 2 1000000
}

# page HOST ADDRESS PORT: the port of gw whose page comes, "within", or -.
page() {
	local address=$2 body
	[[ $address != *:* ]] || address=[$address]
	body=$(on "$1" curl -sS --max-time 1 "http://$address:$3/" \
		2>/dev/null) || body="page -"
	echo "${body#page }"
}

# explained ADDRESS PORT: the same, by explain.
explained() {
	on gw "$HAUNTCTL" --json explain "$1" "tcp/$2" | jq -r '
		if .open | not then "-"
		elif .leads_to.local then .leads_to.port
		else "within" end'
}

# true_for NAME PORT…: for friend and stranger, by IPv4 and IPv6. Explained
# first: a real client would change what counters and meters hold.
true_for() {
	local name=$1 port said got
	shift
	for port in "$@"; do
		said=$(explained "$FRIEND4" "$port") \
			said+=" $(explained "$STRANGER4" "$port")" \
			said+=" $(explained "$FRIEND6" "$port")"
		got=$(page friend "$GW4" "$port") \
			got+=" $(page stranger "$GW4" "$port")" \
			got+=" $(page friend "$GW6" "$port")"
		is "$name, port $port: as it was said" "$got" "$said"
		ANSWERS+=" $said"
	done
}

# ruleset NAME: from standard input; loaded, copied, tried, taken away. Both
# answers, yes and no, must have been among them.
ruleset() {
	ANSWERS=
	cat >"$T/ruleset.nft"
	check "$1: loads" on gw nft -f "$T/ruleset.nft"
	copied "$1"
	true_for "$1" "${PORTS[@]}"
	like "$1: something is open" "$ANSWERS" '[0-9w]'
	like "$1: something is shut" "$ANSWERS" '-'
	on gw nft flush ruleset
}

ruleset "verdict maps" <<-'END'
	table inet filter {
		chain web { ip saddr 198.51.100.7 accept; drop; }
		chain tls { counter; }
		chain input {
			type filter hook input priority filter; policy drop;
			ct state vmap { established : accept, related : accept,
				invalid : drop }
			meta l4proto { icmp, ipv6-icmp } accept
			tcp dport vmap { 80 : jump web, 8080 : drop,
				8443 : goto tls, 9000 : accept }
		}
	}
END

ruleset "named sets and maps" <<-'END'
	table inet filter {
		set friends {
			type ipv4_addr; flags interval;
			counter
			elements = { 198.51.100.0/28 comment "friends",
				203.0.113.7-203.0.113.9 }
		}
		set pairs {
			type ipv4_addr . inet_service; flags interval;
			elements = { 198.51.100.64/29 . 8000-8099 }
		}
		set soon {
			type inet_service; flags timeout;
			elements = { 8443 timeout 1h, 9000 timeout 2h expires 90m }
		}
		map anybody {
			type ipv4_addr : verdict
			elements = { 198.51.100.7 : accept, * : continue }
		}
		map doors {
			type inet_service : verdict
			elements = { 80 : jump other, 7 : drop }
		}
		chain other { meta nfproto ipv6 accept; ip saddr @friends accept; }
		chain input {
			type filter hook input priority filter; policy drop;
			ct state established,related accept
			meta l4proto ipv6-icmp accept
			ip saddr . tcp dport @pairs accept
			meta nfproto ipv6 tcp dport @soon accept
			tcp dport 8443 ip saddr vmap @anybody
			tcp dport vmap @doors
		}
	}
END

ruleset "meters, limits, quotas, objects" <<-'END'
	table inet filter {
		counter seen { packets 3 bytes 180; }
		quota much { over 100 mbytes; }
		limit few { rate 10/minute; }
		ct helper files { type "ftp" protocol tcp; }
		ct timeout hasty {
			protocol tcp; l3proto ip; policy = { established: 100, close: 4 }
		}
		set hits {
			type ipv4_addr; size 100; flags dynamic,timeout; timeout 1m;
		}
		map kinds {
			type inet_service : counter
			elements = { 80 : "seen" }
		}
		chain input {
			type filter hook input priority filter; policy accept;
			ct state established,related accept
			counter name tcp dport map @kinds
			quota name "much" drop
			tcp dport 21 ct helper set "files"
			ct timeout set "hasty"
			numgen inc mod 1000 vmap { 999 : drop }
			tcp dport 8080 limit name "few" accept
			tcp dport 8080 drop
			tcp dport 9000 update @hits { ip saddr limit rate over 1000/second } drop
			tcp dport 8443 ip saddr 198.51.100.66 reject with icmpx admin-prohibited
			tcp dport 8443 meter old { ip saddr timeout 5s limit rate 100/second } accept
			tcp dport 8443 reject with tcp reset
		}
	}
END

ruleset "chains of one rule" <<-'END'
	table ip filter {
		chain input {
			type filter hook input priority -10; policy accept;
			tcp dport 8080 jump {
				ip saddr 198.51.100.66 drop
				counter return
			}
			tcp dport { 8443, 9000 } goto {
				ip saddr != 198.51.100.7 reject
			}
		}
	}
	table ip6 filter {
		chain input {
			type filter hook input priority 10; policy drop;
			meta l4proto ipv6-icmp accept
			ct state established accept
			ip6 saddr 2001:db8:1::7 tcp dport 80-8080 accept
		}
	}
END

ruleset "redirects and what is forwarded" <<-'END'
	table ip nat {
		map to {
			type inet_service : ipv4_addr . inet_service
			elements = { 9000 : 192.0.2.2 . 80, 81 : 192.0.2.2 . 81 }
		}
		chain pre {
			type nat hook prerouting priority dstnat;
			tcp dport 8080 ip saddr 198.51.100.66 redirect to :8443
			iifname "eth0" dnat ip to tcp dport map @to
		}
		chain post {
			type nat hook postrouting priority srcnat;
			oif "eth1" masquerade
		}
	}
	table inet filter {
		chain forward {
			type filter hook forward priority filter; policy drop;
			ct state established,related accept
			ip saddr 198.51.100.7 ct status dnat accept
		}
	}
	table inet twice {
		chain input {
			type filter hook input priority 1;
			tcp dport 80 meta nfproto ipv6 drop
		}
	}
END

if on gw nft -f - 2>/dev/null <<-'END'
	table inet filter {
		flowtable fast { hook ingress priority 0; devices = { eth0, eth1 }; }
		chain forward {
			type filter hook forward priority filter; policy drop;
			ct state established,related flow add @fast accept
		}
	}
END
then
	copied "flowtables"
	on gw nft flush ruleset
else
	skip "flowtables" "this kernel has none"
fi

ruleset "marks, fib, interfaces, other families" <<-'END'
	table netdev early {
		chain in {
			type filter hook ingress device "eth0" priority -500; policy accept;
			ether type ip tcp dport 8080 drop
		}
	}
	table bridge br {
		chain forward { type filter hook forward priority 0; policy accept; }
	}
	table arp neighbours {
		chain in { type filter hook input priority 0; policy accept; }
	}
	table inet asleep {
		flags dormant
		chain input { type filter hook input priority 0; policy drop; }
	}
	table inet filter {
		chain mangle {
			type filter hook prerouting priority mangle;
			iif eth0 tcp dport 80 meta mark set 7 ct mark set mark
			fib saddr . iif oif missing drop
			fib daddr . iif type local tcp dport 9000 meta mark set 9
		}
		chain input {
			type filter hook input priority filter; policy accept;
			iifname "eth1" accept
			tcp flags syn tcp option maxseg size 1-9999 ct mark 7 accept
			meta mark 9 tcp dport 9000 drop comment "marked"
			meta pkttype != host drop
			ip ttl < 3 drop
		}
	}
END

# The same with extensions of x_tables, which have an opinion on protocols.
for tables in iptables-nft ip6tables-nft; do
	on gw "$tables" -P INPUT DROP
	on gw "$tables" -N WEB
	on gw "$tables" -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
	on gw "$tables" -A INPUT ! -p tcp -j ACCEPT
	on gw "$tables" -A INPUT -p tcp -m multiport --dports 80,8080 -g WEB
	on gw "$tables" -A INPUT -p tcp -m tcp --dport 9000 \
		-m limit --limit 50/sec -m comment --comment "some" -j ACCEPT
	on gw "$tables" -A WEB -p tcp -m tcp --tcp-flags SYN,ACK SYN \
		-m length --length 0:100 -m addrtype --dst-type LOCAL -j MARK --set-mark 3
	on gw "$tables" -A WEB -p tcp --dport 8080 -j REJECT --reject-with tcp-reset
	on gw "$tables" -A WEB -m mark --mark 3 -j ACCEPT
done
on gw iptables-nft -t nat -A PREROUTING -p tcp --dport 8443 \
	-s "$STRANGER4" -j REDIRECT --to-ports 80
ANSWERS=
copied "iptables-nft"
true_for "iptables-nft" "${PORTS[@]}"
on gw nft flush ruleset

# As Docker writes them for a port that it publishes; here, the host within.
on gw iptables-nft -t nat -N DOCKER
on gw iptables-nft -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
on gw iptables-nft -t nat -A POSTROUTING -s 192.0.2.0/24 ! -o eth1 -j MASQUERADE
on gw iptables-nft -t nat -A DOCKER ! -i eth1 -p tcp -m tcp --dport 8080 \
	-j DNAT --to-destination "$INNER4:80"
for chain in DOCKER DOCKER-USER DOCKER-ISOLATION-STAGE-1; do
	on gw iptables-nft -N $chain
done
on gw iptables-nft -P FORWARD DROP
on gw iptables-nft -A FORWARD -j DOCKER-USER
on gw iptables-nft -A FORWARD -j DOCKER-ISOLATION-STAGE-1
on gw iptables-nft -A FORWARD -o eth1 -m conntrack \
	--ctstate RELATED,ESTABLISHED -j ACCEPT
on gw iptables-nft -A FORWARD -o eth1 -j DOCKER
on gw iptables-nft -A FORWARD -i eth1 ! -o eth1 -j ACCEPT
on gw iptables-nft -A DOCKER -d "$INNER4/32" ! -i eth1 -o eth1 -p tcp \
	-m tcp --dport 80 -j ACCEPT
on gw iptables-nft -A DOCKER-USER -i eth0 -s "$STRANGER4" -j DROP
on gw iptables-nft -A DOCKER-USER -j RETURN
ANSWERS=
copied "Docker's rules"
true_for "Docker's rules" 80 8080
like "Docker's rules: the friend gets within" "$ANSWERS" 'within - 8080$'
done_testing
