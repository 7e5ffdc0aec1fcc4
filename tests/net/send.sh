#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every carrier of haunt's, over IPv4 and IPv6, as it is on the wire: headers,
# checksums, and the packet byte by byte; forged sources; with CAP_NET_RAW and
# nothing else, and without it; ports that are drawn; and where keys come from
# and packets are kept.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need tcpdump setpriv socat od

world_up
start_nginx gw
config_many 20s >"$CONF"
must_start_hauntd
key=$(key alice)
cap=$T/wire.pcap
ip netns exec friend tcpdump -i eth0 -Q out -n -s 0 --immediate-mode -U \
	-w "$cap" >"$T/tcpdump.log" 2>&1 &
wait_line "$T/tcpdump.log" 'listening on' 5 >/dev/null || {
	fail "tcpdump starts"
	done_testing
}

# sink PORT: accepts connections there, and says nothing.
sink() {
	ip netns exec gw socat -d -d -u \
		"TCP6-LISTEN:$1,reuseaddr,fork,ipv6only=0" \
		"SYSTEM:cat >/dev/null" >"$T/sink-$1" 2>&1 &
	wait_line "$T/sink-$1" 'listening on' 5 >/dev/null
}

# open_ ARGUMENT…: haunt open from friend, with all that it says.
open_() {
	on friend env HOME="$T/home" "$HAUNT" open "$@" --access tcp/22 2>&1
}

# frames FILTER [OPTION…]: what friend has sent of that, as tcpdump says it.
frames() {
	local filter=$1
	shift
	tcpdump -r "$cap" -n "$@" "$filter" 2>/dev/null
}

there() {
	[ -n "$(frames "$1")" ]
}

# frame FILTER: the IP packet of the only one, in hexadecimal.
frame() {
	wait_until 3 there "$1"
	frames "$1" -x | sed -n 's/^\t0x[0-9a-f]*: *//p' | tr -d ' \n'
}

hex() {
	od -An -v -tx1 | tr -d ' \n'
}

# carried DESCRIPTION FILTER HEADERS ARGUMENT…: knocks; what is on the wire are
# so many bytes of headers, and the packet. The packet stays in $T/packet.
carried() {
	local what=$1 filter=$2 headers=$3 got want
	shift 3
	rm -f "$T/packet"
	check "$what" open_ "$@" --key "$key" --allow source \
		--save-packet "$T/packet"
	got=$(frame "$filter")
	want=$(tr -d '\n' <"$T/packet" | hex)
	is "$what: byte by byte" "${got:$((2 * headers))}" "$want"
}

# sound DESCRIPTION FILTER ERE: what tcpdump thinks of the headers.
sound() {
	local said
	said=$(frames "$2" -vv)
	like "$1" "$said" "$3"
	unlike "$1: no checksum is wrong" "$said" 'incorrect|bad |wrong'
}

sink 62301
for v in 4 6; do
	gw=GW$v friend=FRIEND$v
	gw=${!gw} friend=${!friend}
	ip=$([ "$v" = 4 ] && echo 20 || echo 40)
	is4=$([ "$v" = 4 ] && echo ip || echo ip6)

	carried "udp, IPv$v" "$is4 and udp dst port 6240$v" $((ip + 8)) \
		"$gw" --port "6240$v" --source-port "444$v"
	like "udp, IPv$v: --source-port" \
		"$(frames "udp dst port 6240$v")" "$friend.444$v > $gw.6240$v"
	carried "tcp, IPv$v" "$is4 and tcp dst port 62301 and greater 150" \
		$((ip + 32)) "$gw" --carrier tcp --port 62301 \
		--source-port "445$v"
	like "tcp, IPv$v: in a connection from --source-port" \
		"$(frames "$is4 and tcp dst port 62301")" \
		"$friend.445$v > $gw.62301: Flags \[F?P"
	carried "udpraw, IPv$v" "$is4 and udp dst port 6250$v" $((ip + 8)) \
		"$gw" --port "6250$v" --carrier udpraw
	sound "udpraw, IPv$v" "udp dst port 6250$v" '\[udp sum ok\]'
	carried "tcpraw, IPv$v" "$is4 and tcp dst port 6260$v and greater 100" \
		$((ip + 20)) "$gw" --port "6260$v" --carrier tcpraw
	sound "tcpraw, IPv$v: a lone SYN" \
		"$is4 and tcp dst port 6260$v and greater 100" \
		'Flags \[S\], cksum 0x[0-9a-f]+ \(correct\), seq [0-9]+:'
