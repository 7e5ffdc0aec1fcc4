#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nobody comes back through what conntrack remembers: a connection from the
# very port of an earlier session, which has ended or is cut off, is new, and
# needs a grant like any other. The same for UDP.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need socat conntrack

world_up
start_sshd gw
start_sshd inner
start_nginx gw
start_udp gw 7001 secret
start_udp gw 7000 public
config_standard 20s >"$CONF"
must_start_hauntd

# banner GATEWAY PORT SOURCE-PORT: what answers there, to that source port.
banner() {
	local host=$1
	[[ $1 != *:* ]] || host=[$1]
	timeout 2 ip netns exec friend socat -T1 - \
		"TCP:$host:$2,sourceport=$3,reuseaddr,connect-timeout=1" \
		2>/dev/null </dev/null | head -c 3
}

# remembers SOURCE-PORT: conntrack still has the entry.
remembers() {
	on gw conntrack -L -p tcp --orig-port-src "$1" 2>/dev/null |
		grep -q "sport=$1"
}

no_grants() {
	[ "$(element_count grant4)" = 0 ] && [ "$(element_count grant6)" = 0 ]
}

# again DESCRIPTION GATEWAY PORT SOURCE-PORT KNOCK…
again() {
	local what=$1 gw=$2 port=$3 from=$4
	shift 4
	check "$what: granted" knock_for granted friend "$gw" "$@"
	is "$what: sshd answers port $from" "$(banner "$gw" "$port" "$from")" SSH
	check "$what: revoked" ctl revoke alice
	check "$what: nothing is in force" wait_until 3 no_grants
	check "$what: conntrack remembers the session" remembers "$from"
	is "$what: port $from again: no answer of sshd's" \
		"$(banner "$gw" "$port" "$from" | grep SSH)" ""
	is "$what: and another port: neither" \
		"$(banner "$gw" "$port" "$((from + 1))" | grep SSH)" ""
}
again "accept" "$GW4" 22 5022 --access tcp/22
again "accept, IPv6" "$GW6" 22 5122 --access tcp/22 --allow source
again "ghost" "$GW4" 80 5080 --access tcp/22 --nat-port 80
again "ghost, IPv6" "$GW6" 80 5180 --access tcp/22 --nat-port 80 --allow source
again "forward" "$GW4" 2222 5222 --access tcp/2222 --nat "$INNER4:22"

# A session that is killed at the client's end, without a word: the entry is
# ESTABLISHED and stays so, and its tuple is no way in either.
check "the ghost is granted" knock_for granted friend "$GW4" \
	--access tcp/22 --nat-port 80
session_open silent tcp friend socat - "TCP:$GW4:80,sourceport=5999,reuseaddr"
like "a session is up" "$(session_hear silent)" '^SSH-'
on friend nft -f - <<-'END'
	table inet quiet {
		chain out {
			type filter hook output priority 0
			tcp sport 5999 drop
		}
	}
END
session_kill silent
check "revoked" ctl revoke alice
check "nothing is in force" wait_until 3 no_grants
check "conntrack takes it for established" bash -c "ip netns exec gw \
	conntrack -L -p tcp --orig-port-src 5999 2>/dev/null |
	grep -q ESTABLISHED"
# Not before: what was held back would be sent again.
on friend nft delete table inet quiet
is "its port again: no answer of sshd's" \
	"$(banner "$GW4" 80 5999 | grep SSH)" ""

# UDP: a flow that began under a grant lives on; from another port nothing.
check "the UDP ghost is granted" knock_for granted friend "$GW4" \
	--access udp/7001 --nat-port 7000
udp_open flow friend "$GW4" 7000
session_say flow hello
like "the flow is up" "$(session_hear flow)" '^secret '
check "revoked" ctl revoke alice
check "nothing is in force" wait_until 3 no_grants
check "the flow lives on" alive flow
like "another port has the public service" \
	"$(udp_once friend "$GW4" 7000 hello)" '^public '
done_testing
