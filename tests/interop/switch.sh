#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What fwknopd did besides opening a port goes on at hauntd, with the firewall,
# the imported configuration and the commands that nobody changes: FORCE_NAT,
# ways through the gateway, any port, packets by TCP, HTTP and ICMP; and what
# serves the public still does.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
interop_up
serve inner inner tcp/2222
world_firewall_iptables
on gw iptables -A INPUT -p tcp --dport 62201 -j ACCEPT
on gw ip address add 192.0.2.9/24 dev eth1
on friend ip route add 192.0.2.0/24 via "$GW4"
on stranger ip route add 192.0.2.0/24 via "$GW4"

# stanza NAME LINE…
names=()
stanza() {
	local name=$1
	shift
	key_make "$name"
	names+=("$name")
	echo 'SOURCE ANY'
	echo 'REQUIRE_SOURCE_ADDRESS Y'
	sed 's/: / /' "keys/$name"
	printf '%s\n' "$@"
}
{
	stanza forced 'OPEN_PORTS tcp/80, udp/80' "FORCE_NAT $INNER4 5432"
	stanza loose "FORCE_NAT $INNER4 2222" 'FORCE_SNAT 192.0.2.9'
	stanza masq 'OPEN_PORTS tcp/22' 'FORWARD_ALL Y' 'DISABLE_DNAT Y' \
		'FORCE_MASQUERADE Y'
	stanza snat 'FORWARD_ALL Y' 'DISABLE_DNAT Y' 'FORCE_SNAT 192.0.2.9'
	stanza aside 'OPEN_PORTS tcp/22' 'FORWARD_ALL Y' 'DISABLE_DNAT Y'
	stanza whole 'OPEN_PORTS tcp/5432' 'FORWARD_ALL Y' \
		"FORCE_NAT $INNER4 22"
	stanza any 'RESTRICT_PORTS tcp/5353'
	stanza plain 'OPEN_PORTS tcp/22,tcp/80,tcp/2222'
} >access.conf
# The client name that the import gives it.
stanza_of() {
	local i
	for i in "${!names[@]}"; do
		[ "${names[i]}" != "$1" ] || echo "stanza-$((i + 1))"
	done
}
{
	echo '[default]'
	echo "SPA_SERVER $GW4"
	echo "ALLOW_IP $FRIEND4"
	echo 'ACCESS tcp/22'
	echo 'NO_SAVE_ARGS Y'
	sed 's/: / /' keys/plain
	for carrier in udp tcp http icmp udpraw tcpraw; do
		printf '[%s]\nSPA_SERVER_PROTO %s\n' $carrier ${carrier^^}
		# Where fwknopd itself listens hauntd hears no lone SYN.
		case $carrier in http | tcpraw) echo 'SPA_SERVER_PORT 80' ;; esac
		[ $carrier != udpraw ] || echo "SPOOF_SOURCE_IP $STRANGER4"
		[ $carrier != tcpraw ] || echo "SPA_SOURCE_PORT 4711"
	done
} >.fwknoprc
chmod 600 .fwknoprc
FWKNOPD_MORE="PCAP_FILTER udp port 62201 or tcp port 62201 or tcp port 80 or icmp;
ENABLE_TCP_SERVER Y;
ENABLE_SPA_OVER_HTTP Y;"
fwknopd_start
"$HAUNTCTL" import-fwknop access.conf fwknopd.conf --keys new-keys \
	-o imported.conf 2>report
is "hauntctl import-fwknop" $? 0
like "what is closed is said" "$(cat report)" \
	'closed to everybody who has no grant: .*tcp/22'
like "and what is not" "$(cat report)" 'left open to everybody: tcp/80;'
"$HAUNT" import .fwknoprc --keys client-keys -o haunt.conf 2>report
is "haunt import" $? 0

# Nothing comes of what is dropped, however long one waits.
ASK_WAIT=0.6
# beyond HOST: what answers on the host behind the gateway, by its address.
beyond() {
	# shellcheck disable=SC2016 # the inner shell expands them
	on "$1" timeout "$ASK_WAIT" bash -c 'exec 3<>"/dev/tcp/$1/5432" || exit 1
		head -n 1 <&3' - "$INNER4" 2>/dev/null
}
# Opened by NAME's command, looked at, and taken back: by both daemons.
# same NAME COMMAND-ARGUMENT… -- WHAT WANTED LOOK…
same() {
	local name=$1 arguments=() what want line
	shift
	while [ "$1" != -- ]; do
		arguments+=("$1")
		shift
	done
	what="$daemon: $name: $2" want=$3
	shift 3
	knock_mark
	fwknop_to "$name" -a "$FRIEND4" "${arguments[@]}" >/dev/null 2>&1
	line=$(knock_wait "$name") || note "$line"
	is "$what" "$("$@")" "$want"
	close "$name"
}

