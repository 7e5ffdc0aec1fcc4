#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A way through the gateway: while it lives, all that one client sends to
# others is passed on and masqueraded, TCP, UDP and ICMP, over IPv4 and IPv6;
# a stranger beside it is passed on never, no port of the gateway is opened,
# and what ends it ends it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq nmap
banner=$BUILD/tests/interop/banner
[ -x "$banner" ] || skip_all "tests/interop/banner is not built"

world_up
world_firewall_nft
serve() {
	local host=$1 fd line
	shift
	exec {fd}< <(exec ip netns exec "$host" "$banner" "$host" "$@")
	read -r -u "$fd" line && [ "$line" = ready ]
}
# The hosts of wan are clients that route through gw; inner is the internet,
# and has a second address; it knows no way back.
OTHER4=192.0.2.3 OTHER6=2001:db8:2::3
check "the internet serves" serve inner tcp/80 tcp/7443 udp/53 udp/62201
check "the gateway serves" serve gw tcp/8080 tcp/1 udp/53
on inner ip address add "$OTHER4/24" dev eth0
# Deprecated: an address that no answer takes by itself.
on inner ip address add "$OTHER6/64" dev eth0 nodad preferred_lft 0
for host in friend friend2 stranger; do
	on "$host" ip route add 192.0.2.0/24 via "$GW4"
	on "$host" ip route add 2001:db8:2::/64 via "$GW6"
done
# A target that is hidden, and one that somebody has redirected.
on gw ip address add 192.0.2.99/32 dev lo
start_sshd inner

# hello HOST PROTO ADDRESS PORT: what answers there, or nothing.
hello() {
	# shellcheck disable=SC2016 # the inner shell expands them
	on "$1" timeout 0.5 bash -c '
		exec 3<>"/dev/$1/$2/$3" || exit 1
		[ "$1" = tcp ] || printf x >&3
		head -n 1 <&3' - "$2" "$3" "$4" 2>/dev/null
}
pings() {
	on "$1" ping -q -n -c1 -W "${3:-0.5}" "$2" >/dev/null 2>&1
}

{
	config_head
	cat <<-END
		service "net" { target = "internet" lifetime = "20s" max-lifetime = "1h" }
		service "tied" { target = "internet" at-end = "cut"
			to = {"$INNER4/32", "$INNER6/128"} }
		service "six" { target = "internet" to = {"::/0"} }
		service "none" { target = "internet" source-nat = "none" }
		service "as" { target = "internet" source-nat = "192.0.2.1" }
		service "local" { target = "tcp/8080" }
		service "hidden" { target = "192.0.2.99 tcp/8080" hidden = true
			at = {"tcp/8099"} }
	END
	for pair in alice:net bob:tied carol:none dora:as eve:six; do
		cat <<-END
			client "${pair%:*}" {
				key = "$(key "${pair%:*}")"
				services = {"${pair#*:}", "local"}
				allow-unbound-address = true
			}
		END
	done
} >"$CONF"
check "the configuration is printed as it is read" \
	bash -c "'$HAUNTD' -c '$CONF' -p >'$T/printed' &&
		'$HAUNTD' -c '$T/printed' -p | diff '$T/printed' -"
must_start_hauntd

end_all() {
	local name
	for name in alice bob carol dora eve; do
		ctl revoke "$name" "$@" >/dev/null 2>&1
	done
	wait_until 3 no_elements
}
no_elements() {
	[ "$(element_count way4)" = 0 ] && [ "$(element_count way6)" = 0 ]
}
# nothing_for HOST: passed on to nobody.
nothing_for() {
	# A shell of its own: it waits for these, not for all that runs here.
	(
		hello "$1" tcp "$INNER4" 80 &
		hello "$1" udp "$INNER4" 53 &
		hello "$1" tcp "$INNER6" 80 &
		{ ! pings "$1" "$INNER4" || echo ping; } &
		{ ! pings "$1" "$INNER6" || echo ping6; } &
		wait
	) >"$T/passed-on"
	[ ! -s "$T/passed-on" ]
}

check "before any knock nothing is passed on" nothing_for friend

