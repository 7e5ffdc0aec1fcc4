#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Packets with OpenPGP keys: Debian's fwknop with either library seals what the
# other opens, and says the same of the signature.
set -eu
# shellcheck source=tests/fko/lib.sh
. "${srcdir:?}/tests/fko/lib.sh"
for program in fwknop gpg gpgconf; do
	command -v $program >/dev/null 2>&1 && continue
	echo "1..0 # SKIP $program is not installed"
	exit 0
done
GNUPGHOME=$work/gnupg
export GNUPGHOME
mkdir -m 700 "$GNUPGHOME"
trap 'gpgconf --kill all >/dev/null 2>&1; rm -rf "$work"' EXIT
MAC=ghost-hmac-key

keys()
{
	for who in server client; do
		gpg --batch --pinentry-mode loopback --passphrase '' \
			--quick-generate-key "$who@example.net" rsa2048 \
			encrypt,sign,cert never 2>&1 || return 1
	done
}

# knock LIBRARY ARGUMENT…
knock()
{
	directory=$(dirname "$1")
	first=
	[ "$1" != "$OURS" ] || first=$preload
	shift
	LD_PRELOAD=$first LD_LIBRARY_PATH=$directory fwknop -T -v \
		--no-save-args --no-rc-file -D 192.0.2.1 -a 203.0.113.10 \
		-U alice -A tcp/22 --gpg-encryption --gpg-home-dir "$GNUPGHOME" \
		--gpg-no-signing-pw --gpg-signer-key client@example.net "$@"
}

masked()
{
	sed -E -e 's/[0-9]{10,}/N/g' -e 's,[A-Za-z0-9+/]{43}[A-Za-z0-9+/]*,B,g' "$1"
}

# both MAC TYPE ARGUMENT…
both()
{
	mac=$1
	type=$2
	shift 2
	for from in ours theirs; do
		library=$OURS
		[ "$from" = ours ] || library=$THEIRS
		knock "$library" --gpg-recipient-key server@example.net "$@" \
			>"$work/$from" 2>&1 || return 1
		masked "$work/$from" >"$work/$from.masked"
		line="7 $type x $mac $(sed -n 's/^ Final SPA Data: //p' "$work/$from" | head -n 1)"
		echo "$line" | tests/fko/opener "$OURS" >"$work/opened.ours"
		echo "$line" | tests/fko/opener "$THEIRS" >"$work/opened.theirs"
		cat "$work/opened.ours"
		grep -q '^0 .*alice.*203.0.113.10,tcp/22.*signed' "$work/opened.ours" ||
			return 1
		diff "$work/opened.ours" "$work/opened.theirs" || return 1
	done
	diff "$work/ours.masked" "$work/theirs.masked"
}

unknown()
{
	a=0
	b=0
	knock "$OURS" --gpg-recipient-key nobody@example.net >"$work/a" 2>&1 || a=$?
	knock "$THEIRS" --gpg-recipient-key nobody@example.net >"$work/b" 2>&1 || b=$?
	cat "$work/a" "$work/b"
	[ "$a" = "$b" ] && [ "$a" != 0 ]
}

check "keys" keys
check "signed, with an HMAC" both $MAC 3 --key-hmac $MAC
check "signed, without an HMAC" both - 0
check "an unknown recipient" unknown
finish
