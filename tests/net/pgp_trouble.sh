#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The process that runs GnuPG: what it is, what it gives away, and what becomes
# of packets when it, its agent or its neighbours die or hang.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib/pgp.sh
. "$(dirname "$0")/lib/pgp.sh"
need_haunt
need gpg

world_up
gpg_homes
SECRET=correct-horse-battery
MINE=my-own-secret
install -m 600 /dev/stdin "$T/secret" <<<"$SECRET"
install -m 600 /dev/stdin "$T/mine" <<<"$MINE"
key alice >/dev/null
gpg_my --passphrase "$MINE" --pinentry-mode loopback --quick-gen-key \
	alice@test ed25519 default never
gpg_my --export alice@test | gpg_gw --import
config() {
	config_head
	cat <<-END
		service "ssh" { target = "tcp/22" cloak = true }
		client "plain" { key = "$(key plain)" services = {"ssh"}
			may-open-for-others = true }
	END
	[ $# = 0 ] || {
		printf '%s\n' "$@"
		gpg_client alice "gpg-signers = {\"$(fpr my alice)\"}"
	}
}
full=("gpg-home = \"$GW_HOME\"" "gpg-passphrase-file = \"$T/secret\"")

# ---- what a start stumbles over ----
# stumbles REGEX: hauntd -n says it, and fails.
stumbles() {
	"$HAUNTD" -n -c "$CONF" >"$T/said" 2>&1 && echo "it did not fail" >>"$T/said"
	like "$1" "$(cat "$T/said")" "$1"
}
config "${full[@]}" >"$CONF"
chown root: "$GW_HOME"
stumbles "gpg-home=$GW_HOME error=not-owned-by-_haunt-pgp fix="
chown _haunt-pgp: "$GW_HOME"
chmod 750 "$GW_HOME"
stumbles "gpg-home=$GW_HOME error=others-can-read-it fix="
chmod 700 "$GW_HOME"
chmod 644 "$T/secret"
stumbles "gpg-passphrase-file=$T/secret error=others-can-read-it"
chmod 600 "$T/secret"
config "gpg-home = \"$T/nowhere\"" >"$CONF"
stumbles "gpg-home=$T/nowhere error=ENOENT"
config 'user-pgp = "nobody-at-all"' >"$CONF"
stumbles 'user-pgp=nobody-at-all error=no-such-user'
config "${full[@]}" | sed 's/gpg-signers = .*/gpg-signers = "DEADBEEF"/' >"$CONF"
stumbles 'gpg-signers: expected a fingerprint .*short key ID'
config "${full[@]}" >"$CONF"
refuse "without a secret key it does not start" start_hauntd
like "and says why" "$(log_since)" "gpg-home=$GW_HOME error=no-secret-key"
check "and leaves nothing running" wait_until 3 no_agents

# A recipient that fwknop could not have: an elliptic curve.
gpg_gw --passphrase "$SECRET" --pinentry-mode loopback --quick-gen-key \
	gateway@test ed25519 default never
GATEWAY=$(fpr gw gateway)
gpg_gw --passphrase "$SECRET" --pinentry-mode loopback --quick-add-key \
	"$GATEWAY" cv25519 encrypt never
gpg_gw --export gateway@test | gpg_my --import
gpgconf --homedir "$GW_HOME" --kill gpg-agent
gpg_counted
must_start_hauntd
signed() {
	haunt_gpg alice --gpg-passphrase-file "$T/mine"
}
plain() {
	knock friend "$GW4" --access tcp/22 --key "$(key plain)"
}
line=$(verdict 'client=alice .*result=' signed)
like "a recipient with an elliptic curve, and a passphrase" "$line" \
	'client=alice .*result=granted'

# Whoever guesses the passphrase must not learn that he has: it opens the key,
# and no message.
gpg_my --passphrase '' --quick-gen-key other@test rsa2048 encrypt never
guessed() {
	"$CRAFT" text "$FRIEND4" 22 >"$T/text"
	gpg_my --passphrase "$SECRET" --pinentry-mode loopback -c -e \
		-r other@test --trust-model always -o - "$T/text" |
		"$CRAFT" packet "$(key alice)" | packet_send friend
}
line=$(verdict 'result=' guessed)
like "a message that is encrypted with the passphrase of the key" "$line" \
	'client=alice .*result=error reason=gpg-cannot-decrypt'

# ---- what it is, and what it gives away ----
pid=$(role_pid pgp)
is "there are five processes" "$(hauntd_pids | wc -l)" 5
is "its uid" "$(awk '/^Uid/ { print $2, $3, $4 }' "/proc/$pid/status")" \
	"$(id -u _haunt-pgp) $(id -u _haunt-pgp) $(id -u _haunt-pgp)"
is "its capabilities" "$(awk '/^Cap/ { print $2 }' "/proc/$pid/status" |
	sort -u)" 0000000000000000
