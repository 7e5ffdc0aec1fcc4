#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who understands whom, as one table: Debian's fwknop client at hauntd, and
# haunt at Debian's fwknopd, for every message type by every carrier, and for
# every encryption by every carrier and with every digest, that both know. A
# cell of the table is two cases: left the knock of fwknop, right the knock of
# haunt; "+" if what was asked for really works then.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=../net/lib/pgp.sh
. "$(dirname "$0")/../net/lib/pgp.sh"
need squid socat gpg
carriers="udp tcp http proxy icmp udpraw tcpraw"
digests="md5 sha1 sha256 sha384 sha512 sha3_256 sha3_512"
modes="cbc ecb cfb ofb ctr legacy"
rows="$modes gpg gpg-bare"
keys="matrix mode-cbc mode-ecb mode-cfb mode-ofb mode-ctr mode-legacy"
PROXY=127.0.0.1:3128
declare -A cell

# Port 80 is where the knocks arrive here, by TCP and by HTTP.
ports=()
for type in 1 3; do
	for n in 0 1 2 3 4 5 6; do
		ports+=("tcp/7${type}0$n")
	done
done
world_up
serve gw gw tcp/7022 "${ports[@]}"
serve inner inner tcp/5432

# A proxy as people run them, on a host of its own. fwknop hangs up at once, and
# squid lets go of a request whose client is gone; socat stays on the line.
proxy_up() {
	cat >squid.conf <<-EOF
		http_port 3128
		http_access allow all
		acl all_ports port 1-65535
		cache deny all
		cache_mem 8 MB
		pid_filename none
		access_log none
		cache_log $T/squid.log
		coredump_dir $T
		shutdown_lifetime 0 seconds
		pinger_enable off
	EOF
	: >squid.log
	chmod 666 squid.log
	ip netns exec friend2 squid -N -f "$T/squid.conf" >/dev/null 2>&1 &
	ip netns exec friend socat -T 2 \
		TCP4-LISTEN:3128,bind=127.0.0.1,fork,reuseaddr,ignoreeof \
		"TCP4:$SECOND4:3128" 2>/dev/null &
	wait_until 10 listening friend2 && wait_until 5 listening friend
}

listening() {
	[ -n "$(on "$1" ss -Htln 'sport = :3128')" ]
}

# asks TYPE N: what fwknop is told to ask for by a packet of that type, in $ask;
# what haunt is told, in $our; where it leads, in $door; and what answers there.
# N is the carrier's number: each cell has a port of its own.
asks() {
	local own=7${1}0$2
	door=8${1}0$2
	answer="gw tcp/7022 $FRIEND4"
	case $1 in
	0)
		ask=(-C "$T/run-touch $2")
		our=(--command "$T/run-touch $2")
		;;
	1 | 3)
		ask=(-A "tcp/$own")
		our=(--access "tcp/$own")
		door=$own
		answer="gw tcp/$own $FRIEND4"
		;;
	2 | 4)
		ask=(-A "tcp/$door" -N "$INNER4:5432")
		our=(--access "tcp/$door" --nat "$INNER4:5432")
		answer="inner tcp/5432 $inner_sees"
		;;
	5 | 6)
		ask=(-A tcp/7022 --nat-local --nat-port "$door")
		our=(--access tcp/7022 --nat-local --nat-port "$door")
		;;
	esac
	case $1 in
	3 | 4 | 6)
		ask+=(-f 90)
		our+=(--lifetime 90)
		;;
	esac
}

# by CARRIER: the words for it, in $theirs_by and in $ours_by.
by() {
	local proto=$1
	theirs_by=(-P "$proto")
	ours_by=(--carrier "$proto")
	case $1 in
	proxy)
		theirs_by=(-H "$PROXY")
		ours_by=(--http-proxy "$PROXY" --port 80)
		;;
	tcp | http | tcpraw)
		theirs_by+=(-p 80)
		ours_by+=(--port 80)
		;;
	esac
}

# leads TYPE N: it works; for a command, that it was carried out.
leads() {
	if [ "$1" = 0 ]; then
		wait_until 15 [ -e "$T/ran/$2" ]
	else
		wait_until 15 answers
	fi
}

answers() {
	[ "$(ask friend tcp "$door")" = "$answer" ]
}

# seals ROW: what fwknop and haunt are told of an encryption, in $theirs_seal and
# $ours_seal, and the key's name in $sealer.
seals() {
	sealer=mode-$1
	nohmac=''
	theirs_seal=(fwknop_to "$sealer" -a "$FRIEND4" -M "$1")
	ours_seal=(--mode "$1" --key "keys/$sealer")
	case $1 in
	legacy)
		# shellcheck disable=SC2034 # fwknop_to looks at it
		nohmac=1
		ours_seal+=(--hmac none)
		;;
	gpg*)
		sealer=$1
		theirs_seal=(fwknop_gpg "$1")
		ours_seal=(--gpg-recipient "$GATEWAY" --gpg-home "$MY_HOME"
			--gpg-signer "$(fpr my "$1")")
		if [ -e "keys/$1" ]; then
			ours_seal+=(--key "keys/$1")
		else
			ours_seal+=(--hmac none)
		fi
		;;
	esac
}

