#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every carrier, as Debian's fwknop does it and over IPv6, which it cannot; and
# through squid, which says in X-Forwarded-For for whom.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need squid curl socat
CARRY=$BUILD/tests/lib/carry
world_up
serve gw gw tcp/22 tcp/8443
on gw sysctl -qw net.ipv4.icmp_echo_ignore_all=0

{
	conf_gateway | sed '/^listen/d'
	cat <<-EOF
		listen "eth0" {
			ports = {62201, "30000-30999"}
			tcp-ports = {62300, "31000-31999", 8443}
			icmp = true
		}
		listen "tcp" { address = "0.0.0.0:62201" }
		listen "tcp" { address = "[::]:62201" }
		listen "http" { address = "0.0.0.0:80" }
		listen "http" { address = "[::]:80" }
		trusted-proxies = {"$SECOND4", "$SECOND6"}
	EOF
	conf_client alice
	conf_client roam 'allow-unbound-address = true'
	conf_client pete 'allow-unbound-address = true' \
		'allow-forwarded-for = true' \
		"from = {\"$FRIEND4\", \"$FRIEND6\"}"
} >"$CONF"
must_start_hauntd

# packet NAME MESSAGE: its text, without a newline.
packet() {
	local text
	text=$("$tools/forge" "keys/$1" rand @alice now 3.0.0 1 "$2")
	printf %s "$text"
}
# get PACKET [FIELD…]: a request with CR LF, as it is sent.
get() {
	local text=$1 field
	shift
	printf 'GET /%s HTTP/1.1\r\nHost: gw\r\n' "$(tr +/ -_ <<<"$text")"
	for field in "$@"; do
		printf '%s\r\n' "$field"
	done
	printf '\r\n'
}
# by ADDRESS CARRIER…: standard input is carried there, from friend.
by() {
	on friend "$CARRY" "$@"
}

# carries WHAT CARRIER FAMILY COMMAND…: grants by it, and it alone.
carries() {
	local what=$1 carrier=$2 from=$FRIEND4 line
	[ "$3" = 4 ] || from=$FRIEND6
	shift 3
	ctl revoke roam >/dev/null
	ctl revoke alice >/dev/null
	log_mark
	"$@" >"$T/carried" 2>&1
	line=$(log_wait "admit .*result=" 3) || line=$(log_since)
	like "$what" "$line" \
		"client=[a-z]* carrier=$carrier service=ssh address=$from .*result=granted"
}
fw() {
	fwknop_to alice -a "$FRIEND4" -A tcp/22 "$@"
}
syn() {
	packet roam @0.0.0.0,tcp/22 | by syn "$1" "$2"
}
icmp() {
	packet roam @0.0.0.0,tcp/22 | by icmp "$1" "$2"
}
stream() {
	packet roam @0.0.0.0,tcp/22 | by tcp "$1" "$2" "${@:3}"
}
request() {
	get "$(packet roam @0.0.0.0,tcp/22)" | by tcp "$1" "$2" "${@:3}"
}
datagram() {
	packet roam @0.0.0.0,tcp/22 | on friend "$UDP" send "$1" "$2"
}
absolute() {
	get "$(packet roam @0.0.0.0,tcp/22)" |
		sed '1s,/,http://gw.example:80/,' | by tcp "$1" "$2"
}

carries "fwknop, udp to a port of a range" udp 4 fw -p 30123
is "and it is open" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
is "for the friend alone" "$(ask stranger tcp 22)" ""
carries "fwknop, tcp to a listener" tcp 4 fw -P tcp
carries "fwknop, http to a listener" http 4 fw -P http -p 80
carries "fwknop, tcp to another's port, sniffed" tcp 4 fw -P tcp -p 8443
carries "fwknop, http to another's port, sniffed" http 4 fw -P http -p 8443
carries "fwknop, http with any user agent" http 4 fw -P http -p 80 \
	-u 'Mozilla/5.0'
carries "fwknop, tcpraw" tcp 4 fw -P tcpraw -p 62300
carries "fwknop, tcpraw to a port of a range" tcp 4 fw -P tcpraw -p 31999
carries "fwknop, tcpraw to a listener's port" udp 4 fw
carries "fwknop, udpraw" udp 4 fw -P udpraw
carries "fwknop, icmp" icmp 4 fw -P icmp
carries "fwknop, icmp echo request" icmp 4 fw -P icmp --icmp-type 8 \
	--icmp-code 0
carries "fwknop, icmp of another type" icmp 4 fw -P icmp --icmp-type 13 \
	--icmp-code 0
for family in 4 6; do
	gateway=GW$family gateway=${!gateway}
	reply=0 echo=8
	[ $family = 4 ] || reply=129 echo=128
	carries "IPv$family: udp to a port of a range" udp $family \
		datagram "$gateway" 30999
	carries "IPv$family: syn" tcp $family syn "$gateway" 62300
	carries "IPv$family: icmp echo reply" icmp $family \
		icmp "$gateway" $reply
	carries "IPv$family: icmp echo request" icmp $family \
		icmp "$gateway" $echo
	carries "IPv$family: icmp of another type" icmp $family \
		icmp "$gateway" 200
	carries "IPv$family: tcp" tcp $family stream "$gateway" 62201
	carries "IPv$family: tcp in pieces" tcp $family \
		stream "$gateway" 62201 50 1
	carries "IPv$family: tcp, sniffed" tcp $family stream "$gateway" 8443
	carries "IPv$family: http" http $family request "$gateway" 80
	carries "IPv$family: http in pieces" http $family \
		request "$gateway" 80 7 1
	carries "IPv$family: http in bytes" http $family \
		request "$gateway" 80 1
	carries "IPv$family: http, sniffed" http $family \
		request "$gateway" 8443
	carries "IPv$family: http as a proxy is asked" http $family \
		absolute "$gateway" 80
	carries "IPv$family: a bare packet to an http listener" tcp $family \
		stream "$gateway" 80