key_hex=$(sed -n 's/^HMAC_KEY_BASE64: *//p' "$(key alice)" | base64 -d |
	od -An -tx1 | tr -d ' \n')
refuse "it has no key of a client in memory" \
	"$BUILD/tests/lib/memfind" "$pid" "$key_hex"
agent=$(agents)
check "one agent runs" [ "$(wc -w <<<"$agent")" = 1 ]
ours=$(readlink /proc/"$pid"/fd/* | grep -E 'socket|memfd|pipe' | sort -u)
theirs=$(readlink /proc/"$agent"/fd/* | sort -u)
is "it has inherited none of our descriptors" \
	"$(comm -12 <(echo "$ours") <(echo "$theirs"))" ""
cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ "$GPG_SEEN" >"$T/seen" 2>/dev/null
for secret in "$SECRET" "$MINE"; do
	is "no command line and no environment has a passphrase" \
		"$(grep -a -c -e "$secret" "$T/seen")" 0
	is "nor has the log" "$(grep -c -e "$secret" "$LOG")" 0
done

# ---- deaths ----
# While it stands still a packet waits; plain's is through after it.
waits() {
	kill -STOP "$(role_pid pgp)"
	signed >/dev/null
	verdict 'client=plain .*result=' plain
}
line=$(waits)
like "while one is decrypted others are served" "$line" \
	'client=plain .*result=(granted|renewed)'
log_mark
kill -KILL "$(role_pid pgp)"
check "what it had in hand when it was killed is done by the next one" \
	log_wait 'client=alice .*result=(granted|renewed)'
waits >/dev/null
log_mark
old=$(role_pid pgp)
kill -KILL "$(role_pid gate)"
check "the gate dies" log_wait 'died role=gate'
kill -CONT "$old"
check "what waited is done for the next one" \
	log_wait 'client=alice .*result=(granted|renewed)' 10
is "once" "$(log_since | grep -c 'client=alice .*result=(granted|renewed)' -E)" 1
is "pgp is still the same" "$(role_pid pgp)" "$old"

# The agent hangs. Meanwhile the gate goes on, under a stranger's flood, too.
kill -STOP "$(agents)"
signed >/dev/null
on stranger "$BUILD/tests/lib/knocker" "$(key stranger)" "$GW4" 3000 \
	"$STRANGER4" 1 40000 20 >/dev/null 2>&1 || note "knocker failed"
began=$(now_ms)
line=$(verdict 'client=plain .*result=' plain)
like "while an agent hangs others are served" "$line" \
	'client=plain .*result=(granted|renewed)'
within "at once, ms" $(($(now_ms) - began)) 0 1500
log_mark
signed >/dev/null
check "the packet is refused in the end" \
	log_wait 'client=alice .*result=error reason=gpg-timeout' 14
like "which is no failure that the next start waits longer for" \
	"$(log_since)" ' restart in_ms=0'
check "and the next one gets in, by another process" \
	log_wait 'client=alice .*result=(granted|renewed)' 5
check "with another agent" [ "$(agents)" != "$agent" ]

# ---- reloads ----
# reload RESULT: until the log tells how it ended.
reload() {
	log_mark
	kill -HUP "$HAUNTD_PID"
	log_wait "reload result=$1" 10
}
config "gpg-home = \"$GW_HOME/\"" "${full[1]}" >"$CONF"
check "a directory with a slash at its end" reload 'done'
line=$(verdict 'client=alice .*result=' signed)
like "is the same" "$line" 'client=alice .*result=(granted|renewed)'
config >"$CONF"
check "a configuration without it" reload 'done'
check "ends it, and its agent" wait_until 3 no_agents
is "there are four processes" "$(hauntd_pids | wc -l)" 4
install -m 600 /dev/stdin "$T/wrong" <<<wrong-secret
config "gpg-home = \"$GW_HOME\"" "gpg-passphrase-file = \"$T/wrong\"" >"$CONF"
check "one with it, and a wrong passphrase" reload 'done'
line=$(verdict 'client=alice .*result=' signed)
like "is told for each packet" "$line" 'result=error reason=gpg-cannot-decrypt'
config "${full[@]}" >"$CONF"
check "the right one again" reload 'done'
line=$(verdict 'client=alice .*result=' signed)
like "and it opens" "$line" 'client=alice .*result=(granted|renewed)'
chmod 755 "$GW_HOME"
check "one that cannot be is refused whole" reload refused
chmod 700 "$GW_HOME"
line=$(verdict 'client=alice .*result=' signed)
like "and the old one goes on" "$line" 'client=alice .*result=(granted|renewed)'

kill -KILL "$HAUNTD_PID"
check "when the monitor dies, its roles do" wait_until 5 no_hauntd
check "and the agent" wait_until 5 no_agents
done_testing
