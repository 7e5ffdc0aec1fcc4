#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The table of connections is full: knocks are heard and granted, sessions go
# on; what the kernel drops then is none of haunt's doing, but its log says so,
# once.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need conntrack
FILL=$BUILD/tests/net/ctfill
[ -x "$FILL" ] || skip_all "tests/net/ctfill is not built"
MAX=$(cat /proc/sys/net/netfilter/nf_conntrack_max)
# Some 300 bytes each. The bound is the machine's, not ours to change.
[ "$MAX" -le 600000 ] || skip_all "nf_conntrack_max is $MAX: too many to fill"

world_up
start_sshd gw
config_standard 120s >"$CONF"
must_start_hauntd

check "the friend is granted" knock_for granted friend "$GW4" --access tcp/22
ssh_open kept friend "$GW4" 22
check "a session is up" alive kept
within "others take what there is" "$(on gw "$FILL" "$MAX")" \
	$((MAX - 100)) "$MAX"
check "the session goes on" alive kept

first=$LOG_MARK
check "a knock is granted all the same" knock_for granted friend2 "$GW4" \
	--access tcp/22 --key "$(key bob)"
check "the log says why it may not help" log_wait \
	'nat\]: warning conntrack entries=[0-9]+ max=[0-9]+ result=full hint=' 5
check "the kernel drops who is new" tcp_refused friend2 "$GW4" 22
check "another knock" knock_for renewed friend2 "$GW4" \
	--access tcp/22 --key "$(key bob)"
check "and a third, for others" knock_for granted friend "$GW4" \
	--access udp/7001
check "the session goes on still" alive kept
LOG_MARK=$first
is "it is said once" "$(log_since | grep -c 'result=full')" 1
unlike "there is no other complaint" "$(log_since)" 'error='

on gw conntrack -D -p tcp --orig-port-dst 9 >/dev/null 2>&1
check "room again, and a knock" knock_for renewed friend2 "$GW4" \
	--access tcp/22 --key "$(key bob)"
check "the log says so" log_wait 'conntrack entries=[0-9]+ max=.* result=room' 5
check "and who is granted gets in" ssh_from friend2 "$GW4" 22 true
check "the session was not cut" alive kept
done_testing
