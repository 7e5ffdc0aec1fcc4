#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Somebody on the path who holds a friend's packet back and makes the best of
# it. hauntd and Debian's fwknopd watch the same wire with the same keys; the
# table says for whom each of them opens. The thief is friend2.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
CARRY=$BUILD/tests/lib/carry
THIEF4=$SECOND4
world_up
serve gw gw tcp/22 tcp/2222

for name in bound roam pete bare; do
	key_make $name
done
sed -i /HMAC/d keys/bare
attack_client() {
	printf 'client "%s" {\n\tkey = "%s"\n\tservices = {"all"}\n' "$1" \
		"$T/keys/$1"
	shift
	[ $# = 0 ] || printf '\t%s\n' "$@"
	printf '}\n'
}
FIRST=1001 LAST=1060
services=$(for ((port = FIRST; port <= LAST; port++)); do
	printf '"p%d", ' $port
done)
{
	config_head | sed '/^listen/d'
	cat <<-EOF
		listen "eth0" { ports = {62201} tcp-ports = {62300} icmp = true }
		listen "http" { address = "0.0.0.0:8080" }
		trusted-proxies = {"192.0.2.99"}
	EOF
	for ((port = FIRST; port <= LAST; port++)); do
		printf 'service "p%d" { target = "tcp/%d" cloak = true }\n' \
			$port $port
	done
	attack_client bound
	attack_client roam 'allow-unbound-address = true'
	attack_client pete 'allow-unbound-address = true' \
		'allow-forwarded-for = true'
	attack_client bare 'hmac = "none"' 'allow-without-hmac = true'
} | sed "s/{\"all\"}/{${services%, }}/" >"$CONF"
must_start_hauntd
for name in bound roam pete bare; do
	echo 'SOURCE ANY'
	sed 's/: / /' "keys/$name"
done >access.conf
# As the tests have it, and with all carriers.
fwknopd_conf() {
	cat <<-EOF
		ENABLE_SPA_OVER_HTTP Y;
		ENABLE_X_FORWARDED_FOR Y;
		PCAP_FILTER udp port 62201 or tcp port 62300 or tcp port 8080 or icmp;
	EOF
}
eval "$(declare -f fwknopd_start |
	sed 's/chmod 600 access.conf fwknopd.conf/fwknopd_conf >>fwknopd.conf; &/')"
fwknopd_start

port=$((FIRST - 1))
# packet NAME ADDRESS: for the row's port.
packet() {
	local text args=()
	[ "$1" != bare ] || args=(-n)
	text=$("$tools/forge" "${args[@]}" "keys/$1" rand @alice-of-the-house \
		now 3.0.0 1 "@$2,tcp/$port")
	printf %s "$text"
}
# get TEXT [FIELD…]
get() {
	local field
	printf 'GET /%s HTTP/1.1\r\nUser-Agent: Fwknop/2.6.10\r\n' \
		"$(tr +/ -_ <<<"$1")"
	for field in "${@:2}"; do
		printf '%s\r\n' "$field"
	done
	printf '\r\n'
}
udp_from() {
	on "$1" "$UDP" send "$GW4" 62201
}
http_from() {
	on "$1" "$CARRY" tcp "$GW4" 8080 "${@:2}" >/dev/null
}

# For whom they opened the row's port: words of friend, thief, or nobody.
whose() {
	sed "s/\\<$FRIEND4\\>/friend/; s/\\<$THIEF4\\>/thief/" | sort -u |
		paste -sd' ' | sed 's/^$/nobody/'
}
ours() {
	sed -nE "s/.*admit .*address=([^ ]*) door=tcp\/$port .*result=(granted|renewed).*/\1/p" \
		"$LOG" | whose
}
theirs() {
	sed -nE "s/.*Added access rule .* for ([0-9.]+),? .*tcp\/$port,.*/\1/p;
		s/.*Added access rule .* for ([0-9.]+) -> .* tcp\/$port,.*/\1/p" \
		"$PEER_LOG" | whose
}

# row WHAT OURS THEIRS [REASON]: judged when all have been. That fwknopd misses
# a packet is its own affair.
names=() wants=() peers=() ports=() reasons=()
row() {
	port=$((port + 1))
	names+=("$1")
	wants+=("$2")
	peers+=("$3")
	reasons+=("${4-}")
	ports+=("$port")
}

row "a packet for the friend, sent by the thief instead" nobody friend \
	reason=address
packet bound "$FRIEND4" | udp_from friend2
row "the same by HTTP" nobody friend reason=address
get "$(packet bound "$FRIEND4")" | http_from friend2
row "the same as a lone SYN" nobody friend reason=address
packet bound "$FRIEND4" | on friend2 "$CARRY" syn "$GW4" 62300
row "the same by ICMP" nobody friend reason=address
packet bound "$FRIEND4" | on friend2 "$CARRY" icmp "$GW4" 0
row "0.0.0.0, sent by the thief instead" nobody thief reason=unbound
packet bound 0.0.0.0 | udp_from friend2
row "0.0.0.00, likewise" nobody "0\.0\.0\.00" reason=unbound
packet bound 0.0.0.00 | udp_from friend2
row "0.0.0.0 of a client who may say so: the thief, as documented" thief thief
packet roam 0.0.0.0 | udp_from friend2

