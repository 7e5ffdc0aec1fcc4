# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Several gateways at once, measured in turn so that the machine's moods hit
# all alike.
# shellcheck disable=SC2154 # lib.sh sets what is used here
rounds=${ROUNDS:-40} slice=${SLICE:-50}

# gateway NAME: gw-NAME and friend-NAME, with an open port 80 and a closed 22.
gateway() {
	wire "gw-$1" "friend-$1" "$GW4" "$FRIEND4"
	sink "gw-$1" 22
	sink "gw-$1" 80
	on "gw-$1" sysctl -qw net.core.somaxconn=4096
	on "friend-$1" sysctl -qw net.ipv4.ip_local_port_range="1024 65000"
}

# Entries of finished flows must not pile up from round to round.
short_memory() {
	on "gw-$1" sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1 \
		net.netfilter.nf_conntrack_udp_timeout_stream=1 \
		net.netfilter.nf_conntrack_tcp_timeout_close=1 \
		net.netfilter.nf_conntrack_tcp_timeout_time_wait=1
}

# measure ROUND NAME: one line "ROUND NAME connect new old", operations a
# second.
measure() {
	local kind
	printf '%s %s' "$1" "$2"
	for kind in connect new old; do
		printf ' %s' "$(on "friend-$2" "$tools/flow" "$kind" "$GW4" \
			80 "$slice" 198.19.0.1)"
	done
	echo
}

# turns NAME…: measures them in turn. Each round begins with another: none is
# always the one after the slowest.
turns() {
	local names=("$@") i j
	for ((i = 0; i < rounds; i++)); do
		for ((j = 0; j < ${#names[@]}; j++)); do
			measure $i "${names[(i + j) % ${#names[@]}]}"
		done
	done >rounds
}

# median NAME COLUMN [BASE]: of the rate, or of its ratio to BASE in percent.
median() {
	awk -v name="$1" -v column="$2" -v base="${3:-$1}" '
		$2 == name { rate[$1] = $column }
		$2 == base { from[$1] = $column }
		END {
			for (i in rate)
				print (name == base ? rate[i] : \
					rate[i] * 100 / from[i])
		}' rounds | sort -n | awk '
		{ all[NR] = $1 }
		END { printf "%.1f\n", all[int((NR + 1) / 2)] }'
}
