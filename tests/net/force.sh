#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A first start that would shut out somebody who is here, with no way back in,
# is refused unless it is forced.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_nginx gw

# conf FROM [LINE]: alice may come from there.
conf() {
	config_head
	cat <<-END
		service "ssh" {
			target = "tcp/22"
			at = {"tcp/22"}
			cloak = true
		}
		client "alice" {
			key = "$(key alice)"
			services = {"ssh"}
			from = {$1}
		}
		${2:-}
	END
}
# refused DESCRIPTION ERE
refused() {
	local said status
	said=$(timeout 20 ip netns exec gw "$HAUNTD" -c "$CONF" 2>&1)
	status=$?
	is "$1: refused" "$status" 4
	like "$1: says which and why" "$said" "$2"
	is "$1: nothing is in the kernel" \
		"$(on gw nft list tables | grep -c haunt)" 0
}
# starts DESCRIPTION OPTION…
starts() {
	local what=$1
	shift
	check "$what" start_hauntd "$@"
	stop_hauntd
	check "$what: and is taken out again" on gw "$HAUNTD" -c "$CONF" \
		--uninstall
}

conf '"192.0.2.0/24"' >"$CONF"
starts "nobody is here"
ssh_open four friend "$GW4" 22
check "a session is up" alive four
refused "no client from there" \
	"session from $FRIEND4:[0-9]+ to $GW4:22, port 22 .*--force"
starts "with --force" --force
check "the session types on" alive four

conf '"192.0.2.0/24"' "never-close-for = {\"$FRIEND4\"}" >"$CONF"
starts "an address that is never closed out"
conf '"198.51.100.0/24"' >"$CONF"
starts "a client that may come from there"
session_close four

ssh_open six friend "$GW6" 22
check "an IPv6 session is up" alive six
refused "no client from there, over IPv6" "\\[$FRIEND6\\]:[0-9]+ to .*port 22"
conf '"2001:db8:1::/64"' >"$CONF"
starts "a client that may come from there, over IPv6"

# Not cloaked, not a port of ours, or not the first start.
conf '"192.0.2.0/24"' | sed 's/cloak = true/cloak = false/' >"$CONF"
starts "what is not cloaked"
conf '"192.0.2.0/24"' | sed 's,"tcp/22","tcp/2200",g' >"$CONF"
starts "another port"
conf '"192.0.2.0/24"' >"$CONF"
must_start_hauntd --force
stop_hauntd
check "a later start is not refused" start_hauntd
stop_hauntd
done_testing
