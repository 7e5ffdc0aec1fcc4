#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# hauntctl: status, grants, revoke, as text and as JSON; for root and the
# group haunt, for nobody else.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq setpriv socat

world_up
start_sshd gw
start_nginx gw
start_udp gw 7001 secret
config_standard 60s >"$CONF"
refuse "without hauntd, status fails" ctl status
like "and says why" "$(ctl status 2>&1)" 'hauntctl: .*control'
must_start_hauntd

status=$(ctl --json status)
check "status is JSON" jq -e . <(echo "$status")
for field in '.ok == true' '.version | type == "string"' \
	'.since > 1600000000' '.packets.seen == 0' \
	'.packets.authenticated == 0' '.packets.strangers == 0' \
	'.grants == 0' '.max_grants == 65536' '.services == 6' \
	'.clients == 2'; do
	is "status: $field" "$(jq "$field" <<<"$status")" true
done

first=$(knock_for granted friend "$GW4" --access tcp/22 --nat-port 80)
id=$(grep -oE 'grant=[0-9]+' <<<"$first" | cut -d= -f2)
check "a second client is granted" knock_for granted friend2 "$GW4" \
	--access tcp/22 --key "$(key bob)"
check "IPv6 is granted" knock_for granted friend "$GW6" --access udp/7001 \
	--allow source
is "status counts them" "$(ctl --json status | jq -c \
	'[.grants, .packets.authenticated]')" '[3,3]'

grants=$(ctl --json grants)
is "grants lists three" "$(jq '.grants | length' <<<"$grants")" 3
row=$(jq -c ".grants[] | select(.id == $id)" <<<"$grants")
for field in '.client == "alice"' '.service == "ssh"' \
	".address == \"$FRIEND4\"" '.proto == "tcp"' '.outer == 80' \
	'.target == "tcp/22"' '.since > 1600000000' '.expires > .since' \
	'.remaining_s > 50 and .remaining_s <= 60'; do
	is "grants: $field" "$(jq "$field" <<<"$row")" true
done
is "grants has the IPv6 one" "$(jq -r '.grants[] |
	select(.proto == "udp") | .address' <<<"$grants")" "$FRIEND6"
like "grants as text has a line for each" "$(ctl grants)" \
	"alice.*ssh.*$FRIEND4"
like "status as text" "$(ctl status)" 'grants'

ssh_open kept friend "$GW4" 80
check "a session is up" alive kept
is "revoke by number says which" "$(ctl --json revoke "$id" |
	jq -c .revoked)" "[$id]"
check "the log has its end" wait_line "$LOG" \
	"end grant=$id .*reason=revoked" 5
is "port 80 is the web server's" "$(http_from friend "$GW4")" "public site"
check "the session lives on" alive kept
check "the second client's grant does, too" ssh_from friend2 "$GW4" 22 true
is "revoke by name ends all of a client's" \
	"$(ctl --json revoke alice | jq '.revoked | length')" 1
is "one is left" "$(ctl --json grants | jq -r '.grants[].client')" bob
check "revoke bob" ctl revoke bob
check "the door is shut" tcp_refused friend2 "$GW4" 22
is "the kernel has nothing left" \
	"$(element_count grant4) $(element_count grant6) $(element_count redir)" \
	"0 0 0"
refuse "revoke of nobody fails" ctl revoke nobody
refuse "revoke of no grant fails" ctl revoke 4711
is "as JSON, with a text" "$(ctl --json revoke nobody |
	jq -c '[.ok, (.error | length > 0)]')" '[false,true]'
refuse "an unknown command fails" ctl frobnicate

# by USER COMMAND…: with that user's ids and groups and no capability.
by() {
	local user=$1
	shift
	setpriv --reuid "$user" --regid "$user" --init-groups \
		--inh-caps=-all -- "$@"
}
check "a member of the group haunt may ask" \
	by operator-haunt "$HAUNTCTL" --socket "$CONTROL" status
refuse "others may not" by visitor-haunt "$HAUNTCTL" --socket "$CONTROL" status
refuse "nor by the socket itself" by visitor-haunt bash -c \
	"echo '{\"command\":\"status\"}' | socat - 'UNIX:$CONTROL'"
is "the socket's mode and group" "$(stat -c '%a %G' "$CONTROL")" "660 haunt"

# What is no command is answered and does no harm.
for junk in '' '{' '[]' '{"command":1}' '{"command":"grants"' \
	'{"command":"revoke"}' '{"command":"revoke","grant":-1}' \
	'{"command":"revoke","grant":1e99}' '{"command":"revoke","client":[]}'; do
	answer=$(echo "$junk" | timeout 2 socat -t1 - "UNIX:$CONTROL")
	unlike "junk is not obeyed: $junk" "$answer" '"ok": *true'
done
head -c 200000 /dev/urandom | timeout 3 socat -u - "UNIX:$CONTROL" 2>/dev/null
check "it answers after junk" ctl status
is "and is the same as before" "$(grep -c 'monitor\]: ready' "$LOG")" 1
done_testing
