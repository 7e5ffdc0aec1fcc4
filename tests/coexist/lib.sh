# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Beside other firewalls: the ground of tests/net, private copies of what
# those programs write to, and what has to hold beside each of them.
# shellcheck source=../net/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../net/lib.sh"

# shellcheck disable=SC2034 # the tests use it
PROBER=$BUILD/tests/lib/prober

# private DIR…: what is written there stays in this test.
private() {
	local dir copy
	for dir in "$@"; do
		copy=$T/private$dir
		mkdir -p "$(dirname "$copy")"
		cp -a "$dir" "$copy"
		mount --bind "$copy" "$dir"
	done
}

# iptables_is nft|legacy: what `iptables` is in this test.
iptables_is() {
	local tool family
	need "iptables-$1" "ip6tables-$1"
	for family in iptables ip6tables; do
		for tool in "" -save -restore; do
			ln -sf "/usr/sbin/$family-$1$tool" \
				"/etc/alternatives/$family$tool"
		done
	done
}

# coexist_up LIFETIME: hosts and services. The web server is everybody's; sshd
# and the UDP service are cloaked.
coexist_up() {
	need_haunt
	[ -x "$PROBER" ] || skip_all "tests/lib/prober is not built"
	private /etc/alternatives
	mount -t tmpfs tmpfs /var/log
	world_up
	start_sshd gw
	start_sshd inner
	start_nginx gw
	start_udp gw 7001 secret
	config_standard "$1" >"$CONF"
}

# tags: how many rules in chains of others are haunt's. nft does not show the
# comment of one that iptables restored.
TAGGED=0x5a000000
tags() {
	foreign_ruleset | grep -c "$TAGGED"
}

tags_are() {
	[ "$(tags)" = "$1" ]
}

# foreign: the other firewall's rules without ours, byte for byte, by nft and
# as iptables-legacy has them.
foreign() {
	foreign_ruleset | grep -v "$TAGGED"
	legacy_save
}

# legacy_save: nothing where iptables-legacy has no table; asking would make
# them.
legacy_save() {
	local names family
	for family in ip ip6; do
		names=$(on gw cat "/proc/net/${family}_tables_names" 2>/dev/null)
		[ -z "$names" ] || on gw "${family}tables-legacy-save" |
			sed '/^#/d; s/\[[0-9]*:[0-9]*\]/[N:N]/'
	done
}

# enters DESCRIPTION GATEWAY PORT HOST OPTION…: a knock with these options is
# granted, and the friend is then on HOST.
enters() {
	local what=$1 gw=$2 port=$3 host=$4
	shift 4
	check "$what: granted" knock_for '(granted|renewed)' friend "$gw" "$@"
	[ "$port" != random ] || port=$(grep -oE 'tcp/[0-9]+' "$T/knock.out" |
		head -n 1 | cut -d/ -f2)
	# shellcheck disable=SC2016 # expanded over there
	is "$what: the friend gets in" "$(ssh_from friend "$gw" "$port" \
		'echo $WHO' 2>&1 | tail -n 1)" "$host"
}

# stays_out DESCRIPTION GATEWAY PORT OPTION…: granted, and yet of no use.
stays_out() {
	local what=$1 gw=$2 port=$3
	shift 3
	check "$what: granted" knock_for '(granted|renewed)' friend "$gw" "$@"
	refuse "$what: and of no use" ssh_from friend "$gw" "$port" true
}

# all_enter NAME: accept, ghost, random port and forward, over both families.
all_enter() {
	local v gw port inner allow
	for v in IPv4 IPv6; do
		gw=$GW4 port=2222 inner=$INNER4 allow=local
		[ "$v" = IPv4 ] || gw=$GW6 port=2226 inner=[$INNER6] allow=source
		enters "$1, $v, accept" "$gw" 22 gw --access tcp/22 \
			--allow "$allow"
		enters "$1, $v, ghost" "$gw" 80 gw --access tcp/22 \
			--nat-port 80 --allow "$allow"
		enters "$1, $v, random port" "$gw" random gw --access tcp/22 \
			--nat-port random --allow "$allow"
		enters "$1, $v, forward" "$gw" "$port" inner \
			--access "tcp/$port" --nat "$inner:22" --allow "$allow"
	done
	check "$1: UDP, accept: granted" knock_for '(granted|renewed)' friend \
		"$GW4" --access udp/7001
	is "$1: UDP, accept: the friend is answered" \
		"$(udp_once friend "$GW4" 7001 hello)" "secret $FRIEND4 hello"
}

