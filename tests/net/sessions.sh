#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sessions outlive their grant, hauntd and each of its roles; nobody new gets
# in meanwhile.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_sshd inner
start_nginx gw
start_udp gw 7001 secret
start_udp gw 7000 public
config_standard 3s >"$CONF"
must_start_hauntd

# all_alive WHEN: every session, and nobody new.
all_alive() {
	check "$1: the SSH session types on" alive ssh
	check "$1: the SSH session through port 80 types on" alive ghost
	check "$1: the forwarded SSH session types on" alive inner
	check "$1: the IPv6 session types on" alive six
	check "$1: the UDP flow goes on" alive udp
	check "$1: the translated UDP flow goes on" alive udp-ghost
	check "$1: a new connection to tcp/22 is refused" \
		tcp_refused friend "$GW4" 22
	check "$1: a new connection to tcp/2222 is refused" \
		tcp_refused friend "$GW4" 2222
	is "$1: port 80 is the web server's" "$(http_from friend "$GW4")" \
		"public site"
	like "$1: a new flow to udp/7000 is the public service's" \
		"$(udp_once friend "$GW4" 7000 hello)" '^public '
}

check "ssh is granted" knock_for granted friend "$GW4" --access tcp/22
ssh_open ssh friend "$GW4" 22
check "the SSH session is up" alive ssh
check "the ghost is granted" knock_for granted friend "$GW4" \
	--access tcp/22 --nat-port 80
ssh_open ghost friend "$GW4" 80
check "the SSH session through port 80 is up" alive ghost
check "the forward is granted" knock_for granted friend "$GW4" \
	--access tcp/2222 --nat "$INNER4:22"
ssh_open inner friend "$GW4" 2222
check "the forwarded SSH session is up" alive inner
check "IPv6 is granted" knock_for granted friend "$GW6" --access tcp/22 \
	--allow source
ssh_open six friend "$GW6" 22
check "the IPv6 session is up" alive six
check "UDP is granted" knock_for granted friend "$GW4" --access udp/7001
udp_open udp friend "$GW4" 7001
check "the UDP flow is up" alive udp
check "the UDP ghost is granted" knock_for granted friend "$GW4" \
	--access udp/7001 --nat-port 7000
udp_open udp-ghost friend "$GW4" 7000
session_say udp-ghost hello
like "the translated UDP flow is up" "$(session_hear udp-ghost)" '^secret '

no_grants() {
	[ "$(element_count grant4)" = 0 ] && [ "$(element_count grant6)" = 0 ]
}
check "the grants end" wait_until 6 no_grants
ended=$(wait_line "$LOG" \
	"end grant=[0-9]+ client=alice service=ssh address=$FRIEND4 .*reason=expired sessions=1" 10)
like "the log says that a session was kept" "$ended" ' kept'
id=$(grep -oE 'grant=[0-9]+' <<<"$ended" | head -n 1)
like "and which one" "$(wait_line "$LOG" "session $id( |\$)" 5)" "$FRIEND4"
all_alive "after expiry"

for role in capture gate nat; do
	log_mark
	pid=$(role_pid "$role")
	kill -KILL "$pid"
	check "after kill -9 of $role all roles are ready again" \
		log_wait 'hauntd\[monitor\]: ready' 10
	all_alive "after kill -9 of $role"
done

kill -KILL "$HAUNTD_PID"
check "kill -9 of the monitor ends its roles" wait_until 5 no_hauntd
wait "$HAUNTD_PID" 2>/dev/null
all_alive "after kill -9 of the monitor"
must_start_hauntd
all_alive "after a new start"
check "it stops with status 0" stop_hauntd
all_alive "while it is stopped"
must_start_hauntd
all_alive "after a restart"
check "a knock still opens" knock_for granted friend "$GW4" --access tcp/22
check "and the friend gets in" ssh_from friend "$GW4" 22 true
done_testing
