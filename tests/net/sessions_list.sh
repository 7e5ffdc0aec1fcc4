#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# hauntctl sessions and watch: every kind of session with its endpoints, its
# age and its bytes, open and close in the log, names that survive whatever
# dies, what was missed found again, and limits that end sessions.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq conntrack

world_up
start_sshd gw
start_sshd inner
start_nginx gw
start_udp gw 7001 secret
start_udp gw 7000 public
start_udp inner 7001 inner
on gw sysctl -qw net.netfilter.nf_conntrack_acct=0 \
	net.netfilter.nf_conntrack_timestamp=0

# config LIFETIME [LINE…]: the usual one, and more of it.
config() {
	config_standard "$1"
	shift
	printf '%s\n' 'session-poll = "1s"' "$@"
}
config 5s >"$CONF"
must_start_hauntd

sessions() {
	ctl --json sessions
}

# row FILTER: the one session that it selects, or nothing.
row() {
	sessions | jq -c "[.sessions[] | select($1)] | if length == 1
		then .[0] else empty end"
}

# shown NAME FILTER DOOR TO: it is listed once, with these endpoints.
shown() {
	local row
	row=$(row "$2")
	is "$1: listed with its endpoints" \
		"$(jq -r '[.door, .to] | join(" ")' <<<"$row")" "$3 $4"
	is "$1: since, idle and client" "$(jq -r 'now as $now |
		[.since <= $now and .since > $now - 60, .idle_s < 10,
		.client] | map(tostring) | join(" ")' <<<"$row")" \
		"true true alice"
}

is "nothing is listed at first" "$(sessions | jq -c '[.ok, .accounting,
	.sessions]')" '[true,false,[]]'
is "in words" "$(ctl sessions)" "no sessions"
is "status counts none" "$(ctl --json status | jq .sessions)" 0

# All four kinds.
check "ssh is granted" knock_for "(granted|renewed)" friend "$GW4" --access tcp/22
ssh_open accept friend "$GW4" 22
check "accept: up" alive accept
check "the ghost is granted" knock_for granted friend "$GW4" \
	--access tcp/22 --nat-port 80
ssh_open ghost friend "$GW4" 80
check "ghost: up" alive ghost
check "the random port is granted" knock_for granted friend "$GW4" \
	--access tcp/22 --nat-port 45678
ssh_open random friend "$GW4" 45678
check "random port: up" alive random
check "the forward is granted" knock_for granted friend "$GW4" \
	--access tcp/2222 --nat "$INNER4:22"
ssh_open forward friend "$GW4" 2222
check "forward: up" alive forward
check "IPv6 is granted" knock_for granted friend "$GW6" --access tcp/22 \
	--allow source
ssh_open six friend "$GW6" 22
check "IPv6: up" alive six
check "the IPv6 forward is granted" knock_for granted friend "$GW6" \
	--access tcp/2226 --nat "[$INNER6]:22" --allow source
ssh_open forward6 friend "$GW6" 2226
check "IPv6 forward: up" alive forward6
check "UDP is granted" knock_for granted friend "$GW4" --access udp/7001
udp_open udp friend "$GW4" 7001
check "UDP: up" alive udp
check "the UDP ghost is granted" knock_for granted friend "$GW4" \
	--access udp/7001 --nat-port 7000
udp_open udp-ghost friend "$GW4" 7000
check "UDP ghost: up" alive udp-ghost

shown accept '.door == "198.51.100.1:22"' "$GW4:22" "$GW4:22"
shown ghost '.door == "198.51.100.1:80"' "$GW4:80" "$GW4:22"
shown "random port" '.door | endswith(":45678")' "$GW4:45678" "$GW4:22"
shown forward '.door | endswith(":2222")' "$GW4:2222" "$INNER4:22"
shown IPv6 ".door == \"[$GW6]:22\"" "[$GW6]:22" "[$GW6]:22"
shown "IPv6 forward" '.door | endswith(":2226")' "[$GW6]:2226" "[$INNER6]:22"
shown UDP '.proto == "udp" and .service == "echo" and
	(.door | endswith(":7001"))' "$GW4:7001" "$GW4:7001"
shown "UDP ghost" '.door | endswith(":7000")' "$GW4:7000" "$GW4:7001"
is "eight in all" "$(sessions | jq '.sessions | length')" 8
is "status counts them" "$(ctl --json status | jq .sessions)" 8
is "the inner host sees the gateway" \
	"$(row '.door | endswith(":2222")' | jq -r .source | cut -d: -f1)" \
	192.0.2.1
is "a client that is not answered has no session" \
	"$(sessions | jq '[.sessions[] | select(.door | endswith(":25"))] |
	length')" 0

