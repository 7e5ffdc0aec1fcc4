#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No room: in the gate's table, and in the kernel's sets. Who comes too late is
# told so in the log, one line each, and gets nothing, not even half; who is in
# stays in, and can renew; an end makes room.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq
KNOCKER=$BUILD/tests/lib/knocker
[ -x "$KNOCKER" ] || skip_all "tests/lib/knocker is not built"

world_up
start_sshd gw
start_nginx gw
{
	config_many 300s
	echo "max-grants = 20"
} >"$CONF"

# storm COUNT FIRST-PORT: one address at so many ports.
storm() {
	on friend "$KNOCKER" "$(key many)" "$GW4" "$1" "$SECOND4" 1 "$2" 300 \
		200 >"$T/sent"
}

lines() {
	[ "$(log_since | grep -c 'admit client=many ')" = "$1" ]
}

results() {
	log_since | sed -n 's/.*admit client=many .*result=/result=/p' | sort |
		uniq -c | sed 's/^ *//'
}

must_start_hauntd
log_mark
storm 30 40000
check "the gate's table: thirty knocks, thirty lines" wait_until 10 lines 30
is "twenty fit" "$(results)" "10 result=busy reason=table-full
20 result=granted"
is "as the kernel has it" "$(element_count grant4) $(element_count redir)" \
	"20 20"
check "the first is in" ssh_from friend2 "$GW4" 40000 true
check "the last is in" ssh_from friend2 "$GW4" 40019 true
check "the next is not" tcp_refused friend2 "$GW4" 40020
log_mark
storm 20 40000
check "who is in knocks again" wait_until 10 lines 20
is "and is renewed" "$(results)" "20 result=renewed"
id=$(ctl --json grants | jq '.grants[0].id')
check "one ends" ctl revoke "$id"
log_mark
storm 2 40030
check "two come" wait_until 10 lines 2
is "one fits" "$(results)" "1 result=busy reason=table-full
1 result=granted"
is "status counts them" \
	"$(ctl --json status | jq -c '[.grants, .packets.busy]')" "[20,11]"
check "it stops" stop_hauntd
on gw nft flush ruleset

# The kernel's sets: three places a grant. Somebody else fills all but five.
must_start_hauntd --assume-missing persist
on gw nft -f - <<-END
	add element inet haunt grant4 {
	$(for ((i = 1; i <= 55; i++)); do
		echo "192.0.2.9 . tcp . $i timeout 100s : 1,"
	done)
	}
END
log_mark
storm 10 40000
check "the kernel's table: ten knocks, ten lines" wait_until 10 lines 10
is "five fit" "$(results)" "5 result=busy reason=firewall-full
5 result=granted"
is "nat says why, each time" \
	"$(log_since | grep -c 'nat\]: error grant error=table-full')" 5
is "nothing is half" "$(element_count grant4 "$SECOND4 ") $(element_count redir)" \
	"5 5"
is "hauntctl knows as many" "$(ctl --json grants | jq '.grants | length')" 5
check "who is in is in" ssh_from friend2 "$GW4" 40004 true
check "who is not is not" tcp_refused friend2 "$GW4" 40005
log_mark
storm 5 40000
check "who is in knocks again" wait_until 10 lines 5
is "and is renewed" "$(results)" "5 result=renewed"
on gw nft delete element inet haunt grant4 '{ 192.0.2.9 . tcp . 1 }'
check "two doors, of which one would fit" knock_for \
	'busy reason=firewall-full' friend "$GW4" --access tcp/22,udp/7001
is "neither opens" "$(element_count grant4 "$FRIEND4 ")" 0
check "one does" knock_for granted friend "$GW4" --access udp/7001
for ((i = 2; i <= 55; i++)); do
	echo "delete element inet haunt grant4 { 192.0.2.9 . tcp . $i }"
done | on gw nft -f -
log_mark
storm 8 40005
check "there is room again" wait_until 10 lines 8
is "for all" "$(results)" "8 result=granted"
is "and their NAT" "$(element_count grant4) $(element_count redir)" "14 13"
done_testing
