#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a key is good for: its services, its places, its own address.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
world_home_up
start_sshd gw
start_sshd inner
start_nginx gw
# client NAME LINES
client() {
	cat <<-END
		client "$1" {
			key = "$(key "$1")"
			services = {"ssh", "inner-ssh"}
			$2
		}
	END
}
{
	config_standard 20s
	client plain ''
	client unbound 'allow-unbound-address = true'
	client others 'may-open-for-others = true'
	client placed "from = {\"$FRIEND4/32\", \"2001:db8:1::7/128\"}
		allow-unbound-address = true"
	client weak 'hmac = "none" allow-without-hmac = true'
} >"$CONF"
sed -i '/^HMAC/d' "$(key weak)"
must_start_hauntd

# verdict DESCRIPTION RESULT CLIENT HOST ARGUMENT…
verdict() {
	local what=$1 result=$2 client=$3 line
	shift 3
	line=$(knock_for "$result" "$@" --key "$(key "$client")")
	like "$what: $result" "$line" "client=$client .*result=$result"
	ctl revoke "$client" >/dev/null 2>&1
}

verdict "its own address" granted plain friend "$GW4" --access tcp/22
verdict "another's address" denied plain friend "$GW4" --access tcp/22 \
	--allow "$SECOND4"
verdict "whoever sends it" denied plain friend "$GW4" --access tcp/22 \
	--allow source
verdict "whoever sends it, with the right" granted unbound friend "$GW4" \
	--access tcp/22 --allow source
verdict "another's address, with the wrong right" denied unbound friend \
	"$GW4" --access tcp/22 --allow "$SECOND4"
verdict "another's address, with the right" granted others friend "$GW4" \
	--access tcp/22 --allow "$SECOND4"
verdict "without an HMAC, with the right" granted weak friend "$GW4" \
	--access tcp/22 --hmac none
verdict "from its place" granted placed friend "$GW4" --access tcp/22
verdict "from its place, IPv6" granted placed friend "$GW6" --access tcp/22 \
	--allow source

# From elsewhere a placed key is a stranger's.
log_mark
knock friend2 "$GW4" --access tcp/22 --key "$(key placed)" >/dev/null
knock friend2 "$GW4" --access tcp/22 --key "$(key plain)" >/dev/null
log_wait 'client=plain .*result=granted' 5 >/dev/null
unlike "from another place nothing is granted" "$(log_since)" \
	'client=placed .*result=granted'
ctl revoke plain >/dev/null

verdict "a target that no service names" denied plain friend "$GW4" \
	--access tcp/2222 --nat 192.0.2.3:22
verdict "a port that no service names" denied plain friend "$GW4" \
	--access tcp/2222 --nat "$INNER4:23"
verdict "an outer port that the service is not at" denied plain friend "$GW4" \
	--access tcp/2223 --nat "$INNER4:22"
verdict "a name for a target" denied plain friend "$GW4" \
	--access tcp/2222 --nat inner.invalid:22
verdict "an outer port outside the range" denied plain friend "$GW4" \
	--access tcp/22 --nat-port 39999
verdict "the gateway's loopback for a target" denied plain friend "$GW4" \
	--access tcp/2222 --nat 127.0.0.1:22
verdict "a longer life than allowed is cut" granted plain friend "$GW4" \
	--access tcp/22 --lifetime 5000
check "to the greatest allowed" knock_for granted friend "$GW4" \
	--access tcp/22 --lifetime 5000
within "in the kernel, too, ms" "$(remaining_ms grant4 'tcp \. 22')" \
	595000 600000
ctl revoke alice >/dev/null

# Behind NAT: the address that the gateway sees, by "source".
verdict "behind NAT, its private address" denied plain home "$GW4" \
	--access tcp/22
check "behind NAT, whoever sends it" knock_for granted home "$GW4" \
	--access tcp/22 --allow source --key "$(key unbound)"
# shellcheck disable=SC2016 # expanded over there
is "and it gets in" \
	"$(ssh_from home "$GW4" 22 'echo ${SSH_CONNECTION%% *}' 2>&1)" \
	198.51.100.9
ctl revoke unbound >/dev/null

# Time: a packet from the past and from the future.
# at AGE RESULT: one knock for the friend that says it is AGE seconds old.
at() {
	log_mark
	on friend "$BUILD/tests/lib/knocker" "$(key plain)" "$GW4" 1 "$FRIEND4" \
		1 40000 20 1 "$1" >/dev/null
	log_wait "client=plain .*result=$2( |\$)" 5 || {
		log_since
		return 1
	}
	ctl revoke plain >/dev/null 2>&1
	return 0
}
check "made 125 s ago: stale" at 125 stale
check "made in 125 s: stale" at -125 stale
check "made 110 s ago: granted" at 110 granted
check "made in 110 s: granted" at -110 granted
is "nothing of it is in force" "$(element_count grant4)" 0
done_testing