# scans NAME [SCAN PORT]…: all at once, over both families; each must find the
# port as a closed one is.
scans() {
	local what=$1 address scan port job jobs=()
	shift
	while [ $# -gt 1 ]; do
		for address in "$GW4" "$GW6"; do
			job=$T/scan-$address$1-$2
			looks_closed stranger "$address" "$1" "$2" >"$job" 2>&1 &
			jobs+=("$!,$address,$1,$2")
		done
		shift 2
	done
	for job in "${jobs[@]}"; do
		IFS=, read -r job address scan port <<<"$job"
		check "$what: nmap $scan takes port $port for a closed one ($address)" \
			scan_end "$job" "$T/scan-$address$scan-$port"
	done
}

# scan_end PID FILE: its status, and what it said.
scan_end() {
	wait "$1"
	local status=$?
	cat "$2"
	return "$status"
}

# asks_in_vain NAME: who asks for a cloaked port is answered as at a closed
# one, and the page is there.
asks_in_vain() {
	check "$1: the stranger sees the web server alone" \
		stranger_sees_nothing 22 2222 2226
	scans "$1" -sU 7001 -sF 22
}

# stranger_out NAME: the same, and no ACK tells either. Where the other
# firewall has tcp/22 open and rejects elsewhere, one does, until the grace of
# a first start is over.
stranger_out() {
	check "$1: the stranger sees the web server alone" \
		stranger_sees_nothing 22 2222 2226
	scans "$1" -sU 7001 -sA 22 -sF 22
}

# sessions_open NAME: an SSH session by the ghost and one to the host within,
# and a UDP flow; sessions_live DESCRIPTION: all of them do.
sessions_open() {
	enters "$1, a session by a ghost" "$GW4" 80 gw --access tcp/22 \
		--nat-port 80
	ssh_open ghost friend "$GW4" 80
	enters "$1, a session to the host within" "$GW4" 2222 inner \
		--access tcp/2222 --nat "$INNER4:22"
	ssh_open within friend "$GW4" 2222
	enters "$1, a session over IPv6" "$GW6" 22 gw --access tcp/22 \
		--allow source
	ssh_open six friend "$GW6" 22
	check "$1, a UDP flow: granted" knock_for '(granted|renewed)' friend \
		"$GW4" --access udp/7001
	udp_open flow friend "$GW4" 7001
	sessions_live "$1: sessions are up"
}

all_alive() {
	local name
	for name in ghost within six flow; do
		alive "$name" || {
			echo "$name is dead"
			return 1
		}
	done
}

# What is dead stays so; what is slow does not.
sessions_live() {
	check "$1" wait_until 10 all_alive
}

sessions_close() {
	local name
	for name in ghost within six flow; do
		session_close "$name"
	done
}

# leaves NAME BEFORE: uninstalls and looks what is left.
leaves() {
	stop_hauntd
	check "$1: uninstall" on gw "$HAUNTD" -c "$CONF" --uninstall
	is "$1: the other firewall is what it was, byte for byte" \
		"$(foreign_ruleset; legacy_save)" "$2"
	unlike "$1: of haunt there is nothing" "$(on gw nft list tables)" haunt
}

# prober_start PORT: the stranger tries this port without a pause.
prober_start() {
	local port=$1
	rm -f "$T/prober.in"
	mkfifo "$T/prober.in"
	ip netns exec stranger "$PROBER" watch "$port" "$GW4" "$GW6" \
		<"$T/prober.in" >"$T/prober.out" 2>&1 &
	PROBER_PID=$!
	exec {PROBER_IN}>"$T/prober.in"
}

# prober_end DESCRIPTION: it was let in not once.
prober_end() {
	local said
	exec {PROBER_IN}>&-
	wait "$PROBER_PID"
	said=$(tail -n 1 "$T/prober.out")
	like "$1 ($said)" "$said" '^tried [1-9][0-9]{2,} open 0$'
}

# passes_within MS ADDRESS PORT: the friend reaches sshd there.
passes_within() {
	ip netns exec friend "$PROBER" wait "$1" "$3" "$2" SSH-
}
