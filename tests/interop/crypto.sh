#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every digest, HMAC and encryption mode of Debian's fwknop client opens a
# port of hauntd; each client of hauntd has one HMAC type and one mode.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
interop_up

digests="md5 sha1 sha256 sha384 sha512 sha3_256 sha3_512"
modes="cbc ecb cfb ofb ctr"
{
	conf_gateway
	for mac in $digests; do
		conf_client "mac-$mac" "hmac = \"$mac\""
	done
	conf_client bare 'hmac = "none"' 'allow-without-hmac = true'
	for mode in $modes; do
		conf_client "mode-$mode" "mode = \"$mode\""
		conf_client "bare-$mode" "mode = \"$mode\"" 'hmac = "none"' \
			'allow-without-hmac = true'
	done
	conf_client legacy 'mode = "legacy"' 'hmac = "none"' \
		'allow-without-hmac = true'
} >"$CONF"
sed -i /HMAC/d keys/bare keys/bare-* keys/legacy
must_start_hauntd

# knocked DESCRIPTION NAME ARGUMENT…: passes when NAME's knock is granted.
knocked() {
	local what=$1 name=$2
	shift 2
	log_mark
	fwknop_to "$name" -a "$FRIEND4" -A tcp/22 "$@" >/dev/null
	check "$what" log_wait \
		"admit client=$name .*result=(granted|renewed)"
}

for mac in $digests; do
	for digest in $digests; do
		knocked "HMAC $mac, digest $digest" "mac-$mac" \
			--hmac-digest-type "$mac" -m "$digest"
	done
done
for mode in $modes; do
	knocked "mode $mode" "mode-$mode" -M "$mode"
done
nohmac=1
for digest in $digests; do
	knocked "no HMAC, digest $digest" bare -m "$digest"
done
for mode in $modes; do
	knocked "no HMAC, mode $mode" "bare-$mode" -M "$mode"
done
knocked "mode legacy" legacy -M legacy

# A packet without HMAC of a client that must have one. The next knock, which
# is granted, shows that it has been judged.
fwknop_to mac-sha256 -a "$FRIEND4" -A tcp/2222 >/dev/null
# shellcheck disable=SC2034 # fwknop_to looks at it
nohmac=
knocked "a knock after one that lacks its HMAC" mac-sha256
unlike "which was not granted" "$(cat "$LOG")" 'door=tcp/2222'
done_testing
