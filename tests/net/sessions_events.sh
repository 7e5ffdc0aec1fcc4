#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's events cost every connection of the host: nat listens to them
# while somebody watches or the configuration says so, and else not. Those that
# it could not take are made up for.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq conntrack

# The first three groups of NETLINK_NETFILTER are conntrack's.
# shellcheck disable=SC2016 # awk's own
listens() {
	on gw awk '$2 == 12 && $4 ~ /[1-79a-f]$/ { n++ } END { exit !n }' \
		/proc/net/netlink
}
deaf() {
	! listens
}

# entry ADDRESS PORT: a session of nobody's, made up in conntrack.
entry() {
	echo "-I -s $1 -d $GW4 -p tcp --sport $2 --dport 22" \
		"--state ESTABLISHED --timeout 3000 --mark 1509949447"
}

world_up
config_standard 60s >"$CONF"
must_start_hauntd
check "nobody watches: nat does not listen" deaf
ip netns exec gw "$HAUNTCTL" --socket "$CONTROL" --json watch >"$T/watch" 2>&1 &
watcher=$!
check "somebody watches" wait_line "$T/watch" '"watching":true' 5
check "then it listens" wait_until 5 listens

# So much happens while nat sleeps that the kernel has to throw events away.
# shellcheck disable=SC2016 # awk's own
overflown() {
	on gw awk '$2 == 12 && $4 ~ /[1-79a-f]$/ && $9 > 0 { n++ }
		END { exit !n }' /proc/net/netlink
}
for ((i = 1; i <= 2000; i++)); do
	entry "198.18.$((i / 250)).$((i % 250 + 1))" $((20000 + i))
done >"$T/load"
fill() {
	on gw conntrack -F && on gw conntrack -R "$T/load"
	overflown
} >/dev/null 2>&1
nat=$(role_pid nat)
kill -STOP "$nat"
check "events are lost" wait_until 60 fill
entry "$SECOND4" 4444 >"$T/one"
on gw conntrack -R "$T/one" >/dev/null 2>&1
is "what began then is there" \
	"$(on gw conntrack -L -s "$SECOND4" 2>/dev/null | wc -l)" 1
log_mark
kill -CONT "$nat"
check "it is told of all the same" log_wait "session-open .*from=$SECOND4:4444" 10
# Who cannot read as fast as that is told how much it missed.
check "and to who watches" wait_line "$T/watch" "$SECOND4|\"missed\"" 10
is "all are known" "$(ctl --json sessions | jq '.sessions | length')" 2001
kill "$watcher"
wait "$watcher" 2>/dev/null
check "nobody watches any more: nat does not listen" wait_until 5 deaf
stop_hauntd

{
	config_standard 60s
	echo 'session-events = true'
} >"$CONF"
must_start_hauntd
check "session-events: it listens" wait_until 5 listens
done_testing
