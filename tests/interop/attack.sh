#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same attack packets for fwknopd and hauntd, which watch the same wire
# with the same keys: prints what each let in. hauntd may be stricter. It
# fails where hauntd admits what fwknopd refuses, unless the row says that we
# mean to (superset), and where a verdict is not the one expected.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
interop_up

FIRST=1001 LAST=1160
for ((i = 0; i < 4; i++)); do
	key_make "$(echo judge bare strict nobody | cut -d' ' -f$((i + 1)))"
done
sed -i /HMAC/d keys/bare
port_list() {
	local port
	for ((port = FIRST; port <= LAST; port++)); do
		printf '"p%d"%s' $port "$([ $port = $LAST ] || echo ', ')"
	done
}
attack_client() {
	printf 'client "%s" {\n\tkey = "%s"\n\tservices = {%s}\n' "$1" \
		"$T/keys/$1" "$(port_list)"
	shift
	[ $# = 0 ] || printf '\t%s\n' "$@"
	printf '}\n'
}
{
	config_head
	for ((port = FIRST; port <= LAST; port++)); do
		printf 'service "p%d" { target = "tcp/%d" cloak = true }\n' \
			$port $port
	done
	attack_client judge 'allow-unbound-address = true' \
		'may-open-for-others = true'
	attack_client bare 'allow-unbound-address = true' 'hmac = "none"' \
		'may-open-for-others = true' 'allow-without-hmac = true'
	attack_client strict
} >"$CONF"
for name in judge bare strict; do
	printf 'SOURCE ANY\n'
	sed 's/: / /' "keys/$name"
	[ $name != strict ] || echo 'REQUIRE_SOURCE_ADDRESS Y'
done >access.conf
must_start_hauntd
fwknopd_start

kinds=() names=() ports=() before=()
port=$((FIRST - 1))

# row KIND NAME: begins a row; its packets ask for tcp/$port, or just name it.
#	both	 both must admit	neither	 none may admit
#	stricter fwknopd does admit it, hauntd must not
#	superset hauntd does admit it, fwknopd need not: meant so
#	any	 hauntd may admit it only if fwknopd does
row() {
	kinds+=("$1")
	names+=("$2")
	before+=(0)
	port=$((port + 1))
	ports+=("$port")
}

# What the packets of a row are mostly made of. With this name 160 bytes are
# encrypted, and the last base64 character of those has bits to spare.
who=@alice-of-the-house
forge() {
	"$tools/forge" "$@"
}
plain() {
	forge "$@" keys/judge rand $who now 3.0.0 1 "@$FRIEND4,tcp/$port"
}
bare() {
	forge -n keys/bare rand $who now 3.0.0 1 "@$FRIEND4,tcp/$port"
}

# shoot [HOST]: standard input is one datagram; no newline is added.
shoot() {
	on "${1:-friend}" "$UDP" send "$GW4" 62201
}
shot() {
	printf %s "$1" | shoot "${2:-friend}"
}

# volley: each line of standard input is a datagram.
volley() {
	# shellcheck disable=SC2016 # the inner shell expands it
	on friend bash -c 'while read -r packet; do
		printf %s "$packet" >"/dev/udp/$1/62201"
	done' - "$GW4"
}

# admitted_ours, admitted_theirs PORT: how often.
admitted_ours() {
	grep -cE "admit .*door=([^ ]*,)?tcp/$1[, ].*result=(granted|renewed)" \
		"$LOG"
}
admitted_theirs() {
	grep -cE "Added (access|DNAT) rule .* tcp/0*$1," "$PEER_LOG"
}

# barrier: a good knock, and all that went before it has been judged. fwknopd
# loses packets when it is a second behind, so there is one after each part,
# and once in a while its capture holds the last ones until another arrives.
barrier() {
	local try
	row both "$1"
	log_mark
	shot "$(plain)"
	log_wait "door=tcp/$port .*result=granted" >/dev/null || {
		fail "hauntd judges on"
		done_testing
	}
	for try in 1 2 3 4 5; do
		# Its log is long; grep reads it faster than peer_wait.
		wait_until 5 grep -q "Added access .* tcp/$port," "$PEER_LOG" &&
			return
		note "knocking again for fwknopd ($try)"
		shot "$(plain)"
	done
	fail "fwknopd judges on"
	done_testing
}

# flips PACKET: a bit of each character, and every bit of the two that end the
# ciphertext and the tag, which have bits to spare.
flips() {
	local packet=$1 at bit bits value letters
	letters=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/
	for ((at = 0; at < ${#packet}; at++)); do
		value=${letters%%"${packet:at:1}"*}
		bits=$((at % 6))
		case $((${#packet} - at)) in
		1 | 44) bits="0 1 2 3 4 5" ;;
		esac
		for bit in $bits; do
			printf '%s%s%s\n' "${packet:0:at}" \
				"${letters:$((${#value} ^ (1 << bit))):1}" \
				"${packet:at+1}"
		done
	done
}

# Packets that the second half sends again.
declare -A caught
first_half() {
	local packet name
	row both "a plain request"
	shot "$(plain)"
	for name in verbatim elsewhere prefix equals newline case; do
		row both "HMAC, first time ($name)"
		packet=$(plain)
		caught[$name]="$port $packet"
		shot "$packet"
	done
	for name in again one two tail spare; do
		row both "no HMAC, first time ($name)"
		packet=$(bare)
		caught[$name]="$port $packet"
		shot "$packet"
	done
	barrier "a request between"
}

# replay KIND DESCRIPTION NAME SUFFIX [HOST]: what was caught, with a suffix.
replay() {
	local was=${caught[$3]}
	row "$1" "$2"
	port=$((port - 1))
	ports[-1]=${was% *}
	before[-1]=1
	printf "%s$4" "${was#* }" | shoot "${5:-friend}"
}

second_half() {
	local was
	replay neither "replay" verbatim ''
	replay neither "replay from another address" elsewhere '' friend2
	replay neither "replay with '=' appended, HMAC" equals '='
	replay neither "replay with a newline" newline '\n'
	replay neither "replay with a NUL" case '\0'
	was=${caught[prefix]}
	caught[prefix]="${was% *} U2FsdGVkX1${was#* }"
	replay neither "replay with the prefix put back" prefix ''
	replay neither "replay, no HMAC" again ''
	replay stricter "replay with '=' appended, no HMAC" one '='
	replay stricter "replay with '==' appended, no HMAC" two '=='
	replay stricter "replay with '=AAAA' appended, no HMAC" tail '=AAAA'
	was=${caught[spare]}
	caught[spare]=${was%?}$(spare_bit "${was: -1}")
	replay stricter "replay with a spare bit changed, no HMAC" spare ''
}

# spare_bit CHARACTER: the same but for the last bit, which encodes nothing.
spare_bit() {
	local letters value
	letters=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/
	value=${letters%%"$1"*}
	echo "${letters:$((${#value} ^ 1)):1}"
}

altered() {
	local packet i
	row neither "a bit flipped in each character, one at a time"
	flips "$(plain)" | volley
	barrier "a good one after them"
	row neither "cut short at every length"
	packet=$(plain)
	for ((i = 1; i < ${#packet}; i++)); do
		echo "${packet:0:i}"
	done | volley
	barrier "a good one after them"
	row neither "cut short at every length, no HMAC"
	packet=$(bare)
	for ((i = 1; i < ${#packet} - 1; i++)); do
		echo "${packet:0:i}"
	done | volley
	barrier "a good one after them"
	row neither "a character appended"
	shot "$(plain)A"
	row neither "a space in the middle"
	packet=$(plain)
	shot "${packet:0:100} ${packet:100}"
	row neither "the HMAC of another packet"
	shot "$(packet=$(plain) && echo "${packet:0:-43}")$(packet=$(plain) &&
		echo "${packet: -43}")"
	row neither "HMAC over the packet as sent"
	shot "$(plain -o)"
	row neither "HMAC missing"
	shot "$(plain -n)"
	row neither "digest wrong, HMAC right"
	shot "$(plain -b)"
	row neither "digest missing"
	shot "$(plain -d)"
	row neither "the prefix left in place"
	shot "$(plain -p)"
	row neither "a key that nobody has"
	shot "$(forge keys/nobody rand @alice now 3.0.0 1 \
		"@$FRIEND4,tcp/$port")"
	row neither "one client's key, another's HMAC"
	{
		grep -v HMAC keys/strict
		grep HMAC keys/judge
	} >keys/mixed
	shot "$(forge keys/mixed rand @alice now 3.0.0 1 \
		"@$FRIEND4,tcp/$port")"
}

# field KIND DESCRIPTION FIELD…: PORT in a field stands for the row's port.
field() {
	local args
	row "$1" "$2"
	shift 2
	args=("${@//PORT/$port}")
	shot "$(forge keys/judge "${args[@]//FRIEND/$FRIEND4}")"
}

times() {
	local at=@FRIEND,tcp/PORT
	field neither "130 s old" rand @alice now-130 3.0.0 1 $at
	field neither "130 s ahead" rand @alice now+130 3.0.0 1 $at
	field both "100 s old" rand @alice now-100 3.0.0 1 $at
	field neither "time 0" rand @alice 0 3.0.0 1 $at
	field neither "time -1" rand @alice -1 3.0.0 1 $at
	field neither "time 2147483648" rand @alice 2147483648 3.0.0 1 $at
	field stricter "time now + 2^32" rand @alice now+4294967296 3.0.0 1 $at
	field neither "time of 13 digits" rand @alice 1000000000000 3.0.0 1 $at
	field any "time with letters behind" rand @alice nowx 3.0.0 1 $at
	field neither "no time" rand @alice x 3.0.0 1 $at
}

fields() {
	local at=@FRIEND,tcp/PORT
	field neither "random value with a letter" 123456789012345x @alice now \
		3.0.0 1 $at
	field neither "random value of 15 digits" 123456789012345 @alice now \
		3.0.0 1 $at
	field neither "user with a colon" rand @al:ice now 3.0.0 1 $at
	field neither "user of 49 characters" rand \
		@aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeee now \
		3.0.0 1 $at
	field neither "user not base64" rand 'al!ce' now 3.0.0 1 $at
	field any "another version" rand @alice now 9.9.9 1 $at
	field neither "version of 9 characters" rand @alice now 3.0.0.0.0 1 $at
	field neither "type 7" rand @alice now 3.0.0 7 $at
	field neither "type -1" rand @alice now 3.0.0 -1 $at
	field any "type 01" rand @alice now 3.0.0 01 $at
	field neither "type 0, a command" rand @alice now 3.0.0 0 $at
	field neither "type 1 with two more fields" rand @alice now 3.0.0 1 \
		$at @x @y
	field any "type 1 with server_auth" rand @alice now 3.0.0 1 $at @secret
	field neither "type 2 without its target" rand @alice now 3.0.0 2 $at
	field neither "type 3 without a number" rand @alice now 3.0.0 3 $at 1x
	field neither "type 3 with 65537" rand @alice now 3.0.0 3 $at 65537
	field both "type 3 with 60" rand @alice now 3.0.0 3 $at 60
	field any "type 3 with 0" rand @alice now 3.0.0 3 $at 0
	field any "a base64 field that keeps its =" rand \
		YWxpY2Ux= now 3.0.0 1 $at
	field neither "no fields at all" rand
}

messages() {
	local head="rand @alice now 3.0.0 1" list=@FRIEND i
	# shellcheck disable=SC2086 # $head is a list
	{
		field neither "address 999.1.1.1" $head @999.1.1.1,tcp/PORT
		field neither "address missing" $head @tcp/PORT
		field neither "address of IPv6" $head @2001:db8::1,tcp/PORT
		field any "address 010.0.0.1" $head @010.0.0.1,tcp/PORT
		field neither "address of two numbers" $head @198.7,tcp/PORT
		field neither "protocol in capitals" $head @FRIEND,TCP/PORT
		field neither "protocol icmp" $head @FRIEND,icmp/PORT
		field neither "port with letters" $head @FRIEND,tcp/PORTx
		field neither "port of 6 digits" $head @FRIEND,tcp/00PORT
		field any "port of 5 digits" $head @FRIEND,tcp/0PORT
		field neither "port 0 behind a good one" $head \
			@FRIEND,tcp/PORT,tcp/0
		field neither "port 65536 behind a good one" $head \
			@FRIEND,tcp/PORT,tcp/65536
		field neither "comma at the end" $head @FRIEND,tcp/PORT,
		field neither "two commas" $head @FRIEND,,tcp/PORT
		field neither "a space" $head "@FRIEND, tcp/PORT"
		field any "the same port twice" $head \
			@FRIEND,tcp/PORT,tcp/PORT
		field stricter "a port that no service has" $head \
			@FRIEND,tcp/PORT,tcp/999
	}
	row superset "19 ports: text longer than 400"
	for ((i = LAST - 18; i <= LAST; i++)); do
		list+=,tcp/$i
	done
	ports[-1]=$LAST
	# shellcheck disable=SC2086
	shot "$(forge keys/judge $head0 "${list//FRIEND/$FRIEND4}")"
}

policies() {
	row neither "0.0.0.0 of a client that may not"
	shot "$(forge keys/strict rand @alice now 3.0.0 1 "@0.0.0.0,tcp/$port")"
	row stricter "0.0.0.00 of a client that may not"
	shot "$(forge keys/strict rand @alice now 3.0.0 1 \
		"@0.0.0.00,tcp/$port")"
	row stricter "an address that is not the packet's"
	shot "$(forge keys/strict rand @alice now 3.0.0 1 \
		"@203.0.113.9,tcp/$port")"
	field stricter "a host behind that no service names" \
		rand @alice now 3.0.0 2 @FRIEND,tcp/PORT "@$INNER4,22"
	field stricter "a local port that no service names" \
		rand @alice now 3.0.0 5 @FRIEND,tcp/PORT "@$GW4,25"
	field neither "a target with two commas" \
		rand @alice now 3.0.0 2 @FRIEND,tcp/PORT "@$INNER4,2,2"
	field neither "a target with port 0" \
		rand @alice now 3.0.0 2 @FRIEND,tcp/PORT "@$INNER4,0"
}

verdict() {
	if [ "$1" = 0 ]; then echo refused; else echo admitted; fi
}

# judge INDEX: one line of the table, and whether it is as it must be.
judge() {
	local ours theirs kind=${kinds[$1]} what good=
	ours=$(verdict $(($(admitted_ours "${ports[$1]}") - before[$1])))
	theirs=$(verdict $(($(admitted_theirs "${ports[$1]}") - before[$1])))
	what=$(printf '%-50s fwknopd %-8s haunt %-8s %s' "${names[$1]}" \
		"$theirs" "$ours" "$kind")
	case $kind-$theirs-$ours in
	both-admitted-admitted | neither-refused-refused) good=1 ;;
	stricter-admitted-refused) good=1 ;;
	superset-*-admitted) good=1 ;;
	any-admitted-* | any-refused-refused) good=1 ;;
	esac
	if [ -n "$good" ]; then pass "$what"; else fail "$what"; fi
}

head0="rand @alice now 3.0.0 1"
first_half
second=$EPOCHSECONDS
for part in altered times fields messages policies; do
	$part
	barrier "a good one after: $part"
done
# A rule of fwknopd's that would end in the same second is not added twice.
later() {
	[ "$EPOCHSECONDS" -gt "$second" ]
}
wait_until 3 later
second_half
barrier "a request after all"
[ "$port" -lt $((LAST - 18)) ] || fail "there are ports enough"
for ((i = 0; i < ${#kinds[@]}; i++)); do
	judge $i
done
done_testing
