#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Ten thousand grants: in force, adopted, made anew, ended by the kernel.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib/natctl.sh
. "$(dirname "$0")/lib/natctl.sh"
need_natctl
COUNT=10000

nat_start
answer=$(nat "flood $COUNT 120000")
like "$COUNT grants, one transaction each" "$answer" '^ok'
note "$answer"
is "are in force" "$(nat_count grant4)" "$COUNT"
is "and told to the gate" "$(nat list | grep -c ^rule)" "$COUNT"
nat_kill9
nat_start
like "adopted after a kill" "$(tail -n 1 "$NAT_LOG")" 'result=adopted'
is "all of them" "$(nat_count grant4)" "$COUNT"
nat_stop
sed -i 's/62202/62203/' "$NAT_CONF"
start=$(now_ms)
nat_start
note "made anew in $(($(now_ms) - start)) ms, start and all"
like "made anew for another configuration" "$(tail -n 1 "$NAT_LOG")" \
	"result=rebuilt reason=changed grants=$COUNT"
is "all of them, still" "$(nat_count grant4)" "$COUNT"
pss=$(awk '/^Pss:/ { print $2 }' "/proc/$NAT_PID/smaps_rollup")
note "PSS of the process: $pss kB"
nat_stop

# Short ones end by themselves, with nobody there.
nft flush ruleset
nft delete table inet haunt 2>/dev/null
nft delete table inet haunt_anchor 2>/dev/null
nat_start
like "$COUNT for half a second" "$(nat "flood $COUNT 500")" '^ok'
nat_kill9
none() {
	[ "$(nat_count grant4)" = 0 ]
}
check "end without us" wait_until 5 none
done_testing
