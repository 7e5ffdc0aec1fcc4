#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# hauntctl doctor: a machine that is well, and many that are not, each made on
# a real kernel and diagnosed by name, that and nothing else; where the fix is a
# command, it is carried out as printed, and the finding is gone.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq setpriv socat ss iptables-nft ip6tables-nft iptables-legacy

world_up
start_sshd gw
start_nginx gw
start_udp gw 7001 gw
config_standard 30s >"$T/healthy.conf"
cp "$T/healthy.conf" "$CONF"

# Whether this machine's clock is kept right is nobody's fault here.
look() {
	on gw "$HAUNTCTL" -c "${1:-$CONF}" doctor >"$T/doctor" 2>"$T/doctor.err"
}

faults() {
	sed -nE 's/^(error|warning) ([a-z-]+): .*/\2/p' "$T/doctor" |
		grep -vx clock-unsynchronised | sort | paste -sd ' '
}

# diagnosed DESCRIPTION NAMES [FILE]: errors and warnings, sorted; the exit
# status must agree.
diagnosed() {
	local status wanted=0
	look ${3:+"$3"}
	status=$?
	! grep -qE '^(error|warning) ' "$T/doctor" || wanted=4
	is "$1${2:+: $2}" "$(faults)" "$2"
	[ "$status" = "$wanted" ] ||
		fail "its exit status is $wanted" "$status $(cat "$T/doctor.err")"
}

healthy() {
	diagnosed "$1, it is well" "" ${2:+"$2"}
}

# noted DESCRIPTION NAME
noted() {
	look
	like "$1: $2" "$(cat "$T/doctor")" "^note $2: "
}

unnoted() {
	look
	unlike "$1: no $2" "$(cat "$T/doctor")" "^note $2: "
}

# fix_of NAME: what is printed as the first such finding's repair.
fix_of() {
	awk -v name="$1:" '$2 == name && !on { on = 1; next }
		on && /^    fix: / { sub(/^    fix: /, ""); print; exit }' \
		"$T/doctor"
}

# as_printed COMMAND: as somebody would who copies it.
as_printed() {
	on gw env "PATH=$BUILD:$PATH" bash -c "$1"
}

# repair NAME…: each by the fix that the last look printed.
repair() {
	local name fix
	for name in "$@"; do
		fix=$(fix_of "$name")
		check "the fix for $name can be carried out: $fix" \
			as_printed "${fix:-false}"
	done
}

is_ready() {
	log_since | grep -q 'hauntd\[monitor\]: ready'
}

# repair_start NAME: one that starts hauntd. Asked again and again: while this
# shell waited for a line it would not see that the old hauntd has ended, which
# it started, and the fix waits for that.
repair_start() {
	local fix
	fix=$(fix_of "$1")
	log_mark
	as_printed "${fix:-false}" >>"$LOG" 2>&1 &
	check "the fix for $1 starts hauntd: $fix" wait_until 30 is_ready
}

stop() {
	kill -TERM "$(hauntd_pids | sort -n | head -n 1)"
	wait_until 10 no_hauntd || fail "hauntd ends"
}

restart() {
	stop
	must_start_hauntd
}

# configured FILE: hauntd runs with this.
configured() {
	cat "$1" >"$CONF"
	restart
}

# listens SOCAT-ADDRESS: a listener on gw; its process is LISTENER.
listens() {
	local port
	port=$(sed -E 's/^[^:]*:([0-9]+).*/\1/' <<<"$1")
	ip netns exec gw socat -u "$1" OPEN:/dev/null &
	LISTENER=$!
	wait_until 5 on gw sh -c "ss -Hlntu 'sport = :$port' | grep -q ." ||
		fail "something listens at $1"
}

unlistens() {
	kill "$LISTENER"
	wait "$LISTENER" 2>/dev/null
}

# handle_of TABLE CHAIN TEXT: of the first rule with this text.
handle_of() {
	on gw nft -a list chain inet "$1" "$2" | grep -F -- "$3" |
		sed -n '1s/.*# handle //p'
}

