#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 10,000 sessions at once, made up in conntrack: all are listed, opened and
# closed once.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq conntrack

world_up
config_standard 60s >"$CONF"
must_start_hauntd
awk 'BEGIN { for (i = 1; i <= 10000; i++) printf \
	"-I -s 198.18.%d.%d -d 198.51.100.1 -p tcp --sport %d --dport 22 " \
	"--state ESTABLISHED --timeout 3000 --mark 1509949447\n",
	i / 250, i % 250 + 1, 20000 + i }' >"$T/load"
on gw conntrack -R "$T/load" >/dev/null 2>&1
is "10,000 entries are there" "$(on gw conntrack -C)" 10000
ctl --json sessions >"$T/out"
is "all are listed" "$(jq '.sessions | length' "$T/out")" 10000
is "each once" "$(jq '.sessions | map(.from) | unique | length' "$T/out")" 10000
is "status counts them" "$(ctl --json status | jq .sessions)" 10000
is "as many lines as text" "$(ctl sessions | grep -c ' tcp ')" 10000
is "each has opened once" "$(grep -c ' session-open ' "$LOG")" 10000
on gw conntrack -F 2>/dev/null
is "none is left" "$(ctl --json sessions | jq '.sessions | length')" 0
is "each has closed once" "$(grep -c ' session-close ' "$LOG")" 10000
is "nothing else happened to hauntd" \
	"$(grep -c 'monitor\]: ready' "$LOG")" 1
done_testing
