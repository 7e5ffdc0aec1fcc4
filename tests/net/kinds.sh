#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The four kinds of grant, by TCP and UDP, over IPv4 and IPv6, to real
# services; a stranger looks on all the time and sees the web server alone.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_sshd inner
start_nginx gw
start_udp gw 7001 secret
start_udp gw 7000 public
start_udp inner 7001 within
config_standard 20s >"$CONF"
must_start_hauntd
watch_start 22 7001

# end_all: revokes what is in force, so that the next case starts shut.
end_all() {
	ctl revoke alice >/dev/null
	wait_until 3 no_elements
}

no_elements() {
	[ "$(element_count grant4)" = 0 ] && [ "$(element_count grant6)" = 0 ]
}

# who_ssh ADDRESS PORT: which host answers, and whom it sees.
who_ssh() {
	# shellcheck disable=SC2016 # expanded over there
	ssh_from friend "$1" "$2" 'echo $WHO ${SSH_CONNECTION%% *}' 2>&1
}

# random_port: what the last knock drew.
random_port() {
	grep -oE '(tcp|udp)/[0-9]+' "$T/knock.out" | head -n 1 | cut -d/ -f2
}

# one_family NAME GATEWAY FRIEND INNER ALLOW TCP-FORWARD UDP-FORWARD
one_family() {
	local v=$1 gw=$2 friend=$3 inner=$4 allow=$5 tcp=$6 udp=$7 port
	local target=$inner router=192.0.2.1
	if [[ $inner == *:* ]]; then
		target=[$inner]
		router=2001:db8:2::1
	fi

	check "$v: before any knock tcp/22 is refused" tcp_refused friend "$gw" 22
	refuse "$v: before any knock udp/7001 is silent" \
		udp_once friend "$gw" 7001 hello

	check "$v: TCP accept is granted" knock_for granted friend "$gw" \
		--access tcp/22 --allow "$allow"
	is "$v: TCP accept leads to sshd" "$(who_ssh "$gw" 22)" "gw $friend"
	end_all
	check "$v: UDP accept is granted" knock_for granted friend "$gw" \
		--access udp/7001 --allow "$allow"
	is "$v: UDP accept leads to the service" \
		"$(udp_once friend "$gw" 7001 hello)" "secret $friend hello"
	end_all

	is "$v: port 80 is HTTP for the friend, too" \
		"$(http_from friend "$gw")" "public site"
	check "$v: TCP ghost is granted" knock_for granted friend "$gw" \
		--access tcp/22 --nat-port 80 --allow "$allow"
	is "$v: TCP ghost leads through port 80 to sshd" \
		"$(who_ssh "$gw" 80)" "gw $friend"
	check "$v: TCP ghost opens no other port" tcp_refused friend "$gw" 22
	is "$v: port 80 is HTTP for the second friend" \
		"$(http_from friend2 "$gw")" "public site"
	end_all
	is "$v: port 80 is HTTP again for the friend" \
		"$(http_from friend "$gw")" "public site"
	check "$v: UDP ghost is granted" knock_for granted friend "$gw" \
		--access udp/7001 --nat-port 7000 --allow "$allow"
	is "$v: UDP ghost leads to the service" \
		"$(udp_once friend "$gw" 7000 hello)" "secret $friend hello"
	like "$v: UDP ghost leaves others the public service" \
		"$(udp_once friend2 "$gw" 7000 hello)" '^public .* hello$'
	end_all

	check "$v: TCP random is granted" knock_for granted friend "$gw" \
		--access tcp/22 --nat-port random --allow "$allow"
	port=$(random_port)
	within "$v: the random TCP port is in its range" "${port:-0}" 40000 60000
	is "$v: TCP random leads to sshd" \
		"$(who_ssh "$gw" "$port")" "gw $friend"
	check "$v: TCP random is dark to the second friend" \
		tcp_refused friend2 "$gw" "$port"
	end_all
	check "$v: UDP random is granted" knock_for granted friend "$gw" \
		--access udp/7001 --nat-port random --allow "$allow"
	port=$(random_port)
	within "$v: the random UDP port is in its range" "${port:-0}" 40000 60000
	is "$v: UDP random leads to the service" \
		"$(udp_once friend "$gw" "$port" hello)" "secret $friend hello"
	end_all

	check "$v: TCP forward is granted" knock_for granted friend "$gw" \
		--access "tcp/$tcp" --nat "$target:22" --allow "$allow"
	is "$v: TCP forward leads to the host within, as the gateway" \
		"$(who_ssh "$gw" "$tcp")" "inner $router"
	check "$v: TCP forward is dark to the second friend" \
		tcp_refused friend2 "$gw" "$tcp"
	end_all
	check "$v: UDP forward is granted" knock_for granted friend "$gw" \
		--access "udp/$udp" --nat "$target:7001" --allow "$allow"
	is "$v: UDP forward leads to the host within, as the gateway" \
		"$(udp_once friend "$gw" "$udp" hello)" "within $router hello"
	end_all
}

one_family IPv4 "$GW4" "$FRIEND4" "$INNER4" local 2222 2222
one_family IPv6 "$GW6" "$FRIEND6" "$INNER6" source 2226 2226

watch_end "the stranger saw nothing but the web server throughout"
check "and nmap agrees" stranger_sees_nothing 22 2222 2226 40000
done_testing
