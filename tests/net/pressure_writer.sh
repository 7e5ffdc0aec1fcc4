#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Somebody else commits to the ruleset without a pause: no dump is undisturbed,
# every transaction waits its turn. Starts, a thousand knocks, a restart that
# adopts them and the end of them all go on as ever.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq
COUNT=1000
KNOCKER=$BUILD/tests/lib/knocker
WRITER=$BUILD/tests/net/nftwriter
[ -x "$KNOCKER" ] || skip_all "tests/lib/knocker is not built"
[ -x "$WRITER" ] || skip_all "tests/net/nftwriter is not built"

world_up
world_firewall_nft
start_sshd gw
config_many 120s >"$CONF"

# The writer begins and ends; COMMITS is how often it wrote.
writer_start() {
	ip netns exec gw "$WRITER" busy 80 >"$T/writer" &
	WRITER_PID=$!
	wait_line "$T/writer" ready 10
}

writer_stop() {
	kill -TERM "$WRITER_PID"
	wait "$WRITER_PID"
	COMMITS=$(tail -n 1 "$T/writer")
}

granted() {
	[ "$(grep -c 'admit client=many .*result=granted' "$LOG")" = "$COUNT" ]
}

in_force() {
	[ "$(ctl --json status | jq .grants)" = "$1" ]
}

check "somebody writes" writer_start
must_start_hauntd
pass "hauntd starts meanwhile"
sent=$(on friend "$KNOCKER" "$(key many)" "$GW4" "$COUNT" 198.51.100.1 50 \
	40000 120 500)
is "all knocks were sent" "$sent" "$COUNT"
check "all are granted" wait_until 20 granted
is "and none is not" \
	"$(grep 'admit client=many' "$LOG" | grep -vc result=granted)" 0
check "the friend gets in" ssh_from friend2 "$GW4" 40000 true
check "our rule is in the host's firewall" grep -q \
	'integrate family=inet table=filter chain=input result=added' "$LOG"

log_mark
kill -KILL "$(role_pid nat)"
check "killed meanwhile, nat is back" log_wait \
	'hauntd\[monitor\]: ready' 20
check "with all grants" in_force "$COUNT"
like "as its log says" "$(log_since)" "adopt grants=$COUNT\$"
unlike "no dump was given up" "$(cat "$LOG")" 'error='

is "still somebody writes" "$(kill -0 "$WRITER_PID" && echo yes)" yes
writer_stop
within "with that many transactions of its own" "$COMMITS" 2000 100000000
is "the kernel holds all, and their NAT" \
	"$(element_count grant4) $(element_count redir)" "$COUNT $COUNT"

# So much is written while nat sleeps that its watch overflows: what it could
# not be told it looks for.
# shellcheck disable=SC2016 # awk's own
overflown() {
	on gw awk '$2 == 12 && $9 > 0 { n++ } END { exit !n }' \
		/proc/net/netlink
}
nat=$(role_pid nat)
kill -STOP "$nat"
check "somebody writes while nat sleeps" writer_start
check "until events are lost" wait_until 30 overflown
writer_stop
on gw nft delete table inet filter
world_firewall_nft
log_mark
kill -CONT "$nat"
check "then our rule is put into the firewall that was loaded anew" log_wait \
	'integrate family=inet table=filter chain=input result=added' 10
check "the friend still gets in" ssh_from friend2 "$GW4" 40001 true

check "somebody writes again" writer_start
log_mark
check "a revocation ends them all" ctl revoke many
ended() {
	[ "$(log_since | grep -c ' end grant=.*client=many.*reason=revoked')" \
		= "$COUNT" ]
}
check "each with its line" wait_until 30 ended
unlike "whose sessions were counted" "$(log_since)" 'sessions=unknown'
writer_stop
is "nothing is left" "$(element_count grant4) $(element_count redir)" "0 0"
check "and the door is shut" tcp_refused friend2 "$GW4" 40000
done_testing