# The conntrack table says the same.
ours() {
	on gw conntrack -L 2>/dev/null | grep -cE 'mark=15[0-9]{8}'
}
check "conntrack has no fewer" [ "$(ours)" -ge 5 ]

# Without accounting.
is "bytes are unknown" "$(sessions | jq -c '[.accounting] +
	([.sessions[] | .in, .out] | unique)')" '[false,null]'
like "and it is said how to know them" "$(ctl sessions)" \
	'nf_conntrack_acct=1'
like "the table has a dash for them" "$(ctl sessions | grep ':2222')" \
	' +- +-$'

# Logged.
check "an open is logged" wait_line "$LOG" "session-open client=alice \
service=inner-ssh proto=tcp from=$FRIEND4:[0-9]+ door=$GW4:2222 \
to=$INNER4:22 grant=[0-9]+" 5
is "once for each" "$(grep -c ' session-open ' "$LOG")" 8

# Grants end, sessions are theirs still.
over() {
	[ "$(sessions | jq '[.sessions[] | select(.granted)] | length')" = 0 ]
}
check "the grants end" wait_until 10 over
is "eight live on" "$(sessions | jq '.sessions | length')" 8
like "the table says that it is over" "$(ctl sessions | grep ':2222')" \
	'[0-9]+ over '
check "the log says kept" wait_line "$LOG" \
	'end grant=.*service=inner-ssh .*sessions=1 kept$' 5
is "the kernel keeps whose they are" \
	"$(on gw nft list set inet haunt origin | grep -c 'inner-ssh alice')" 1

# Watch: it begins, it ends, nobody waits for it.
# Not through a function: these processes are stopped and ended by their ids.
ip netns exec gw "$HAUNTCTL" --socket "$CONTROL" --json watch >"$T/watch" \
	2>"$T/watch.err" &
watcher=$!
check "watch says that it watches" wait_line "$T/watch" '"watching":true' 5
ip netns exec gw "$HAUNTCTL" --socket "$CONTROL" watch >"$T/watch.text" 2>&1 &
second=$!
check "so does a second one" wait_until 5 test -d "/proc/$second"
log_mark
session_close accept
closed=$(log_wait 'session-close client=alice service=ssh proto=tcp .*door=198.51.100.1:22 ' 10)
like "a close is logged, with how long and why" "$closed" \
	'duration=[0-9]+s in=- out=- reason=ended$'
check "and watched" wait_line "$T/watch" \
	'"event":"session-close".*"reason":"ended"' 5
check "a grant is watched" knock_for "(granted|renewed)" friend "$GW4" --access tcp/22
check "with its door" wait_line "$T/watch" \
	'"event":"granted".*"door":"tcp/22"' 5
ssh_open again friend "$GW4" 22
check "a new session is up" alive again
check "its beginning is watched" wait_line "$T/watch" \
	'"event":"session-open".*"door":"198.51.100.1:22"' 5
check "in words, too" wait_line "$T/watch.text" \
	'session-open grant=[0-9]+ client=alice service=ssh ' 5
check "a renewal is watched" knock_for renewed friend "$GW4" --access tcp/22
check "as such" wait_line "$T/watch" '"event":"renewed"' 5
check "the end of the grant is watched" wait_line "$T/watch" \
	'"event":"ended".*"reason":"expired"' 10
check "every line is JSON" jq -e . "$T/watch"
kill -STOP "$watcher"
check "a watcher that stands still holds nobody up" \
	knock_for "(granted|renewed)" friend "$GW4" --access tcp/22
told_two() {
	[ "$(grep -cE ' (granted|renewed) ' "$T/watch.text")" -ge 3 ]
}
check "nor the other" wait_until 5 told_two
kill -CONT "$watcher"
kill "$watcher" "$second"
wait "$watcher" "$second" 2>/dev/null
check "hauntd does not mind" ctl status

# Whatever dies, names and ages stay.
names() {
	sessions | jq -c '[.sessions[] | [.client, .service, .proto, .from,
		.door, .to, .since]] | sort'
}
sleepless() {
	[ "$(sessions | jq '[.sessions[] | select(.granted)] | length')" = 0 ]
}
check "all grants are over" wait_until 10 sleepless
before=$(names)
for role in capture gate nat; do
	log_mark
	kill -KILL "$(role_pid "$role")"
	check "after kill -9 of $role all roles are ready again" \
		log_wait 'hauntd\[monitor\]: ready' 10
	is "$role: the same sessions, names and ages" "$(names)" "$before"
	unlike "$role: none is news" "$(log_since)" 'session-(open|close)'
done
check "kill -9 of all of it" kill9_hauntd
sed -i 's/service "inner-ssh" {/service "gone-ssh" {/
	s/"inner-ssh", //' "$CONF"
