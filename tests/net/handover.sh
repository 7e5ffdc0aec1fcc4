#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nobody who connects is lost between two captures: not in a reload with other
# listeners, whose handshake is half done, nor when capture is killed, who
# waits in its queue; and what is no listener any more is none.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need ss

world_up
conf() {
	config_standard 300s
	printf 'listen "%s" { address = "%s" }\n' tcp 0.0.0.0:62301 \
		tcp '[::]:62301' http 0.0.0.0:8080 "$@"
}
conf >"$CONF"
must_start_hauntd

# What friend says beyond its SYN gets lost until it is let through: then the
# gateway has a connection of which it knows the half.
hold() {
	on friend nft -f - <<-'END'
		table inet hold {
			chain out {
				type filter hook output priority 0
				tcp dport { 62301, 8080 } tcp flags & (syn | ack) == ack drop
			}
		}
	END
}
through() {
	on friend nft delete table inet hold
}
half_open() {
	[ "$(on gw ss -Htn state syn-recv | wc -l)" = "$1" ]
}
granted() {
	[ "$(log_since | grep -cE 'admit .*result=(granted|renewed)')" = "$1" ]
}
listening() {
	on gw ss -Htln "sport = :$1" | wc -l
}
one_late() {
	[ "$(for pid in $(hauntd_pids); do
		tr '\0' '\n' <"/proc/$pid/cmdline" | grep -x capture
	done | wc -l)" = 1 ]
}

# knocks N: to each of the three listeners, N times; returns at once.
knocks() {
	local i
	for ((i = 0; i < $1; i++)); do
		knock friend "$GW4" --carrier tcp --port 62301 --access tcp/22 &
		knock friend "$GW6" --carrier tcp --port 62301 --access tcp/22 \
			--allow source &
		knock friend "$GW4" --carrier http --port 8080 --access tcp/22 &
	done >/dev/null 2>&1
}

# ---- a reload

hold
knocks 2
check "six connections are half open" wait_until 5 half_open 6
conf tcp 0.0.0.0:62302 >"$CONF"
log_mark
kill -HUP "$HAUNTD_PID"
log_wait 'reload result=done' 10 >/dev/null
check "a reload with one listener more is carried out" [ $? = 0 ]
check "the capture before is gone" wait_until 5 one_late
log_mark
through
wait_until 8 granted 6
is "all that were half open got through" \
	"$(log_since | grep -cE 'admit .*result=(granted|renewed)')" 6
is "there is one socket a listener" "$(listening 62301) $(listening 8080) \
$(listening 62302)" "2 1 1"

conf | sed '/http/d' >"$CONF"
log_mark
kill -HUP "$HAUNTD_PID"
check "a reload with less listeners" log_wait 'reload result=done' 10
check "the capture before is gone" wait_until 5 one_late
is "what is no listener any more is none" \
	"$(listening 62301) $(listening 8080) $(listening 62302)" "2 0 0"

# ---- a reload that is refused

on gw socat TCP4-LISTEN:62303,fork - &
taken() {
	[ "$(listening 62303)" = 1 ]
}
wait_until 5 taken
conf tcp 0.0.0.0:62304 tcp 0.0.0.0:62303 >"$CONF"
log_mark
kill -HUP "$HAUNTD_PID"
check "a reload whose listener is another's is refused" \
	log_wait 'reload result=refused' 10
check "the one that was tried is gone" wait_until 5 one_late
is "and left nothing behind" "$(listening 62301) $(listening 62304)" "2 0"
knock_for '(granted|renewed)' friend "$GW4" --carrier tcp --port 62301 \
	--access tcp/22 >/dev/null
check "all is as before" [ $? = 0 ]

# ---- capture is killed

conf >"$CONF"
log_mark
kill -HUP "$HAUNTD_PID"
check "a reload" log_wait 'reload result=done' 10
check "the capture before is gone" wait_until 5 one_late
capture=$(role_pid capture)
kill -STOP "$capture"
log_mark
knocks 1
waiting() {
	[ "$(on gw ss -Htn '( sport = :62301 or sport = :8080 )' | wc -l)" = 3 ]
}
check "three wait in the queues of a capture that does nothing" \
	wait_until 5 waiting
kill -KILL "$capture"
wait_until 8 granted 3
is "who waited is heard by the next one" \
	"$(log_since | grep -cE 'admit .*result=(granted|renewed)')" 3
is "which has the same sockets" "$(listening 62301) $(listening 8080)" "2 1"
done_testing
