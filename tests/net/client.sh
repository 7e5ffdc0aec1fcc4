#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# hauntctl client remove: what the client has open ends at once, it is out of
# the file, which is otherwise as it was, and out of the daemon; or nothing is
# done, and it is said why.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq

world_up
start_sshd gw
start_nginx gw
{
	echo "# client \"bob\" { this is a comment }"
	config_standard 300s
	echo "# the end"
} >"$CONF"
chown 1:2 "$CONF"
chmod 0640 "$CONF"
cp "$CONF" "$T/before.conf"
must_start_hauntd

remove() {
	ctl -c "$CONF" client remove "$@"
}
# undone DESCRIPTION: file and key are as they were, bob gets in.
undone() {
	check "$1: the file is as it was" cmp "$CONF" "${2:-$T/before.conf}"
	check "$1: the key, too" [ -e "$(key bob)" ]
	refuse "$1: nothing is left beside the file" \
		compgen -G "$CONF.??????"
}

like "list names them" "$(ctl -c "$CONF" client list)" \
	"^bob: $T/keys/bob: ssh\$"
is "each in a line" "$(ctl -c "$CONF" client list | wc -l)" 2

check "bob is granted" knock_for granted friend2 "$GW4" --access tcp/22 \
	--key "$(key bob)"
check "alice is granted" knock_for granted friend "$GW4" --access tcp/22
ssh_open bobs friend2 "$GW4" 22
ssh_open alices friend "$GW4" 22
check "bob's session is up" alive bobs
check "alice's session is up" alive alices

# ---- nothing is done

like "nobody of that name" "$(remove nobody 2>&1)" "no client 'nobody'; nothing"
undone "nobody of that name"
like "no such file" "$(ctl -c "$T/none" client remove bob 2>&1)" "No such file"
like "no daemon" "$("$HAUNTCTL" --socket "$T/none" -c "$CONF" \
	client remove bob 2>&1)" "nothing was done"
undone "no daemon"
echo 'sevrice "x" { }' >>"$CONF"
cp "$CONF" "$T/wrong.conf"
said=$(remove bob 2>&1)
like "a file with a mistake" "$said" "hauntd.conf:[0-9]+: .*sevrice"
like "a file with a mistake: said" "$said" "nothing was done"
undone "a file with a mistake" "$T/wrong.conf"
cp "$T/before.conf" "$CONF"
check "bob's session is up still" alive bobs

# ---- all is done

said=$(remove bob)
status=$?
is "bob is removed" "$status" 0
like "it is said" "$said" "'bob' is no client any more; 1 grants ended"
like "and where the key is" "$said" "keys/bob.removed"
sed '/^client "bob"/,/^}/d' "$T/before.conf" >"$T/wanted.conf"
check "the file is what it was without him" cmp "$CONF" "$T/wanted.conf"
is "owner and mode are as before" "$(stat -c '%u:%g %a' "$CONF")" "1:2 640"
check "the file before is kept" cmp "$CONF~" "$T/before.conf"
check "the key is aside" [ -e "$T/keys/bob.removed" ]
refuse "and not where it was" [ -e "$T/keys/bob" ]
is "his grant is gone" "$(ctl --json grants | jq -c '[.grants[].client]')" \
	'["alice"]'
refuse "his session is dead" alive bobs
check "his door is shut" tcp_refused friend2 "$GW4" 22
check "alice's session lives" alive alices
check "she gets in" ssh_from friend "$GW4" 22 true
before=$(ctl --json status | jq .packets.strangers)
knock friend2 "$GW4" --access tcp/22 --key "$T/keys/bob.removed" >/dev/null
stranger_more() {
	[ "$(ctl --json status | jq .packets.strangers)" -gt "$before" ]
}
check "his knock is a stranger's" wait_until 5 stranger_more
is "the log says what is in force" "$(grep -c \
	'reload result=done generation=2 .*clients=1' "$LOG")" 1

# ---- the last one; one whom the daemon's other half does not let go

like "the last client cannot go" "$(remove alice 2>&1)" "last client.*nothing"
check "the file is as it was" cmp "$CONF" "$T/wanted.conf"

# A reload that is refused for another reason is taken back.
cp "$T/keys/bob.removed" "$T/keys/bob"
cp "$T/before.conf" "$CONF"
sed -i "s|state-dir = .*|state-dir = \"$T/state2\"|" "$CONF"
cp "$CONF" "$T/moved.conf"
said=$(remove bob 2>&1)
status=$?
is "what the daemon refuses is refused" "$status" 3
like "with its reason" "$said" "state-dir cannot change"
like "and what was done" "$said" "is as it was; 'bob' is a client still"
undone "what the daemon refuses" "$T/moved.conf"
done_testing