done

carried "icmp, IPv4" 'icmp[0] = 8 and greater 150' 28 "$GW4" --carrier icmp
sound "icmp, IPv4: an echo request" 'icmp[0] = 8 and greater 150' \
	"$FRIEND4 > $GW4: ICMP echo request, id [0-9]+, seq 1,"
carried "icmp, IPv6" 'ip6[40] = 128 and greater 150' 48 "$GW6" --carrier icmp
sound "icmp, IPv6: an echo request" 'ip6[40] = 128 and greater 150' \
	"$FRIEND6 > $GW6: \[icmp6 sum ok\] ICMP6, echo request,"
carried "icmp of another type" 'icmp[0] = 13 and greater 150' 28 "$GW4" \
	--carrier icmp --icmp-type 13 --icmp-code 7
is "its type and code" \
	"$(frame 'icmp[0] = 13 and greater 150' | cut -c41-44)" 0d07
carried "icmp, IPv6, a reply" 'ip6[40] = 129 and greater 150' 48 "$GW6" \
	--carrier icmp --icmp-type 129
sound "icmp, IPv6, a reply" 'ip6[40] = 129' '\[icmp6 sum ok\] .*echo reply'

# ---- HTTP: fwknop's form, and a Host header that is right

# asked DESCRIPTION FILTER HEADERS HOST AGENT ARGUMENT…
asked() {
	local what=$1 filter=$2 headers=$3 host=$4 agent=$5 got
	shift 5
	rm -f "$T/packet"
	check "$what" open_ "$@" --key "$key" --allow source --carrier http \
		--save-packet "$T/packet"
	got=$(frame "$filter")
	is "$what: byte by byte" "${got:$((2 * headers))}" "$(printf \
		'GET /%s HTTP/1.0\r\nUser-Agent: %s\r\nAccept: */*\r\nHost: %s\r\nConnection: close\r\n\r\n' \
		"$(tr -- +/ -_ <"$T/packet")" "$agent" "$host" | hex)"
}

asked "http, IPv4" 'ip and tcp dst port 80 and greater 150' 52 "$GW4" \
	Fwknop/2.6.10 "$GW4"
asked "http, IPv6" 'ip6 and tcp dst port 80 and greater 150' 72 "[$GW6]" \
	Fwknop/2.6.10 "$GW6"
is "the web server there has read both" \
	"$(grep -c '"GET /[A-Za-z0-9_-]*" 200\|"GET /[A-Za-z0-9_-]* HTTP/1.0" 200' \
		"$T/nginx-gw-80/access.log")" 2
sink 62302
start=$(now_ms)
asked "http to another port, with --user-agent, to who is silent" \
	'ip and tcp dst port 62302 and greater 150' 52 "$GW4:62302" \
	"Mozilla/5.0 (none)" "$GW4" --port 62302 \
	--user-agent "Mozilla/5.0 (none)"
within "who is silent is waited for a second" $(($(now_ms) - start)) 900 2800

# ---- what goes wrong is told with its place

like "tcp to a closed port" "$(open_ "$GW4" --key "$key" --carrier tcp --port 9)" \
	"sending to $GW4 port 9 by tcp: connecting: Connection refused"
open_ "$GW4" --key "$key" --carrier tcp --port 9 >/dev/null
is "and its status" $? 3
on gw nft 'table inet dark { chain in { type filter hook input priority 0;
	tcp dport 62303 drop; }; }'