rule_delete() {
	on gw nft delete rule inet "$1" "$2" handle "$(handle_of "$@")"
}

must_start_hauntd

# ---- well, and how that is told
healthy "a gateway"
look
check "notes are told" grep -q '^note ' "$T/doctor"
json=$(on gw "$HAUNTCTL" -c "$CONF" --json doctor)
check "JSON has name, severity, where, text and fix" jq -e '.findings |
	length > 0 and all(keys == ["fix", "name", "severity", "text", "where"])' \
	<<<"$json"
is "ok says whether there is more than notes" "$(jq .ok <<<"$json")" \
	"$(jq '[.findings[] | select(.severity != "note")] | length == 0' <<<"$json")"
on gw setpriv --reuid _haunt --regid _haunt --clear-groups \
	"$HAUNTCTL" -c "$CONF" doctor >"$T/doctor" 2>"$T/doctor.err"
is "somebody else than root cannot look" "$?" 2
like "and is told why" "$(cat "$T/doctor.err")" 'be root'
ruleset=$(on gw nft list ruleset | grep -v expires)
look
is "looking changes nothing" "$(on gw nft list ruleset | grep -v expires)" \
	"$ruleset"

# ---- the configuration and its files
diagnosed "no configuration" config-unreadable "$T/none.conf"
sed 's/^control-group.*/colour = "blue"/' "$T/healthy.conf" >"$T/bad.conf"
diagnosed "a mistake" config-mistake "$T/bad.conf"
chmod 0666 "$CONF"
diagnosed "a file that all can write" config-writable
repair config-writable
healthy "then"
mv "$T/keys/bob" "$T/bob"
diagnosed "no key" key-missing
repair key-missing
healthy "with a key"
mv "$T/bob" "$T/keys/bob"
chmod 0644 "$T/keys/bob"
diagnosed "a key for all to read" key-readable
repair key-readable
chown _haunt "$T/keys/bob"
diagnosed "somebody else's key" key-owner
repair key-owner
healthy "then"
cp "$T/keys/bob" "$T/bob"
echo nonsense >"$T/keys/bob"
diagnosed "a key that is none" key-unusable
repair key-unusable
healthy "with a new one"
cat "$T/bob" >"$T/keys/bob"
cp /etc/passwd "$T/passwd.all"
grep -v '^_haunt-nat:' "$T/passwd.all" >/etc/passwd
diagnosed "a user is missing" user-missing
like "with a command" "$(fix_of user-missing)" '^useradd .* _haunt-nat$'
cat "$T/passwd.all" >/etc/passwd
cp /etc/group "$T/group.all"
grep -v '^haunt:' "$T/group.all" >/etc/group
diagnosed "a group is missing" group-missing
cat "$T/group.all" >/etc/group
chmod 0755 "$STATE"
diagnosed "a state-dir for all to see" state-dir-open
repair state-dir-open
chown _haunt-cap "$STATE"
diagnosed "somebody else's state-dir" state-dir-owner
repair state-dir-owner
chmod 0666 "$CONTROL"
diagnosed "a control socket for all" control-socket-open
repair control-socket-open
healthy "then"

# ---- hauntd and its tables
stop
diagnosed "hauntd does not run" not-running
repair_start not-running
healthy "then"
echo '# later' >>"$CONF"
diagnosed "the file is newer than what runs" config-newer
repair_start config-newer
healthy "then"
kill -STOP "$(role_pid hauntd-gate)"
diagnosed "hauntd is there and silent" not-answering
kill -CONT "$(role_pid hauntd-gate)"
stop
on gw nft flush chain inet haunt kill
diagnosed "rules are gone" "not-running table-damaged"
repair_start table-damaged
healthy "then"
stop
on gw nft delete element inet haunt protected '{ tcp . 22 }'
diagnosed "a port is not cloaked" "not-cloaked not-running"
repair_start not-cloaked
healthy "then"
stop
on gw nft delete table inet haunt
diagnosed "a table is gone" "not-running table-missing"
on gw nft 'add table inet haunt { comment "haunt 0 0123456789abcdef"; }'
diagnosed "another version's table" "not-running table-other-version"
repair_start table-other-version
healthy "then"
stop
sed 's|target = "udp/7001"|target = "udp/7002"|' "$T/healthy.conf" >"$CONF"
diagnosed "another configuration's table" \
	"not-running nothing-listening table-other-config"