# one_family GATEWAY INTERNET OTHER ROUTER ALLOW MAP
one_family() {
	local gw=$1 there=$2 other=$3 router=$4 allow=$5 map=$6
	check "$gw: a way is granted" knock_for granted friend "$gw" \
		--access tcp/1 --allow "$allow"
	is "$gw: TCP is passed on, masqueraded" \
		"$(hello friend tcp "$there" 80)" "inner tcp/80 $router"
	is "$gw: to any port" \
		"$(hello friend tcp "$there" 7443)" "inner tcp/7443 $router"
	is "$gw: and UDP" "$(hello friend udp "$there" 53)" \
		"inner udp/53 $router"
	is "$gw: also to another gateway's port for knocks" \
		"$(hello friend udp "$there" 62201)" "inner udp/62201 $router"
	is "$gw: to any host" "$(hello friend tcp "$other" 80)" \
		"inner tcp/80 $router"
	check "$gw: and ICMP" pings friend "$there" 2
	check "$gw: a stranger is passed on never" nothing_for stranger
	check "$gw: nor another client's host" nothing_for friend2
	is "$gw: the gateway's ports stay shut" \
		"$(hello friend tcp "$gw" 8080)$(hello friend udp "$gw" 53)" ""
	is "$gw: also the one by which it was asked for" \
		"$(hello friend tcp "$gw" 1)" ""
	is "$gw: and those of its other address" \
		"$(hello friend tcp "$router" 8080)" ""
	like "$gw: hauntctl tells of it" "$(ctl grants)" 'net .*tcp/1.* internet'
	is "$gw: it is one element" "$(element_count "$map")" 1
	log_mark
	knock friend "$gw" --access tcp/1 --allow "$allow" >/dev/null
	check "$gw: it is renewed" log_wait 'result=renewed'
	is "$gw: and still is one" "$(element_count "$map")" 1
	end_all
	check "$gw: when it is revoked nothing is passed on" nothing_for friend
}
one_family "$GW4" "$INNER4" "$OTHER4" 192.0.2.1 local way4
one_family "$GW6" "$INNER6" "$OTHER6" 2001:db8:2::1 source way6

# What is hidden is not routed to.
on friend ip route add 192.0.2.99/32 via "$GW4"
check "a way" knock_for granted friend "$GW4" --access tcp/1
is "a hidden target is not reached by it" \
	"$(hello friend tcp 192.0.2.99 8080)" ""
# Somebody's redirection to this host is for this host to judge.
on gw nft -f - <<-'END'
	table ip proxy {
		chain pre {
			type nat hook prerouting priority dstnat
			tcp dport 3333 redirect to :8080
		}
	}
END
is "what is redirected to a port of the gateway is not let in" \
	"$(hello friend tcp "$INNER4" 3333)" ""
on gw nft delete table ip proxy
check "a local service of the same client is another grant" \
	knock_for granted friend "$GW4" --access tcp/8080
is "which opens" "$(hello friend tcp "$GW4" 8080)" "gw tcp/8080 $FRIEND4"
like "sessions are told of" "$(hello friend tcp "$INNER4" 80
	log_wait 'session-(open|close) client=alice service=net' 8)" \
	"service=net proto=tcp from=$FRIEND4:[0-9]+ door=$INNER4:80 to=$INNER4:80"
# Sessions live on, unless they are cut.
ssh_open kept friend "$INNER4" 22
check "a session through it" alive kept
end_all
check "lives on when it is revoked" alive kept
check "while nothing new is passed on" nothing_for friend
check "a way again" knock_for granted friend "$GW4" --access tcp/1
on friend ping -n -i 0.1 "$INNER4" >"$T/ping" 2>&1 &
ping=$!
ssh_open other friend "$INNER4" 22
udp_open flow friend "$INNER4" 53
check "a second session" alive other
check "a ping goes on" wait_line "$T/ping" 'icmp_seq=3 '
end_all --cut
refuse "revoke --cut ends a session at once" alive other
before=$(wc -l <"$T/ping")
check "and is told" wait_until 3 no_elements
refuse "a ping that goes on gets no answer" \
	bash -c "tail -n +$((before + 2)) -f '$T/ping' | timeout 1 grep -q -m1 ttl="
check "the ping begins anew with the next grant" knock_for granted friend \
	"$GW4" --access tcp/1
before=$(wc -l <"$T/ping")
check "and is answered" wait_line "$T/ping" 'ttl=' 3 "$((before + 1))"
kill "$ping"
# Adoption.
ssh_open adopted friend "$INNER4" 22
check "a third session" alive adopted
kill9_hauntd
is "without hauntd packets are passed on" \
	"$(hello friend tcp "$INNER4" 80)" "inner tcp/80 192.0.2.1"
must_start_hauntd
check "a restart knows it" wait_until 5 bash -c \
	"'$HAUNTCTL' --socket '$CONTROL' grants | grep -q internet"
like "it is alice's, at her door" "$(ctl grants)" 'alice .*tcp/1'
is "and it goes on" "$(hello friend tcp "$INNER4" 80)" "inner tcp/80 192.0.2.1"
log_mark
knock friend "$GW4" --access tcp/1 >/dev/null
check "it is renewed by the next knock" log_wait 'result=renewed'
check "the table can be read back" bash -c "ip netns exec gw nft list ruleset |
	sed '/^\tflags owner/d' | ip netns exec friend2 nft -c -f -"
