#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packets through a real Squid: what it is asked, byte by byte, what comes out
# behind it, and what its answers are worth: lost, in doubt, or nothing to say.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need squid tcpdump socat od

world_up
start_nginx gw
key=$(key alice)

# Squid's shared memory has one name on the whole machine.
mount -t tmpfs tmpfs /dev/shm
install -d -o proxy "$T/squid"
install -o proxy /dev/null "$T/squid/cache.log"
# The fake helper takes any password; nobody here has one.
cat >"$T/squid.conf" <<-END
	http_port 3128
	http_port 3129 name=locked
	pid_filename none
	cache_log $T/squid/cache.log
	access_log stdio:$T/squid/access.log
	cache_store_log none
	coredump_dir none
	cache deny all
	netdb_filename none
	visible_hostname proxy.example
	cache_effective_user proxy
	pinger_enable off
	shutdown_lifetime 0 seconds
	connect_timeout 20 seconds
	auth_param basic program /usr/lib/squid/basic_fake_auth
	auth_param basic children 1
	acl known proxy_auth REQUIRED
	acl locked myportname locked
	acl refused port 62403
	http_access deny refused
	http_access deny locked !known
	http_access allow all
END
ip netns exec friend2 squid -N -f "$T/squid.conf" >"$T/squid.out" 2>&1 &
wait_line "$T/squid/cache.log" 'Accepting HTTP Socket connections.*3129' 10 \
	>/dev/null || {
	fail "squid starts" "$(tail -n 20 "$T/squid/cache.log" "$T/squid.out")"
	done_testing
}
proxy=$SECOND4:3128
cap=$T/proxy.pcap
ip netns exec friend tcpdump -i eth0 -Q out -n -s 0 --immediate-mode -U \
	-w "$cap" 'dst port 3128' >"$T/tcpdump.log" 2>&1 &
wait_line "$T/tcpdump.log" 'listening on' 5 >/dev/null
# Reads a request and hangs up without a word, as a gateway does.
ip netns exec gw socat -d -d -u TCP4-LISTEN:62402,reuseaddr,fork \
	'SYSTEM:head -c 1 >/dev/null' >"$T/mute" 2>&1 &
wait_line "$T/mute" 'listening on' 5 >/dev/null
on gw nft 'table inet dark { chain in { type filter hook input priority 0;
	tcp dport 62404 drop; }; }'

# through PROXY GATEWAY ARGUMENT…: what haunt says; its status in $T/status.
through() {
	local with=$1 to=$2
	shift 2
	on friend env HOME="$T/home" "$HAUNT" open "$to" --access tcp/22 \
		--key "$key" --allow source --http-proxy "$with" "$@" 2>&1
	echo $? >"$T/status"
}

status() {
	cat "$T/status"
}

hex() {
	od -An -v -tx1 | tr -d ' \n'
}

# asked HEADERS FILTER URL HOST: the request that friend has sent.
asked() {
	printf 'GET http://%s/%s HTTP/1.0\r\nUser-Agent: Fwknop/2.6.10\r\nAccept: */*\r\nHost: %s\r\nConnection: close\r\n\r\n' \
		"$1" "$(tr -- +/ -_ <"$T/packet" | tail -n 1)" "$1" | hex
}

sent() {
	tcpdump -r "$cap" -n -x "$1 and greater 150" 2>/dev/null |
		sed -n 's/^\t0x[0-9a-f]*: *//p' | tr -d ' \n'
}

said=$(through "$proxy" "$GW4" --save-packet "$T/packet")
is "through Squid to a public server" "$(status)" 0
is "there is nothing to say but what was asked for" "$said" \
	"access open-requested $GW4 tcp/22 for default"
text=$(tr -- +/ -_ <"$T/packet")
like "the server behind it was asked for the packet" \
	"$(cat "$T/nginx-gw-80/access.log")" "^$SECOND4 .*\"GET /$text HTTP"
is "the proxy was asked in absolute form, with the server's Host" \
	"$(sent 'ip' | tail -c "$(asked "$GW4" | wc -c)")" "$(asked "$GW4")"

said=$(through "[$SECOND6]:3128" "$GW6" --save-packet "$T/packet" \
	--save-packet-append)
is "the same over IPv6" "$(status) $said" \
	"0 access open-requested $GW6 tcp/22 for default"
is "with brackets" "$(sent 'ip6' | tail -c "$(asked "[$GW6]" | wc -c)")" \
	"$(asked "[$GW6]")"
like "and the server behind it was asked" \
	"$(cat "$T/nginx-gw-80/access.log")" \
	"^$SECOND6 .*\"GET /$(tail -n 1 "$T/packet" | tr -- +/ -_) HTTP"

# The one that costs three seconds goes on while the others run.
on friend env HOME="$T/home" "$HAUNT" open "$GW4" --access tcp/22 \
	--key "$key" --allow source --http-proxy "$proxy" --port 62404 \
	>"$T/dropped" 2>&1 &
dropped=$!
began=$(now_ms)

said=$(through "$proxy" "$GW4" --port 62402)
is "a gateway that hangs up without a word: it has the packet" \
	"$(status) $said" "0 access open-requested $GW4 tcp/22 for default"
like "though Squid calls that an error" "$(cat "$T/squid/access.log")" \
	'/502 .* http://198.51.100.1:62402/'

said=$(through "$proxy" "$GW4" --port 62401)
is "a closed port: the packet is lost" "$(status)" 3
like "it is said" "$said" \
	"the proxy $SECOND4 answered 503 ERR_CONNECT_FAIL: it did not pass"
unlike "and not that anything was asked for" "$said" open-requested
said=$(through "$proxy" "$GW4" --port 62403)
is "a proxy that refuses" "$(status)" 3
like "it is said" "$said" "answered 403 ERR_ACCESS_DENIED: it did not pass"
said=$(through "$SECOND4:3129" "$GW4")
is "a proxy that wants a password" "$(status)" 3
like "it is said" "$said" "answered 407 ERR_CACHE_ACCESS_DENIED: it did not"
said=$(through "$proxy" no-such-host.invalid)
is "a gateway without a name" "$(status)" 3
said=$(through "$SECOND4:3130" "$GW4")
is "no proxy there" "$(status)" 3
like "it is said, with the place" "$said" \
	"the proxy $SECOND4 port 3130 by http: connecting: Connection refused"
said=$(through no-such-proxy.invalid:3128 "$GW4")
is "a proxy without a name" "$(status)" 3
like "it is said" "$said" 'http-proxy no-such-proxy.invalid: '
said=$(through "$proxy" "$GW4" --carrier tcp)
is "another carrier through a proxy is refused" "$(status)" 1
like "it is said" "$said" 'http-proxy is for the carrier http'

wait "$dropped"
is "a gateway that drops: nobody knows" $? 0
within "that is waited for three seconds" $(($(now_ms) - began)) 2900 8000
like "it is said" "$(cat "$T/dropped")" \
	"warning: the proxy $SECOND4 gave no answer within 3s: it is not known"
done_testing
