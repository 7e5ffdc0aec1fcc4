#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 10,000 grants at once: none is lost, they work, and all of them end.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq
COUNT=10000
KNOCKER=$BUILD/tests/lib/knocker
[ -x "$KNOCKER" ] || skip_all "tests/lib/knocker is not built"

world_up
start_sshd gw
start_nginx gw
config_many 60s >"$CONF"
must_start_hauntd

# in_force: how many grants hauntd says are in force.
in_force() {
	ctl --json status | jq .grants
}

all_in_force() {
	[ "$(in_force)" = "$COUNT" ]
}

# 50 addresses at 200 ports; the second friend's is among them, the stranger's
# is not.
started=$(now_ms)
sent=$(on friend "$KNOCKER" "$(key many)" "$GW4" "$COUNT" 198.51.100.1 50 \
	40000 20 8000)
is "all were sent" "$sent" "$COUNT"
check "all are in force" wait_until 10 all_in_force
note "$(($(now_ms) - started)) ms from the first knock to the last grant"
is "the kernel has as many elements" \
	"$(element_count grant4) $(element_count redir)" "$COUNT $COUNT"
is "the log has one line for each" \
	"$(grep -c 'admit client=many .*result=granted' "$LOG")" "$COUNT"
is "and no line that says otherwise" \
	"$(grep 'admit client=many' "$LOG" | grep -vc result=granted)" 0
is "hauntctl lists them" "$(ctl --json grants | jq '.grants | length')" \
	"$COUNT"
check "the second friend gets in at the first port" \
	ssh_from friend2 "$GW4" 40000 true
check "and at the last one" ssh_from friend2 "$GW4" 40199 true
check "a stranger at none" tcp_refused stranger "$GW4" 40000
check "a knock among them is granted" knock_for granted friend "$GW4" \
	--access tcp/22 --nat-port 80 --lifetime 60
check "and the friend gets in" ssh_from friend "$GW4" 80 true

one_left() {
	[ "$(in_force)" = 1 ]
}
check "they end" wait_until 30 one_left
check "the door is shut" tcp_refused friend2 "$GW4" 40000
ends() {
	grep -c ' end grant=.*client=many.*reason=expired' "$LOG"
}
all_ended() {
	[ "$(ends)" -ge "$COUNT" ]
}
wait_until 30 all_ended
is "the log has one end for each" "$(ends)" "$COUNT"
check "the other one is still there" ssh_from friend "$GW4" 80 true
done_testing