cat "$T/healthy.conf" >"$CONF"
must_start_hauntd

# ---- the way to other hosts
on gw sysctl -qw net.ipv4.ip_forward=0
diagnosed "IPv4 is not forwarded" forwarding-off
repair forwarding-off
healthy "then"
on gw sysctl -qw net.ipv4.conf.eth1.forwarding=0
diagnosed "one interface does not forward" forwarding-off
repair forwarding-off
on gw sysctl -qw net.ipv6.conf.all.forwarding=0
diagnosed "IPv6 is not forwarded" forwarding-off
repair forwarding-off
healthy "then"
on gw ip route add default via "$INNER4"
healthy "clients' answers leave by another interface, with a loose filter"
on gw sysctl -qw net.ipv4.conf.eth0.rp_filter=1
diagnosed "with a strict one" reverse-path
repair reverse-path
healthy "then"
on gw ip route del default
on gw sysctl -qw net.ipv4.conf.eth0.route_localnet=1
diagnosed "127.0.0.0/8 is open to neighbours" route-localnet
repair route-localnet
healthy "then"
sed "s|target = \"$INNER4 tcp/22\"|target = \"127.0.0.1 tcp/22\"|" \
	"$T/healthy.conf" >"$T/case.conf"
configured "$T/case.conf"
diagnosed "a target on loopback" target-loopback
sed "s|target = \"$INNER4 tcp/22\"|target = \"203.0.113.9 tcp/22\"|" \
	"$T/healthy.conf" >"$T/case.conf"
configured "$T/case.conf"
diagnosed "no route to a target" target-no-route
sed "s|at = {\"tcp/2222\"}|& source-nat = \"none\"|" "$T/healthy.conf" \
	>"$T/case.conf"
configured "$T/case.conf"
healthy "without source NAT"
noted "but a word is said" no-way-back

# ---- what listens
sed 's|target = "udp/7001"|target = "tcp/2299"|
	s|"udp/7001", "udp/7000", "udp/40000-60000"|"tcp/2299"|' \
	"$T/healthy.conf" >"$T/case.conf"
configured "$T/case.conf"
diagnosed "nothing listens" nothing-listening
listens TCP4-LISTEN:2299,bind=127.0.0.1,fork
diagnosed "on loopback alone" listens-on-loopback
unlistens
listens TCP4-LISTEN:2299,fork
healthy "on IPv4"
noted "and IPv4 alone" one-family
unlistens
configured "$T/healthy.conf"
noted "behind a co-opted port is nothing" ghost-alone
listens TCP6-LISTEN:45000,fork
diagnosed "a range of outer ports covers a listener" range-covers-listener
like "it says how to go round it" "$(fix_of range-covers-listener)" \
	'"tcp/40000-44999", "tcp/45001-60000"'
unlistens
noted "and the kernel's own" ephemeral-overlap
repair ephemeral-overlap
unnoted "with reserved ports" ephemeral-overlap
sed 's|target = "tcp/22"$|target = "tcp/2201"|; s|{"tcp/22", |{"tcp/2201", |' \
	"$T/healthy.conf" >"$T/case.conf"
configured "$T/case.conf"
diagnosed "nobody serves the cloaked port" nothing-listening
sed 's|^Port .*|Port 2201\nPort 2202|' "$T/sshd-gw-22.conf" >"$T/sshd-two.conf"
ip netns exec gw "$(command -v sshd)" -D -e -f "$T/sshd-two.conf" >"$T/sshd-two.log" 2>&1 &
LISTENER=$!
wait_line "$T/sshd-two.log" 'listening on :: port 2202' 5 >/dev/null
diagnosed "sshd listens beside the cloak" open-beside
like "that is port 2202" "$(cat "$T/doctor")" '^warning open-beside: tcp/2202$'
unlistens
configured "$T/healthy.conf"
healthy "with nothing of that"