sed -i 's/services = {"ssh", "echo",/&"gone-ssh",/' "$CONF"
must_start_hauntd
is "a name that left the configuration is shown as it was" "$(names)" \
	"$before"
stop_hauntd
session_close ghost
must_start_hauntd
# It was over before this start: not told as an end, and not listed.
is "what ended meanwhile is not listed" "$(sessions |
	jq '[.sessions[] | select(.door | endswith(":80"))] | length')" 0
forgotten() {
	[ "$(on gw nft list set inet haunt origin | grep -oc 'comment')" -ge 1 ] &&
		[ "$(on gw nft list set inet haunt origin |
			grep -o comment | wc -l)" = \
			"$(sessions | jq '[.sessions[].grant] | unique | length')" ]
}
check "and whose it was is forgotten" wait_until 10 forgotten

# nat is stopped while sessions begin and end.
check "tcp/22 is granted" knock_for "(granted|renewed)" friend "$GW4" --access tcp/22
nat=$(role_pid nat)
kill -STOP "$nat"
session_close again
ssh_open late friend "$GW4" 22
check "a session begins that nat does not see" alive late
log_mark
kill -CONT "$nat"
check "its beginning is found" log_wait 'session-open .*door=198.51.100.1:22 ' 10
check "and the other's end" log_wait 'session-close .*door=198.51.100.1:22 ' 10
one() {
	[ -n "$(row '.door == "198.51.100.1:22"')" ]
}
check "one is listed" wait_until 5 one

# Its entry is deleted by somebody: no end of its own.
log_mark
on gw conntrack -D -p tcp --orig-port-dst 2222 >/dev/null 2>&1
check "an entry that is deleted is told as lost" \
	log_wait 'session-close .*door=198.51.100.1:2222 .*reason=lost' 10

# With accounting.
on gw sysctl -qw net.netfilter.nf_conntrack_acct=1
check "a grant with accounting on" knock_for "(granted|renewed)" friend2 "$GW4" \
	--access tcp/22 --key "$(key bob)"
ssh_from friend2 "$GW4" 22 'head -c 300000 /dev/zero' >"$T/zeros"
is "300,000 bytes arrive" "$(stat -c %s "$T/zeros")" 300000
closed=$(wait_line "$LOG" 'session-close client=bob .* reason=ended' 10)
out=$(grep -oE ' out=[0-9]+' <<<"$closed" | cut -d= -f2)
in=$(grep -oE ' in=[0-9]+' <<<"$closed" | cut -d= -f2)
check "the close says how many bytes went out" [ "${out:-0}" -ge 300000 ]
check "and came in" [ "${in:-0}" -ge 1000 ]
ssh_open counted friend2 "$GW4" 22
check "a session that is counted is up" alive counted
is "and listed with its bytes" "$(row '.client == "bob"' |
	jq '.in > 1000 and .out > 1000')" true
is "accounting is said to be on" "$(sessions | jq .accounting)" true
stop_hauntd

# Limits. Who is cut cannot be talked to any more.
trap "" PIPE
sed -i 's/lifetime = "5s"/&\n\t\t\tidle-timeout = "5s"/' "$CONF"
must_start_hauntd
check "idle-timeout: granted" knock_for "(granted|renewed)" friend2 "$GW4" \
	--access tcp/22 --key "$(key bob)"
ssh_open idle friend2 "$GW4" 22
check "idle-timeout: up" alive idle
ssh_open busy friend2 "$GW4" 22
check "idle-timeout: another is up" alive busy
log_mark
busy_until_idle_is_cut() {
	alive busy && log_since | grep -q 'session-close client=bob .*reason=idle'
}
check "who says nothing is cut" wait_until 20 busy_until_idle_is_cut
told() {
	# shellcheck disable=SC2154 # of lib/servers.sh
	! kill -0 "${session_pid[$1]}" 2>/dev/null
}
check "and its client is told" wait_until 5 told idle
check "who goes on talking is not" alive busy
stop_hauntd
sed -i 's/idle-timeout = "5s"/max-session = "6s"/' "$CONF"
must_start_hauntd
granted=$(knock_for "(granted|renewed)" friend2 "$GW4" --access tcp/22 \
	--key "$(key bob)")
id=$(grep -oE 'grant=[0-9]+' <<<"$granted")
like "max-session: granted" "$id" .
ssh_open long friend2 "$GW4" 22
check "max-session: up" alive long
log_mark
talks_until_cut() {
	alive long >/dev/null
	log_since | grep -q "session-close .* $id .*reason=max-session"
}
check "however much it talks, it is cut" wait_until 20 talks_until_cut
check "and its client is told" wait_until 5 told long
done_testing
