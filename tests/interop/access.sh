#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's fwknop client opens ports of a gateway that runs hauntd.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
interop_up

{
	conf_gateway
	conf_client alice
	conf_client roam 'allow-unbound-address = true'
	conf_client helper 'may-open-for-others = true'
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

is "before the knock tcp/22 is dark" "$(ask friend tcp 22)" ""
is "and tcp/80 is public" "$(ask friend tcp 80)" "gw tcp/80 $FRIEND4"
line=$(admitted 'result=granted' alice -a "$FRIEND4" -A tcp/22)
like "fwknop -A tcp/22 is granted for the service's lifetime" "$line" \
	"client=alice carrier=udp service=ssh address=$FRIEND4 door=tcp/22 lifetime=30s"
is "and tcp/22 answers" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
is "but not a stranger" "$(ask stranger tcp 22)" ""

is "before the knock udp/5353 is dark" "$(ask friend udp 5353)" ""
line=$(admitted 'result=granted' alice -a "$FRIEND4" -A udp/5353)
like "fwknop -A udp/5353 is granted" "$line" "service=echo .*door=udp/5353"
is "and it answers" "$(ask friend udp 5353)" "gw udp/5353 $FRIEND4"
is "but not a stranger" "$(ask stranger udp 5353)" ""

line=$(admitted 'result=granted' alice -a "$FRIEND4" \
	-A tcp/22,tcp/2222,udp/5353)
like "three ports in one knock" "$line" \
	"service=ssh,alt,echo .*door=tcp/22,tcp/2222,udp/5353"
is "the new one answers" "$(ask friend tcp 2222)" "gw tcp/2222 $FRIEND4"
is "and all three end at the same time" "$(elements grant4 |
	sed -n 's/.* expires \([0-9]*\)s.*/\1/p' | uniq | wc -l)" 1
line=$(admitted 'result=denied' alice -a "$FRIEND4" -A tcp/22,tcp/23)
like "one port that no service has: nothing is granted" "$line" "reason="

line=$(admitted 'result=renewed' alice -a "$FRIEND4" -A tcp/22 -f 300)
like "fwknop -f 300 lengthens the grant" "$line" "lifetime=300s"
line=$(admitted 'result=(granted|renewed)' alice -a "$FRIEND4" -A tcp/22 -f 65000)
like "fwknop -f 65000 is cut at max-lifetime" "$line" "lifetime=(600s|10m)"

line=$(admitted 'result=denied' alice -s -A tcp/22)
like "fwknop -s needs allow-unbound-address" "$line" "client=alice"
line=$(admitted 'result=(granted|renewed)' roam -s -A tcp/22)
like "and with it means the packet's source" "$line" \
	"client=roam .*address=$FRIEND4"
line=$(admitted 'result=denied' alice -a "$STRANGER4" -A tcp/22)
like "fwknop -a OTHER needs may-open-for-others" "$line" "client=alice"
is "the other stays outside" "$(ask stranger tcp 22)" ""
line=$(admitted 'result=granted' helper -a "$STRANGER4" -A tcp/22)
like "with it, it is granted" "$line" "client=helper .*address=$STRANGER4"
is "and the other comes in" "$(ask stranger tcp 22)" "gw tcp/22 $STRANGER4"
done_testing
