#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A packet opens once, ever: not twice, not for another, not after kill -9 or
# a restart, and not through another listener.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_nginx gw
{
	config_standard 2s
	echo 'listen "udp" { address = "0.0.0.0:62299" }'
} >"$CONF"
must_start_hauntd

# The friend knocks at a host that keeps what it hears.
ip netns exec friend2 "$UDP" catch 62201 3 "$T/packet" >"$T/catch" 2>&1 &
wait_line "$T/catch" '^ready$' 5 >/dev/null || skip_all "the catcher is silent"
for i in 1 2 3; do
	knock friend "$SECOND4" --access tcp/22 >/dev/null
	wait_line "$T/catch" "packet$i\$" 5 >/dev/null
done

# throw HOST PACKET RESULT [PORT]: sends it and waits for the log's verdict.
throw() {
	log_mark
	on "$1" "$UDP" send "$GW4" "${4:-62201}" <"$T/packet$2"
	log_wait "admit .*result=$3( |\$)" || {
		log_since
		return 1
	}
}

shut() {
	[ "$(element_count grant4)" = 0 ]
}

check "from a stranger's address the friend's packet is denied" \
	throw stranger 3 denied
check "and opens nothing" shut
check "from the friend's it opens" throw friend 1 granted
check "the friend gets in" ssh_from friend "$GW4" 22 true
check "again, while the grant lives: a replay" throw friend 1 replay
check "from another address: a replay" throw friend2 1 replay
check "by the other listener: a replay" throw friend 1 replay 62299
check "the grant ends" wait_until 5 shut
check "afterwards: a replay" throw friend 1 replay
check "and opens nothing" shut
check "the door is shut" tcp_refused friend "$GW4" 22

check "a second packet opens" throw friend 2 granted
check "killed at once" kill9_hauntd
must_start_hauntd
check "after kill -9: a replay" throw friend 2 replay
check "the first one, too" throw friend 1 replay
check "it stops" stop_hauntd
must_start_hauntd
check "after a restart: a replay" throw friend 2 replay
check "from another address: a replay" throw stranger 2 replay
check "the grant ends" wait_until 5 shut
check "and none of it opened again" tcp_refused friend "$GW4" 22

# Killed while it works: whatever was granted is on record.
on friend "$UDP" send "$GW4" 62201 500 <"$T/packet2" &
sender=$!
kill9_hauntd
wait "$sender"
must_start_hauntd
check "killed under a storm of replays: a replay" throw friend 2 replay

log_mark
echo "nothing of the kind" | on stranger "$UDP" send "$GW4" 62201
truncate -s -1 "$T/packet1"
on friend "$UDP" send "$GW4" 62201 <"$T/packet1"
check "a new knock is heard after junk" knock_for granted friend "$GW4" \
	--access tcp/22
done_testing