# theirs_sealed ARGUMENT…, ours_sealed: one knock, and the daemon's line of it.
# What is signed without an HMAC is rationed by hauntd, and may have to be sent
# again.
theirs_sealed() {
	local tries=1
	[ "$sealer" != gpg-bare ] || tries=5
	log_mark
	while [ $((tries--)) -gt 0 ]; do
		"${theirs_seal[@]}" -A tcp/7022 "$@" >said 2>&1 || return
		log_wait "admit client=$sealer .*result=(granted|renewed)" \
			$((tries ? 1 : 5)) >found && return
	done
	return 1
}

ours_sealed() {
	port=$((port + 1))
	peer_mark
	on friend "$HAUNT" open "$GW4" --access "tcp/$port" --allow "$FRIEND4" \
		"${ours_seal[@]}" "$@" >said 2>&1 &&
		peer_wait "Added access rule .* tcp/$port," >found
}

# note_cell ROW COLUMN STATUS: of what comes to the table.
note_cell() {
	local mark=+
	[ "$3" = 0 ] || mark=-
	cell["$1/$2"]="${cell["$1/$2"]-}$mark"
}

# case_of ROW COLUMN DESCRIPTION COMMAND…
case_of() {
	local row=$1 column=$2 what=$3 status=0
	shift 3
	"$@" || status=1
	is "$what" "$status" 0
	note_cell "$row" "$column" "$status"
}

theirs_knock() {
	fwknop_to matrix -a "$FRIEND4" "${ask[@]}" "${theirs_by[@]}"
}

ours_knock() {
	on friend "$HAUNT" open "$GW4" --key keys/matrix --user alice \
		--allow "$FRIEND4" "${our[@]}" "${ours_by[@]}"
}

# shut TYPE: nothing is there before the knock; a command was not run.
shut() {
	if [ "$1" = 0 ]; then
		[ ! -e "$T/ran/$n" ]
	else
		! answers
	fi
}

# knocked TYPE N: the knock went well, and leads where it should.
knocked() {
	[ "$(cat "was.$2")" = shut ] && wait "${knocks[$2]}" && leads "$@" &&
		return
	note "before: $(cat "was.$2")"
	note "$(cat "said.$2")"
	return 1
}

# typed WHO FUNCTION: each type by each carrier. Those of one type at a time: a
# proxy takes its seconds.
typed() {
	local type n carrier knocks
	for type in 0 1 2 3 4 5 6; do
		knocks=()
		n=0
		for carrier in $carriers; do
			asks "$type" "$n"
			by "$carrier"
			if shut "$type"; then echo shut; else echo open; fi \
				>"was.$n"
			"$2" >"said.$n" 2>&1 &
			knocks+=($!)
			n=$((n + 1))
		done
		n=0
		for carrier in $carriers; do
			asks "$type" "$n"
			case_of "$type" "$carrier" \
				"$1: type $type by $carrier" knocked "$type" "$n"
			n=$((n + 1))
		done
	done
}

# sealed WHO: each encryption with each digest, and by each carrier.
sealed() {
	local row digest carrier
	for row in $rows; do
		seals "$row"
		for digest in $digests; do
			case_of "$row" "$digest" "$1: $row, digest $digest" \
				"$2" "$3" "$digest"
		done
		for carrier in $carriers; do
			by "$carrier"
			if [ "$2" = theirs_sealed ]; then
				set -- "$1" "$2" "$3" "${theirs_by[@]}"
			else
				set -- "$1" "$2" "$3" "${ours_by[@]}"
			fi
			case_of "$row" "$carrier" "$1: $row by $carrier" \
				"$2" "${@:4}"
		done
	done
}

mkdir ran
chmod 777 ran
for name in $keys; do
	key_make "$name"
done
sed -i /HMAC/d keys/mode-legacy
gpg_homes
gpg_gw --passphrase '' --quick-gen-key gateway@test rsa2048 sign,encrypt
gpg_gw --export gateway@test | gpg_my --import
GATEWAY=$(fpr gw gateway)
for name in gpg gpg-bare; do
	make_key "$name" rsa2048 sign
	# fwknopd wants more than a key that is there: its owner must be trusted.
	echo "$(fpr my "$name"):6:" | gpg_gw --import-ownertrust 2>/dev/null
done
key_make gpg
cat >run-touch <<-EOF
	#!/bin/sh
	exec touch "$T/ran/\$1"
