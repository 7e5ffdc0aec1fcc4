#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What live grants cost the traffic that passes. One gateway for each number of
# grants, all up at once, measured in turn so that the machine's moods hit all
# alike; a figure is the median over the rounds of the ratio to the gateway
# without grants. hauntd's grants come from knocks. fwknopd has to be given
# its rules by iptables-restore: its own way would take hours.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
rounds=${ROUNDS:-40} slice=${SLICE:-50}
read -r -a grants <<<"${GRANTS:-0 1000 100000}"
read -r -a rules <<<"${RULES:-0 1000 10000}"
clients 1

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

haunt_gateway() {
	local n=$1 name=h$1
	gateway "$name"
	LOG=$T/log-$name CONF=$T/conf-$name STATE=$T/state-$name
	# shellcheck disable=SC2034 # haunt_conf uses it
	CONTROL=$T/run-$name/control
	mkdir "$T/run-$name"
	install -d -m 0700 -o _haunt -g _haunt "$STATE"
	haunt_conf >"$CONF"
	: >"$LOG"
	ip netns exec "gw-$name" "$HAUNTD" -c "$CONF" >>"$LOG" 2>&1 &
	wait_line "$LOG" 'hauntd\[monitor\]: ready' 10 >/dev/null ||
		give_up "hauntd does not start"
	short_memory "$name"
	[ "$n" = 0 ] && return
	on "friend-$name" "$tools/burst" "$KEY" "$GW4" 22 "$FIRST4" "$n" 4000 \
		3600 200 >"$T/result" || give_up "burst failed"
	[ "$(result lost)" = "0 of 200" ] ||
		give_up "of $n grants, lost: $(result lost)"
}

# rule_list COUNT: as fwknopd writes them.
rule_list() {
	echo '*filter'
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "-A FWKNOP_INPUT -s 198.18.%d.%d/32 -p tcp " \
				"-m tcp --dport 22 -m comment --comment " \
				"_exp_4000000000 -j ACCEPT\n", i / 256, i % 256
	}'
	echo COMMIT
}

peer_gateway() {
	local name=p$1
	gateway "$name"
	on "gw-$name" iptables -N FWKNOP_INPUT
	on "gw-$name" iptables -A INPUT -j FWKNOP_INPUT
	on "gw-$name" iptables -A INPUT -m conntrack \
		--ctstate ESTABLISHED,RELATED -j ACCEPT
	on "gw-$name" iptables -A INPUT -p tcp --dport 22 -j REJECT \
		--reject-with tcp-reset
	rule_list "$1" | on "gw-$name" iptables-restore -n
	short_memory "$name"
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

names=()
for n in "${grants[@]}"; do
	haunt_gateway "$n"
	names+=("h$n")
done
for n in "${rules[@]}"; do
	peer_gateway "$n"
	names+=("p$n")
done
# Each round begins with another: none is always the one after the slowest.
for ((i = 0; i < rounds; i++)); do
	for ((j = 0; j < ${#names[@]}; j++)); do
		measure $i "${names[(i + j) % ${#names[@]}]}"
	done
done >rounds

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

for column in 3:"new TCP connections" 4:"new UDP flows" 5:"packets of a flow"; do
	what=${column#*:} column=${column%%:*}
	for ((i = 0; i < ${#grants[@]}; i++)); do
		h=${grants[i]} p=${rules[i]-}
		figure "$what, $h grants (fwknopd: $p rules)" "1/s" \
			"$(median "p$p" "$column")" "$(median "h$h" "$column")" -
		[ "$h" = 0 ] || figure "  relative to none" "%" \
			"$(median "p$p" "$column" "p${rules[0]}")" \
			"$(median "h$h" "$column" "h${grants[0]}")" ">= 95"
	done
done
