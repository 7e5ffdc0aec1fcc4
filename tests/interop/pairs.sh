#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# haunt and hauntd, each with all the other has: every carrier, over IPv4 and
# IPv6, to every way in that hears it; the log names the carrier, and the door
# opens for who knocked and for nobody else.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
world_up
serve gw gw tcp/22 tcp/8443

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
	EOF
	conf_client alice
	conf_client roam 'allow-unbound-address = true'
} >"$CONF"
must_start_hauntd

# door HOST FAMILY: what answers on tcp/22, or nothing.
door() {
	local to=GW$2
	# shellcheck disable=SC2016 # the inner shell expands them
	on "$1" timeout 2 bash -c '
		exec 3<>"/dev/tcp/$1/22" && head -n 1 <&3' - "${!to}" 2>/dev/null
}
shut() {
	! ctl --json grants | grep -q '"client":"[a-z]*"'
}

# pair WHAT CARRIER FAMILY ARGUMENT…
pair() {
	local what="$1, IPv$3" carrier=$2 family=$3 to=GW$3 from=FRIEND$3
	shift 3
	ctl revoke alice >/dev/null
	ctl revoke roam >/dev/null
	wait_until 3 shut
	is "$what: the door is shut" "$(door friend "$family")" ""
	log_mark
	on friend env HOME="$T/home" "$HAUNT" open "${!to}" --access tcp/22 \
		"$@" >"$T/said" 2>&1 || note "$(cat "$T/said")"
	log_wait 'admit .*result=' 3 >/dev/null
	like "$what: is granted" "$(log_since | grep ' admit ')" \
		"client=[a-z]* carrier=$carrier service=ssh address=${!from} .*result=granted"
	is "$what: the door opens" "$(door friend "$family")" \
		"gw tcp/22 ${!from}"
	is "$what: and for nobody else" "$(door stranger "$family")" ""
}
alice=(--key keys/alice --allow local)
roam=(--key keys/roam --allow source)
for v in 4 6; do
	# The packet of an IPv6 client has no address in it.
	[ $v = 4 ] || alice=("${roam[@]}")
	pair "udp" udp $v "${alice[@]}"
	pair "udp to a port of a range" udp $v "${alice[@]}" --port 30000-30999
	pair "udpraw" udp $v "${alice[@]}" --carrier udpraw
	pair "udpraw to a port of a range" udp $v "${roam[@]}" \
		--carrier udpraw --port 30999
	pair "tcp to the listener" tcp $v "${alice[@]}" --carrier tcp
	pair "tcp to another's port" tcp $v "${roam[@]}" --carrier tcp \
		--port 8443
	pair "tcpraw" tcp $v "${alice[@]}" --carrier tcpraw --port 62300
	pair "tcpraw to a port of a range" tcp $v "${roam[@]}" \
		--carrier tcpraw --port 31000-31999
	pair "tcpraw to another's port" tcp $v "${roam[@]}" \
		--carrier tcpraw --port 8443
	pair "http to the listener" http $v "${alice[@]}" --carrier http
	pair "http to another's port" http $v "${roam[@]}" --carrier http \
		--port 8443
	pair "icmp" icmp $v "${alice[@]}" --carrier icmp
	pair "icmp, the source" icmp $v "${roam[@]}" --carrier icmp
done
pair "icmp, a timestamp" icmp 4 "${roam[@]}" --carrier icmp --icmp-type 13
pair "icmp, a reply" icmp 6 "${roam[@]}" --carrier icmp --icmp-type 129

# What was sent is in the gateway's eyes one packet, whatever heard it.
log_mark
on friend env HOME="$T/home" "$HAUNT" open "$GW4" --access tcp/22 \
	"${roam[@]}" --carrier http --port 8443 >/dev/null 2>&1
on friend env HOME="$T/home" "$HAUNT" open "$GW4" --access tcp/22 \
	"${roam[@]}" >/dev/null 2>&1
log_wait 'carrier=udp .*result=' >/dev/null
is "no knock is heard twice" "$(log_since | grep -c ' admit ')" 2
done_testing
