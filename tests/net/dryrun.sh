#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --dry-run changes nothing in the kernel and says what it would do.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_nginx gw
world_firewall_nft
before=$(on gw nft list ruleset)
config_standard 20s >"$CONF"
must_start_hauntd --dry-run

is "the ruleset is untouched at the start" "$(on gw nft list ruleset)" "$before"
log_mark
knock friend "$GW4" --access tcp/22 --nat-port 80 >/dev/null
line=$(log_wait 'admit client=alice carrier=udp service=ssh .*result=granted' 5)
like "a knock is judged as ever" "$line" 'door=tcp/80'
like "the log says what would be done" "$(log_wait 'nat\]: .*dry' 5)" \
	"$FRIEND4"
is "the ruleset is untouched after a grant" "$(on gw nft list ruleset)" \
	"$before"
check "the door is shut" tcp_refused friend "$GW4" 22
is "port 80 is the web server's" "$(http_from friend "$GW4")" "public site"
check "revoke works" ctl revoke alice
check "it stops" stop_hauntd
is "the ruleset is untouched at the end" "$(on gw nft list ruleset)" "$before"
done_testing