cat >"$T/hidden" <<-'END'
	service "cellar" {
		target = "203.0.113.5 tcp/2301"
		at = {"tcp/2301"}
		hidden = true
	}
END
cat "$T/healthy.conf" "$T/hidden" >"$T/case.conf"
configured "$T/case.conf"
diagnosed "a hidden address that is not here" \
	"hidden-not-here nothing-listening"
repair hidden-not-here
listens TCP4-LISTEN:2301,fork
diagnosed "and what listens there does so for all" hidden-open
unlistens
listens TCP4-LISTEN:2301,bind=203.0.113.5,fork
healthy "on the hidden address alone"
unlistens
on gw ip address del 203.0.113.5/32 dev lo
configured "$T/healthy.conf"

{ cat "$T/healthy.conf" && echo 'never-close-for = {"203.0.113.0/24"}'; } \
	>"$T/case.conf"
configured "$T/case.conf"
healthy "a way in that stays"
sed -i 's|203.0.113.0/24|0.0.0.0/0|' "$T/case.conf"
configured "$T/case.conf"
diagnosed "for everybody" cloak-for-nobody
configured "$T/healthy.conf"

# ---- rules of others
on gw nft -f - <<-'END'
	table ip other {
		chain pre {
			type nat hook prerouting priority dstnat;
			tcp dport 8022 redirect to :22
			tcp dport 8080 redirect to :80
			tcp dport 9022 dnat to 192.0.2.2:22
		}
	}
END
diagnosed "a port leads to the cloaked one" dnat-to-cloaked
repair dnat-to-cloaked
healthy "without that rule"
on gw iptables-nft -t nat -A PREROUTING -p tcp --dport 8022 -j DNAT \
	--to-destination "$GW4:22"
diagnosed "in iptables' words" dnat-to-cloaked
repair dnat-to-cloaked
on gw iptables-nft -t raw -A PREROUTING -p tcp --dport 1:1023 -j DROP
diagnosed "ports are dropped early" "dropped-early dropped-early"
repair dropped-early
look
repair dropped-early
healthy "then"
on gw iptables-nft -t raw -F PREROUTING
on gw nft -f - <<-'END'
	table inet early {
		set bad { type inet_service; flags interval
			elements = { 2222, 50000-65000 } }
		chain pre {
			type filter hook prerouting priority mangle;
			iifname "eth1" drop
			ip saddr 198.51.100.66 drop
			tcp dport @bad drop
		}
	}
END
diagnosed "by a set, in nft" "dropped-early dropped-early"
repair dropped-early
look
repair dropped-early
healthy "then"
on gw nft delete table inet early
on gw nft -f - <<-'END'
	table netdev early {
		chain eth0 {
			type filter hook ingress device eth0 priority 0;
			udp dport 7001 drop
		}
	}
END
diagnosed "at an interface" dropped-early
repair dropped-early
healthy "then"
on gw nft delete table netdev early
on gw nft -f - <<-'END'
	table inet marks {
		chain pre {
			type filter hook prerouting priority mangle;
			ct mark 0 ct mark set 0x1
			ct mark set ct mark and 0xff000000 or 0x2
		}
	}
END
healthy "marks that leave ours alone"
on gw nft add rule inet marks pre ct mark set 0x7
diagnosed "one that does not" mark-overwritten
repair mark-overwritten
healthy "then"
on gw nft delete table inet marks
on gw iptables-nft -t mangle -A PREROUTING -j CONNMARK --set-xmark 0x1/0xff
healthy "CONNMARK with a mask"
on gw iptables-nft -t mangle -A FORWARD -j CONNMARK --set-mark 0x1
diagnosed "CONNMARK without" mark-overwritten
repair mark-overwritten
healthy "then"
# At INPUT it would make the look of the cloak stale besides.
on gw iptables-legacy -P FORWARD DROP
diagnosed "iptables-legacy drops" "established-not-accepted legacy-drop"
repair legacy-drop established-not-accepted
healthy "then"
on gw iptables-legacy -P FORWARD ACCEPT
on gw nft add table inet firewalld
on gw nft add chain inet firewalld filter_INPUT
noted "firewalld is known" manager
on gw nft delete table inet firewalld