done

# Not at the neighbour's door: a good one in each case comes after.
log_mark
packet roam @0.0.0.0,tcp/22 | by syn "$GW4" 62201
packet roam @0.0.0.0,tcp/22 | on friend "$UDP" send "$GW4" 31000
packet roam @0.0.0.0,tcp/22 | on friend "$UDP" send "$GW4" 29999
get "$(packet roam @0.0.0.0,tcp/22)" | by tcp "$GW4" 62201 >/dev/null
datagram "$GW4" 62201
log_wait 'admit .*result=' >/dev/null
is "nothing is heard where nobody listens" \
	"$(log_since | grep -c 'admit ')" 1

# ---- through squid, on friend2 ----

cat >squid.conf <<-EOF
	http_port 3128
	http_access allow all
	acl all_ports port 1-65535
	cache deny all
	cache_mem 8 MB
	pid_filename none
	access_log none
	cache_log $T/squid.log
	coredump_dir $T
	shutdown_lifetime 0 seconds
	forwarded_for on
	pinger_enable off
EOF
: >squid.log
chmod 666 squid.log
ip netns exec friend2 squid -N -f "$T/squid.conf" >/dev/null 2>&1 &
listening() {
	[ -n "$(on friend2 ss -Htln 'sport = :3128')" ]
}
wait_until 10 listening || {
	fail "squid starts" "$(cat squid.log)"
	done_testing
}

# fwknop hangs up at once, and squid lets go of a request whose client is gone;
# socat stays on the line for it.
ip netns exec friend socat -T 2 \
	TCP4-LISTEN:3128,bind=127.0.0.1,fork,reuseaddr,ignoreeof \
	"TCP4:$SECOND4:3128" 2>/dev/null &
relaying() {
	[ -n "$(on friend ss -Htln 'sport = :3128')" ]
}
wait_until 5 relaying

# verdict WHAT ERE COMMAND…
verdict() {
	local what=$1 want=$2 name
	shift 2
	for name in alice roam pete; do
		ctl revoke $name >/dev/null
	done
	log_mark
	"$@" >"$T/carried" 2>&1
	like "$what" "$(log_wait 'admit .*result=' 3 || log_since)" "$want"
}
through() {
	local name=$1
	shift
	fwknop_to "$name" -A tcp/22 -P http -H 127.0.0.1:3128 "$@"
}
# asked FAMILY NAME MESSAGE [HEADER…]: curl through squid. It gets no answer.
asked() {
	local family=$1 text headers=() header
	text=$(packet "$2" "$3" | tr +/ -_)
	shift 3
	for header in "$@"; do
		headers+=(-H "$header")
	done
	if [ "$family" = 4 ]; then
		on friend curl -s --max-time 1 -x "http://$SECOND4:3128" \
			"${headers[@]}" "http://$GW4/$text"
	else
		on friend curl -gs --max-time 1 -x "http://[$SECOND6]:3128" \
			"${headers[@]}" "http://[$GW6]/$text"
	fi
}
verdict "squid: a packet for its sender comes from squid" \
	"client=alice carrier=http address=$SECOND4 .*result=denied reason=address" \
	through alice -a "$FRIEND4"
verdict "squid: 0.0.0.0 of a client whose proxies are not believed" \
	"client=roam carrier=http address=$SECOND4 .*result=denied reason=proxy\$" \
	through roam -s
is "squid: the proxy gets nothing" "$(ask friend2 tcp 22)" ""
verdict "squid: 0.0.0.0 of one whose are" \
	"client=pete carrier=http via=$SECOND4 service=ssh address=$FRIEND4 .*result=granted" \
	through pete -s
is "squid: is for who asked" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
is "squid: and not for squid" "$(ask friend2 tcp 22)" ""
verdict "squid: an address that is who asked" \
	"client=pete carrier=http via=$SECOND4 service=ssh address=$FRIEND4 .*result=granted" \
	through pete -a "$FRIEND4"
verdict "squid: what a client says of himself does not count" \
	"client=pete carrier=http via=$SECOND4 service=ssh address=$FRIEND4 .*result=granted" \
	asked 4 pete @0.0.0.0,tcp/22 "X-Forwarded-For: $STRANGER4"
verdict "squid: nor if he says he was a proxy" \
	"client=pete carrier=http via=$SECOND4 service=ssh address=$FRIEND4 .*result=granted" \
	asked 4 pete @0.0.0.0,tcp/22 "X-Forwarded-For: $STRANGER4, $SECOND4"
verdict "squid: nonsense spoils the list" \
	"client=pete carrier=http address=$SECOND4 .*result=denied reason=(from|forwarded-for)" \
	asked 4 pete @0.0.0.0,tcp/22 "X-Forwarded-For: nonsense"
verdict "squid: over IPv6" \
	"client=pete carrier=http via=$SECOND6 service=ssh address=$FRIEND6 .*result=granted" \
	asked 6 pete @0.0.0.0,tcp/22
# Told once, however often squid asks again.
is "squid: no knock is a replay" "$(grep -c result=replay "$LOG")" 0
done_testing
