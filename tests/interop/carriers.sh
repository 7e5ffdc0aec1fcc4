#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's fwknop client by each of its carriers.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
interop_up

{
	conf_gateway | sed '/^listen/d'
	cat <<-EOF
		listen "eth0" {
			ports = {62201, "30000-30999"}
			tcp-ports = {62300, "31000-31999"}
			icmp = true
		}
		listen "tcp" { address = "0.0.0.0:62201" }
		listen "http" { address = "0.0.0.0:8080" }
	EOF
	conf_client alice
} >"$CONF"
must_start_hauntd

# admitted REGEX NAME ARGUMENT…: knocks and waits for the log line.
admitted() {
	local want=$1
	shift
	log_mark
	fwknop_to "$@" >/dev/null || echo "fwknop failed: $*"
	log_wait "admit .*client=.*$want"
}

# carries WHAT CARRIER ARGUMENT…
carries() {
	local what=$1 carrier=$2
	shift 2
	ctl revoke alice >/dev/null
	is "$what: dark before" "$(ask friend tcp 22)" ""
	like "$what: granted" \
		"$(admitted 'result=granted' alice -a "$FRIEND4" -A tcp/22 "$@")" \
		"client=alice carrier=$carrier service=ssh address=$FRIEND4 "
	is "$what: and open" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
}
carries "udp" udp
carries "udp, a port of the range" udp -p 30123
carries "tcp, listener" tcp -P tcp
carries "http, listener" http -P http -p 8080
carries "tcpraw, sniffed" tcp -P tcpraw -p 62300
carries "tcpraw, a port of the range" tcp -P tcpraw -p 31999
carries "udpraw, sniffed" udp -P udpraw
carries "icmp echo reply" icmp -P icmp
carries "icmp echo request" icmp -P icmp --icmp-type 8 --icmp-code 0
carries "icmp of some other type" icmp -P icmp --icmp-type 13 --icmp-code 0
done_testing
