#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's fwknop client asks for ports of a range, and for a way through the
# gateway.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
interop_up
serve gw gw tcp/5000 tcp/5003 tcp/5010
serve inner inner tcp/5003
on friend ip route add 192.0.2.0/24 via "$GW4"
on stranger ip route add 192.0.2.0/24 via "$GW4"
world_firewall_nft

key_make alice
{
	config_head
	cat <<-EOF
		service "many" { target = "tcp/5000-5010" }
		service "far" {
			target = "$INNER4 tcp/5000-5010"
			at = {"tcp/6000-6010"}
		}
		service "net" { target = "internet" }
		client "alice" {
			key = "$T/keys/alice"
			services = {"many", "far", "net"}
		}
	EOF
} >"$CONF"
must_start_hauntd

# admitted REGEX ARGUMENT…: knocks and waits for the log line.
admitted() {
	local want=$1
	shift
	log_mark
	fwknop_to alice -a "$FRIEND4" "$@" >/dev/null || echo "fwknop failed: $*"
	log_wait "admit .*client=.*$want"
}

line=$(admitted 'result=granted' -A tcp/5003)
like "fwknop -A asks for one port of a range" "$line" 'service=many .*door=tcp/5003'
is "and gets that one" "$(ask friend tcp 5003)" "gw tcp/5003 $FRIEND4"
is "and no other" "$(ask friend tcp 5000)" ""
line=$(admitted 'result=granted' -A tcp/5000,tcp/5010)
like "two ports are two grants" "$line" 'door=tcp/5000,tcp/5010 .*grant=[0-9]+,[0-9]+'
is "the last of the range answers" "$(ask friend tcp 5010)" "gw tcp/5010 $FRIEND4"
line=$(admitted 'result=' -A tcp/5011)
like "one beside it is refused" "$line" 'result=denied reason=unknown-service'
line=$(admitted 'result=granted' -A tcp/6003 -N "$INNER4,5003")
like "fwknop -N asks for one behind the gateway" "$line" 'service=far'
is "and is led there" "$(ask friend tcp 6003)" "inner tcp/5003 192.0.2.1"
line=$(admitted 'result=' -A tcp/6003 -N "$INNER4,5004")
like "at its own place only" "$line" 'result=denied reason=outer-port'

# there HOST: what answers at inner, asked directly.
there() {
	# shellcheck disable=SC2016 # the inner shell expands it
	on "$1" timeout 1 bash -c 'head -n 1 <"/dev/tcp/$1/5432"' - "$INNER4" \
		2>/dev/null
}
is "nothing is passed on" "$(there friend)" ""
line=$(admitted 'result=granted' -A tcp/1)
like "fwknop -A tcp/1 asks for a way through" "$line" 'service=net .*door=tcp/1'
is "and what is sent to others is passed on" "$(there friend)" \
	"inner tcp/5432 192.0.2.1"
is "but no stranger's" "$(there stranger)" ""
done_testing
