# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the benchmarks share, on the ground of tests/net: gw and friend on one
# wire, gw with a service on tcp/22 that is closed to all who did not knock,
# friend with as many addresses as wanted (198.18.0.0/15, for benchmarks), and
# hauntd or fwknopd on gw with the same clients. Each script prints its figures
# as figure|unit|fwknopd|haunt|target.

# shellcheck source=../net/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../net/lib.sh"
need fwknopd iptables
need_haunt
tools=$BUILD/tests/bench
for program in latency burst junk flow sink revive; do
	[ -x "$tools/$program" ] || skip_all "$program is not built"
done
PEER_LOG=$T/fwknopd.log
# shellcheck disable=SC2034 # the benchmarks use it
FIRST4=198.18.0.1
cd "$T" || exit 1
chmod 755 "$T"
trap - EXIT

give_up() {
	echo "bench: $1" >&2
	tail -n 5 "$LOG" "$PEER_LOG" >&2
	exit 1
}

# wire GATEWAY FRIEND ADDRESS-GATEWAY ADDRESS-FRIEND: two hosts and a cable.
wire() {
	world_host "$1"
	world_host "$2"
	ip link add eth0 netns "$1" type veth peer name eth0 netns "$2"
	on "$1" ip address add "$3/24" dev eth0
	on "$2" ip address add "$4/24" dev eth0
	on "$1" ip link set eth0 up
	on "$2" ip link set eth0 up
	on "$2" ip route add local 198.18.0.0/15 dev lo
	on "$1" ip route add 198.18.0.0/15 via "$4"
}

# sink HOST PORT: returns when the port is open.
sink() {
	local fd line
	exec {fd}< <(exec ip netns exec "$1" "$tools/sink" "$2")
	read -r -u "$fd" line || give_up "no sink on $1"
	[ "$line" = ready ]
}

bench_up() {
	wire gw friend "$GW4" "$FRIEND4"
	sink gw 22
}

# clients COUNT: key files keys/1 to keys/COUNT. The last is who knocks.
clients() {
	CLIENTS=$1
	# shellcheck disable=SC2034 # the benchmarks use it
	KEY=$T/keys/$1
	head -c $(($1 * 93)) /dev/urandom | base64 -w 124 |
		awk -v dir="$T/keys/" '/./ {
			file = dir NR
			print "KEY_BASE64: " substr($0, 1, 40) >file
			print "HMAC_KEY_BASE64: " substr($0, 41) >file
			close(file)
		}'
	chmod 600 keys/*
}

haunt_conf() {
	local i
	config_head
	echo 'max-grants = 131072'
	echo 'service "ssh" { target = "tcp/22" max-lifetime = "1h" }'
	for ((i = 1; i <= CLIENTS; i++)); do
		echo "client \"c$i\" { key = \"$T/keys/$i\" services = {\"ssh\"} }"
	done
}

# haunt_up: hauntd for the clients; its log says only what went wrong.
haunt_up() {
	haunt_conf >"$CONF"
	must_start_hauntd
}

haunt_down() {
	stop_hauntd
	on gw nft flush ruleset
	rm -rf "${STATE:?}"/*
}

# peer_up LINE: fwknopd for the same clients; LINE goes to fwknopd.conf.
peer_up() {
	local i
	for ((i = 1; i <= CLIENTS; i++)); do
		echo 'SOURCE ANY'
		sed 's/: / /' "keys/$i"
		echo 'MAX_FW_TIMEOUT 3600'
	done >access.conf
	{
		echo "PCAP_INTF eth0;"
		echo "FWKNOP_RUN_DIR $T/peer;"
		echo "FWKNOP_PID_FILE $T/peer/pid;"
		echo "DIGEST_FILE $T/peer/digest;"
		printf '%s\n' "$1"
	} >fwknopd.conf
	chmod 600 access.conf fwknopd.conf
	rm -rf peer
	mkdir -m 700 peer
	on gw iptables -A INPUT -p tcp --dport 22 -j REJECT \
		--reject-with tcp-reset
	: >"$PEER_LOG"
	ip netns exec gw fwknopd -f -c "$T/fwknopd.conf" -a "$T/access.conf" \
		>>"$PEER_LOG" 2>&1 &
	PEER_PID=$!
	wait_line "$PEER_LOG" 'Starting fwknopd main event loop|Kicking off UDP' \
		20 >/dev/null || give_up "fwknopd does not start"
}

peer_down() {
	kill "$PEER_PID"
	wait "$PEER_PID"
	on gw nft flush ruleset
}

# bench PROGRAM ARGUMENT…: on friend; what it prints is in $T/result.
bench() {
	local program=$1
	shift
	on friend "$tools/$program" "$@" >"$T/result" ||
		give_up "$program failed"
}

# result NAME
result() {
	sed -n "s/^$1 //p" "$T/result"
}

# figure NAME UNIT FWKNOPD HAUNT TARGET
figure() {
	local IFS='|'
	echo "$*"
}