EOF
chmod 755 run-touch
{
	sed '/^listen/d' <(config_head)
	cat <<-EOF
		gpg-home = "$GW_HOME"
		listen "eth0" {
			ports = {62201}
			tcp-ports = {80}
			icmp = true
		}
		listen "http" { address = "0.0.0.0:80" }
		service "local" {
			target = "tcp/7022"
			at = {"tcp/7022", "tcp/8500-8699"}
		}
		service "inner" {
			target = "$INNER4 tcp/5432"
			at = {"tcp/8200-8499"}
		}
	EOF
	for port in "${ports[@]}"; do
		echo "service \"${port/\//-}\" { target = \"$port\" }"
	done
	for n in 0 1 2 3 4 5 6; do
		echo "command \"touch-$n\" { request = \"$T/run-touch $n\" argv = {\"$T/run-touch\", \"$n\"} user = \"nobody\" group = \"nogroup\" }"
	done
	services=$(printf '"%s", ' "${ports[@]//\//-}")
	commands=$(printf '"touch-%s", ' 0 1 2 3 4 5 6)
	for name in $keys; do
		echo "client \"$name\" {"
		echo "key = \"$T/keys/$name\""
		echo "services = {$services \"local\", \"inner\"}"
		echo "may-open-for-others = true"
		case $name in
		mode-legacy)
			echo 'hmac = "none" allow-without-hmac = true'
			;;
		matrix) echo "commands = {${commands%, }}" ;;
		esac
		[ "$name" = matrix ] || echo "mode = \"${name#mode-}\""
		echo "}"
	done
	echo "client gpg { key = \"$T/keys/gpg\" services = local may-open-for-others = true gpg-signers = $(fpr my gpg) }"
	echo "client gpg-bare { services = local may-open-for-others = true gpg-signers = $(fpr my gpg-bare) hmac = none allow-without-hmac = true }"
} >"$CONF"
sed -i '/^KEY/d' keys/gpg
check "a proxy runs" proxy_up

inner_sees=192.0.2.1
must_start_hauntd
typed "fwknop at hauntd" theirs_knock
sealed "fwknop at hauntd" theirs_sealed -m
stop_hauntd
check "nothing of hauntd is left" on gw "$HAUNTD" --uninstall -c "$CONF"
rm -f ran/*

{
	for mode in $modes; do
		echo 'SOURCE ANY'
		sed 's/: / /' "keys/mode-$mode"
		[ "$mode" = cbc ] || echo "ENCRYPTION_MODE $mode"
	done
	for name in gpg gpg-bare; do
		printf '%s\n' 'SOURCE ANY' "GPG_HOME_DIR $GW_HOME" \
			'GPG_DECRYPT_ID gateway@test' 'GPG_ALLOW_NO_PW Y' \
			'GPG_REQUIRE_SIG Y' "GPG_FINGERPRINT_ID $(fpr my $name)"
		[ "$name" = gpg-bare ] || sed 's/: / /' keys/gpg
	done
	echo 'SOURCE ANY'
	sed 's/: / /' keys/matrix
	printf '%s\n' 'ENABLE_CMD_EXEC Y' 'CMD_EXEC_USER nobody'
} >access.conf
on gw iptables -A INPUT -p tcp --dport 7000:8999 -m conntrack --ctstate NEW \
	-j REJECT --reject-with tcp-reset
on gw iptables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
on gw iptables -P FORWARD DROP
# What fwknopd hears by TCP and HTTP goes to a web server; its own would serve
# one connection a second.
start_nginx gw 80
# fwknopd would give all clients of the inner host one port of the gateway, where
# one connection at a time has room.
on inner ip route add default via 192.0.2.1
inner_sees=$FRIEND4
# shellcheck disable=SC2034 # fwknopd_start looks at it
FWKNOPD_MORE="ENABLE_IPT_SNAT N;
PCAP_FILTER udp dst port 62201 or tcp dst port 80 or icmp;
ENABLE_SPA_OVER_HTTP Y;"
fwknopd_start
port=10000
typed "haunt at fwknopd" ours_knock
sealed "haunt at fwknopd" ours_sealed --digest
fwknopd_stop

# table HEAD ROWS COLUMNS
table() {
	local row column
	printf '%-16s' "$1"
	# shellcheck disable=SC2086 # a list
	printf ' %-8s' $3
	echo
	for row in $2; do
		printf '%-16s' "$row"
		for column in $3; do
			printf ' %-8s' "${cell["$row/$column"]-..}"
		done
		echo
	done
}
{
	echo "fwknop at hauntd, haunt at fwknopd"
	table "message type" "0 1 2 3 4 5 6" "$carriers"
	table "mode" "$rows" "$carriers"
	table "mode" "$rows" "$digests"
} | sed 's/^/# /; s/ *$//'
done_testing
