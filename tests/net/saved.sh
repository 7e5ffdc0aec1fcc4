#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Somebody saves the whole ruleset, as the nftables service is often used, and
# loads it again: under way, or at the next boot. What it holds of grants is in
# force no more.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq

world_up
start_sshd gw
start_nginx gw
config_standard 300s >"$CONF"

nobody_is_in() {
	[ "$(element_count grant4)" = 0 ] &&
		[ "$(http_from friend "$GW4")" = "public site" ] &&
		tcp_refused friend "$GW4" 22
}
lists_nothing() {
	[ "$(ctl --json grants | jq '.grants | length')" = 0 ]
}

must_start_hauntd --assume-missing persist
check "granted" knock_for granted friend "$GW4" --access tcp/22
check "a ghost is granted" knock_for granted friend "$GW4" --access tcp/22 \
	--nat-port 80
{ echo "flush ruleset" && on gw nft list ruleset; } >"$T/saved"
check "revoke" ctl revoke alice
check "nobody is in" nobody_is_in
log_mark
check "the saved ruleset is loaded" on gw nft -f "$T/saved"
check "hauntd notices" log_wait 'table result=rebuilt reason=put-back-by-another-process grants=0' 5
check "nobody is in" wait_until 5 nobody_is_in
check "hauntctl lists nothing" wait_until 10 lists_nothing
check "a knock opens" wait_until 20 knock_for granted friend "$GW4" \
	--access tcp/22
check "the friend gets in" ssh_from friend "$GW4" 22 true
stop_hauntd

# The same file at the next boot, of which the kernel gives another name.
boot=$(head -c 8 /proc/sys/kernel/random/boot_id)
sed "s/$boot/00000000/" "$T/saved" >"$T/booted"
check "the file speaks of the boot" grep -q 'comment "haunt .* 00000000"' \
	"$T/booted"
check "it is loaded before hauntd starts" on gw nft -f "$T/booted"
check "until then it is what it was" ssh_from friend "$GW4" 80 true
must_start_hauntd --assume-missing persist
like "hauntd does not believe it" "$(log_since)" \
	'table result=rebuilt reason=of-an-earlier-boot grants=0'
check "nobody is in" nobody_is_in
check "hauntctl lists nothing" lists_nothing
stop_hauntd
on gw nft flush ruleset

# Where tables have owners nobody can load over a hauntd that runs.
must_start_hauntd
check "granted" knock_for granted friend "$GW4" --access tcp/22
refuse "owners known: it cannot be loaded" on gw nft -f "$T/saved"
check "the grant is in force" ssh_from friend "$GW4" 22 true
done_testing
