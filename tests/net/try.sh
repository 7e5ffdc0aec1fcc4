#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A cloak that is tried is lifted by the kernel, whether hauntd lives or not,
# unless somebody confirms it through a connection that shows a way in.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq

world_up
start_sshd gw
start_nginx gw
config_standard 60s >"$CONF"
confirm="'$HAUNTCTL' --socket '$CONTROL' confirm"

# doors: the elements of cloaked ports, as nft lists them.
doors() {
	on gw nft list set inet haunt protected 2>/dev/null |
		sed -n '/elements = {/,/}/p' | tr -d '\n\t' |
		sed 's/.*elements = {//; s/}.*//; s/, /\n/g' | grep -v '^ *$'
}
timed_doors() {
	doors | grep -c 'expires'
}
cloak() {
	ctl --json status | jq -r .cloak
}
# said WORD: the cloak is said to be so.
said() {
	[[ $(cloak) == "$1"* ]]
}
# door_ms: until the first door is open again, in whole milliseconds.
door_ms() {
	doors | sed -n 's/.*expires \([0-9]*\)s\([0-9]*\)ms.*/\1 \2/p
		s/.*expires \([0-9]*\)s *$/\1 0/p' | head -n 1 |
		awk '{ print $1 * 1000 + $2 }'
}
reachable() {
	ssh_from stranger "$GW4" 22 true
}

ssh_open old friend "$GW4" 22
check "a session from before is up" alive old

# ---- the kernel lifts it, hauntd being dead

must_start_hauntd --try 12
is "both doors end by themselves" "$(timed_doors)" 2
check "the port is cloaked" tcp_refused stranger "$GW4" 22
like "status says so" "$(cloak)" '^tried, (12|11|10|9) s left$'
check "the session from before types on" alive old
session_say old "$confirm 2>&1; echo"
like "a confirmation from there is refused" "$(session_hear old 5)" \
	'there before the try began'
like "one from nowhere, too" "$(on gw env -u SSH_CONNECTION setsid -w \
	"$HAUNTCTL" --socket "$CONTROL" confirm 2>&1)" 'no SSH_CONNECTION'
like "and one from a connection that is not there" "$(on gw env \
	SSH_CONNECTION="$FRIEND4 4711 $GW4 22" "$HAUNTCTL" --socket "$CONTROL" \
	confirm 2>&1)" 'does not know this connection'
before=$(door_ms)
log_mark
kill -KILL "$(role_pid nat)"
check "nat is killed and there again" log_wait 'monitor\]: ready' 10
is "both doors end by themselves" "$(timed_doors)" 2
within "no later than before" "$(door_ms)" 1 "$before"
check "hauntd dies" kill9_hauntd
check "the port is cloaked still" tcp_refused stranger "$GW4" 22
check "and then it is not" wait_until 14 reachable
is "the kernel has no door" "$(doors | wc -l)" 0

# ---- a start without a try is for ever, and says what it found

must_start_hauntd
like "the log tells" "$(log_since)" \
	'cloak was=lifted result=in-force reason=started-without-try'
is "two doors, for ever" "$(doors | wc -l) $(timed_doors)" "2 0"
is "status" "$(cloak)" "in force"
refuse "there is nothing to confirm" ctl confirm --here
stop_hauntd

# ---- hauntd lives through it

must_start_hauntd --try 10
is "a try over a cloak that is in force ends, too" "$(timed_doors)" 2
like "the log tells" "$(log_since)" 'cloak was=in-force result=tried'
check "the log says when it is over" log_wait \
	'try result=lifted reason=not-confirmed' 14
check "the port is open to all" wait_until 3 reachable
is "status" "$(cloak)" "lifted"
like "it is too late to confirm" "$(ctl confirm --here 2>&1)" 'time is over'
check "a ghost is granted all the same" knock_for granted friend "$GW4" \
	--access tcp/22 --nat-port 80
check "and leads to sshd" ssh_from friend "$GW4" 80 true
log_mark
kill -KILL "$(role_pid nat)"
check "nat is killed and there again" log_wait 'monitor\]: ready' 10
check "the port is open to all" reachable
is "a reload does not cloak it" "$(ctl reload >/dev/null; doors | wc -l)" 0
check "the log says what it is" log_wait 'result=(lifted|adopted|rebuilt)' 5
stop_hauntd

# ---- confirmed by a ghost; over IPv6; as root by way of others

for way in "$GW4 80" "$GW6 80"; do
	must_start_hauntd --try 60
	is "$way: tried" "$(timed_doors)" 2
	# shellcheck disable=SC2086 # an address and a port
	set -- $way
	check "$way: knock" knock_for '(granted|renewed)' friend "$1" \
		--access tcp/22 --nat-port 80 --allow source
	like "$way: confirmed" "$(ssh_from friend "$1" 80 \
		"env -u SSH_CONNECTION $confirm; true" 2>&1)" \
		'^confirmed'
	is "$way: two doors, for ever" "$(doors | wc -l) $(timed_doors)" "2 0"
	is "$way: status" "$(cloak)" "in force"
	check "$way: the log says so" log_wait 'try result=confirmed'
	log_mark
	kill -KILL "$(role_pid nat)"
	check "$way: nat is killed and there again" log_wait 'monitor\]: ready' 10
	is "$way: for ever" "$(doors | wc -l) $(timed_doors)" "2 0"
	ctl revoke alice >/dev/null
	stop_hauntd
done

# ---- confirmed from an address that is never closed out; at a console

echo "never-close-for = {\"$SECOND4\"}" >>"$CONF"
check "uninstalled" on gw "$HAUNTD" -c "$CONF" --uninstall
ssh_open older friend2 "$GW4" 22
check "a session of an address that is never closed out" alive older
must_start_hauntd --try 60
session_say older "$confirm 2>&1; echo"
like "from before: refused" "$(session_hear older 5)" 'there before'
like "a new one: confirmed" "$(ssh_from friend2 "$GW4" 22 "$confirm" 2>&1)" \
	'^confirmed'
is "two doors, for ever" "$(doors | wc -l) $(timed_doors)" "2 0"
stop_hauntd
must_start_hauntd --try 60
like "at a console" "$(ctl confirm --here)" '^confirmed'
is "two doors, for ever" "$(doors | wc -l) $(timed_doors)" "2 0"
check "and it says so" wait_until 2 said "in force"
stop_hauntd

for wrong in 9 3601 "" ten; do
	refuse "--try '$wrong' is refused" on gw "$HAUNTD" -c "$CONF" --try "$wrong"
done
done_testing