start=$(now_ms)
like "http to a port that drops" "$(open_ "$GW6" --key "$key" --carrier http \
	--port 62303 --connect-timeout 1s)" \
	"sending to $GW6 port 62303 by http: connecting: Connection timed out"
within "--connect-timeout 1s" $(($(now_ms) - start)) 1000 2500
on friend ip route add blackhole 192.0.2.0/24
like "no route" "$(open_ 192.0.2.1 --key "$key" --carrier udpraw)" \
	"192.0.2.1: Invalid argument|192.0.2.1: .*unreachable"
like "a packet of IPv4 with a source of IPv6" "$(open_ "$GW4" --key "$key" \
	--carrier udpraw --spoof-source "$FRIEND6")" "no address of that family"

# ---- CAP_NET_RAW and nothing else; then not even that

install -d -m 0755 -o visitor-haunt "$T/visitor"
install -m 0600 -o visitor-haunt "$key" "$T/visitor/key"
uid=$(id -u visitor-haunt)
# visitor CAPABILITIES ARGUMENT…
visitor() {
	local caps=$1
	shift
	on friend setpriv --reuid "$uid" --regid "$uid" --clear-groups \
		--bounding-set "-all$caps" --inh-caps "-all$caps" \
		--ambient-caps "-all$caps" env HOME="$T/visitor" \
		"$HAUNT" open "$@" --key "$T/visitor/key" --access tcp/22 \
		--allow source 2>&1
}

n=0
for carrier in udpraw tcpraw icmp; do
	for to in "$GW4 198.51.100.99" "$GW6 2001:db8:1::99"; do
		n=$((n + 1))
		read -r to forged <<<"$to"
		check "$carrier to $to with CAP_NET_RAW alone, forged" visitor \
			,+net_raw "$to" --carrier "$carrier" --spoof-source \
			"$forged" --port $((62700 + n))
		filter="dst port $((62700 + n))"
		[ "$carrier" != icmp ] || filter="greater 150"
		check "it claims to come from $forged" wait_until 3 there \
			"src host $forged and $filter"
		sound "and its checksums are right" \
			"src host $forged and $filter" "$forged"
		said=$(visitor "" "$to" --carrier "$carrier")
		is "$carrier to $to without it" $? 3
		like "it is named" "$said" "carrier $carrier: .*CAP_NET_RAW"
	done
done
check "udp needs no capability" visitor "" "$GW4"

# ---- a forged source arrives at the gateway, and is what it lets in

forged_in() {
	log_mark
	open_ "$1" --key "$key" --carrier udpraw --spoof-source "$2" \
		--allow "$3" >/dev/null && log_wait ' admit .*result=granted'
}
like "forged, --allow source: the gateway lets that one in" \
	"$(forged_in "$GW4" 198.51.100.99 source)" 'address=198\.51\.100\.99 '
like "and over IPv6" "$(forged_in "$GW6" 2001:db8:1::99 source)" \
	'address=2001:db8:1::99 '
# admitted KEY ARGUMENT…: the log's line about a knock with a forged source.
admitted() {
	local with=$1
	shift
	log_mark
	open_ "$GW4" --key "$with" --carrier udpraw --spoof-source \
		198.51.100.98 "$@" >/dev/null
	log_wait ' admit '
}
like "forged, --allow local: the packet names this host, not that one" \
	"$(admitted "$(key many)")" "address=$FRIEND4 .*result=granted"
like "which takes a client who may open for others" \
	"$(admitted "$key")" 'address=198.51.100.98 .*result=denied'

# ---- the port is drawn for each packet

is "30 draws of two ports: both of them, and no other" "$(for _ in $(seq 30); do
	open_ "$GW4" --key "$key" --port 50000-50001 --print
done | sed -n 's/^port: //p' | sort -u | tr '\n' ' ')" "50000 50001 "
like "--print says the carrier" "$(open_ "$GW4" --key "$key" --print)" \
	'^carrier: udp$'
