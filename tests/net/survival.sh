#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Whether sessions outlive their grant is looked at, not assumed: a firewall of
# the host's own that would stop them is told of at the start, when it changes,
# and at a grant's end; and what is told is what happens.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need iptables-nft ip6tables-nft

world_up
start_sshd gw
{
	config_standard 3s
	printf '%s\n' 'integration = "manual"' 'session-poll = "1s"'
} >"$CONF"

# firewall RULE: drops all but what RULE and an administrator's accept let in.
firewall() {
	on gw nft -f - <<-END
		destroy table inet filter
		table inet filter {
			chain established { ct state established,related accept; }
			chain tcp-only { meta l4proto tcp ct state established accept; }
			chain hop { jump established; }
			chain input {
				type filter hook input priority filter; policy drop;
				meta l4proto icmp accept
				meta l4proto ipv6-icmp accept
				$1
				tcp dport 22 accept
			}
		}
	END
}

# judged RULE RESULT: what a start makes of it.
judged() {
	firewall "$1"
	must_start_hauntd
	if [ "$2" = ok ]; then
		unlike "accepted by: ${1:-nothing}" "$(log_since)" ' survival '
	else
		like "at risk by: ${1:-nothing}" "$(log_since)" \
			'warning survival family=inet table=filter chain=input result=no-established-accept'
	fi
	stop_hauntd
}
nft_knows=$(on gw nft -c 'destroy table inet filter' 2>&1)
[ -z "$nft_knows" ] || firewall() {
	on gw nft delete table inet filter 2>/dev/null
	on gw nft -f - <<-END
		table inet filter {
			chain established { ct state established,related accept; }
			chain tcp-only { meta l4proto tcp ct state established accept; }
			chain hop { jump established; }
			chain input {
				type filter hook input priority filter; policy drop;
				meta l4proto icmp accept
				meta l4proto ipv6-icmp accept
				$1
				tcp dport 22 accept
			}
		}
	END
}

judged 'ct state established,related accept' ok
judged 'ct state established accept' ok
judged 'ct state { established, related } accept' ok
judged 'ct state vmap { established : accept, related : accept, invalid : drop }' ok
judged 'ct state vmap { established : jump hop, invalid : drop }' ok
judged 'ct state != { invalid, new } accept' risk
judged 'ct state != new accept' ok
judged 'jump hop' ok
judged 'goto established' ok
judged 'counter log ct state established accept' ok
judged 'ct mark and 0xff000000 == 0x5a000000 accept' ok
judged '' risk
judged 'ct state related accept' risk
judged 'ct state new accept' risk
judged 'iifname "eth1" ct state established accept' risk
judged 'jump tcp-only' risk
judged 'ct state { new, related } accept' risk
judged 'ct state established drop; ct state established accept' risk
judged 'ct mark and 0xff000000 == 0x5b000000 accept' risk

# And by iptables-nft.
on gw nft delete table inet filter
world_firewall_iptables
must_start_hauntd
unlike "accepted by iptables' conntrack match" "$(log_since)" ' survival '
stop_hauntd
on gw iptables-nft -D INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
must_start_hauntd
like "at risk without it" "$(log_since)" \
	'survival family=ip table=filter chain=INPUT result=no-established-accept'
stop_hauntd
on gw iptables-nft -I INPUT -m state --state ESTABLISHED -j ACCEPT
must_start_hauntd
unlike "accepted by its state match" "$(log_since)" ' survival '
stop_hauntd
on gw iptables-nft -D INPUT -m state --state ESTABLISHED -j ACCEPT
on gw iptables-nft -I INPUT -m connmark --mark 0x5a000000/0xff000000 -j ACCEPT
must_start_hauntd
unlike "accepted by a rule for our mark" "$(log_since)" ' survival '
stop_hauntd
for tables in iptables-nft ip6tables-nft; do
	on gw "$tables" -P INPUT ACCEPT
	on gw "$tables" -P FORWARD ACCEPT
	on gw "$tables" -F
done

# At a grant's end: kept where that is sure, at risk where it is not.
firewall 'ct state established,related accept'
must_start_hauntd
check "granted" knock_for granted friend "$GW4" --access tcp/22
ssh_open kept friend "$GW4" 22
check "a session is up" alive kept
check "its grant ends: kept" log_wait 'end grant=.* sessions=1 kept$' 10
check "and it is" alive kept
# The rule goes, under way.
log_mark
firewall ''
check "that the rule went is told" \
	log_wait 'warning survival .*result=no-established-accept' 10
check "granted again" knock_for granted friend "$GW4" --access tcp/22
ssh_open risky friend "$GW4" 22
check "a session is up" alive risky
check "its end says: at risk" log_wait 'end grant=.* sessions=1 at-risk$' 10
log_mark
firewall 'ct state established,related accept'
check "that it is back is told" log_wait 'survival result=ok' 10
check "granted once more" knock_for granted friend "$GW4" --access tcp/22
ssh_open last friend "$GW4" 22
check "a session is up again" alive last
check "kept" log_wait 'end grant=.* sessions=1 kept$' 10
stop_hauntd

# With the rule that hauntd adds by itself nothing is at risk.
firewall ''
sed -i '/^integration/d' "$CONF"
must_start_hauntd
unlike "our own rule is enough" "$(log_since)" ' survival '
stop_hauntd
done_testing
