#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packets that are signed with OpenPGP keys: whose open a port, whose do not
# and why, and what a stranger's cost.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=lib/pgp.sh
. "$(dirname "$0")/lib/pgp.sh"
need_haunt
need gpg fwknop

world_up
gpg_homes
gpg_gw --passphrase '' --faked-system-time 20241201T000000 \
	--quick-gen-key gateway@test rsa2048 sign,encrypt never 2>/dev/null
gpg_gw --export gateway@test | gpg_my --import
GATEWAY=$(fpr gw gateway)
for name in alice sub revoked; do
	key $name >/dev/null
	make_key $name
done
for name in bob mallory; do
	make_key $name
done
# sign_fpr NAME: the fingerprint of the subkey that signs.
sign_fpr() {
	gpg_my --with-colons -k "$1@test" |
		awk -F: '/^sub/ { s = $12 ~ /s/ } /^fpr/ && s { print $10; exit }'
}
# One key for two clients without an HMAC: all of it, and its subkey alone.
make_key owner
gpg_my --passphrase '' --quick-add-key "$(fpr my owner)" ed25519 sign never
gpg_my --export owner@test | gpg_gw --import
# Whose keys, or signatures, had an end.
key old >/dev/null
key past >/dev/null
gpg_at 20250101T000000 --passphrase '' --quick-gen-key old@test ed25519 default 1d
gpg_at 20250101T000000 --passphrase '' --quick-gen-key past@test ed25519 default never
gpg_my --export old@test past@test | gpg_gw --import
# A key that may only certify, and its subkey that signs.
gpg_my --passphrase '' --quick-add-key "$(fpr my sub)" ed25519 sign never
gpg_my --export sub@test | gpg_gw --import
sed 's/^:---/---/' "$MY_HOME/openpgp-revocs.d/$(fpr my revoked).rev" |
	gpg_gw --import 2>/dev/null
both=$(key both)
make_key both
{
	config_head
	cat <<-END
		gpg-home = "$GW_HOME"
		service "ssh" { target = "tcp/22" cloak = true }
		client "plain" { key = "$(key plain)" services = {"ssh"} }
		client "both" {
			key = "$both"
			gpg-signers = {"$(fpr my both)"}
			services = {"ssh"}
		}
	END
	for name in alice revoked old past; do
		gpg_client $name "gpg-signers = {\"$(fpr my $name)\"}"
	done
	gpg_client sub "gpg-signers = {\"$(fpr my sub)\"}"
	gpg_client owner "gpg-signers = {\"$(fpr my owner)\"}"
	gpg_client laptop "gpg-signers = {\"$(sign_fpr owner)\"}"
	gpg_client bob "gpg-signers = {\"$(fpr my bob | sed 's/..../& /g')\"}"
} >"$CONF"
# A file with an HMAC key alone is enough for who signs.
sed -i '/^KEY/d' "$T/keys/alice"
gpg_counted
# crafted KEY ARGUMENT…: a packet whose message gpg makes with these.
crafted() {
	local key=$1
	shift
	"$CRAFT" text "$FRIEND4" 22 >"$T/text" &&
		"$@" -r "$GATEWAY" --trust-model always -o - "$T/text" 2>/dev/null |
		"$CRAFT" packet "$key" | packet_send
}
must_start_hauntd

line=$(verdict 'result=' fwknop_gpg alice -A tcp/22)
like "fwknop's GPG packet with an HMAC" "$line" \
	"client=alice .*address=$FRIEND4 .*door=tcp/22 .*result=granted"
line=$(verdict 'result=' fwknop_gpg bob -A tcp/22)
like "and without one" "$line" 'client=bob .*result=(granted|renewed)'
line=$(verdict 'result=' fwknop_gpg alice -A tcp/22 -f 120)
like "with a lifetime" "$line" 'client=alice .*lifetime=120s'
line=$(verdict 'result=' haunt_gpg alice)
like "haunt's own" "$line" 'client=alice .*result=(granted|renewed)'
line=$(verdict 'result=' haunt_gpg bob)
like "and without an HMAC" "$line" 'client=bob .*result=(granted|renewed)'
line=$(verdict 'result=' haunt_gpg both)
like "a client with both kinds of keys signs" "$line" \
	'client=both .*result=(granted|renewed)'
line=$(verdict 'result=' knock friend "$GW4" --access tcp/22 --key "$both")
like "or does not" "$line" 'client=both .*result=(granted|renewed)'
line=$(verdict 'result=' haunt_gpg sub)
like "a subkey signs for its primary key" "$line" \
	'client=sub .*result=(granted|renewed)'
line=$(verdict 'result=' haunt_gpg owner)
like "and for the client that names it, before who names the primary key" \
	"$line" 'client=laptop .*result=(granted|renewed)'
line=$(verdict 'result=' crafted - gpg_my -es -u "$(fpr my owner)!")
like "the primary key is still the other's" "$line" \
	'client=owner .*result=(granted|renewed)'
line=$(verdict 'result=' fwknop_gpg alice -A tcp/23)
like "the policy is the same" "$line" 'client=alice .*reason=unknown-service'

# ---- signatures that are not good ----
line=$(verdict 'result=' crafted "$(key alice)" gpg_my -e)
like "unsigned" "$line" 'client=alice .*result=denied reason=signature-unsigned'
line=$(verdict 'result=' crafted "$(key alice)" gpg_my -es -u mallory@test)
like "signed by somebody else whom the gateway knows" "$line" \
	'client=alice .*result=denied reason=signer'
