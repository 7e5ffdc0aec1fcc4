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
	cat <<-EOF
		service "web" {
			target = "$INNER4 tcp/5432"
			at = {"tcp/80", "tcp/22", "tcp/2222"}
		}
		service "web-udp" { target = "$INNER4 udp/5353" at = {"udp/80"} }
		service "far" { target = "192.0.2.3 tcp/5432" at = {"tcp/80"} }
	EOF
	key_make bob
	key_make carol
	key_make dave
	cat <<-EOF
		service "six" { target = "$INNER6 tcp/5432" at = {"tcp/81"} }
		client "dave" {
			key = "$T/keys/dave"
			services = {"six"}
			allow-unbound-address = true
		}
	EOF
	for name in bob carol; do
		printf 'client "%s" {\n\tkey = "%s"\n' $name "$T/keys/$name"
		printf '\tservices = {"alt", "web", "web-udp"%s}\n}\n' \
			"$([ $name = bob ] || echo ', "far"')"
	done
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

# ---- where a port leads is the gateway's to say: fwknopd's FORCE_NAT ----

# plain NAME REGEX ARGUMENT…
plain() {
	local name=$1 want=$2
	shift 2
	log_mark
	fwknop_to "$name" -a "$FRIEND4" "$@" >said || echo "fwknop failed: $*"
	log_wait "admit .*client=$name .*$want"
}
ctl revoke alice >/dev/null
is "tcp/80 is the web server again" "$(ask friend tcp 80)" "gw tcp/80 $FRIEND4"
line=$(plain bob 'result=granted' -A tcp/80)
like "-A tcp/80 alone" "$line" "service=web .*door=tcp/80 "
is "leads to the inner host" "$(ask friend tcp 80)" "inner tcp/5432 192.0.2.1"
is "a stranger sees the web server" "$(ask stranger tcp 80)" \
	"gw tcp/80 $STRANGER4"
line=$(plain bob 'result=granted' -A udp/80 -f 60)
like "with a timeout, UDP" "$line" "service=web-udp .*door=udp/80 lifetime=60s"
is "leads there, too" "$(ask friend udp 80)" "inner udp/5353 192.0.2.1"
line=$(plain bob 'result=granted' -A tcp/22)
like "a port that others have on the gateway" "$line" "service=web .*door=tcp/22 "
is "is led on for this client" "$(ask friend tcp 22)" \
	"inner tcp/5432 192.0.2.1"
line=$(plain bob 'result=granted' -A tcp/2222)
like "one that it has on the gateway itself" "$line" "service=alt "
is "is the gateway's" "$(ask friend tcp 2222)" "gw tcp/2222 $FRIEND4"
line=$(plain bob 'result=denied' -A tcp/15432)
like "an outer port of another's service" "$line" "reason=unknown-service"
line=$(plain bob 'result=denied' -A tcp/80 -N 192.0.2.3:5432)
like "a target that is another's" "$line" "reason=nat-target"
# fwknop has no IPv6; haunt asks in the same way.
log_mark
on friend "$HAUNT" open "$GW6" --access tcp/81 --allow source \
	--key keys/dave >said 2>&1 || cat said
like "over IPv6" "$(log_wait 'admit .*result=')" \
	"client=dave .*service=six address=$FRIEND6 door=tcp/81 .*granted"
# shellcheck disable=SC2016 # the inner shell expands them
like "leads there by IPv6" "$(on friend timeout 2 bash -c '
	exec 3<>"/dev/tcp/$1/81" && head -n 1 <&3' - "$GW6")" \
	'^inner tcp/5432 2001:db8:2:'
line=$(plain dave 'result=denied' -A tcp/81)
like "not what IPv4 cannot reach" "$line" "reason=family"
line=$(plain carol 'result=denied' -A tcp/80)
like "a port with two targets" "$line" "reason=several-targets"
line=$(plain carol 'result=granted' -A tcp/80 -N "$INNER4:5432")
like "of which one is named" "$line" "service=web "
line=$(plain carol 'result=denied' -A tcp/22,tcp/80)
like "one of several with two targets" "$line" "reason=several-targets"

line=$(knock 'result=denied' -A tcp/15432 -N "$INNER4:22")
like "a port of the inner host that no service names" "$line" "reason="
line=$(knock 'result=denied' -A tcp/15432 -N 192.0.2.3:5432)
like "a host that no service names" "$line" "reason="
line=$(knock 'result=denied' -A tcp/81 -N "$INNER4:5432")
like "an outer port that the service does not have" "$line" "reason="
line=$(knock 'result=denied' -A tcp/22,tcp/80 --nat-local)
like "several ports with NAT" "$line" "reason="
done_testing
