#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What hauntd says: one line for each packet that authenticates, strangers
# counted and summarised, every mistake of a configuration with its line.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq socat

world_up
start_sshd gw
config_standard 3s >"$CONF"

# systemd's protocol, and the first line that says so.
socat -u "UNIX-RECV:$T/notify" - >"$T/notified" 2>/dev/null &
wait_until 5 test -S "$T/notify"
export NOTIFY_SOCKET=$T/notify
must_start_hauntd
check "NOTIFY_SOCKET hears READY=1" wait_until 5 grep -q READY=1 "$T/notified"
unset NOTIFY_SOCKET

log_mark
started=$(now_ms)
for _ in 1 2 3; do
	knock friend "$GW4" --access tcp/22 >/dev/null
done
for _ in 1 2 3; do
	knock stranger "$GW4" --access tcp/22 --key "$(key mallory)" >/dev/null
done
{ printf A && head -c 201 /dev/urandom | base64 -w0; } |
	on stranger "$UDP" send "$GW4" 62201 10
echo "short" | on stranger "$UDP" send "$GW4" 62201 10
knock friend "$GW4" --access tcp/25 >/dev/null
log_wait 'admit .*result=denied' 5 >/dev/null
is "four knocks: four lines" "$(log_since | grep -c ' admit ')" 4
line=$(log_since | grep -m1 ' admit ')
for part in 'hauntd\[gate\]: admit ' 'client=alice' 'service=ssh' \
	"address=$FRIEND4" 'door=tcp/22' 'lifetime=3s' 'grant=[0-9]+' \
	'result=granted'; do
	like "a line says $part" "$line" "$part"
done
like "the denied one gives a reason" "$(log_since | grep result=denied)" \
	' reason=[a-z-]+'
unlike "the stranger's address is on no line" "$(log_since)" "$STRANGER4"
unlike "nor is any of what it sent" "$(log_since)" 'short'
counts() {
	ctl --json status | jq -c '[.packets.authenticated, .packets.strangers]'
}
# What is too short for a packet does not get as far.
is "the packets are counted" "$(counts)" "[4,13]"
check "the end of a grant is one line" log_wait \
	'end grant=[0-9]+ client=alice service=ssh .*reason=expired' 8
check "strangers are summarised within the minute" log_wait \
	'gate\]: strangers .*[0-9]' $((65 - ($(now_ms) - started) / 1000))
is "once" "$(log_since | grep -c 'gate\]: strangers ')" 1
stop_hauntd
unlike "no secret is in the log" "$(cat "$LOG")" \
	"$(sed -n 's/^KEY_BASE64: *//p' "$(key alice)" | tr '+' '.')"
done_testing