# ---- a firewall that drops
world_firewall_nft
check "hauntd adds its rules" log_wait 'integrate .*chain=forward result=added'
diagnosed "a firewall that came later" cloak-stale
repair_start cloak-stale
healthy "then"
rule_delete filter input established
diagnosed "what stands is not accepted" established-not-accepted
repair established-not-accepted
healthy "then"
on gw nft chain inet filter output '{ policy drop; }'
diagnosed "answers do not get out" answers-dropped
repair answers-dropped
healthy "then"
on gw nft chain inet filter output '{ policy accept; }'
on gw nft insert rule inet filter input ct state vmap \
	'{ established : accept, related : accept, invalid : drop }'
rule_delete filter input 'established,related'
healthy "states in a map"
stop
rule_delete filter input haunt:auto
diagnosed "the tagged rule is gone" "not-running tag-missing"
repair tag-missing
diagnosed "then" not-running
must_start_hauntd
is "hauntd takes it for its own" \
	"$(foreign_ruleset | grep -c haunt:auto)" 2
{ cat "$T/healthy.conf" && echo 'integration = "manual"'; } >"$T/case.conf"
configured "$T/case.conf"
diagnosed "nobody lets in what is granted" "grant-dropped grant-dropped"
repair grant-dropped
look
repair grant-dropped
healthy "by hand"
{ cat "$T/healthy.conf" && echo 'listen "udp" { address = "0.0.0.0:62202" }'; } \
	>"$T/case.conf"
configured "$T/case.conf"
diagnosed "a UDP listener behind it" knock-dropped
repair knock-dropped
healthy "then"
stop
listens UDP4-RECV:62202
diagnosed "somebody has its port" "listen-port-taken not-running"
repair listen-port-taken
diagnosed "then" not-running
on gw nft delete table inet filter

world_firewall_iptables
cat "$T/healthy.conf" >"$CONF"
must_start_hauntd
healthy "a firewall of iptables-nft"
on gw ip6tables-nft -D INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
diagnosed "what stands is not accepted there" established-not-accepted
repair established-not-accepted
healthy "then"
stop
on gw iptables-nft -D INPUT 1
diagnosed "the tagged rule is gone there" "not-running tag-missing"
repair tag-missing
must_start_hauntd
healthy "then"
for tables in iptables-nft ip6tables-nft; do
	on gw "$tables" -P INPUT ACCEPT
	on gw "$tables" -P FORWARD ACCEPT
	on gw "$tables" -F
done
restart

# ---- firewalls of the kinds that others write, in which all is well
{ cat "$T/healthy.conf" && echo 'listen "udp" { address = "0.0.0.0:62202" }'; } \
	>"$CONF"
restart
on gw nft -f - <<-'END'
	table inet firewalld {
		chain allowed {
			udp dport 62202 accept
			fib daddr type { broadcast, multicast } accept
		}
		chain zone {
			jump allowed
			meta l4proto { icmp, ipv6-icmp } accept
			reject with icmpx admin-prohibited
		}
		chain zones {
			iifname "eth1" goto zone
			goto zone
		}
		chain input {
			type filter hook input priority filter + 10;
			ct state { established, related } accept
			iifname "lo" accept
			ct state invalid drop
			jump zones
			reject with icmpx admin-prohibited
		}
		chain forward {
			type filter hook forward priority filter + 10;
			ct state vmap { established : accept, related : accept }
			ct status dnat accept
			reject with icmpx admin-prohibited
		}
	}
END
restart
healthy "zones"
noted "zones" manager
on gw nft delete rule inet firewalld allowed handle \
	"$(handle_of firewalld allowed 'dport 62202')"
