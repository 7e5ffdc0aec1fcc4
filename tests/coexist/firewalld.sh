#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's firewalld on a bus of its own: its chains reject aloud, and each
# reload makes its table anew.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need firewalld firewall-cmd firewall-offline-cmd dbus-daemon
coexist_up 90s
iptables_is nft
private /etc/firewalld
mkdir -p /run/dbus

fw() {
	on gw firewall-cmd "$@"
}

# The bus is a socket in this test's own /run.
dbus-daemon --system --nofork --nopidfile >"$T/bus.log" 2>&1 &
check "a bus of its own" wait_until 10 test -S /run/dbus/system_bus_socket

# start_firewalld: with the web server's port open, and not ssh's.
start_firewalld() {
	ip netns exec gw firewalld --nofork --nopid >"$T/firewalld.log" 2>&1 &
	FIREWALLD_PID=$!
	wait_until 60 fw --state
}
is_rejecting() {
	on gw nft list chain inet firewalld filter_INPUT | grep -q reject
}
check "zone public without ssh" on gw firewall-offline-cmd --zone=public \
	--remove-service-from-zone=ssh
check "and with http" on gw firewall-offline-cmd --zone=public \
	--add-service=http
check "firewalld runs" start_firewalld
like "in zone public http is open" "$(fw --list-services)" '(^| )http( |$)'
unlike "and ssh is not" "$(fw --list-services)" '(^| )ssh( |$)'
check "its rules are there" is_rejecting
before=$(foreign)

must_start_hauntd
told=$(log_since)
like "it rejects in firewalld's words" "$told" 'cloak ipv4=host ipv6=host'
is "one rule a chain, and the log tells" \
	"$(tags) $(grep -c ' integrate .*table=firewalld .*result=added' \
		<<<"$told")" "2 2"
is "nothing else is changed" "$(foreign)" "$before"
all_enter "firewalld"
stranger_out "firewalld"
sessions_open "firewalld"

# still NAME: after what firewalld did.
still() {
	check "$1: the friend gets in within a second" \
		passes_within 1000 "$GW4" 80
	check "$1: by IPv6, too" passes_within 1000 "$GW6" 22
	check "$1: and to the host within" passes_within 1000 "$GW4" 2222
	sessions_live "$1: sessions live"
	check "$1: one rule a chain" wait_until 2 tags_are 2
}

prober_start 22
for i in 1 2; do
	check "firewall-cmd --reload $i" fw --reload
	still "reload $i"
	is "reload $i: the rest is as it was" "$(foreign | sort)" \
		"$(sort <<<"$before")"
done
check "--add-service=https" fw --add-service=https
check "--remove-service=https" fw --remove-service=https
still "a change"
check "--complete-reload" fw --complete-reload
check "complete reload: the friend gets in" \
	passes_within 1000 "$GW4" 22
check "complete reload: one rule a chain" wait_until 2 tags_are 2

# ssh is open in Debian's own zone, and cloaked all the same.
check "firewalld lets in to ssh" fw --add-service=ssh
asks_in_vain "ssh open in firewalld"
prober_end "all the time the stranger was not let in once"
sessions_close
before=$(foreign)
leaves "firewalld" "$before"

# firewalld lets in what is translated: without a rule of ours, too.
check "firewalld without ssh" fw --remove-service=ssh
before=$(foreign)
sed '1i integration = "manual"' "$CONF" >"$T/manual.conf"
CONF=$T/manual.conf must_start_hauntd
told=$(log_since)
is "manual: not a byte is changed" "$(foreign_ruleset)" "$before"
enters "manual, ghost" "$GW4" 80 gw --access tcp/22 --nat-port 80
enters "manual, random port" "$GW4" random gw --access tcp/22 \
	--nat-port random
enters "manual, forward" "$GW4" 2222 inner --access tcp/2222 \
	--nat "$INNER4:22"
stays_out "manual, accept" "$GW4" 22 --access tcp/22
grep -o 'command=".*"' <<<"$told" | sed 's/command="//; s/"$//' >"$T/commands"
check "manual: the commands are given as printed" on gw sh -e "$T/commands"
enters "manual, accept, with them" "$GW4" 22 gw --access tcp/22
stop_hauntd
on gw "$HAUNTD" -c "$CONF" --uninstall

# A zone that drops instead.
check "the zone drops" fw --permanent --zone=public --set-target=DROP
check "a reload" fw --reload
must_start_hauntd
like "and so does the cloak" "$(log_since)" 'cloak ipv4=drop ipv6=drop'
stranger_out "a zone that drops"
all_enter "a zone that drops"
stop_hauntd
on gw "$HAUNTD" -c "$CONF" --uninstall
kill "$FIREWALLD_PID"
wait "$FIREWALLD_PID"
done_testing