port=$(open_ "$GW4" --key "$key" --port random --print |
	sed -n 's/^port: //p')
within "--port random" "$port" 10000 65535
check "a knock to a drawn port" open_ "$GW4" --key "$key" --port 61000-61999
check "is on the wire" wait_until 3 there 'udp dst portrange 61000-61999'
mkdir -p "$T/home/.config/haunt"
cat >"$T/home/.config/haunt/haunt.conf" <<-END
	gateway "drawn" {
		address = "$GW4"
		key = "$key"
		port = "20000-60000"
		carrier = "udpraw"
		service "ssh" { access = "tcp/22" }
	}
END
said=$(on friend env HOME="$T/home" "$HAUNT" proxy "$GW4" 22 --profile drawn \
	--deadline 1s </dev/null 2>&1)
like "haunt proxy takes the profile's carrier" "$said" 'packets by udpraw'
two_drawn() {
	[ "$(frames 'udp dst portrange 20000-60000' | wc -l)" = 2 ]
}
check "and knocks twice" wait_until 3 two_drawn
is "each time at another port" \
	"$(frames 'udp dst portrange 20000-60000' |
		sed 's/.*> [0-9.]*\.\([0-9]*\): .*/\1/' | sort -u | wc -l)" 2

# ---- the clock, keys from a descriptor, packets in files

at=$(open_ "$GW4" --key "$key" --time-offset -2h --print |
	sed -n 's/^time: //p')
within "--time-offset -2h" $(($(date +%s) - at)) 7199 7203
check "90 seconds are within what the gateway takes" knock_for '(granted|renewed)' friend \
	"$GW4" --access tcp/22 --time-offset 90s
check "five minutes are not" knock_for stale friend "$GW4" --access tcp/22 \
	--time-offset 5m
log_mark
check "--key-fd" open_ "$GW4" --key-fd 7 7<"$key"
check "is the key" log_wait ' admit client=alice .*result=(granted|renewed)'
check "--key-fd 0" open_ "$GW4" --key-fd 0 --print <"$key"
like "--key-fd: nothing there" "$(open_ "$GW4" --key-fd 9 2>&1 9>&-)" \
	'--key-fd 9: Bad file descriptor'
like "--key-fd: no key" "$(open_ "$GW4" --key-fd 0 <<<"KEY: a
nonsense")" '--key-fd 0:2: malformed'
like "proxy keeps its standard input" "$(on friend env HOME="$T/home" \
	"$HAUNT" proxy "$GW4" 22 --key-fd 0 <"$key" 2>&1)" 'standard input is'

rm -f "$T/packet"
before=$(frames 'udp dst port 62800' | wc -l)
open_ "$GW4" --key "$key" --port 62800 --save-packet "$T/packet" --print \
	>/dev/null
is "--save-packet with --print: a packet that is not sent" \
	"$(stat -c %a "$T/packet") $(wc -l <"$T/packet")" "600 1"
said=$(open_ "$GW4" --key "$key" --port 62800 --save-packet "$T/packet")
is "one that is there is not overwritten" $? 1
like "it is said" "$said" "$T/packet: it is there already"
is "and nothing is sent" "$(frames 'udp dst port 62800' | wc -l)" "$before"
check "--save-packet-append" open_ "$GW4" --key "$key" --port 62801 \
	--save-packet "$T/packet" --save-packet-append
is "adds a line" "$(wc -l <"$T/packet")" 2
sent=$(frame 'udp dst port 62801')
is "which is the packet" "${sent:56}" \
	"$(tail -n 1 "$T/packet" | tr -d '\n' | hex)"
log_mark
head -n 1 "$T/packet" | tr -d '\n' |
	on friend "$UDP" send "$GW4" 62201
check "what was saved and not sent can be sent" \
	log_wait ' admit client=alice .*result=(granted|renewed)'
done_testing
