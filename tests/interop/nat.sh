#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's fwknop client asks hauntd for translated ports: on the gateway, on
# a co-opted or random port, and on a host behind it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
interop_up

{
	conf_gateway
	conf_client alice
} >"$CONF"
must_start_hauntd

# knock REGEX ARGUMENT…: knocks as alice for her address, waits for the line.
knock() {
	local want=$1
	shift
	log_mark
	fwknop_to alice -a "$FRIEND4" "$@" >said || echo "fwknop failed: $*"
	log_wait "admit .*client=.*$want"
}

line=$(knock 'result=granted' -A tcp/22 --nat-local)
like "--nat-local alone" "$line" "service=ssh .*door=tcp/22 "
is "tcp/22 answers" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"

is "tcp/80 is the web server" "$(ask friend tcp 80)" "gw tcp/80 $FRIEND4"
line=$(knock 'result=granted' -A tcp/22 --nat-local --nat-port 80)
like "--nat-local --nat-port 80" "$line" "service=ssh .*door=tcp/80 "
is "tcp/80 leads to tcp/22" "$(ask friend tcp 80)" "gw tcp/22 $FRIEND4"
is "a stranger sees the web server" "$(ask stranger tcp 80)" \
	"gw tcp/80 $STRANGER4"

line=$(knock 'result=granted' -A tcp/22 --nat-local --nat-rand-port)
port=$(grep -Eo '[0-9]{5}' said | tail -n 1)
like "--nat-rand-port: tcp/$port" "$line" "service=ssh .*door=tcp/$port "
is "and it answers" "$(ask friend tcp "$port")" "gw tcp/22 $FRIEND4"
is "but not a stranger" "$(ask stranger tcp "$port")" ""

line=$(knock 'result=granted' -A udp/5353 --nat-local --nat-port 40053)
like "the same for UDP" "$line" "service=echo .*door=udp/40053 "
is "and it answers" "$(ask friend udp 40053)" "gw udp/5353 $FRIEND4"

line=$(knock 'result=granted' -A tcp/15432 -N "$INNER4:5432")
like "-N HOST:PORT" "$line" "service=database .*door=tcp/15432 "
is "leads to the inner host, from the gateway's address" \
	"$(ask friend tcp 15432)" "inner tcp/5432 192.0.2.1"
is "but not a stranger" "$(ask stranger tcp 15432)" ""
line=$(knock 'result=granted' -A tcp/5432 -N "$INNER4:5432" --nat-rand-port)
port=$(grep -Eo '[0-9]{5}' said | tail -n 1)
like "-N with --nat-rand-port" "$line" "service=database .*door=tcp/$port "
is "leads there too" "$(ask friend tcp "$port")" "inner tcp/5432 192.0.2.1"
line=$(knock 'result=granted' -A udp/15353 -N "$INNER4:5353")
like "-N for UDP" "$line" "service=inner-echo .*door=udp/15353 "
is "leads to the inner host" "$(ask friend udp 15353)" \
	"inner udp/5353 192.0.2.1"
line=$(knock 'result=(granted|renewed)' -A tcp/15432 -N "$INNER4:5432" -f 120)
like "-N with a timeout" "$line" "lifetime=120s"
line=$(knock 'result=renewed' -A tcp/22 --nat-local --nat-port 80 -f 90)
like "--nat-local with a timeout" "$line" "lifetime=90s"

line=$(knock 'result=denied' -A tcp/15432 -N "$INNER4:22")
like "a port of the inner host that no service names" "$line" "reason="
line=$(knock 'result=denied' -A tcp/15432 -N 192.0.2.3:5432)
like "a host that no service names" "$line" "reason="
line=$(knock 'result=denied' -A tcp/81 -N "$INNER4:5432")
like "an outer port that the service does not have" "$line" "reason="
line=$(knock 'result=denied' -A tcp/22,tcp/80 --nat-local)
like "several ports with NAT" "$line" "reason="
done_testing
