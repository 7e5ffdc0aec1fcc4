#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What live grants cost the traffic that passes. One gateway for each number of
# grants, all up at once, measured in turn so that the machine's moods hit all
# alike; a figure is the median over the rounds of the ratio to the gateway
# without grants. hauntd's grants come from knocks. fwknopd has to be given
# its rules by iptables-restore: its own way would take hours.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=turns.sh
. "$net_dir/../bench/turns.sh"
read -r -a grants <<<"${GRANTS:-0 1000 100000}"
read -r -a rules <<<"${RULES:-0 1000 10000}"
clients 1

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

names=()
for n in "${grants[@]}"; do
	haunt_gateway "$n"
	names+=("h$n")
done
for n in "${rules[@]}"; do
	peer_gateway "$n"
	names+=("p$n")
done
turns "${names[@]}"

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