line=$(verdict 'result=' crafted "$(key alice)" gpg_my -es -u bob@test)
like "even another client" "$line" 'client=alice .*result=denied reason=signer'
gpg_my --passphrase '' --quick-gen-key nobody@test ed25519 default never
line=$(verdict 'result=' crafted "$(key alice)" gpg_my -es -u nobody@test)
like "by a key that it does not know" "$line" \
	'client=alice .*result=denied reason=signature-key-unknown'
line=$(verdict 'result=' haunt_gpg revoked)
like "a revoked key" "$line" \
	'client=revoked .*result=denied reason=signature-key-revoked'
line=$(verdict 'result=' crafted "$(key old)" gpg_at 20250101T010000 -es \
	-u old@test)
like "an expired key" "$line" \
	'client=old .*result=denied reason=signature-key-expired'
line=$(verdict 'result=' crafted "$(key past)" gpg_at 20250101T010000 -es \
	-u past@test --default-sig-expire 1d)
like "an expired signature" "$line" \
	'client=past .*result=denied reason=signature-expired'
line=$(verdict 'result=' crafted "$(key alice)" gpg_my -es -u alice@test \
	-u mallory@test)
like "two signatures" "$line" \
	'client=alice .*result=denied reason=signature-several'
log_mark
crafted - gpg_my -es -u mallory@test
verdict 'client=alice .*result=' haunt_gpg alice >/dev/null
is "without an HMAC a foreign signature is a stranger's" \
	"$(log_since | grep -c ' admit ')" 1
gpg_my --passphrase '' --quick-gen-key other@test rsa2048 encrypt never
swap() {
	"$CRAFT" text "$FRIEND4" 22 >"$T/text"
	gpg_my -es -u alice@test -r other@test --trust-model always -o - \
		"$T/text" | "$CRAFT" packet "$(key alice)" | packet_send
}
line=$(verdict 'result=' swap)
like "encrypted to somebody else" "$line" \
	'client=alice .*result=error reason=gpg-cannot-decrypt'
# A thousand times what a packet can hold, in a short message.
bomb() {
	head -c 20000000 /dev/zero | gpg_my -es --compress-level 9 \
		--compress-algo bzip2 -u alice@test -r "$GATEWAY" \
		--trust-model always -o - | "$CRAFT" packet "$(key alice)" |
		packet_send
}
line=$(verdict 'result=' bomb)
like "a short message with a very long text" "$line" \
	'client=alice .*result=error reason=gpg-malformed'
age() {
	"$CRAFT" text "$FRIEND4" 22 1000 >"$T/text"
	gpg_my -es -u alice@test -r "$GATEWAY" --trust-model always -o - \
		"$T/text" | "$CRAFT" packet "$(key alice)" | packet_send
}
line=$(verdict 'result=' age)
like "a text of a quarter of an hour ago" "$line" 'client=alice .*result=stale'

# ---- replays ----
# resend: the saved packet once more, through what COMMAND makes of it.
resend() {
	"$@" <"$T/saved" | packet_send
}
rm -f "$T/saved"
verdict 'result=' fwknop_gpg alice -A tcp/22 -B "$T/saved" >/dev/null
before=$(gpg_count)
line=$(verdict 'result=' resend tr -d '\n')
like "a replay" "$line" 'client=alice .*result=replay'
is "costs no process" "$(gpg_count)" "$before"
equals() {
	tr -d '\n'
	printf '='
}
resend equals
rm -f "$T/saved"
verdict 'result=' fwknop_gpg bob -A tcp/22 -B "$T/saved" >/dev/null
line=$(verdict 'result=' resend tr -d '\n')
like "a replay without an HMAC" "$line" 'client=bob .*result=replay'
log_mark
resend equals
# The recipient's key ID is in the open, and nothing vouches for it.
anonymous() {
	tr -d '\n' | "$CRAFT" message >"$T/message"
	{
		head -c 4 "$T/message"
		head -c 8 /dev/zero
		tail -c +13 "$T/message"
	} | "$CRAFT" packet -
}
line=$(verdict 'result=' resend anonymous)
like "nor is it a new packet with another outer part" "$line" \
	'client=bob .*result=replay'
unlike "or with '=' behind it" "$(log_since)" 'result=(granted|renewed)'

# ---- what strangers cost ----
rm -f "$T/message"
"$CRAFT" text "$FRIEND4" 22 >"$T/text"
gpg_my -es -u alice@test -r "$GATEWAY" --trust-model always -o "$T/message" \
	"$T/text"
before=$(gpg_count)
began=$(now_ms)
for ((i = 0; i < 60; i++)); do
	"$CRAFT" packet - <"$T/message" | packet_send stranger
done
verdict 'client=plain .*result=' knock friend "$GW4" --access tcp/22 \
	--key "$(key plain)" >/dev/null
spent=$(($(now_ms) - began))
within "60 packets of a stranger, where some clients have no HMAC, start gpg" \
	$(($(gpg_count) - before)) 1 $((8 + spent / 500 + 1))
log_mark
stop_hauntd
like "and the rest is summed up" "$(log_since)" \
	'gpg dropped=[0-9]+ reason=too-many-without-an-hmac'
check "no agent is left behind" wait_until 3 no_agents

sed -i -E '/^client "(bob|owner|laptop)"/,/^}/d' "$CONF"
must_start_hauntd
before=$(gpg_count)
for ((i = 0; i < 60; i++)); do
	"$CRAFT" packet "$(key stranger)" <"$T/message" | packet_send stranger
	"$CRAFT" packet - <"$T/message" | packet_send stranger
done
line=$(verdict 'result=' haunt_gpg alice)
like "a friend's packet among 120 of a stranger's" "$line" \
	'client=alice .*result=(granted|renewed)'
is "where all have an HMAC strangers cost no process" \
	$(($(gpg_count) - before)) 1
stop_hauntd
done_testing
