#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Several ports in one request: all or nothing.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_sshd gw 25
start_nginx gw
start_udp gw 7001 secret
config_standard 30s >"$CONF"
must_start_hauntd

check "both allowed: granted" knock_for granted friend "$GW4" \
	--access tcp/22,udp/7001
is "two elements" "$(element_count grant4)" 2
check "the one is open" ssh_from friend "$GW4" 22 true
is "the other, too" "$(udp_once friend "$GW4" 7001 hello)" \
	"secret $FRIEND4 hello"
check "both again: renewed" knock_for renewed friend "$GW4" \
	--access tcp/22,udp/7001
is "two elements still" "$(element_count grant4)" 2
check "revoked" ctl revoke alice
shut() {
	[ "$(element_count grant4)" = 0 ]
}
check "shut" wait_until 3 shut

for list in tcp/22,tcp/25 tcp/25,tcp/22 tcp/22,udp/7001,tcp/25 \
	tcp/22,udp/22 udp/7001,tcp/7001 tcp/22,tcp/80; do
	line=$(knock_for denied friend "$GW4" --access "$list")
	like "$list: denied" "$line" 'result=denied'
	like "$list: with a reason" "$line" ' reason=[a-z-]+'
	is "$list: no element" "$(element_count grant4)" 0
done
line=$(knock_for denied friend "$GW4" --access udp/7001 --key "$(key bob)")
like "what the client may not use is denied" "$line" 'client=bob .*denied'
check "the door is shut" tcp_refused friend "$GW4" 22

# A table that has room for one more, and a request for two.
stop_hauntd
sed -i '1i max-grants = 1' "$CONF"
must_start_hauntd
line=$(knock_for busy friend "$GW4" --access tcp/22,udp/7001)
like "two where one has room: busy" "$line" 'result=busy'
is "and not one element" "$(element_count grant4)" 0
check "one has room" knock_for granted friend "$GW4" --access tcp/22
check "a second has none" knock_for busy friend2 "$GW4" --access tcp/22
check "the one that is there is renewed" knock_for renewed friend "$GW4" \
	--access tcp/22

# Grants that have run out take no room, however short they were.
stop_hauntd
sed -i 's/max-grants = 1/max-grants = 3/; s/^\(client "alice" {\)/\1 may-open-for-others = true/' \
	"$CONF"
must_start_hauntd
log_mark
check "revoked" ctl revoke alice
check "shut" wait_until 3 shut
for round in 1 2 3 4; do
	for i in 1 2 3; do
		knock_for granted friend "$GW4" --access tcp/22 --lifetime 1 \
			--allow "198.51.100.$((round * 10 + i))" >/dev/null ||
			fail "room for $i in round $round" "$(log_since)"
	done
	check "round $round ran out" log_wait 'end .*reason=expired' 3
	check "all of it" wait_until 3 shut
done
done_testing
