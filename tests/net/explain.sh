#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# hauntctl explain beside hauntd: what it says of grants, of the cloak, and of
# the firewall besides is what then happens to a real client; the host is what
# it was.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq conntrack

world_up
start_sshd gw
start_sshd inner
start_nginx gw
start_udp gw 7001 echo
config_standard 60s >"$CONF"
must_start_hauntd

# explains DESCRIPTION STATUS ERE ARGUMENT…
explains() {
	local what=$1 wanted=$2 ere=$3 got
	shift 3
	got=$(ctl explain "$@" 2>&1)
	is "$what: status" "$?" "$wanted"
	like "$what" "$got" "$ere"
}
# of JQ ARGUMENT…: a member of the JSON answer.
of() {
	local what=$1
	shift
	ctl --json explain "$@" | jq -r "$what"
}
# What the gateway holds, with handles and counters; not the time that flies.
holds() {
	on gw nft -a list ruleset | sed 's/ expires [0-9a-z]*//'
	on gw conntrack -C
	on gw ip -o link
	on gw ip route show table all
	ip netns list
}

# ---- before any grant ----

# The host is quiet: nobody has spoken yet but the wires.
holds >"$T/before"
explains "no grant: the cloak" 4 "^rejected by haunt's cloak$" "$FRIEND4" tcp/22
explains "IPv6: the cloak" 4 "^decided by: haunt's cloak$" "$FRIEND6" tcp/22
explains "no grant, UDP: the cloak" 4 "haunt's cloak" "$FRIEND4" udp/7001
explains "the web server" 0 '^accepted: delivered to tcp/80$' "$STRANGER4" tcp/80
explains "a port where nothing listens" 4 \
	'nothing listens on tcp/9 \(closed port\)' "$FRIEND4" tcp/9
explains "no rule decides that" 4 '^decided by: no rule$' "$FRIEND6" tcp/9
holds >"$T/after"
check "the host is what it was" diff "$T/before" "$T/after"
check "the friend finds port 22 closed" tcp_refused friend "$GW4" 22

# ---- grants ----

check "a grant" knock_for granted friend "$GW4" --access tcp/22
explains "granted" 0 '^accepted: delivered to tcp/22$' "$FRIEND4" tcp/22
id=$(ctl --json grants | jq '.grants[0].id')
like "its number, client and service" "$(ctl explain "$FRIEND4" tcp/22)" \
	"^decided by: haunt's grant $id \\(client alice, service ssh, [0-9]+ s left\\)$"
is "the same for programs" \
	"$(of '.decided_by | [.kind, .grant.id, .grant.client, .grant.service] | @csv' \
		"$FRIEND4" tcp/22)" "\"grant\",$id,\"alice\",\"ssh\""
within "and the time that remains" \
	"$(of .decided_by.grant.remaining_s "$FRIEND4" tcp/22)" 1 60
check "so it is" ssh_from friend "$GW4" 22 true
explains "nobody else" 4 "haunt's cloak" "$STRANGER4" tcp/22
explains "nor the same by IPv6" 4 "haunt's cloak" "$FRIEND6" tcp/22

check "a ghost" knock_for granted friend "$GW4" --access tcp/22 --nat-port 80
explains "the ghost" 0 '^accepted: leads to tcp/22 on this host$' \
	"$FRIEND4" tcp/80
is "for programs" "$(of '.leads_to | [.local, .port] | @csv' "$FRIEND4" \
	tcp/80)" 'true,22'
is "so it is" "$(ssh_from friend "$GW4" 80 "echo \$WHO")" gw
explains "the stranger sees the web server" 0 \
	'^accepted: delivered to tcp/80$' "$STRANGER4" tcp/80
is "so it is for the stranger" "$(http_from stranger "$GW4")" "public site"

check "a ghost by IPv6" knock_for granted friend "$GW6" \
	--access udp/7001 --nat-port 7000
