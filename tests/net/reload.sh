#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The owner loads the host's firewall anew while hauntd runs and has granted
# something: hauntd sees it, and its rules are back at once.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
config_standard 30s >"$CONF"
must_start_hauntd

tags() {
	foreign_ruleset | grep -c 'haunt'
}

tags_are() {
	[ "$(tags)" = "$1" ]
}

is "without a firewall there is no rule" "$(tags)" 0
check "an accept is granted" knock_for granted friend "$GW4" --access tcp/22

world_firewall_nft
check "a firewall comes: one tagged rule a chain" wait_until 5 tags_are 2
check "the friend gets in" ssh_from friend "$GW4" 22 true

on gw nft delete table inet filter
world_firewall_nft
check "it is loaded anew: the rules are back" wait_until 5 tags_are 2
check "a renewal is granted" knock_for renewed friend "$GW4" --access tcp/22
check "the friend gets in still" ssh_from friend "$GW4" 22 true
is "hauntd never restarted a role" "$(grep -c 'monitor\]: ready' "$LOG")" 1

stop_hauntd

# A table that has no owner could be taken from a hauntd that runs, which would
# put it back at once.
must_start_hauntd --assume-missing persist
refuse "--uninstall refuses while hauntd runs" \
	on gw "$HAUNTD" -c "$CONF" --uninstall
check "the table is there" on gw nft list table inet haunt
stop_hauntd
check "--uninstall goes when it does not" \
	on gw "$HAUNTD" -c "$CONF" --uninstall
unlike "of haunt there is nothing" "$(on gw nft list ruleset)" haunt

must_start_hauntd
kill -STOP "$(role_pid gate)"
kill -TERM "$(role_pid nat)"
check "nat ends when it is told, whatever the gate does" \
	log_wait 'died role=nat status=0' 2
kill -CONT "$(role_pid gate)"
done_testing
