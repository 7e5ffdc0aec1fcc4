#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One key file serves both sides: hauntd and fwknopd watch the same wire with
# the same keys, made by fwknop or by haunt, and both admit the same packet.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
interop_up

key_make theirs
check "haunt keygen writes a key file" "$HAUNT" keygen keys/ours
is "of mode 0600" "$(stat -c %a keys/ours)" 600
{
	conf_gateway
	conf_client theirs
	conf_client ours
} >"$CONF"
for name in theirs ours; do
	printf 'SOURCE ANY\n'
	grep -E '^(HMAC_)?KEY' "keys/$name" | sed 's/: */ /'
done >access.conf
must_start_hauntd
fwknopd_start

# both DESCRIPTION NAME: the next packet is admitted by both.
both() {
	check "hauntd admits $1" log_wait \
		"admit client=$2 .*result=(granted|renewed)"
	check "fwknopd admits $1" peer_wait \
		"Added access rule .* for $FRIEND4 .* tcp/22"
}

# Of two rules that would end in the same second fwknopd adds one.
lifetime=100
for name in theirs ours; do
	lifetime=$((lifetime + 20))
	log_mark
	peer_mark
	fwknop_to "$name" -a "$FRIEND4" -A tcp/22 -f $lifetime >/dev/null
	both "fwknop with the key file $name" "$name"
	lifetime=$((lifetime + 20))
	log_mark
	peer_mark
	check "haunt open with the key file $name" on friend "$HAUNT" \
		open "$GW4" --access tcp/22 --allow local --lifetime $lifetime \
		--key "keys/$name"
	both "haunt with the key file $name" "$name"
done
done_testing