explains "the ghost by IPv6 and UDP" 0 \
	'^accepted: leads to udp/7001 on this host$' "$FRIEND6" udp/7000

check "a forward" knock_for granted friend "$GW4" --access tcp/2222 \
	--nat "$INNER4:22" --allow "$FRIEND4"
explains "the forward" 0 "^accepted: forwarded to $INNER4 tcp/22 by eth1$" \
	"$FRIEND4" tcp/2222
explains "and whom the target sees" 0 \
	'^note: the target sees 192.0.2.1 as the client$' "$FRIEND4" tcp/2222
is "so it is" "$(ssh_from friend "$GW4" 2222 "echo \$WHO")" inner
on gw sysctl -qw net.ipv4.ip_forward=0
explains "the forward without forwarding" 4 \
	"^forwarding is off: not led to $INNER4$" "$FRIEND4" tcp/2222
on gw sysctl -qw net.ipv4.conf.eth0.forwarding=1
explains "half of it" 0 'answers are lost: forwarding is off on eth1$' \
	"$FRIEND4" tcp/2222
on gw sysctl -qw net.ipv4.ip_forward=1
check "a forward by IPv6" knock_for granted friend "$GW6" --access tcp/2226 \
	--nat "[$INNER6]:22" --allow source
explains "the forward by IPv6" 0 \
	"^accepted: forwarded to $INNER6 tcp/22 by eth1$" "$FRIEND6" tcp/2226
on gw sysctl -qw net.ipv6.conf.all.forwarding=0
explains "IPv6 without forwarding" 4 "^forwarding is off: not led to $INNER6$" \
	"$FRIEND6" tcp/2226
on gw sysctl -qw net.ipv6.conf.all.forwarding=1

# ---- beside a firewall that drops ----

stop_hauntd
world_firewall_nft
sed "1i integration = \"manual\"" "$CONF" >"$CONF.manual"
CONF=$CONF.manual must_start_hauntd
explains "a foreign policy" 4 \
	'^dropped by policy drop of chain input of table inet filter$' \
	"$STRANGER4" tcp/9
explains "a foreign rule, its comment" 0 \
	'^decided by: rule handle [0-9]+ of chain input of table inet filter \(comment "web"\)$' \
	"$STRANGER4" tcp/80
handle=$(on gw nft -a list chain inet filter input |
	sed -n 's/.*"web".* handle //p')
is "and its handle" "$(of .decided_by.step.handle "$STRANGER6" tcp/80)" "$handle"
is "and its place in the chain" \
	"$(of .decided_by.step.number "$STRANGER6" tcp/80)" 4
check "the grant is still there" test "$(element_count grant4)" -ge 1
explains "a grant that the firewall does not let through" 4 \
	'^dropped by policy drop of chain input of table inet filter$' \
	"$FRIEND4" tcp/22
explains "it is told that there was one" 4 \
	"^note: haunt's grant $id \\(client alice.*had let it in" \
	"$FRIEND4" tcp/22
check "so it is" tcp_refused friend "$GW4" 22
stop_hauntd
must_start_hauntd
explains "with haunt's rule in it" 0 "haunt's grant $id" "$FRIEND4" tcp/22
explains "that rule is among the steps" 0 \
	'input 0: inet filter, chain input, handle [0-9]+: accept "haunt:auto"' \
	"$FRIEND4" tcp/22
check "so it is" ssh_from friend "$GW4" 22 true
on gw nft insert rule inet filter input tcp dport 22 drop \
	comment '"no more ssh"'
explains "a foreign drop, its comment" 4 \
	'^dropped by rule handle [0-9]+ of chain input of table inet filter \(comment "no more ssh"\)$' \
	"$FRIEND4" tcp/22
stop_hauntd
explains "the daemon is not needed" 0 '^accepted: delivered to tcp/80$' \
	"$STRANGER4" tcp/80
on gw "$HAUNTD" -c "$CONF" --uninstall >/dev/null 2>&1
on gw nft flush ruleset

