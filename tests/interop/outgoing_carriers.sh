#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# haunt's carriers to Debian's fwknopd, which knows all of them over IPv4; and
# the HTTP requests of haunt and fwknop side by side.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need tcpdump squid
interop_up

on gw iptables -A INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset
on gw iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
FWKNOPD_MORE="PCAP_FILTER udp dst portrange 62201-62210 or tcp dst port 62201 or tcp dst port 80 or icmp;
ENABLE_TCP_SERVER Y;
TCPSERV_PORT 62201;
ENABLE_SPA_OVER_HTTP Y;"
fwknopd_start

# Squid on friend2, which talks to the gateway in friend's place.
mount -t tmpfs tmpfs /dev/shm
install -d -o proxy "$T/squid"
install -o proxy /dev/null "$T/squid/cache.log"
cat >"$T/squid.conf" <<-END
	http_port 3128
	pid_filename none
	cache_log $T/squid/cache.log
	access_log none
	cache_store_log none
	coredump_dir none
	cache deny all
	netdb_filename none
	visible_hostname proxy.example
	cache_effective_user proxy
	pinger_enable off
	shutdown_lifetime 0 seconds
	http_access allow all
END
ip netns exec friend2 squid -N -f "$T/squid.conf" >"$T/squid.out" 2>&1 &
wait_line "$T/squid/cache.log" 'Accepting HTTP Socket connections' 10 \
	>/dev/null || {
	fail "squid starts" "$(tail -n 20 "$T/squid/cache.log")"
	done_testing
}

n=300
# admitted DESCRIPTION SOURCE ARGUMENT…: fwknopd opens a port of its own for
# SOURCE.
admitted() {
	local what=$1 source=$2 line
	shift 2
	n=$((n + 1))
	peer_mark
	check "$what: is sent" on friend "$HAUNT" open "$GW4" --key keys/peer \
		--access "tcp/$n" "$@"
	line=$(peer_wait "Added access rule .* tcp/$n,")
	like "$what: is taken" "$line" "for $source "
}

admitted "udp" "$FRIEND4" --allow source
admitted "udp, a random port of ten" "$FRIEND4" --allow source \
	--port 62201-62210
admitted "tcp, its own server" "$FRIEND4" --allow source --carrier tcp
admitted "tcp, looking on" "$FRIEND4" --allow source --carrier tcp --port 80
admitted "http" "$FRIEND4" --allow source --carrier http
admitted "http through Squid" "$SECOND4" --allow source \
	--http-proxy "$SECOND4:3128"
admitted "http through Squid, --allow local" "$FRIEND4" --allow local \
	--http-proxy "$SECOND4:3128"
admitted "icmp" "$FRIEND4" --allow source --carrier icmp
admitted "icmp, as fwknop has it" "$FRIEND4" --allow source --carrier icmp \
	--icmp-type 0 --icmp-code 0
forged=198.51.100.99
for carrier in udpraw tcpraw icmp; do
	admitted "$carrier" "$FRIEND4" --allow source --carrier "$carrier"
	admitted "$carrier, forged" "$forged" --allow source \
		--carrier "$carrier" --spoof-source "$forged"
	admitted "$carrier, forged, --allow local" "$FRIEND4" --allow local \
		--carrier "$carrier" --spoof-source "$forged"
done
peer_mark
check "tcp/22 by icmp: is sent" on friend "$HAUNT" open "$GW4" \
	--key keys/peer --access tcp/22 --allow local --carrier icmp
peer_wait 'Added access rule .* tcp/22,' >/dev/null
is "and it answers" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
is "but not a stranger" "$(ask stranger tcp 22)" ""

# ---- what haunt sends and what fwknop sends are the same but for the packet

cap=$T/http.pcap
ip netns exec friend tcpdump -i eth0 -Q out -n -s 0 --immediate-mode -U \
	-w "$cap" 'tcp dst port 80 or tcp dst port 3128' >"$T/tcpdump.log" 2>&1 &
wait_line "$T/tcpdump.log" 'listening on' 5 >/dev/null

# requests: each whole, with P for the packet.
requests() {
	tcpdump -r "$cap" -n -q -A 'greater 150' 2>/dev/null | tr -d '\r' |
		sed -n 's/^.*\(GET .*\)$/\1/p; /^\(User-Agent\|Accept\|Host\|Connection\):/p' |
		sed 's,/[A-Za-z0-9_-]\{100\,\} ,/P ,'
}
two() {
	[ "$(requests | grep -c ^GET)" = "$1" ]
}
fwknop_to peer -A tcp/23 -s -P http -p 80 >/dev/null
check "haunt's" on friend "$HAUNT" open "$GW4" --key keys/peer --access tcp/23 \
	--allow source --carrier http
check "both are on the wire" wait_until 3 two 2
is "haunt's request is fwknop's" "$(requests | sed -n '6,10p')" \
	"$(requests | sed -n '1,5p')"
fwknop_to peer -A tcp/24 -s -p 80 -H "$SECOND4:3128" >/dev/null
check "haunt's through a proxy" on friend "$HAUNT" open "$GW4" \
	--key keys/peer --access tcp/24 --allow source \
	--http-proxy "$SECOND4:3128"
check "both are on the wire" wait_until 3 two 4
is "through a proxy, too" "$(requests | sed -n '16,20p' | grep -v ^Host)" \
	"$(requests | sed -n '11,15p' | grep -v ^Host)"
is "but for Host, which fwknop has wrong" \
	"$(requests | sed -n '11,20p' | grep ^Host | tr '\n' ' ')" \
	"Host: $SECOND4 Host: $GW4 "
done_testing
