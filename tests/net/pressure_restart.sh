#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Ten restarts in the midst of a thousand knocks: kill -9 of nat, of the gate,
# SIGTERM and a new start, in turn. What the log calls granted is in force, with
# its NAT; what is in force hauntctl knows; nothing opens twice; nobody else
# gets in.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq
ROUNDS=10
EACH=100
KNOCKER=$BUILD/tests/lib/knocker
[ -x "$KNOCKER" ] || skip_all "tests/lib/knocker is not built"

world_up
start_sshd gw
config_many 300s >"$CONF"
must_start_hauntd

# Packets to be thrown again: the friend knocks at a host that keeps them.
ip netns exec friend2 "$UDP" catch 62201 "$ROUNDS" "$T/packet" >"$T/catch" 2>&1 &
wait_line "$T/catch" '^ready$' 5 >/dev/null || skip_all "the catcher is silent"
for ((i = 1; i <= ROUNDS; i++)); do
	knock friend "$SECOND4" --access tcp/22 >/dev/null
	wait_line "$T/catch" "packet$i\$" 5 >/dev/null
done

# throw PACKET RESULT: sends it and waits for the log's verdict.
throw() {
	log_mark
	on friend "$UDP" send "$GW4" 62201 <"$T/packet$1"
	log_wait "admit client=alice .*result=($2)( |\$)" 20
}

# restart ROUND: one of three ways to begin anew, and back again.
restart() {
	local marked=$LOG_MARK
	log_mark
	case $(($1 % 3)) in
	1) kill -KILL "$(role_pid nat)" ;;
	2) kill -KILL "$(role_pid gate)" ;;
	0)
		stop_hauntd || return
		start_hauntd
		return
		;;
	esac
	log_wait 'hauntd\[monitor\]: ready' 20 || return
	LOG_MARK=$marked
}

for ((i = 1; i <= ROUNDS; i++)); do
	check "round $i: a knock that will come again" throw "$i" \
		'granted|renewed'
	port=$((40000 + 2 * i))
	log_mark
	on friend "$KNOCKER" "$(key many)" "$GW4" "$EACH" 198.51.100.1 50 \
		"$port" 300 200 >"$T/sent" &
	sender=$!
	check "round $i: knocks are granted" log_wait \
		"admit client=many .*address=198.51.100.[12]. door=tcp/$port .*result=granted" 20
	check "round $i: all roles are back" restart "$i"
	wait "$sender"
	check "round $i: it opens nothing again" throw "$i" replay
	check "round $i: a stranger stays out" tcp_refused stranger "$GW4" \
		"$port"
done

# From here on nothing changes.
log_lines() {
	sed -n 's/.*admit client=many .*address=\([^ ]*\) door=tcp\/\([0-9]*\) .*grant=\([0-9]*\) result=granted$/\1 \2 \3/p' "$LOG" |
		sort
}
check "the last one is settled" throw 1 replay
log_lines >"$T/granted"
on gw nft -j list map inet haunt grant4 | jq -r '.nftables[].map.elem // empty |
	.[] | "\(.[0].elem.val.concat | "\(.[0]) \(.[2])") \(.[1] - 1509949440)"' |
	sort >"$T/held"
on gw nft -j list map inet haunt redir | jq -r '.nftables[].map.elem // empty |
	.[] | .[0].elem.val - 1509949440' | sort >"$T/led"
ctl --json grants | jq -r '.grants[] | "\(.address) \(.outer) \(.id)"' |
	sort >"$T/known"
within "knocks were granted before, between and after" \
	"$(wc -l <"$T/granted")" $((2 * ROUNDS)) $((ROUNDS * EACH))
is "what was granted is in force" "$(comm -23 "$T/granted" "$T/held")" ""
is "all that is in force is led on" \
	"$(grep -v ' 22 ' "$T/held" | cut -d' ' -f3 | sort | comm -3 - "$T/led")" ""
is "hauntctl knows what is in force, and no more" \
	"$(diff "$T/known" "$T/held")" ""
is "no id was given twice" "$(cut -d' ' -f3 "$T/held" | uniq -d)" ""
for ((i = 1; i <= ROUNDS; i++)); do
	check "packet $i: a replay for ever" throw "$i" replay
done
check "a friend of these gets in" ssh_from friend2 "$GW4" \
	"$(grep "^$SECOND4 " "$T/granted" | head -n 1 | cut -d' ' -f2)" true
done_testing