world_firewall_iptables
must_start_hauntd
explains "iptables: its policy" 4 \
	'^dropped by policy drop of chain INPUT of table ip filter$' \
	"$STRANGER4" tcp/9
explains "iptables: its rule" 0 \
	'^decided by: rule handle [0-9]+ of chain INPUT of table ip6 filter$' \
	"$STRANGER6" tcp/80
stop_hauntd
on gw "$HAUNTD" -c "$CONF" --uninstall >/dev/null 2>&1
on gw iptables-nft -I INPUT -p tcp -m multiport --dports 80,81 \
	-m comment --comment "not today" -j REJECT --reject-with tcp-reset
explains "iptables: a REJECT of extensions" 4 \
	'^rejected by rule handle [0-9]+ of chain INPUT of table ip filter \(comment "not today"\)$' \
	"$STRANGER4" tcp/80
check "so it is" tcp_refused stranger "$GW4" 80
is "iptables: nothing was left out" "$(of '.not_copied | length' "$STRANGER4" \
	tcp/80)" 0
on gw nft flush ruleset
on gw iptables-legacy -A INPUT -p tcp --dport 80 -j DROP
explains "iptables-legacy is told" 0 \
	'^not copied: iptables-legacy has rules: they were not looked at$' \
	"$STRANGER4" tcp/80
on gw iptables-legacy -F

# ---- grants of other kinds ----

HIDDEN4=203.0.113.130
on gw ip address add $HIDDEN4/32 dev lo
on gw nft flush ruleset
{
	config_head
	cat <<-END
		never-close-for = {"$SECOND4"}
		service "ssh" { target = "tcp/22" cloak = true
			single-use = true lifetime = "60s" }
		service "echo" { target = "udp/7001" cloak = true
			connections = 2 lifetime = "60s" }
		service "deep" { target = "$HIDDEN4 tcp/22" hidden = true
			at = {"tcp/2200"} lifetime = "60s" }
		client "alice" { key = "$(key alice)"
			services = {"ssh", "echo", "deep"}
			allow-unbound-address = true }
	END
} >"$CONF.kinds"
CONF=$CONF.kinds must_start_hauntd
explains "never-close-for" 0 "^decided by: haunt's never-close-for \\(rule" \
	"$SECOND4" tcp/22
check "so it is" ssh_from friend2 "$GW4" 22 true
explains "the others" 4 "haunt's cloak" "$FRIEND4" tcp/22
check "for one session" knock_for granted friend "$GW4" --access tcp/22
explains "for one session, before it" 0 "haunt's grant [0-9]+ \\(client alice" \
	"$FRIEND4" tcp/22
is "its number is the daemon's" "$(of .decided_by.grant.id "$FRIEND4" tcp/22)" \
	"$(ctl --json grants | jq '.grants[0].id')"
check "the session" ssh_from friend "$GW4" 22 true
explains "after it: the cloak" 4 "^decided by: haunt's cloak$" "$FRIEND4" tcp/22
explains "after it: why" 4 'a session has closed its door$' "$FRIEND4" tcp/22
check "so it is" tcp_refused friend "$GW4" 22
check "for two connections" knock_for granted friend "$GW4" --access udp/7001
explains "for two connections" 0 "haunt's grant [0-9]+ \\(client alice, service echo" \
	"$FRIEND4" udp/7001
explains "how many are left is not known" 0 '^note: a rule on the way limits' \
	"$FRIEND4" udp/7001
check "a hidden target" knock_for granted friend "$GW4" --access tcp/2200 \
	--nat "$HIDDEN4:22"
explains "the hidden target" 0 \
	"^accepted: leads to $HIDDEN4 tcp/22 on this host$" "$FRIEND4" tcp/2200
explains "by its own address" 4 "^dropped by haunt's own rule handle" \
	"$FRIEND4" tcp/22 --to $HIDDEN4
stop_hauntd
done_testing
