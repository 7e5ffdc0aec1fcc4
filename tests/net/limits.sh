#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Neighbours behind one address: single-use, where the first session shuts the
# door behind itself, and a number of connections. The friend is at home behind
# a NAT router; the thief sits beside him.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
world_home_up
world_host thief
world_wire thief eth0 house 203.0.113.3/24
on thief ip route add default via 203.0.113.1
ROUTER4=198.51.100.9
start_sshd gw
start_nginx gw
start_udp gw 7001 secret
start_udp gw 7000 public
config_standard 20s >"$CONF"
sed -i 's/^\(service "\(ssh\|echo\)" {\)$/\1 single-use = true/' "$CONF"
sed -i '/^client "alice"/i service "three" { target = "tcp/22" at = {"tcp/2022"} lifetime = "20s" connections = 3 }' \
	"$CONF"
sed -i 's/services = {"ssh", "echo",/services = {"three", "ssh", "echo",/' "$CONF"
must_start_hauntd

at_home=(home "$GW4" --allow "$ROUTER4" --key "$(key alice)")
sed -i '/^client "alice"/,/^}/s/allow-unbound-address = true/&\nmay-open-for-others = true/' \
	"$CONF"

check "single-use: granted" knock_for granted "${at_home[@]}" --access tcp/22
ssh_open first home "$GW4" 22
check "single-use: the friend is in" alive first
check "single-use: the thief beside him is refused" tcp_refused thief "$GW4" 22
check "single-use: and so is the friend, without another knock" \
	tcp_refused home "$GW4" 22
check "single-use: a stranger sees nothing" stranger_sees_nothing 22
check "single-use: the session types on" alive first
check "single-use: the log says that the door is shut" \
	log_wait 'end grant=[0-9]+ client=alice service=ssh .*reason=used sessions=1 kept' 15
is "single-use: hauntctl lists no door" "$(ctl --json grants | jq -c .grants)" "[]"
check "single-use: granted again" knock_for granted "${at_home[@]}" \
	--access tcp/22
ssh_open second home "$GW4" 22
check "single-use: a second knock, a second session" alive second
check "single-use: and both live" alive first
check "single-use: the door is shut again" tcp_refused thief "$GW4" 22
session_close second

# A knock whose connection never comes about is not used up.
check "single-use: granted a third time" knock_for granted "${at_home[@]}" \
	--access tcp/22
# Half a handshake: a SYN, and a reset for the answer.
on thief nmap -n -Pn -sS -p 22 "$GW4" >/dev/null 2>&1
ssh_open third home "$GW4" 22
check "single-use: half a handshake shuts no door" alive third
check "single-use: a whole one does" tcp_refused thief "$GW4" 22
session_close third

check "single-use ghost: granted" knock_for granted "${at_home[@]}" \
	--access tcp/22 --nat-port 80
ssh_open ghost home "$GW4" 80
check "single-use ghost: the friend is in" alive ghost
is "single-use ghost: the thief finds the web server" \
	"$(http_from thief "$GW4")" "public site"
check "single-use ghost: the session types on" alive ghost
session_close ghost

check "single-use UDP: granted" knock_for granted "${at_home[@]}" \
	--access udp/7001 --nat-port 7000
udp_open flow home "$GW4" 7000
session_say flow hello
like "single-use UDP: the friend is led to the service" \
	"$(session_hear flow)" '^secret '
like "single-use UDP: the thief to the public one" \
	"$(udp_once thief "$GW4" 7000 hello)" '^public '
check "single-use UDP: the flow goes on" alive flow

check "three: granted" knock_for granted "${at_home[@]}" --access tcp/22 \
	--nat-port 2022
for i in 1 2 3; do
	ssh_open "three$i" home "$GW4" 2022
	check "three: connection $i" alive "three$i"
done
check "three: the fourth is refused" tcp_refused home "$GW4" 2022
check "three: also the thief's" tcp_refused thief "$GW4" 2022
for i in 1 2 3; do
	check "three: session $i lives" alive "three$i"
done
check "three: renewed" knock_for renewed "${at_home[@]}" --access tcp/22 \
	--nat-port 2022
ssh_open three4 home "$GW4" 2022
check "three: there are connections again" alive three4

# A used door stays shut when the ruleset is made anew.
check "single-use: granted" knock_for granted "${at_home[@]}" --access tcp/22
ssh_open last home "$GW4" 22
check "single-use: the friend is in" alive last
stop_hauntd
sed -i 's/max-grants.*//; 1i max-grants = 1000' "$CONF"
must_start_hauntd
like "the ruleset is made anew" "$(log_since)" 'table result=rebuilt'
check "single-use: shut" tcp_refused thief "$GW4" 22
check "single-use: the session types on" alive last
done_testing
