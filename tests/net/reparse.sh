#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What nft prints of haunt's tables, nft can read: with grants of every kind
# in force, on the same host and on another.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq

world_up
start_sshd gw
config_standard 30s >"$CONF"
must_start_hauntd
world_host elsewhere

grant() {
	check "$*" knock_for granted friend "$@"
}
grant "$GW4" --access tcp/22
grant "$GW4" --access udp/7001
grant "$GW4" --access tcp/22 --nat-port 80
grant "$GW4" --access tcp/22 --nat-port random
grant "$GW4" --access tcp/2222 --nat "$INNER4:22"
grant "$GW4" --access udp/2222 --nat "$INNER4:7001"
grant "$GW6" --access tcp/22 --allow source
grant "$GW6" --access tcp/22 --nat-port 80 --allow source
grant "$GW6" --access tcp/2226 --nat "[$INNER6]:22" --allow source

on gw nft list ruleset >"$T/ruleset"
is "the listing has all of them" \
	"$(element_count grant4) $(element_count grant6)" "6 3"
like "and says whose they are" "$(cat "$T/ruleset")" 'comment ".*ssh.*alice'
check "another host's nft can read it" on elsewhere nft -c -f "$T/ruleset"
# What is owned goes with the nft that loads it.
sed '/^\tflags owner/d' "$T/ruleset" >"$T/free"
check "and load it" on elsewhere nft -f "$T/free"
# Lists differ in what is counted and in what time it is.
stable() {
	sed -E 's/ (expires|timeout) [0-9dhms]+//g; s/packets [0-9]+ bytes [0-9]+//g;
		s/ # progname .*//; /^$/d' | sort
}
is "and prints the same again" "$(on elsewhere nft list ruleset | stable)" \
	"$(stable <"$T/free")"
on gw nft -j list ruleset >"$T/ruleset.json"
check "the JSON listing is complete" bash -c \
	"jq . '$T/ruleset.json' >/dev/null"
stop_hauntd
{ echo "flush ruleset" && cat "$T/ruleset"; } >"$T/nftables.conf"
check "when hauntd is stopped this host's nft can read it, as in nftables.conf" \
	on gw nft -c -f "$T/nftables.conf"
done_testing
