#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A service that is a range of ports: each can be asked for alone, some or all
# of them together, here or on a host behind, at the same ports or at others;
# all of it is cloaked, and a stranger sees none of it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
banner=$BUILD/tests/interop/banner
[ -x "$banner" ] || skip_all "tests/interop/banner is not built"

world_up
# serve HOST PORT…: each says who it is; returns when they are open.
serve() {
	local host=$1 fd line
	shift
	exec {fd}< <(exec ip netns exec "$host" "$banner" "$host" "$@")
	read -r -u "$fd" line && [ "$line" = ready ]
}
ports=()
for port in {5000..5010}; do
	ports+=("tcp/$port" "udp/$port")
done
check "the gateway serves 22 ports" serve gw "${ports[@]}" tcp/4999 tcp/5011
check "the host within serves 22 ports" serve inner "${ports[@]}"

# hello HOST PROTO ADDRESS PORT: what answers there, or nothing.
hello() {
	# shellcheck disable=SC2016 # the inner shell expands them
	on "$1" timeout 1 bash -c '
		exec 3<>"/dev/$1/$2/$3" || exit 1
		[ "$1" = tcp ] || printf x >&3
		head -n 1 <&3' - "$2" "$3" "$4" 2>/dev/null
}

{
	config_head
	cat <<-END
		service "here" { target = "tcp/5000-5010" max-lifetime = "60s" }
		service "here-u" { target = "udp/5000-5010" }
		service "moved" {
			target = "tcp/5000-5010"
			at = {"tcp/15000-15010", "tcp/25000-25010"}
		}
		service "behind" { target = "$INNER4 tcp/5000-5010" }
		service "behind-u" { target = "$INNER4 udp/5000-5010"
			at = {"udp/6000-6010"} }
		service "behind6" { target = "$INNER6 tcp/5000-5010"
			at = {"tcp/6000-6010"} }
		client "alice" {
			key = "$(key alice)"
			services = {"here", "here-u", "moved", "behind",
				"behind-u", "behind6"}
			allow-unbound-address = true
		}
	END
} >"$CONF"
check "the configuration is printed as it is read" \
	bash -c "'$HAUNTD' -c '$CONF' -p >'$T/printed' &&
		'$HAUNTD' -c '$T/printed' -p | diff '$T/printed' -"
like "with the range" "$(cat "$T/printed")" 'target = "tcp/5000-5010"'
must_start_hauntd

end_all() {
	ctl revoke alice >/dev/null
	wait_until 3 no_elements
}
no_elements() {
	[ "$(element_count grant4)" = 0 ] && [ "$(element_count grant6)" = 0 ]
}

is "all of both ranges is cloaked, once" \
	"$(on gw nft -j list set inet haunt protected |
		jq '[.nftables[].set.elem // empty | .[]] | length')" 22
for port in 5000 5005 5010; do
	check "tcp/$port is closed before any knock" \
		tcp_refused friend "$GW4" "$port"
done
is "what is beside the range is not cloaked" \
	"$(hello stranger tcp "$GW4" 5011)" "gw tcp/5011 $STRANGER4"

# one_family GATEWAY FRIEND ALLOW
one_family() {
	local gw=$1 me=$2 allow=$3 line
	check "$gw: one port of the range is granted" knock_for granted friend \
		"$gw" --access tcp/5003 --allow "$allow"
	is "$gw: and opens" "$(hello friend tcp "$gw" 5003)" "gw tcp/5003 $me"
	check "$gw: its neighbour does not" tcp_refused friend "$gw" 5004
	check "$gw: nor for another client" tcp_refused friend2 "$gw" 5003
	like "$gw: hauntctl says which port it is" "$(ctl grants)" \
		"tcp/5003 .*tcp/5003"
	line=$(knock_for granted friend "$gw" --access tcp/5000,tcp/5010 \
		--allow "$allow")
	like "$gw: both ends together are two grants" "$line" \
		'door=tcp/5000,tcp/5010'
	is "$gw: the first" "$(hello friend tcp "$gw" 5000)" "gw tcp/5000 $me"
	is "$gw: the last" "$(hello friend tcp "$gw" 5010)" "gw tcp/5010 $me"
	log_mark
	knock friend "$gw" --access tcp/5010,tcp/5011 --allow "$allow" \
		>/dev/null
	like "$gw: with a port outside nothing is granted" \
		"$(log_wait ' admit ')" 'result=denied reason=unknown-service'
	end_all
	check "$gw: afterwards all is shut" tcp_refused friend "$gw" 5000
	check "$gw: a UDP port" knock_for granted friend "$gw" \
		--access udp/5007 --allow "$allow"
	is "$gw: answers" "$(hello friend udp "$gw" 5007)" "gw udp/5007 $me"
	is "$gw: its neighbour does not" "$(hello friend udp "$gw" 5006)" ""
	end_all
	check "$gw: a moved port" knock_for granted friend "$gw" \
		--access tcp/5004 --nat-port 25004 --allow "$allow"
	is "$gw: leads to the one at its place" \
		"$(hello friend tcp "$gw" 25004)" "gw tcp/5004 $me"
	log_mark
	knock friend "$gw" --access tcp/5004 --nat-port 15005 \
		--allow "$allow" >/dev/null
	like "$gw: another place is denied" "$(log_wait ' admit ')" \
		'result=denied reason=outer-port'
	end_all
	line=$(knock_for granted friend "$gw" --access tcp/5001-5003 \
		--nat-port 15001 --allow "$allow")
	like "$gw: several moved ports" "$line" \
		'door=tcp/15001,tcp/15002,tcp/15003'
	is "$gw: lead each to its own" \
		"$(hello friend tcp "$gw" 15003)" "gw tcp/5003 $me"
	end_all
}
one_family "$GW4" "$FRIEND4" local
one_family "$GW6" "$FRIEND6" source

