#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The administrator's own /etc/nftables.conf that drops, loaded with `nft -f`
# and loaded anew as `systemctl reload nftables` does.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
coexist_up 60s

cat >"$T/nftables.conf" <<'END'
#!/usr/sbin/nft -f
flush ruleset
define web = { 80, 443 }
table inet filter {
	set admins {
		type ipv4_addr
		elements = { 203.0.113.77 }
	}
	chain services {
		tcp dport $web accept
		ip saddr @admins tcp dport 22 accept
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		iifname "lo" accept
		meta l4proto { icmp, ipv6-icmp } accept
		jump services
		limit rate 5/minute log prefix "input: "
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
	}
	chain output {
		type filter hook output priority filter; policy accept;
	}
}
END
load() {
	on gw nft -f "$T/nftables.conf"
}

load
before=$(foreign)
must_start_hauntd
like "what is cloaked is dropped there" "$(log_since)" \
	'cloak ipv4=drop ipv6=drop'
is "one rule a chain, and the log tells" \
	"$(tags) $(log_since | grep -c ' integrate .*result=added')" "2 2"
is "nothing else is changed" "$(foreign)" "$before"
all_enter "nftables"
stranger_out "nftables"
sessions_open "nftables"

prober_start 22
for i in 1 2 3; do
	check "reload $i" load
	check "reload $i: the friend gets in within a second" \
		passes_within 1000 "$GW4" 80
	check "reload $i: by IPv6, too" passes_within 1000 "$GW6" 22
	check "reload $i: and to the host within" \
		passes_within 1000 "$GW4" 2222
	sessions_live "reload $i: sessions live"
	check "reload $i: one rule a chain again" wait_until 2 tags_are 2
	is "reload $i: the rest is as it was loaded" "$(foreign)" "$before"
done
prober_end "all the time the stranger was not let in once"
stranger_out "after reloads"
sessions_close
leaves "nftables" "$before"

sed '1i integration = "manual"' "$CONF" >"$T/manual.conf"
CONF=$T/manual.conf must_start_hauntd
is "manual: not a byte is changed" "$(foreign_ruleset)" "$before"
log_since | grep -o 'command=".*"' | sed 's/command="//; s/"$//' >"$T/commands"
is "manual: two commands are printed" "$(wc -l <"$T/commands")" 2
stays_out "manual, without them, accept" "$GW4" 22 --access tcp/22
stays_out "manual, without them, ghost" "$GW4" 80 --access tcp/22 \
	--nat-port 80
stays_out "manual, without them, forward" "$GW4" 2222 --access tcp/2222 \
	--nat "$INNER4:22"
check "manual: they are given as printed" on gw sh -e "$T/commands"
all_enter "manual"
stranger_out "manual"
done_testing