both() {
	is "$daemon: before a knock" "$(ask friend tcp 22)$(beyond friend)" ""
	same forced -A tcp/80 -- "a port leads where FORCE_NAT says" \
		"inner tcp/5432 192.0.2.1" ask friend tcp 80
	same forced -A tcp/80 -- "but not for strangers" \
		"gw tcp/80 $STRANGER4" ask stranger tcp 80
	same loose -A tcp/9999 -- "FORCE_NAT of any port, and FORCE_SNAT" \
		"inner tcp/2222 192.0.2.9" ask friend tcp 9999
	same masq -A tcp/22 -- "through the gateway" \
		"inner tcp/5432 192.0.2.1" beyond friend
	same masq -A tcp/22 -- "not for strangers" "" beyond stranger
	same masq -A tcp/22 -- "and no port of the gateway" "" ask friend tcp 22
	same snat -A tcp/7777,udp/1 -- "through it, with FORCE_SNAT" \
		"inner tcp/5432 192.0.2.9" beyond friend
	same aside -A tcp/22 -- "DISABLE_DNAT alone opens a port" \
		"gw tcp/22 $FRIEND4" ask friend tcp 22
	same aside -A tcp/22 -- "and no way through" "" beyond friend
	same whole -A tcp/5432 -- "FORWARD_ALL and FORCE_NAT" \
		"inner tcp/5432 192.0.2.1" ask friend tcp 5432
	same any -A tcp/2222 -- "any port" "gw tcp/2222 $FRIEND4" \
		ask friend tcp 2222
	same any -A udp/5353 -- "any UDP port" "gw udp/5353 $FRIEND4" \
		ask friend udp 5353
	same plain -A tcp/22,tcp/80 -- "the public has what is public" \
		"gw tcp/80 $STRANGER4" ask stranger tcp 80
	for carrier in udp tcp icmp udpraw; do
		same plain -A tcp/22 -P $carrier -- "by $carrier" \
			"gw tcp/22 $FRIEND4" ask friend tcp 22
	done
	same plain -A tcp/22 -P tcpraw -p 80 -- "by tcpraw" \
		"gw tcp/22 $FRIEND4" ask friend tcp 22
	same plain -A tcp/22 -P http -- "by HTTP to a listener" \
		"gw tcp/22 $FRIEND4" ask friend tcp 22
	same plain -A tcp/22 -P http -p 80 -- "by HTTP to the web server" \
		"gw tcp/22 $FRIEND4" ask friend tcp 22
	for carrier in udp tcp http icmp udpraw tcpraw; do
		knock_mark
		on friend "$HAUNT" open $carrier --config "$T/haunt.conf" \
			>said 2>&1 || note "$(cat said)"
		knock_wait plain >line
		is "$daemon: haunt open $carrier, as .fwknoprc said" \
			"$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
		$by_carrier "$carrier"
		close plain
	done
}

# ---- fwknopd ----

daemon=fwknopd
by_carrier=:
knock_mark() {
	peer_mark
}
# The last rule that it adds for one.
knock_wait() {
	case $1 in
	forced | loose | whole | masq | snat) peer_wait 'Added SNAT .*rule' ;;
	*) peer_wait 'Added access rule' ;;
	esac
}
close() {
	local chain
	for chain in FWKNOP_INPUT FWKNOP_FORWARD; do
		on gw iptables -F $chain
	done
	for chain in PREROUTING POSTROUTING MASQUERADE; do
		on gw iptables -t nat -F FWKNOP_$chain
	done
}
both
fwknopd_stop

# ---- hauntd ----

daemon=hauntd
by_carrier=carrier_is
# Stands in the log with the carrier that .fwknoprc names.
carrier_is() {
	local carrier=${1%raw}
	like "hauntd: by $1" "$(cat line)" "carrier=$carrier .*result="
}
knock_mark() {
	log_mark
}
knock_wait() {
	log_wait "admit client=$(stanza_of "$1") .*result=granted"
}
close() {
	ctl revoke "$(stanza_of "$1")" >/dev/null
}
{
	cat imported.conf
	config_head | grep -v listen
} >"$CONF"
must_start_hauntd
both
same forced -A tcp/80 -f 20 -- "also for a time" \
	"inner tcp/5432 192.0.2.1" ask friend tcp 80
same aside -A tcp/1 -- "its way through is asked for" \
	"inner tcp/5432 192.0.2.1" beyond friend
# denied NAME ARGUMENT…
denied() {
	local name=$1
	shift
	log_mark
	fwknop_to "$name" -a "$FRIEND4" "$@" >/dev/null 2>&1
	like "hauntd: $name may not: $*" "$(log_wait 'admit .*result=')" \
		"client=$(stanza_of "$name") .*result=denied"
}
denied any -A tcp/5353
denied forced -A tcp/81
denied forced -A tcp/80 -N "$INNER4:22"
denied masq -A tcp/23
denied plain -A tcp/23

# ---- docs/fwknop.md ----

# rows PROGRAM: of the table of its options.
manual=$(dirname "${BASH_SOURCE[0]}")/../../docs/fwknop.md
rows() {
	sed -n "/^## Options of $1\$/,/^## /p" "$manual" | grep '^| `-'
}
# options PROGRAM: what its help begins lines with.
options() {
	"$1" --help 2>&1 |
		sed -nE 's/^ {1,6}(-[A-Za-z])?,? *(--[a-z0-9-]+)?.*/\1\n\2/p' |
		grep -- - | sort -u
}
for program in fwknop fwknopd; do
	missing=
	options $program >typed
	rows $program | cut -d'|' -f2 >told
	while read -r option; do
		grep -qF -e "\`$option\`" told || missing+=" $option"
	done <typed
	is "each option of $program is in the manual" "$missing" ""
	check "and there were some" test "$(wc -l <typed)" -gt 50
done
{
	for word in open keygen last list import; do
		"$HAUNT" $word --help
	done
	"$HAUNT" --help
	"$HAUNTD" --help
	"$HAUNTCTL" --help
} >help
missing=
{ rows fwknop && rows fwknopd; } | cut -d'|' -f3 |
	grep -oE -- '--[a-z0-9-]+' | sort -u >ours
while read -r option; do
	grep -qE -e "(^|[ ,[|])$option( |,|]|\$)" help || missing+=" $option"
done <ours
is "each option that it names instead is there" "$missing" ""
check "and there were some" test "$(wc -l <ours)" -gt 25
done_testing
