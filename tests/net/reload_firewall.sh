#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The administrator loads his firewall anew while hauntd runs, as `systemctl
# reload nftables` does: the way in is soon as it was, for those who have a
# grant and for nobody else; sessions live on. On kernels that know owners and
# on those that do not.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_nginx gw
config_standard 60s >"$CONF"
world_firewall_nft
{ echo "flush ruleset" && on gw nft list ruleset; } >"$T/nftables.conf"

tags() {
	foreign_ruleset | grep -c haunt
}
both_tags() {
	[ "$(tags)" = 2 ]
}
# Without owners the grants went with the tables, and all roles start anew:
# a knock may have to wait for them, and is sent again until it opens.
opens() {
	knock_for '(granted|renewed)' friend "$GW4" --access tcp/22 \
		--nat-port 80 && ssh_from friend "$GW4" 80 true
}
lists_what_is() {
	[ "$(ctl --json grants | jq '.grants | length')" = \
		"$(element_count grant4)" ]
}

# reloads KERNEL OPTION…
reloads() {
	local kernel=$1 door=80
	shift
	must_start_hauntd "$@"
	check "$kernel: a ghost is granted" knock_for granted friend "$GW4" \
		--access tcp/22 --nat-port 80
	# Where the NAT hooks go with the tables, a packet in that moment meets the
	# web server, which ends a ghost's session: one without NAT is promised.
	[ "$kernel" != "owners unknown" ] || {
		door=22
		check "$kernel: a port is granted" knock_for granted friend \
			"$GW4" --access tcp/22
	}
	ssh_open "old$kernel" friend "$GW4" "$door"
	check "$kernel: a session is up" alive "old$kernel"
	is "$kernel: one tagged rule a chain" "$(tags)" 2

	check "$kernel: the firewall is loaded anew" on gw nft -f "$T/nftables.conf"
	check "$kernel: the tagged rules are back" wait_until 5 both_tags
	check "$kernel: the session types on" alive "old$kernel"
	check "$kernel: the stranger sees nothing" stranger_sees_nothing 22
	check "$kernel: hauntctl lists what the kernel has" \
		wait_until 10 lists_what_is
	check "$kernel: a knock opens, the friend gets in" wait_until 20 opens
	check "$kernel: loaded twice" on gw nft -f "$T/nftables.conf"
	check "$kernel: loaded three times" on gw nft -f "$T/nftables.conf"
	check "$kernel: the tagged rules are back" wait_until 5 both_tags
	check "$kernel: a knock opens, the friend gets in" wait_until 20 opens
	[ "$kernel" != "owners known" ] ||
		is "$kernel: no role had to be started again" \
			"$(grep -c 'monitor\]: ready' "$LOG")" 1
	check "$kernel: revoke" ctl revoke alice
	is "$kernel: port 80 is the web server's" "$(http_from friend "$GW4")" \
		"public site"
	stop_hauntd
	on gw "$HAUNTD" -c "$CONF" --uninstall >/dev/null 2>&1
	is "$kernel: the firewall is what it was" "$(tags)" 0
}

# Flushes that come faster than the roles can start anew: the cloak is back each
# time, at once, and nobody waits for a pause that grows.
flushes() {
	must_start_hauntd --assume-missing persist
	for i in 1 2 3 4 5 6 7 8; do
		on gw nft flush ruleset
		check "flush $i: the cloak is back" wait_until 2 \
			tcp_refused stranger "$GW4" 22
	done
	check "hauntctl lists what is" wait_until 10 lists_what_is
	check "a knock opens, the friend gets in" wait_until 20 opens
	unlike "no start had to wait" "$(log_since)" 'restart in_ms=[1-9]'
	stop_hauntd
}

need jq
reloads "owners known"
reloads "owners unknown" --assume-missing persist
flushes
done_testing
