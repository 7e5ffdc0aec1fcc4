#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A new configuration is taken whole or refused whole: grants whose service or
# client is gone end, all others keep their time, sessions live on, and no
# knock is lost while processes start anew.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq socat

world_up
start_sshd gw
start_nginx gw
start_udp gw 7001 secret
config_standard 300s >"$CONF"
# A service manager that writes down what it is told.
socat -u "UNIX-RECV:$T/notify" "OPEN:$T/notified,creat,append" &
check "the service manager listens" wait_until 5 [ -S "$T/notify" ]
export NOTIFY_SOCKET=$T/notify
must_start_hauntd
unset NOTIFY_SOCKET

# ctl_ask COMMAND: the daemon's own answer.
ctl_ask() {
	echo "{\"command\":\"$1\"}" | timeout 5 socat -t5 - "UNIX:$CONTROL"
}
# refused DESCRIPTION ERE: hauntctl reload says no, with this reason, and
# everything is as before.
refused() {
	local said status
	said=$(ctl reload 2>&1)
	status=$?
	is "$1: refused" "$status" 3
	like "$1: with its reason" "$said" "$2"
	check "$1: and in the log" log_wait "reload result=refused reason=.*"
	is "$1: the grants are there" "$(ctl --json grants |
		jq -c '[.grants[].client] | sort')" '["alice","alice","bob"]'
}

check "alice is granted a ghost" knock_for granted friend "$GW4" \
	--access tcp/22 --nat-port 80
check "alice is granted the echo" knock_for granted friend "$GW4" \
	--access udp/7001
check "bob is granted" knock_for granted friend2 "$GW4" --access tcp/22 \
	--key "$(key bob)"
ssh_open ghost friend "$GW4" 80
ssh_open bobs friend2 "$GW4" 22
check "a session through port 80 is up" alive ghost
check "bob's session is up" alive bobs
before=$(remaining_ms grant4 "$FRIEND4 . tcp . 80 ")
log_mark
capture=$(role_pid capture)

# ---- refused whole

cp "$CONF" "$T/good.conf"
{ cat "$T/good.conf"; echo 'sevrice "x" { }'; echo 'max-grants = "many"'; } >"$CONF"
lines=$(wc -l <"$T/good.conf")
refused "a mistake" "hauntd.conf:$((lines + 1)): .*sevrice"
like "all mistakes are told" "$(ctl reload 2>&1)" \
	"hauntd.conf:$((lines + 2)): .*max-grants"
rm "$CONF"
refused "a file that is gone" "No such file"
sed "s|$(key bob)|$T/keys/nobody|" "$T/good.conf" >"$CONF"
refused "a key that is not there" "client=bob .*keys/nobody"
{ cat "$T/good.conf"; echo 'user-nat = "nobody-at-all"'; } >"$CONF"
refused "a user that is not there" "no user 'nobody-at-all'"
sed "s|control-socket = .*|control-socket = \"$T/elsewhere/control\"|" \
	"$T/good.conf" >"$CONF"
refused "another control socket" "control-socket cannot change"
sed "s|state-dir = .*|state-dir = \"$T/state2\"|" "$T/good.conf" >"$CONF"
refused "another state directory" "state-dir cannot change"
is "no process was touched" "$(grep -c 'monitor\]: ready' "$LOG")" 1
# All looks well until the socket is to be bound.
on gw socat -u UDP4-RECV:62999 - >/dev/null 2>&1 &
blocker=$!
check "somebody has the port" wait_until 5 on gw bash -c \
	"ss -Hlnu 'sport = 62999' | grep -q ."
{ cat "$T/good.conf"; echo 'listen "udp" { address = "0.0.0.0:62999" }'; } >"$CONF"
refused "a listener that cannot be opened" "process capture did not start"
kill "$blocker"
is "capture is the one that it was" "$(role_pid capture)" "$capture"
is "nothing changed" "$(ctl_ask configuration | jq -c \
	'[.generation, .result, .busy]')" '[1,"refused",false]'
check "the ghost's session types on" alive ghost
check "alice is still let in" ssh_from friend "$GW4" 80 true

# ---- taken whole

log_mark
sed '/^service "echo"/,/^}/d; s/"ssh", "echo", /"ssh", /; s/lifetime = "300s"/lifetime = "200s"/' \
	"$T/good.conf" | sed '/^client "bob"/,/^}/d' >"$CONF"
is "the new one is taken" "$(ctl reload)" "done; generation 2"
check "the log says so" log_wait 'reload result=done generation=2 .*clients=1'
check "the log tells of the grant of a client that is gone" log_wait \
	'adopt grant=[0-9]+ was=ssh.*bob result=ended reason=gone-from-conf'
is "one grant is left" "$(ctl --json grants |
	jq -c '[.grants[] | [.client, .service]]')" '[["alice","ssh"]]'
is "the kernel has that and no other" "$(element_count grant4)" 1
after=$(remaining_ms grant4 "$FRIEND4 . tcp . 80 ")
within "it keeps its time" $((before - after)) 0 60000
check "bob's door is shut" tcp_refused friend2 "$GW4" 22
check "his session lives on" alive bobs
check "the ghost's, too" alive ghost
check "alice is let in" ssh_from friend "$GW4" 80 true
is "capture lived through it" "$(role_pid capture)" "$capture"
knock friend2 "$GW4" --access tcp/22 --key "$(key bob)" >/dev/null
check "bob's knock is a stranger's" wait_until 5 bash -c \
	"[ \"\$('$HAUNTCTL' --socket '$CONTROL' --json status |
		jq .packets.strangers)\" = 1 ]"
check "a knock for the service that is gone is refused" \
	knock_for denied friend "$GW4" --access udp/7001

# ---- by a signal; another listener

log_mark
sed 's/{62201}/{62201, 62203}/' "$T/good.conf" >"$CONF"
kill -HUP "$HAUNTD_PID"
check "SIGHUP does the same" log_wait 'reload result=done generation=3' 20
check "a new listener hears" knock_for granted friend2 "$GW4" \
	--access tcp/22 --key "$(key bob)" --port 62203
check "the old one, too" knock_for renewed friend2 "$GW4" \
	--access tcp/22 --key "$(key bob)"
check "capture is another one" [ "$(role_pid capture)" != "$capture" ]
check "the old one has gone" wait_until 5 bash -c \
	"! kill -0 $capture 2>/dev/null"
check "the sessions live on" alive ghost
sed 's/\(READY=1\|RELOADING=1\|STOPPING=1\)/\n\1/g' "$T/notified" >"$T/told"
like "the service manager was told of a reload" \
	"$(tr '\n' ' ' <"$T/told")" 'RELOADING=1 MONOTONIC_USEC=[0-9]+ READY=1'
is "and of its end each time" "$(grep -c '^RELOADING=1' "$T/told")" \
	"$(($(grep -c '^READY=1' "$T/told") - 1))"
done_testing