diagnosed "zones without the UDP listener's port" knock-dropped
on gw nft delete table inet firewalld
on gw iptables-nft-restore <<-'END'
	*filter
	:INPUT DROP [0:0]
	:FORWARD DROP [0:0]
	:ufw-before-input - [0:0]
	:ufw-not-local - [0:0]
	:ufw-user-input - [0:0]
	-A INPUT -j ufw-before-input
	-A ufw-before-input -i lo -j ACCEPT
	-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
	-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
	-A ufw-before-input -p icmp -j ACCEPT
	-A ufw-before-input -j ufw-not-local
	-A ufw-before-input -j ufw-user-input
	-A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
	-A ufw-not-local -m limit --limit 3/min -j LOG
	-A ufw-not-local -j DROP
	-A ufw-user-input -p udp -m multiport --dports 53,62200:62209 -j ACCEPT
	-A FORWARD -o docker0 -j ACCEPT
	-A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT
	COMMIT
	*nat
	:PREROUTING ACCEPT [0:0]
	:DOCKER - [0:0]
	-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
	-A DOCKER ! -i docker0 -p tcp --dport 8022 -j DNAT --to-destination 172.17.0.2:22
	COMMIT
	*raw
	:PREROUTING ACCEPT [0:0]
	-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP
	COMMIT
END
restart
healthy "chains that lead to chains, and a published port"
on gw iptables-nft -R ufw-not-local 1 -m addrtype --dst-type MULTICAST -j RETURN
diagnosed "what is not multicast is dropped" knock-dropped
for table in filter nat raw; do
	on gw nft delete table ip "$table"
done
cat "$T/healthy.conf" >"$CONF"
restart

# ---- where packets are heard
listens UDP4-RECV:62201
diagnosed "somebody else hears the knocks" knock-port-served
repair knock-port-served
healthy "then"
{ cat "$T/healthy.conf" && echo 'listen "wan7" { ports = {62207} }'; } \
	>"$T/case.conf"
configured "$T/case.conf"
diagnosed "an interface that is not there" interface-missing
on gw ip link add wan7 type veth peer name wan7-end
diagnosed "that is down" interface-down
repair interface-down
on gw ip address flush dev wan7
diagnosed "that has no address" interface-no-address
on gw ip link add wanbr type bridge
on gw ip link set wan7 master wanbr
diagnosed "that is a bridge's port" bridge-port
like "it names the bridge" "$(fix_of bridge-port)" 'listen "wanbr"'
on gw ip link del wanbr
on gw ip address add 203.0.113.1/24 dev wan7
healthy "with an address"
on gw ip link del wan7

{ cat "$T/healthy.conf" && echo 'listen "eth1" { tcp-ports = {62299} }'; } \
	>"$T/case.conf"
configured "$T/case.conf"
noted "TCP is sniffed where nobody listens" knock-port-unserved
fix_of knock-port-unserved >>"$T/case.conf"
configured "$T/case.conf"
unnoted "with a listener, as it was proposed" knock-port-unserved
healthy "then"
on gw nft -f - <<-'END'
	table inet extra {
		chain input {
			type filter hook input priority 0;
			tcp dport 62299 drop
		}
	}
END
diagnosed "nobody gets to the listener" knock-dropped
like "it says to which" "$(cat "$T/doctor")" 'stops packets to tcp/62299'
on gw nft delete table inet extra
healthy "then"

# ---- the rest of the machine
{ cat "$T/healthy.conf" && echo 'age-window = "5s"'; } >"$T/case.conf"
configured "$T/case.conf"
diagnosed "hardly any time" age-window-small
{ cat "$T/healthy.conf" && echo 'session-events = true'; } >"$T/case.conf"
configured "$T/case.conf"
healthy "sessions by events"
on gw sysctl -qw net.netfilter.nf_conntrack_events=0
diagnosed "of which there are none" conntrack-events-off
repair conntrack-events-off
healthy "then"
configured "$T/healthy.conf"
noted "conntrack does not count" conntrack-acct-off
repair conntrack-acct-off
unnoted "then" conntrack-acct-off
noted "nor keep times" conntrack-timestamp-off
repair conntrack-timestamp-off
unnoted "then" conntrack-timestamp-off
on gw sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0
noted "lost connections stay lost" conntrack-strict
repair conntrack-strict
unnoted "then" conntrack-strict
healthy "at the end"
stop
done_testing
