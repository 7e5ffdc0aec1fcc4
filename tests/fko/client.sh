#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's fwknop with our libfko.so.3 in its way: it does what it did before,
# and what it seals is opened by Debian's library, and the other way round.
set -eu
# shellcheck source=tests/fko/lib.sh
. "${srcdir:?}/tests/fko/lib.sh"
if ! command -v fwknop >/dev/null 2>&1; then
	echo "1..0 # SKIP fwknop is not installed"
	exit 0
fi
KEY=ghost-rijndael-key
HMAC=ghost-hmac-key

# knock LIBRARY ARGUMENT…: a dry run, with what the client shows of a packet.
knock()
{
	directory=$(dirname "$1")
	first=
	[ "$1" != "$OURS" ] || first=$preload
	shift
	LD_PRELOAD=$first LD_LIBRARY_PATH=$directory fwknop -T -v --no-save-args --no-rc-file \
		-D 192.0.2.1 -a 203.0.113.10 -U alice --key-rijndael "$KEY" "$@"
}

# packet FILE: the packet in what knock printed.
packet()
{
	sed -n 's/^ Final SPA Data: //p' "$1" | head -n 1
}

# masked FILE: without what differs from packet to packet.
masked()
{
	sed -E -e 's/^( *(Random Value|Timestamp|SPA Data Digest|HMAC|Final SPA Data): ).*/\1/' \
		-e 's/^( *Encoded Data: )[0-9]+:([^:]*):[0-9]+:/\1\2:/' "$1"
}

# both MODE HMAC-TYPE ARGUMENT…: the client says the same with either library,
# and each library opens the packet of the other to the same values.
both()
{
	mode=$1
	type=$2
	shift 2
	mac=-
	key=$KEY
	# The client itself cuts it.
	[ "$mode" != 8 ] || key=$(printf %.16s "$KEY")
	[ "$type" = 0 ] || mac=$HMAC
	knock "$OURS" "$@" >"$work/ours" 2>&1 || return 1
	knock "$THEIRS" "$@" >"$work/theirs" 2>&1 || return 1
	grep -q 'Final SPA Data' "$work/ours" || return 1
	masked "$work/ours" >"$work/a"
	masked "$work/theirs" >"$work/b"
	diff "$work/a" "$work/b" || return 1
	for from in ours theirs; do
		line="$mode $type $key $mac $(packet "$work/$from")"
		echo "$line" | tests/fko/opener "$OURS" >"$work/opened.ours"
		echo "$line" | tests/fko/opener "$THEIRS" >"$work/opened.theirs"
		cat "$work/opened.ours"
		grep -q '^0 ' "$work/opened.ours" || return 1
		diff "$work/opened.ours" "$work/opened.theirs" || return 1
	done
}

check "no HMAC" both 2 0 -A tcp/22
type=0
for hash in md5 sha1 sha256 sha384 sha512 sha3_256 sha3_512; do
	type=$((type + 1))
	check "HMAC and digest $hash" both 2 $type -A tcp/22 \
		--key-hmac $HMAC --hmac-digest-type $hash -m $hash
done
for pair in 1:ecb 2:cbc 3:cfb 5:ofb 6:ctr; do
	check "mode ${pair#*:}" both "${pair%:*}" 3 -A tcp/22,udp/53 \
		--key-hmac $HMAC -M "${pair#*:}"
done
check "mode legacy" both 8 0 -A tcp/22 -M legacy
check "a lifetime" both 2 3 -A tcp/22 --key-hmac $HMAC -f 60
check "a NAT target" both 2 3 -A tcp/8022 -N 10.0.0.5:22 --key-hmac $HMAC
check "a NAT target with a lifetime" both 2 3 -A tcp/8022 -N 10.0.0.5,22 \
	--key-hmac $HMAC -f 1
check "local NAT" both 2 3 -A tcp/22 --nat-local --nat-port 40022 \
	--key-hmac $HMAC
check "local NAT with a lifetime" both 2 3 -A tcp/22 --nat-local \
	--nat-port 40022 --key-hmac $HMAC -f 65536
check "a command" both 2 3 --server-cmd "restart-web" --key-hmac $HMAC
check "many ports" both 2 0 \
	-A tcp/10001,tcp/10002,tcp/10003,udp/10004,udp/10005,tcp/10006

# fails ARGUMENT…: the client ends with the same status with either library.
fails()
{
	a=0
	b=0
	knock "$OURS" "$@" >"$work/ours" 2>&1 || a=$?
	knock "$THEIRS" "$@" >"$work/theirs" 2>&1 || b=$?
	cat "$work/ours" "$work/theirs"
	[ "$a" = "$b" ]
}
check "a port that is none" fails -A tcp/0
check "no port" fails
check "too long a packet" fails -m sha512 -A tcp/10001,tcp/10002,tcp/10003,udp/10004,udp/10005,tcp/10006,tcp/10007,tcp/10008,tcp/10009,tcp/10010
check "too long a key" fails -A tcp/22 \
	--key-rijndael 0123456789012345678901234567890123456789
check "both keys the same" fails -A tcp/22 --key-hmac $KEY

key_gen()
{
	LD_PRELOAD=$preload LD_LIBRARY_PATH=$(dirname "$OURS") fwknop --key-gen --no-rc-file \
		"$@" >"$work/keys" || return 1
	cat "$work/keys"
	grep -qE "^KEY_BASE64: +[A-Za-z0-9+/]{43}=$" "$work/keys"
}
check "it makes keys" key_gen
check "it makes keys for SHA-3" key_gen --hmac-digest-type sha3_512
finish
