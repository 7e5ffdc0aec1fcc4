#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# haunt knocks at Debian's fwknopd with OpenPGP keys, with and without an HMAC.
# (The other direction is in tests/net/pgp.sh.)
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need gpg
interop_up

# gpg_of SIDE ARGUMENT…: GnuPG with the directory of "server" or "client".
gpg_of() {
	local side=$1
	shift
	gpg --homedir "$T/gnupg-$side" --batch -q --no-tty "$@"
}

# fpr NAME
fpr() {
	gpg_of client --with-colons -k "$1@test" |
		awk -F: '/^fpr/ { print $10; exit }'
}
install -d -m 0700 gnupg-server gnupg-client
gpg_of server --passphrase '' --quick-gen-key server@test rsa2048 sign,encrypt
gpg_of client --passphrase 'a secret' --pinentry-mode loopback \
	--quick-gen-key signer@test rsa2048 sign
gpg_of client --passphrase '' --quick-gen-key other@test rsa2048 sign
gpg_of server --export server@test | gpg_of client --import
gpg_of client --export signer@test other@test | gpg_of server --import
# fwknopd wants more than a key that is there: its owner must be trusted.
for name in signer other; do
	echo "$(fpr $name):6:"
done | gpg_of server --import-ownertrust 2>/dev/null
install -m 600 /dev/stdin passphrase <<<'a secret'

# stanza NAME LINE…: for access.conf.
stanza() {
	[ -e "keys/$1" ] || key_make "$1"
	cat <<-EOF
		SOURCE ANY
		GPG_HOME_DIR $T/gnupg-server
		GPG_DECRYPT_ID server@test
		GPG_ALLOW_NO_PW Y
		GPG_REQUIRE_SIG Y
		GPG_FINGERPRINT_ID $(fpr signer)
	EOF
	sed -n 's/^HMAC_KEY_BASE64: /HMAC_KEY_BASE64 /p' "keys/$1"
	shift
	[ $# = 0 ] || printf '%s\n' "$@"
}
{
	stanza mac
	stanza mac512 'HMAC_DIGEST_TYPE sha512'
	stanza bare | grep -v HMAC
} >access.conf
on gw iptables -A INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset
fwknopd_start

# knock REGEX ARGUMENT…: prints fwknopd's line that says so.
knock() {
	local want=$1
	shift
	peer_mark
	on friend "$HAUNT" open "$GW4" --allow local --gpg-home "$T/gnupg-client" \
		--gpg-recipient "$(fpr server)" "$@" >said 2>&1 || cat said
	peer_wait "$want"
}
mine=(--gpg-signer "$(fpr signer)" --gpg-passphrase-file passphrase)

line=$(knock 'Added access rule' "${mine[@]}" --access tcp/22 --key keys/mac)
like "signed, with an HMAC" "$line" "for $FRIEND4 .* tcp/22,"
is "and it answers" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
line=$(knock 'Added access rule' "${mine[@]}" --access tcp/23 \
	--key keys/mac512 --hmac sha512)
like "with another HMAC" "$line" "for $FRIEND4 .* tcp/23,"
line=$(knock 'Added access rule' "${mine[@]}" --access tcp/24 --hmac none)
like "without one" "$line" "for $FRIEND4 .* tcp/24,"
line=$(knock 'Added access rule' "${mine[@]}" --access tcp/25 --lifetime 200 \
	--key keys/mac --digest sha512)
within "with a lifetime" $((${line##*expires at } - $(date +%s))) 195 200
cat >haunt.conf <<-EOF
	gateway "peer" {
		address = "$GW4"
		key = "$T/keys/mac"
		gpg-recipient = "$(fpr server)"
		gpg-signer = "$(fpr signer)"
		gpg-home = "$T/gnupg-client"
		gpg-passphrase-file = "$T/passphrase"
		service "x" { access = "tcp/26" }
	}
EOF
peer_mark
on friend "$HAUNT" open peer x --config "$T/haunt.conf" >said 2>&1 || cat said
line=$(peer_wait 'Added access rule')
like "as haunt.conf says" "$line" "for $FRIEND4 .* tcp/26,"
like "--print tells the mode and the HMAC" "$(on friend "$HAUNT" open peer x \
	--config "$T/haunt.conf" --print | tr '\n' ' ')" 'mode: gpg hmac: sha256'
peer_mark
on friend "$HAUNT" open "$GW4" --allow local --gpg-home "$T/gnupg-client" \
	--gpg-recipient "$(fpr server)" --gpg-signer "$(fpr other)" \
	--access tcp/27 --key keys/mac >said 2>&1
knock 'Added access rule .*tcp/28,' "${mine[@]}" --access tcp/28 \
	--key keys/mac >/dev/null
unlike "another's signature opens nothing" \
	"$(tail -n "+$PEER_MARK" "$PEER_LOG")" 'Added access rule .*tcp/27,'

# refused REGEX ARGUMENT…: haunt says that it cannot.
refused() {
	local want=$1
	shift
	on friend setsid "$HAUNT" open "$GW4" --access tcp/22 \
		--gpg-home "$T/gnupg-client" --key keys/mac "$@" \
		</dev/null >said 2>&1 && echo "it did not fail" >>said
	like "haunt says: $want" "$(cat said)" "$want"
}
refused 'fingerprint of 40' --gpg-recipient "$(fpr server | tail -c 9)"
refused 'fingerprint of 40' --gpg-recipient "$(fpr server)" \
	--gpg-signer server@test
refused 'need --gpg-recipient' --gpg-signer "$(fpr signer)"
refused 'End of file|not found|No such|no such' \
	--gpg-recipient 0000000000000000000000000000000000000000
refused 'sealing: ' --gpg-recipient "$(fpr signer)" \
	--gpg-signer "$(fpr signer)"
install -m 600 /dev/stdin wrong <<<'another secret'
gpgconf --homedir "$T/gnupg-client" --kill gpg-agent
refused '[Bb]ad passphrase' --gpg-recipient "$(fpr server)" \
	--gpg-signer "$(fpr signer)" --gpg-passphrase-file wrong
chmod 644 wrong
refused 'mode 0600' --gpg-recipient "$(fpr server)" \
	--gpg-signer "$(fpr signer)" --gpg-passphrase-file wrong
gpgconf --homedir "$T/gnupg-client" --kill gpg-agent
gpgconf --homedir "$T/gnupg-server" --kill gpg-agent
done_testing
