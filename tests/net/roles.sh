#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What each process is: its user, its capabilities, what it can reach.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
config_standard 30s >"$CONF"
must_start_hauntd

NET_ADMIN=0000000000001000
KILL=0000000000000020
NONE=0000000000000000

# status PID FIELD
status() {
	awk -v field="$2:" '$1 == field { $1 = ""; sub(/^[ \t]+/, ""); print }' \
		"/proc/$1/status" | tr '\t' ' '
}

four() {
	echo "$1 $1 $1 $1"
}

# role NAME USER CAPABILITIES
role() {
	local pid uid gid field
	pid=$(role_pid "$1")
	[ -n "$pid" ] || {
		fail "$1 runs"
		return
	}
	uid=$(id -u "$2")
	gid=$(id -g "$2")
	is "$1: user $2" "$(status "$pid" Uid)" "$(four "$uid")"
	is "$1: its group" "$(status "$pid" Gid)" "$(four "$gid")"
	is "$1: no group beside it" "$(status "$pid" Groups |
		sed "s/\\b$gid\\b//; s/ //g")" ""
	for field in CapEff CapPrm; do
		is "$1: $field" "$(status "$pid" "$field")" "$3"
	done
	is "$1: nothing to inherit" "$(status "$pid" CapInh)" "$NONE"
	is "$1: nothing ambient" "$(status "$pid" CapAmb)" "$NONE"
	is "$1: nothing to be had by execution" "$(status "$pid" CapBnd)" "$NONE"
	is "$1: no new privileges" "$(status "$pid" NoNewPrivs)" 1
	is "$1: no core dumps" "$(awk '/Max core file size/ { print $5, $6 }' \
		"/proc/$pid/limits")" "0 0"
	refuse "$1: root's files are out of its reach" setpriv \
		--reuid "$2" --regid "$2" --clear-groups cat "$(key alice)"
}

role capture _haunt-cap "$NONE"
role gate _haunt "$NONE"
role nat _haunt-nat "$NET_ADMIN"
is "the monitor is root" "$(status "$HAUNTD_PID" Uid)" "$(four 0)"
is "the monitor has CAP_KILL alone" "$(status "$HAUNTD_PID" CapEff)" "$KILL"
is "there are four processes" "$(hauntd_pids | wc -l)" 4

# Nothing listens where knocks arrive; the keys are in the gate alone.
is "no socket is bound" "$(on gw ss -Hlnu 'sport = 62201')" ""
key_hex=$(sed -n 's/^KEY_BASE64: *//p' "$(key alice)" | base64 -d |
	od -An -tx1 | tr -d ' \n')
for name in monitor capture nat gate; do
	pid=$HAUNTD_PID
	[ $name = monitor ] || pid=$(role_pid $name)
	"$BUILD/tests/lib/memfind" "$pid" "$key_hex"
	found=$?
	wanted=1
	[ $name != gate ] || wanted=0
	is "$name: alice's key in memory (0: yes, 1: no)" "$found" "$wanted"
done

second=$(on gw timeout 5 "$HAUNTD" -c "$CONF" 2>&1)
like "a second hauntd refuses to start" "$second" 'already-running'
kill -KILL "$HAUNTD_PID"
check "when the monitor dies, its roles do" wait_until 5 no_hauntd

log_mark
ip netns exec gw "$HAUNTD" -c "$CONF" <&- >&- 2>>"$LOG" &
HAUNTD_PID=$!
check "it starts without stdin and stdout" log_wait 'monitor\]: ready' 10
for fd in 0 1; do
	check "the gate's descriptor $fd is nothing" \
		[ "/proc/$(role_pid gate)/fd/$fd" -ef /dev/null ]
done
stop_hauntd

# A service manager starts the next one at once, while roles are still ending.
must_start_hauntd
held=$(role_pid nat)
kill -STOP "$held"
kill -KILL "$HAUNTD_PID"
log_mark
ip netns exec gw "$HAUNTD" -c "$CONF" >>"$LOG" 2>&1 &
check "the next one waits for roles that are still ending" \
	log_wait 'lock .* wait=roles-of-another-hauntd'
kill -CONT "$held"
check "and then starts" log_wait 'hauntd\[monitor\]: ready'
done_testing
