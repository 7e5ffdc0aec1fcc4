#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# From `revoke --cut` of a client with three sessions to their end, among many
# entries in conntrack and many sessions of somebody else. fwknopd cannot end a
# session.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
entries=${ENTRIES:-250000} others=${OTHERS:-1000} rounds=${ROUNDS:-5}
[ -x "$tools/sever" ] || skip_all "sever is not built"
wire gw friend "$GW4" "$FRIEND4"
on gw sysctl -qw net.netfilter.nf_conntrack_udp_timeout=600
exec {talk}< <(exec ip netns exec gw "$tools/talker" 22)
read -r -u "$talk" line || give_up "no talker"
[ "$line" = ready ] || give_up "no talker"
clients 2
haunt_up
for ((i = 0; i < rounds; i++)); do
	bench sever "$T/keys/1" "$T/keys/2" "$GW4" 22 "$FIRST4" "$others" \
		"$entries" "$CONTROL" c1
	echo "$(result answer_ms) $(result dead_ms) $(result others)"
done >rounds
count=$(on gw sysctl -n net.netfilter.nf_conntrack_count)
[ "$count" -ge "$entries" ] || give_up "only $count entries"
# middle COLUMN: the median.
middle() {
	awk -v c="$1" '{ print $c }' rounds | sort -n |
		awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}
figure "revoke --cut among $count entries: answered" ms – "$(middle 1)" -
figure "  its 3 sessions are dead" ms – "$(middle 2)" "< 50"
figure "  worst of $rounds" ms – \
	"$(awk '{ print $2 }' rounds | sort -n | tail -n 1)" "< 50"
figure "  of $others others go on" - – \
	"$(awk '{ print $3 }' rounds | sort -n | head -n 1)" "$others"
haunt_down