end_all
# The kernel ends it, with hauntd or without.
check "a short one" knock_for granted friend "$GW4" --access tcp/1 --lifetime 2
is "is a way" "$(hello friend tcp "$INNER4" 80)" "inner tcp/80 192.0.2.1"
check "it ends by itself" wait_until 4 no_elements
check "and then nothing is passed on" nothing_for friend

# tied: only to some, and sessions end with it.
check "a tied one" knock_for granted friend "$GW4" --key "$(key bob)" \
	--access tcp/1 --lifetime 3
is "leads where it may" "$(hello friend tcp "$INNER4" 80)" \
	"inner tcp/80 192.0.2.1"
is "and nowhere else" "$(hello friend tcp "$OTHER4" 80)" ""
refuse "not even by ICMP" pings friend "$OTHER4"
on friend ping -n -i 0.1 "$INNER4" >"$T/ping2" 2>&1 &
ping=$!
ssh_open tied friend "$INNER4" 22
check "a session by it" alive tied
check "and a ping" wait_line "$T/ping2" 'icmp_seq=3 '
check "it ends" wait_until 5 no_elements
refuse "and the session with it" alive tied
before=$(wc -l <"$T/ping2")
refuse "and the ping" \
	bash -c "tail -n +$((before + 2)) -f '$T/ping2' | timeout 1 grep -q -m1 ttl="
kill "$ping"

# All of IPv6 is nothing of IPv4.
check "one for IPv6" knock_for granted friend "$GW6" --key "$(key eve)" \
	--access tcp/1 --allow source
is "leads to all of it" "$(hello friend tcp "$OTHER6" 80)" \
	"inner tcp/80 2001:db8:2::1"
check "one for IPv6, over IPv4" knock_for granted friend "$GW4" \
	--key "$(key eve)" --access tcp/1 --allow source
is "leads nowhere" "$(hello friend tcp "$OTHER4" 80)" ""
end_all

# Whose address is seen.
on inner ip route add 198.51.100.0/24 via 192.0.2.1
check "without source NAT" knock_for granted friend "$GW4" \
	--key "$(key carol)" --access tcp/1
is "the client itself is seen" "$(hello friend tcp "$INNER4" 80)" \
	"inner tcp/80 $FRIEND4"
end_all

# What it does not lead to is the host's own business, whatever gets lost.
on gw nft insert rule inet filter forward ip daddr "$OTHER4" accept
on gw nft insert rule inet filter forward ct state established accept
check "a tied way" knock_for granted friend "$GW4" --key "$(key bob)" \
	--access tcp/1
on friend nft -f - <<-'END'
	table inet lossy {
		counter lost { }
		chain in {
			type filter hook input priority 0
			tcp flags & (syn | ack) == (syn | ack) counter name lost drop
		}
	}
END
# shellcheck disable=SC2016 # the inner shell expands them
on friend timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/80" && head -n 1 <&3' - \
	"$OTHER4" >"$T/lossy" 2>&1 &
asked=$!
# The server's second answer may be to the first question or to the second.
lost_three() {
	[ "$(on friend nft -j list counter inet lossy lost |
		jq '.nftables[] | .counter? | values | .packets')" -ge 3 ]
}
check "a question is asked again" wait_until 4 lost_three
on friend nft delete table inet lossy
wait "$asked"
is "a host beside it answers one whose first answer was lost" \
	"$(cat "$T/lossy")" "inner tcp/80 $FRIEND4"
end_all
check "with an address" knock_for granted friend "$GW4" \
	--key "$(key dora)" --access tcp/1
is "that is seen" "$(hello friend tcp "$INNER4" 80)" "inner tcp/80 192.0.2.1"
end_all
log_mark
knock friend "$GW6" --key "$(key dora)" --access tcp/1 --allow source >/dev/null
like "an IPv4 address is none for IPv6" "$(log_wait ' admit ')" 'reason=family'

# Two clients at one address: the door is taken.
check "alice has the way" knock_for granted friend "$GW4" --access tcp/1
log_mark
knock friend "$GW4" --key "$(key carol)" --access tcp/1 >/dev/null
like "carol's other one is refused meanwhile" "$(log_wait ' admit ')" \
	'reason=door-taken'
end_all

# doctor
unlike "the doctor finds no open forwarding" "$(ctl doctor -c "$CONF" 2>&1)" \
	'forward-open'
on gw nft flush chain inet filter forward
on gw nft chain inet filter forward '{ policy accept; }'
like "on a host that passes on for everybody it does" \
	"$(ctl doctor -c "$CONF" 2>&1)" 'forward-open'
stop_hauntd
on gw sysctl -qw net.ipv4.ip_forward=0
like "and on one that passes on for nobody" \
	"$(ctl doctor -c "$CONF" 2>&1)" 'forwarding-off'
done_testing
