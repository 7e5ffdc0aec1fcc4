#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Conntrack: entries that would defeat a grant go, one by one, and no other;
# sessions under a grant are found, by mark.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib/natctl.sh
. "$(dirname "$0")/lib/natctl.sh"
export NAT_HOST=gw
need_natctl
need conntrack

world_up
start_udp gw 7001 secret
start_udp gw 7000 public
start_udp inner 7001 within
on friend ip route add 192.0.2.0/24 via "$GW4"
on inner ip route add 198.51.100.0/24 via 192.0.2.1

# ask NAME: the first word of the answer.
ask() {
	session_say "$1" hello
	session_hear "$1" 1 | cut -d' ' -f1
}

entries() {
	on gw conntrack -L "$@" 2>/dev/null | grep -c .
}

for missing in "" ctfilter; do
	name=${missing:+without $missing}
	name=${name:-all features}
	NAT_MISSING=$missing
	nat_start
	is "$name: opens" "$NAT_ANSWER" "ok open"
	for family in 4 6; do
		gw=GW$family friend=FRIEND$family
		udp_open old friend "${!gw}" 7000
		udp_open other friend2 "${!gw}" 7000
		is "$name, IPv$family: before the grant" \
			"$(ask old) $(ask other)" "public public"
		is "$name, IPv$family: the grant" "$(nat_batch apply \
			"1 0 1 0 ${!friend} udp 7000 60000")" ok
		is "$name, IPv$family: the old entry defeats it" "$(ask old)" \
			public
		is "$name, IPv$family: it is cut" "$(nat_batch stale \
			"1 0 1 0 ${!friend} udp 7000 60000")" ok
		is "$name, IPv$family: the flow is led to the service" \
			"$(ask old)" secret
		is "$name, IPv$family: another's entry is still there" \
			"$(entries -f ipv$family -p udp --orig-src \
				"$(v=SECOND$family && echo "${!v}")")" 1
		id=$(on gw conntrack -L -f ipv$family -p udp -o id 2>/dev/null |
			grep "src=${!friend} .*dport=7000" | sed 's/.*id=//')
		is "$name, IPv$family: cutting again" "$(nat_batch stale \
			"1 0 1 0 ${!friend} udp 7000 60000")" ok
		is "$name, IPv$family: leaves the session alone" \
			"$(on gw conntrack -L -f ipv$family -p udp -o id \
				2>/dev/null |
				grep "src=${!friend} .*dport=7000" |
				sed 's/.*id=//')" "$id"
		like "$name, IPv$family: which is told of" "$(nat sessions)" \
			"^session 1 udp .*:7000 .*:7001$"
		session_close old
		session_close other
		nat_batch revoke "1 0 1 0 ${!friend} udp 7000 1" >/dev/null
	done

	# Led elsewhere now: db4's neighbour dns4 by way of 5353.
	udp_open flow friend "$GW4" 5353
	session_say flow hello
	session_hear flow 1 >/dev/null
	nat_batch apply "2 0 4 0 $FRIEND4 udp 5353 60000" >/dev/null
	is "$name: a forward" "$(nat_batch stale \
		"2 0 4 0 $FRIEND4 udp 5353 60000")" ok
	is "$name: turns the flow to the host within" "$(ask flow)" within
	like "$name: and tells where it leads" "$(nat sessions)" \
		"^session 2 udp $FRIEND4:[0-9]+ $GW4:5353 $INNER4:7001$"

	# Many at once are served by one dump.
	rules=()
	for i in $(seq 10 30); do
		rules+=("$i 0 1 0 198.51.100.$i udp 7000 60000")
	done
	udp_open many friend "$GW4" 7000
	is "$name: an old flow again" "$(ask many)" public
	is "$name: many grants" "$(nat_batch apply "${rules[@]}" \
		"7 0 1 0 $FRIEND4 udp 7000 60000")" ok
	is "$name: cut at once" "$(nat_batch stale "${rules[@]}" \
		"7 0 1 0 $FRIEND4 udp 7000 60000")" ok
	is "$name: the one that was there turns" "$(ask many)" secret

	# What is only routed through is nobody's business.
	udp_open through friend "$INNER4" 7001
	is "$name: a flow that is routed through" "$(ask through)" within
	nat_batch apply "11 0 1 0 $FRIEND4 udp 7001 60000" >/dev/null
	udp_open direct friend "$GW4" 7001
	is "$name: and one to us, at the same port" "$(ask direct)" secret
	is "$name: a cut" "$(nat_batch stale \
		"8 0 6 0 $FRIEND4 udp 7001 1000")" ok
	is "$name: takes ours" "$(entries -p udp --orig-src "$FRIEND4" \
		--orig-dst "$GW4" --orig-port-dst 7001)" 0
	is "$name: and not what is routed through" \
		"$(entries -p udp --orig-src "$FRIEND4" --orig-dst "$INNER4")" 1
	session_close direct
	session_close flow
	session_close many
	session_close through
	nat_stop
	on gw nft flush ruleset
	on gw conntrack -F 2>/dev/null
	nat_conf >"$NAT_CONF"
done

# TCP: a session is one from its handshake to its end.
start_nginx gw
sed -i 's/target = "tcp\/22"/target = "tcp\/80"/; s/"tcp\/22", "tcp\/80"/"tcp\/80", "tcp\/8080"/' \
	"$NAT_CONF"
NAT_MISSING=
nat_start
nat_batch apply "3 0 0 0 $FRIEND4 tcp 8080 60000" >/dev/null
exec {conn}< <(exec ip netns exec friend bash -c \
	"exec 3<>/dev/tcp/$GW4/8080; echo open; read -r -t 30 -u 3 x")
read -r -t 5 -u "$conn" line
is "a connection through the door" "$line" open
like "is a session" "$(nat sessions)" \
	"^session 3 tcp $FRIEND4:[0-9]+ $GW4:8080 $GW4:80$"
kill $! 2>/dev/null
exec {conn}<&-
no_session() {
	! nat sessions | grep -q '^session'
}
check "and none after its end" wait_until 5 no_session
nat_stop
done_testing