line=$(knock_for granted friend "$GW4" --access tcp/5000-5010)
is "every port of it can be asked for at once" \
	"$(grep -o 'tcp/50[01][0-9]' <<<"$line" | sort -u | wc -l)" 11
is "all of them are in force" "$(element_count grant4)" 11
answered=0
for port in {5000..5010}; do
	[ "$(hello friend tcp "$GW4" "$port")" != "gw tcp/$port $FRIEND4" ] ||
		answered=$((answered + 1))
done
is "and each leads to its own port" "$answered" 11
log_mark
knock friend "$GW4" --access tcp/5000-5010 >/dev/null
check "they are renewed together" log_wait 'result=renewed'
is "and are as many as before" "$(element_count grant4)" 11
like "explain says it of one of them" \
	"$(ctl explain "$FRIEND4" tcp/5006 2>&1)" \
	'^accepted: delivered to tcp/5006$'
end_all

# Behind the gateway.
check "forward: one port" knock_for granted friend "$GW4" --access tcp/5003 \
	--nat "$INNER4:5003"
is "forward: leads to the host within" "$(hello friend tcp "$GW4" 5003)" \
	"inner tcp/5003 192.0.2.1"
check "forward: and no other" tcp_refused friend "$GW4" 5002
log_mark
knock friend "$GW4" --access tcp/5003 --nat "$INNER4:5004" >/dev/null
like "forward: a port that is not at its place is denied" \
	"$(log_wait ' admit ')" 'result=denied reason=outer-port'
log_mark
knock friend "$GW4" --access tcp/5003 --nat "$INNER4:5011" >/dev/null
like "forward: one that is outside is denied" \
	"$(log_wait ' admit ')" 'result=denied reason=nat-target'
end_all
line=$(knock_for granted friend "$GW4" --access udp/6000-6010 \
	--nat "$INNER4:5000")
is "forward: eleven UDP ports at once" "$(element_count grant4)" 11
is "forward: the last leads to the last" \
	"$(hello friend udp "$GW4" 6010)" "inner udp/5010 192.0.2.1"
end_all
check "forward: IPv6" knock_for granted friend "$GW6" --access tcp/6001 \
	--nat "[$INNER6]:5001" --allow source
is "forward: IPv6 leads to the host within" \
	"$(hello friend tcp "$GW6" 6001)" "inner tcp/5001 2001:db8:2::1"

# A restart keeps what is in force, and a change of the range moves it.
kill9_hauntd
must_start_hauntd
like "a restart adopts it" "$(wait_until 5 ctl grants && ctl grants)" 'behind6'
is "with its way" "$(hello friend tcp "$GW6" 6001)" \
	"inner tcp/5001 2001:db8:2::1"
sed -i 's/tcp\/6000-6010/tcp\/5999-6009/' "$CONF"
log_mark
kill -HUP "$HAUNTD_PID"
check "a reload moves the outer range" log_wait 'reload result=done' 20
is "and the grant leads where its port leads now" \
	"$(hello friend tcp "$GW6" 6001)" "inner tcp/5002 2001:db8:2::1"
end_all
check "a stranger cannot tell them from closed ports" \
	looks_closed stranger "$GW4" -sS 5000 5001 5005 5010 15003
done_testing