row "thief first, friend's own after it" nobody friend result=replay
text=$(packet bound "$FRIEND4")
printf %s "$text" | udp_from friend2
log_wait "asked=tcp/$port result=denied" >/dev/null
printf %s "$text" | udp_from friend
row "friend first, thief by another carrier after it" friend friend \
	result=replay
text=$(packet bound "$FRIEND4")
printf %s "$text" | udp_from friend
log_wait "door=tcp/$port .*result=granted" >/dev/null
get "$text" "X-Forwarded-For: $FRIEND4" | http_from friend2

row "a forged X-Forwarded-For, 0.0.0.0" nobody thief reason=untrusted-proxy
get "$(packet roam 0.0.0.0)" "X-Forwarded-For: $THIEF4" | http_from friend
row "the same where proxies are believed" nobody thief reason=untrusted-proxy
get "$(packet pete 0.0.0.0)" "X-Forwarded-For: $THIEF4" | http_from friend
row "a forged list, 0.0.0.0" nobody "friend|nobody" reason=untrusted-proxy
get "$(packet pete 0.0.0.0)" "X-Forwarded-For: $THIEF4, 192.0.2.99" |
	http_from friend
row "a friend's address forged by the thief" nobody friend reason=address
get "$(packet bound "$FRIEND4")" "X-Forwarded-For: $FRIEND4" |
	http_from friend2
row "two X-Forwarded-For, the second of which is hidden" nobody \
	"friend|thief|nobody" reason=untrusted-proxy
get "$(packet pete 0.0.0.0)" "Host: gw" "x-forwarded-for: $THIEF4" \
	"X-FORWARDED-FOR: 192.0.2.99" | http_from friend
row "no X-Forwarded-For, from who is no proxy" friend friend
get "$(packet roam 0.0.0.0)" | http_from friend
row "a request in two segments, in the text" friend nobody
get "$(packet bound "$FRIEND4")" | http_from friend 100 20
row "a request in two segments, X-Forwarded-For in the second" nobody \
	"friend|nobody" reason=untrusted-proxy
get "$(packet roam 0.0.0.0)" "X-Forwarded-For: $THIEF4" |
	http_from friend 290 20

# ---- another text for an old packet ----

row "the prefix put back, UDP" friend friend result=granted
text=$(packet bound "$FRIEND4")
printf %s "$text" | udp_from friend
printf %s "U2FsdGVkX1$text" | udp_from friend2
row "the prefix put back, first" nobody nobody
printf %s "U2FsdGVkX1$(packet bound "$FRIEND4")" | udp_from friend
row "the prefix put back, first, by HTTP" nobody friend
get "U2FsdGVkX1$(packet bound "$FRIEND4")" | http_from friend
row "the prefix put back, first, by TCP" nobody nobody
printf %s "U2FsdGVkX1$(packet bound "$FRIEND4")" |
	on friend "$CARRY" tcp "$GW4" 8080 >/dev/null
for tail in '=' '==' '=AAAA'; do
	row "'$tail' appended, no HMAC, first" nobody friend
	printf '%s%s' "$(packet bare "$FRIEND4")" "$tail" | udp_from friend
	row "'$tail' appended, no HMAC, first, by HTTP" nobody friend
	get "$(packet bare "$FRIEND4")$tail" | http_from friend
	row "'$tail' appended, no HMAC, first, by TCP" nobody friend
	printf '%s%s' "$(packet bare "$FRIEND4")" "$tail" |
		on friend "$CARRY" tcp "$GW4" 8080 >/dev/null
	row "'$tail' appended, no HMAC, first, as a lone SYN" nobody friend
	printf '%s%s' "$(packet bare "$FRIEND4")" "$tail" |
		on friend "$CARRY" syn "$GW4" 62300
	row "'$tail' appended, HMAC, first" nobody nobody
	printf '%s%s' "$(packet bound "$FRIEND4")" "$tail" | udp_from friend
done

# All has been judged when this has; fwknopd wants to be asked twice.
row "a good one after all" friend friend
log_mark
packet bound "$FRIEND4" | udp_from friend
log_wait "door=tcp/$port .*result=granted" >/dev/null
last=$port
for try in 1 2 3 4 5; do
	grep -q "Added access .* tcp/$last," "$PEER_LOG" ||
		wait_until 2 grep -q "Added access .* tcp/$last," "$PEER_LOG" &&
		break
	note "knocking again for fwknopd ($try)"
	packet bound "$FRIEND4" | udp_from friend
done

for ((i = 0; i < ${#names[@]}; i++)); do
	port=${ports[i]}
	said=$(printf '%-58s fwknopd for %-7s haunt for %s' "${names[i]}" \
		"$(theirs)" "$(ours)")
	if [ "$(ours)" = "${wants[i]}" ] &&
		[[ $(theirs) =~ ^(nobody|${peers[i]})$ ]] &&
		{ [ -z "${reasons[i]}" ] ||
			grep -qE "admit .*tcp/$port\>.*${reasons[i]}" "$LOG"; }; then
		pass "$said"
	else
		fail "$said" "wanted: fwknopd for ${peers[i]}, haunt for ${wants[i]} ${reasons[i]}
$(grep -E "tcp/$port\>" "$LOG" "$PEER_LOG")"
	fi
done
is "the thief has nothing but what was his by name" \
	"$(grep -cE "address=$THIEF4 door=.*result=(granted|renewed)" "$LOG")" 1
done_testing
