#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How soon a session that begins is told of, and what knowing all of them costs
# nat at thousands a second, with the kernel's events and without; what was
# missed of them. fwknopd knows of no session.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
count=${COUNT:-100}
rate=${RATE:-5000}
seconds=${SECONDS_OF_LOAD:-5}
[ -x "$tools/watch" ] || skip_all "watch is not built"
bench_up
clients 1
on friend sysctl -qw net.ipv4.ip_local_port_range="1024 65535"

watched() {
	on friend "$tools/watch" "$@" >"$T/result" || give_up "watch"
}
nat_ticks() {
	awk '{ print $14 + $15 }' "/proc/$(role_pid nat)/stat"
}
# opened: sessions that the log tells of since the last mark.
opened() {
	log_since | grep -c ' session-open '
}
all_told() {
	[ "$(opened)" -ge "$(result made)" ]
}

# load EVENTS: begins connections and leaves ticks, told, lost.
load() {
	haunt_conf | sed "1i session-events = $1\nsession-poll = \"2s\"" >"$CONF"
	must_start_hauntd
	knock_for granted friend "$GW4" --access tcp/22 --key "$KEY" \
		--lifetime 600 >/dev/null || give_up "no grant"
	log_mark
	ticks=$(nat_ticks)
	watched rate "$GW4" 22 "$rate" "$seconds"
	ticks=$(($(nat_ticks) - ticks))
	wait_until 20 all_told
	told=$(opened)
	lost=$(log_since | grep -c 'sessions step=events error=')
	haunt_down
}

{
	haunt_conf
} >"$CONF"
must_start_hauntd
knock_for granted friend "$GW4" --access tcp/22 --key "$KEY" \
	--lifetime 600 >/dev/null || give_up "no grant"
watched latency "$CONTROL" "$GW4" 22 "$count"
figure "session begun to told by watch, median of $count" ms – \
	"$(result median_ms)" "< 50"
figure "session begun to told by watch, p99" ms – "$(result p99_ms)" "< 50"
haunt_down
for events in false true; do
	load "$events"
	[ "$events" = true ] && with=with || with=without
	figure "nat at $(result per_s) sessions/s, $with events" "% CPU" – \
		$((ticks * 100 / ($(getconf CLK_TCK) * seconds))) -
	figure "  of $(result made) told of in the end" - – "$told" all
	figure "  times that events were lost" - – "$lost" -
done
