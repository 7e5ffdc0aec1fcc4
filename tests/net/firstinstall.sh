#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The very first start cuts nobody off: sessions to a port that it cloaks live
# on, although connection tracking has never seen how they began.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need conntrack

world_up
start_sshd gw
start_nginx gw
config_standard 20s >"$CONF"

ssh_open four friend "$GW4" 22
ssh_open six friend "$GW6" 22
check "an SSH session is up" alive four
check "an IPv6 session is up" alive six
is "connection tracking knows of neither" \
	"$(on gw conntrack -L 2>/dev/null | wc -l)" 0

must_start_hauntd
check "the session types on after the first start" alive four
check "the IPv6 session, too" alive six
check "a new connection is refused" tcp_refused friend "$GW4" 22
check "over IPv6, too" tcp_refused friend "$GW6" 22
check "connection tracking knows of it now" wait_until 3 bash -c \
	"ip netns exec gw conntrack -L -p tcp --orig-port-dst 22 2>/dev/null |
		grep -q ESTABLISHED"
check "hauntd stops" stop_hauntd
check "the session types on" alive four
must_start_hauntd
check "and after the second start" alive four
check "the IPv6 session, too" alive six

# A session that speaks first from the gateway's side.
session_say four 'sleep 1; echo late'
like "the gateway may speak first" "$(session_hear four 4)" '^late$'

# With connection tracking at work before, by a ruleset of the owner's.
stop_hauntd
check "uninstalled" on gw "$HAUNTD" -c "$CONF" --uninstall
session_close four
session_close six
world_firewall_nft
on gw nft insert rule inet filter input tcp dport 22 accept
ssh_open tracked friend "$GW4" 22
check "a session that connection tracking knows is up" alive tracked
must_start_hauntd
check "it types on after the first start" alive tracked
done_testing
