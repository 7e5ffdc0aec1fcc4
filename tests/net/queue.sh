#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No knock is lost while processes are killed or start anew: a thousand come
# at 500 a second, gate and nat die or the configuration is reloaded ten times
# meanwhile, and in the end each of the thousand is in the kernel.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq
KNOCKER=$BUILD/tests/lib/knocker
[ -x "$KNOCKER" ] || skip_all "tests/lib/knocker is not built"

world_up
{
	config_head
	cat <<-END
		service "ssh" {
			target = "tcp/22"
			at = {"tcp/22", "tcp/1000-9000"}
			cloak = true
			max-lifetime = "20m"
		}
		client "alice" {
			key = "$(key alice)"
			services = {"ssh"}
			may-open-for-others = true
		}
	END
} >"$CONF"
must_start_hauntd

all_there() {
	[ "$(element_count grant4)" = "$1" ]
}
# ready_again N: since the last log_mark it was ready N times.
ready_again() {
	[ "$(log_since | grep -c 'monitor\]: ready')" -ge "$1" ]
}
# storm NAME FIRST-PORT COMMAND…: a thousand knocks while COMMAND is done ten
# times, each after the one before has been overcome.
storm() {
	local name=$1 port=$2 total=$3 i knocks
	shift 3
	log_mark
	ip netns exec friend "$KNOCKER" "$(key alice)" "$GW4" 1000 203.0.113.10 \
		200 "$port" 900 500 >"$T/knocked" 2>&1 &
	knocks=$!
	for i in 1 2 3 4 5 6 7 8 9 10; do
		"$@" "$i"
		wait_until 20 ready_again "$i" || fail "$name: ready again, $i"
	done
	wait "$knocks"
	is "$name: all were sent" "$(cat "$T/knocked")" 1000
	check "$name: all are in force" wait_until 30 all_there "$total"
	is "$name: no more and no less" "$(element_count grant4)" "$total"
	is "$name: none was taken for a replay" \
		"$(log_since | grep -c 'result=replay')" 0
	is "$name: none was refused" "$(log_since | grep " result=" |
		grep " admit " | grep -vE "result=(granted|renewed)")" ""
	is "$name: hauntctl counts them" \
		"$(ctl --json grants | jq '.grants | length')" "$total"
}
kill_role() {
	kill -KILL "$(role_pid "$1")"
}
kill_both() {
	local role=gate
	[ $(($1 % 2)) = 0 ] || role=nat
	kill_role $role
}
reload() {
	ctl reload >/dev/null || fail "reload $1"
}
# Another listener: capture changes, too.
reload_listener() {
	sed -i "s/ports = {[^}]*}/ports = {62201, $((62210 + $1))}/" "$CONF"
	reload "$1"
}

storm "gate and nat killed" 1000 1000 kill_both
storm "reloads" 1100 2000 reload
storm "reloads with another listener" 1200 3000 reload_listener
# fds: how many descriptors the monitor has.
fds() {
	find "/proc/$HAUNTD_PID/fd" -mindepth 1 | wc -l
}
before=$(fds)
ctl reload >/dev/null
kill_both 1
check "ready once more" wait_until 20 ready_again 12
is "the monitor keeps no descriptor" "$(fds)" "$before"

# A gate that crashes may have done so over what it read: that goes with it,
# and with capture, which is at the other end.
log_mark
capture=$(role_pid capture)
kill -ALRM "$(role_pid gate)"
check "after a crash all are there again" wait_until 20 ready_again 1
check "capture is another one" [ "$(role_pid capture)" != "$capture" ]
check "a knock is heard" knock_for granted friend "$GW4" --access tcp/22
log_mark
kill -KILL "$(role_pid capture)"
check "capture dies alone and is there again" wait_until 20 ready_again 1
refuse "gate and nat live on" grep -q 'died role=\(gate\|nat\)' \
	<(log_since)
check "a knock is heard" knock_for renewed friend "$GW4" --access tcp/22
check "nobody had to be killed to end" \
	bash -c "! grep -q 'roles-do-not-end' '$LOG'"
done_testing
