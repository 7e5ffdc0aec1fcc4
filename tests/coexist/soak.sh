#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Other firewalls that are loaded anew all the time, for SOAK seconds (60) in
# all: the stranger, who tries without a pause, is let in not once; the friend
# gets in within a second of each reload; an SSH session and a UDP flow live.
#
#	soak.sh [missing]
#
# missing: on a kernel without owners of tables, where a foreign flush takes
# haunt's along. Then the friend knocks again, and what a session needs of NAT
# is not promised.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need ufw firewalld firewall-cmd firewall-offline-cmd dbus-daemon
coexist_up 10m
iptables_is nft
private /etc/ufw /etc/default /etc/firewalld
SOAK=${SOAK:-60}
options=()
kernel="owners known"
if [ "${1:-}" = missing ]; then
	kernel="owners unknown"
	options=(--assume-missing persist)
fi

# reload_NAME, begin_NAME and end_NAME: each firewall.
begin_nftables() {
	world_firewall_nft
	{ echo "flush ruleset" && on gw nft list ruleset; } >"$T/nftables.conf"
}
reload_nftables() {
	on gw nft -f "$T/nftables.conf"
}
end_nftables() {
	on gw nft delete table inet filter
}

begin_iptables() {
	world_firewall_iptables
	on gw iptables-save >"$T/rules.v4"
	on gw ip6tables-save >"$T/rules.v6"
}
reload_iptables() {
	on gw iptables-restore "$T/rules.v4" &&
		on gw ip6tables-restore "$T/rules.v6"
}
end_iptables() {
	on gw nft delete table ip filter
	on gw nft delete table ip6 filter
}

UFW=$(command -v ufw)
begin_ufw() {
	on gw "$UFW" allow 80/tcp && on gw "$UFW" enable <<<y
}
reload_ufw() {
	on gw "$UFW" reload
}
end_ufw() {
	on gw "$UFW" disable
	on gw nft delete table ip filter
	on gw nft delete table ip6 filter
}

begin_firewalld() {
	mkdir -p /run/dbus
	dbus-daemon --system --nofork --nopidfile >"$T/bus.log" 2>&1 &
	wait_until 10 test -S /run/dbus/system_bus_socket || return
	on gw firewall-offline-cmd --zone=public \
		--remove-service-from-zone=ssh
	on gw firewall-offline-cmd --zone=public --add-service=http
	ip netns exec gw firewalld --nofork --nopid >"$T/firewalld.log" 2>&1 &
	FIREWALLD_PID=$!
	wait_until 60 on gw firewall-cmd --state
}
reload_firewalld() {
	on gw firewall-cmd --reload
}
end_firewalld() {
	kill "$FIREWALLD_PID"
	wait "$FIREWALLD_PID"
}

# flushed NAME: its reload takes haunt's own tables along.
flushed() {
	[ "$kernel" = "owners unknown" ] && [ "$1" = nftables ]
}
knocks() {
	knock_for '(granted|renewed)' friend "$GW4" --access tcp/22 \
		--nat-port 80 &&
		knock_for '(granted|renewed)' friend "$GW6" --access tcp/22 \
			--allow source
}

# soak NAME SECONDS: counts in $reloads; returns at the first thing amiss.
soak() {
	local end=$(($(now_ms) + $2 * 1000))
	reloads=0
	while [ "$reloads" -lt 2 ] || [ "$(now_ms)" -lt "$end" ]; do
		reloads=$((reloads + 1))
		"reload_$1" || return
		! flushed "$1" || wait_until 20 knocks || return
		passes_within 1000 "$GW4" 80 || return
		passes_within 1000 "$GW6" 22 || return
		wait_until 10 alive six || {
			echo "the session is dead after $reloads reloads"
			return 1
		}
		wait_until 10 alive flow || {
			echo "the UDP flow is dead after $reloads reloads"
			return 1
		}
	done
}

# beside NAME SECONDS
beside() {
	check "$kernel, $1: it is up" "begin_$1"
	must_start_hauntd "${options[@]}"
	check "$kernel, $1: grants" knocks
	check "$kernel, $1: a grant for UDP" knock_for '(granted|renewed)' \
		friend "$GW4" --access udp/7001
	ssh_open six friend "$GW6" 22
	udp_open flow friend "$GW4" 7001
	check "$kernel, $1: a session is up" wait_until 20 alive six
	check "$kernel, $1: a flow is up" wait_until 20 alive flow
	prober_start 22
	check "$kernel, $1: friends get in, sessions live" soak "$1" "$2"
	# The kernel's own: without haunt it happens once in some hundreds of
	# reloads, too (tests/bench/bare.sh).
	if flushed "$1"; then
		flushes=$reloads
		prober_end_within "$kernel, $1: let in for a moment at most" 3
	else
		prober_end "$kernel, $1: $reloads reloads, and the stranger was not let in once"
	fi
	session_close six
	session_close flow
	check "$kernel, $1: hauntd ends well" stop_hauntd
	check "$kernel, $1: uninstall" on gw "$HAUNTD" -c "$CONF" --uninstall
	"end_$1" >/dev/null 2>&1
}

# alone SECONDS: no other firewall, and somebody flushes all there is. With
# owners nothing is lost. Without them the port is open until hauntd, whom the
# kernel tells, has put its table back: that is shown, and bounded.
alone() {
	local end flushes=0
	must_start_hauntd "${options[@]}"
	end=$(($(now_ms) + $1 * 1000))
	prober_start 22
	while [ "$flushes" -lt 3 ] || [ "$(now_ms)" -lt "$end" ]; do
		flushes=$((flushes + 1))
		flush_once || break
	done
	if [ "$kernel" = "owners known" ]; then
		prober_end "$kernel, no firewall: $flushes flushes, and the stranger was not let in once"
	else
		prober_end_within "$kernel, no firewall: let in for a moment at most" \
			$((flushes * MOMENT_TRIES))
	fi
	prober_start 22
	check "$kernel, no firewall: closed again" stranger_sees_nothing 22
	check "$kernel, no firewall: a knock opens" wait_until 20 knocks
	check "$kernel, no firewall: the friend gets in" \
		passes_within 1000 "$GW4" 80
	prober_end "$kernel, no firewall: and still not to the stranger"
	stop_hauntd
	on gw "$HAUNTD" -c "$CONF" --uninstall >/dev/null 2>&1
}

# flush_once: returns when hauntd is as ready as before.
flush_once() {
	log_mark
	on gw nft flush ruleset || return
	[ "$kernel" = "owners known" ] ||
		log_wait 'hauntd\[monitor\]: ready' 20 >/dev/null || return
	stands
}
# How many of the stranger's tries may fall into one such moment: they are two
# milliseconds apart or more.
MOMENT_TRIES=100
prober_end_within() {
	local said
	exec {PROBER_IN}>&-
	wait "$PROBER_PID"
	said=$(tail -n 1 "$T/prober.out")
	within "$1 ($said, $flushes flushes)" "${said##* }" 0 "$2"
}
stands() {
	[ "$(on gw nft list chain inet haunt cloaked | wc -l)" -gt 4 ]
}

alone $((SOAK / 12))
for name in nftables iptables ufw firewalld; do
	beside "$name" $((SOAK * 11 / 48))
done
done_testing
