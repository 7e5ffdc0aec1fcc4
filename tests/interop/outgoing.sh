#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# haunt knocks at Debian's fwknopd, whose rules then let a connection in.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
interop_up

digests="md5 sha1 sha256 sha384 sha512 sha3_256 sha3_512"
modes="ecb cfb ofb ctr"
# stanza NAME LINE…: for access.conf; the first that a packet fits counts.
stanza() {
	[ -e "keys/$1" ] || key_make "$1"
	echo 'SOURCE ANY'
	sed 's/: / /' "keys/$1"
	shift
	[ $# = 0 ] || printf '%s\n' "$@"
}
{
	stanza plain
	for mac in $digests; do
		stanza "mac-$mac" "HMAC_DIGEST_TYPE $mac"
	done
	for mode in $modes; do
		stanza "mode-$mode" "ENCRYPTION_MODE $mode"
	done
	stanza bare | grep -v HMAC
	sed -i /HMAC/d keys/bare
	stanza legacy 'ENCRYPTION_MODE legacy' | grep -v HMAC
	sed -i /HMAC/d keys/legacy
} >access.conf
for port in 22 2222; do
	on gw iptables -A INPUT -p tcp --dport "$port" -j REJECT \
		--reject-with tcp-reset
done
on gw iptables -A INPUT -p udp --dport 5353 -j REJECT
on gw iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
on gw iptables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
on gw iptables -P FORWARD DROP
fwknopd_start

# knock KEY REGEX ARGUMENT…: prints fwknopd's line that says so.
knock() {
	local key=$1 want=$2
	shift 2
	peer_mark
	on friend "$HAUNT" open "$GW4" --key "keys/$key" "$@" >said 2>&1 ||
		cat said
	peer_wait "$want"
}

# lasts LINE: for how many seconds from now, after "expires at".
lasts() {
	echo $((${1##*expires at } - $(date +%s)))
}

is "before the knock tcp/22 is refused" "$(ask friend tcp 22)" ""
line=$(knock plain 'Added access rule' --access tcp/22 --allow local)
like "haunt open --access tcp/22" "$line" "for $FRIEND4 .* tcp/22,"
is "and it answers" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
is "but not a stranger" "$(ask stranger tcp 22)" ""
line=$(knock plain 'Added access rule' --access udp/5353 --allow local)
like "haunt open --access udp/5353" "$line" "for $FRIEND4 .* udp/5353,"
is "and it answers" "$(ask friend udp 5353)" "gw udp/5353 $FRIEND4"
line=$(knock plain 'Added access rule .*tcp/2222' \
	--access tcp/22,tcp/2222 --allow local)
like "several ports" "$line" "for $FRIEND4"
# fwknopd makes one rule after the other, and logs each before it is there.
last_answers() {
	[ "$(ask friend tcp 2222)" = "gw tcp/2222 $FRIEND4" ]
}
check "the last of them answers" wait_until 3 last_answers
line=$(knock plain 'Added access rule' --access tcp/23 --allow source)
like "--allow source" "$line" "for $FRIEND4 .* tcp/23,"
line=$(knock plain 'Added access rule' --access tcp/22 --allow "$STRANGER4")
like "--allow ADDRESS" "$line" "for $STRANGER4 .* tcp/22,"
is "and that one comes in" "$(ask stranger tcp 22)" "gw tcp/22 $STRANGER4"
line=$(knock plain 'Added access rule' --access tcp/24 --allow local \
	--lifetime 200)
within "--lifetime 200" "$(lasts "$line")" 197 200

line=$(knock plain 'Added SNAT rule' --access tcp/22 --nat-local \
	--nat-port 40022 --allow local)
like "--nat-local --nat-port" "$line" "$FRIEND4 .*tcp/40022"
is "leads to tcp/22" "$(ask friend tcp 40022)" "gw tcp/22 $FRIEND4"
line=$(knock plain 'Added SNAT rule' --access tcp/22 --nat-local \
	--nat-port random --allow local)
port=$(sed -n 's/.*tcp\/\([0-9]*\) for .*/\1/p' said)
like "--nat-port random" "$line" "$FRIEND4 .*tcp/$port"
is "leads to tcp/22" "$(ask friend tcp "$port")" "gw tcp/22 $FRIEND4"
line=$(knock plain 'Added SNAT rule' --access tcp/15432 \
	--nat "$INNER4:5432" --allow local)
like "--nat HOST:PORT" "$line" "$FRIEND4 .*tcp/15432"
is "leads to the inner host" "$(ask friend tcp 15432 | cut -d' ' -f1,2)" \
	"inner tcp/5432"
line=$(knock plain 'Added SNAT rule' --access tcp/15433 \
	--nat "$INNER4:5432" --allow local --lifetime 100)
within "--nat with --lifetime 100" "$(lasts "$line")" 97 100

port=100
# admitted DESCRIPTION KEY ARGUMENT…: asks for a port of its own.
admitted() {
	local what=$1 key=$2
	shift 2
	port=$((port + 1))
	check "$what" knock "$key" "Added access rule .* tcp/$port," \
		--access "tcp/$port" --allow local "$@"
}
for digest in $digests; do
	admitted "digest $digest" plain --digest "$digest"
done
for mac in $digests; do
	admitted "HMAC $mac" "mac-$mac" --hmac "$mac"
done
for mode in $modes; do
	admitted "mode $mode" "mode-$mode" --mode "$mode"
done
admitted "no HMAC" bare --hmac none
admitted "mode legacy" legacy --mode legacy --hmac none
done_testing
