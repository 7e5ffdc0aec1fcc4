#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A restart with 20,000 grants in force, thousands of which end just then:
# knocks are served while the gate learns what is in force, and nobody is in
# whom it does not know.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq
KNOCKER=$BUILD/tests/lib/knocker
[ -x "$KNOCKER" ] || skip_all "tests/lib/knocker is not built"
LONG=16000 SHORT=4000

world_up
config_many 60s >"$CONF"
must_start_hauntd

# many COUNT FIRST-PORT LIFETIME PER-SECOND: COUNT grants, 50 to a port.
many() {
	on friend "$KNOCKER" "$(key many)" "$GW4" "$1" 198.51.100.1 50 "$2" \
		"$3" "$4"
}

in_force() {
	[ "$(ctl --json status | jq .grants)" = "$1" ]
}

# What hauntd knows and what the kernel has: id, address and port of each.
known() {
	ctl --json grants | jq -r '.grants[] | "\(.id) \(.address) \(.outer)"' |
		sort
}

held() {
	on gw nft -n list map inet haunt grant4 | grep -o \
		'[0-9.]* \. [a-z0-9]* \. [0-9]* [^:]*: 0x5a[0-9a-f]*' |
		awk '{ print $NF, $1, $5 }' | while read -r mark rest; do
		echo "$((mark & 0xffffff)) $rest"
	done | sort
}

is "grants for five minutes" "$(many $LONG 40000 300 10000)" "$LONG"
check "are in force" wait_until 20 in_force "$LONG"
known >"$T/before"
# They end one after the other, from six seconds after the first on.
is "grants for six seconds" "$(many $SHORT 41000 6 1000)" "$SHORT"
check "are in force, too" wait_until 20 in_force $((LONG + SHORT))

# Knocks for doors that are open and for doors that are not, all the time.
log_mark
many 12000 40000 600 3000 >"$T/renewing" &
renewing=$!
many 2000 42000 600 500 >"$T/opening" &
opening=$!
# logged ERE: since the mark. There are too many lines for log_wait.
logged() {
	log_since | grep -Eq -e "$1"
}
check "the first of the short ones ends" wait_until 10 logged \
	' end grant=.*door=tcp/41'
nat=$(role_pid nat)
kill -KILL "$nat" "$(role_pid gate)"
check "roles die and begin again" wait_until 10 \
	logged 'monitor\]: ready'
check "what is in force is known" wait_until 20 logged ' adopt grants=[1-9]'
note "$(log_since | grep ' list rules=')"
wait "$renewing" "$opening"

# What was logged since the roles began again; until all was known.
again() {
	log_since | sed '1,/monitor\]: warning restart/d'
}
meanwhile() {
	again | sed '/ adopt grants=/q'
}
check "meanwhile doors were renewed that were not known yet" \
	[ "$(meanwhile | grep -c 'door=tcp/40.*result=renewed')" -gt 0 ]
check "and new doors were opened" \
	[ "$(meanwhile | grep -c 'door=tcp/42.*result=granted')" -gt 0 ]
note "$(meanwhile | grep -c result=renewed) renewed," \
	"$(meanwhile | grep -c result=granted) granted meanwhile"
is "no knock for an open door was anything but a renewal" \
	"$(log_since | grep 'admit .*door=tcp/40' | grep -vc result=renewed)" 0
is "no knock was refused" \
	"$(log_since | grep 'admit ' | grep -Evc 'result=(renewed|granted)')" 0
is "none was logged twice" "$(again | grep -c 'admit ')" \
	"$(ctl --json status | jq '.packets.authenticated')"

settled() {
	! elements grant4 | grep -q ' \. 41[0-9]* ' &&
		! ctl --json grants | jq -r '.grants[].outer' | grep -q ^41
}
check "the short ones are gone" wait_until 30 settled
known >"$T/after"
held >"$T/kernel"
check "hauntd knows what the kernel has, one for one" \
	cmp "$T/after" "$T/kernel"
is "the long ones are the same grants as before" \
	"$(grep -c ' 40[0-9]*$' "$T/after") $(comm -12 "$T/before" "$T/after" |
		wc -l)" "$LONG $LONG"
check "beside the new ones" \
	[ "$(grep -c ' 42[0-9]*$' "$T/after")" -gt 0 ]
within "a door that was renewed is open for ten minutes" \
	"$(remaining_ms grant4 '^198.51.100.50 . tcp . 40239 ')" 540000 600000
within "one that was not, no longer than before" \
	"$(remaining_ms grant4 '^198.51.100.50 . tcp . 40319 ')" 1 300000
check "all can be revoked" ctl revoke many
is "then none is left" "$(element_count grant4)" 0
done_testing
