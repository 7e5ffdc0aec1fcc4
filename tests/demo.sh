#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `quickstart demo`: the main job, live, between hosts that exist only while
# this runs: network namespaces with a real nginx and a real sshd. Says at each
# step what to look at, shows it, and checks it. Ends with a status other than
# 0 if anything that it says is not so.
# shellcheck disable=SC2034 # the library reads them

# shellcheck source=net/lib.sh
. "$(dirname "$0")/net/lib.sh"
need_haunt
need nmap nginx sshd ssh curl

bold='' green='' red='' plain=''
if [ -t 1 ]; then
	bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi
steps=0
wrong=0

step() {
	steps=$((steps + 1))
	printf '\n%s%d. %s%s\n' "$bold" "$steps" "$1" "$plain"
}

# look TEXT: what to look at.
look() {
	printf '   %s\n' "$1"
}

# show HOST TEXT: a command that is typed there.
show() {
	printf '     %s$ %s\n' "$1" "$2"
}

# out TEXT: what it prints.
out() {
	[ -z "$1" ] || printf '%s\n' "$1" | sed 's/^/       /'
}

# These take the place of the tests' counting.
pass() {
	printf '   %s-> %s%s\n' "$green" "$1" "$plain"
}

fail() {
	wrong=$((wrong + 1))
	printf '   %s-> NOT SO: %s%s\n' "$red" "$1" "$plain"
	[ -z "${2-}" ] || out "$2"
}

done_testing() {
	tap_planned=1
	tail -n 20 "$LOG" 2>/dev/null | sed 's/^/       /'
	exit 1
}

# nmap_table ADDRESS PORTS
nmap_table() {
	show stranger "nmap -sS -p $2 $1"
	on stranger nmap -n -Pn --disable-arp-ping --reason \
		--max-rtt-timeout 250ms -sS -p "$2" "$1" |
		grep -E '^(PORT|[0-9]+/)' | sed 's/^/       /'
}

# knock_shown ARGUMENT…
knock_shown() {
	show friend "haunt open home $*"
	knock_for '(granted|renewed)' friend home "$@" >"$T/admit" || {
		fail "the knock is granted" "$(cat "$T/admit")"
		return
	}
	out "$(cat "$T/knock.out")"
	look "and the gateway's log says:"
	out "$(cat "$T/admit")"
}

# ssh_shown PORT: prints who answers, and whom it sees.
ssh_shown() {
	show friend "ssh -p $1 root@$GW4 'echo \$WHO; echo \$SSH_CONNECTION'"
	# shellcheck disable=SC2016 # expanded over there
	ssh_from friend "$GW4" "$1" 'echo $WHO; echo $SSH_CONNECTION' \
		>"$T/ssh.out" 2>&1
	out "$(cat "$T/ssh.out")"
}

knock() {
	local host=$1
	shift
	ip netns exec "$host" env HOME="$T/home" "$HAUNT" open "$@"
}

cat <<END
${bold}haunt: one packet in, a way in for one client, and out again${plain}

   stranger $STRANGER4 --+     +----------------------+
                            |     | gw  $GW4     |
                            +-----|   nginx, port 80     |----- inner $INNER4
                            |     |   sshd, port 22      |        sshd, port 22
   friend   $FRIEND4  --+     +----------------------+
   All of these are network namespaces; this machine's network is not touched.
END
world_up
start_sshd gw
start_sshd inner
start_nginx gw

step "The gateway as it was: nginx and sshd, for everybody"
look "Look at: 22 is open, to a stranger too; $CLOSED is a closed port to compare."
nmap_table "$GW4" "22,80,$CLOSED"
check "a stranger finds sshd" test "$(port_look stranger "$GW4" -sS 22 |
	cut -d' ' -f2)" = open
show stranger "curl http://$GW4/"
out "$(http_from stranger "$GW4")"
is "a stranger gets the web page" "$(http_from stranger "$GW4")" "public site"

step "A key for alice, a configuration, and hauntd"
show gw "haunt keygen $T/keys/alice"
key alice >/dev/null
{
	config_head
	cat <<END
service "ssh" {
    target = "tcp/22"
    at = {"tcp/22", "tcp/80", "tcp/40000-60000"}
}
service "inner" {
    target = "$INNER4 tcp/22"
    at = {"tcp/2222"}
}
client "alice" {
    key = "$T/keys/alice"
    services = {"ssh", "inner"}
}
END
} >"$CONF"
out "$(grep -vE '^(state|control|log)' "$CONF")"
cat >"$T/home/.config/haunt/haunt.conf" <<-END
	gateway "home" {
		address = "$GW4"
		key = "$T/keys/alice"
		user = "alice"
		service "ssh" { access = "tcp/22" nat-port = "80" lifetime = "5s" }
		service "random" { access = "tcp/22" nat-port = "random"
			random-range = "40000-60000" }
		service "inner" { access = "tcp/2222" nat = "$INNER4:22" }
	}
END
chmod 0600 "$T/home/.config/haunt/haunt.conf"
show gw "hauntd"
must_start_hauntd
out "$(log_since | tail -n 4)"
pass "hauntd runs"

step "What a stranger sees now"
look "Look at: 22 is like $CLOSED, to the last detail; 80 is the web server."
nmap_table "$GW4" "22,80,$CLOSED"
check "port 22 looks like the closed port" \
	looks_closed stranger "$GW4" -sS 22
is "a stranger gets the web page" "$(http_from stranger "$GW4")" "public site"
check "the friend, without a knock, is a stranger" \
	tcp_refused friend "$GW4" 22

step "One packet: ssh through port 80, for the friend alone, for 5 seconds"
look "Look at: sshd answers on the web server's port, and sees the real address."
knock_shown ssh
show friend "ssh -p 80 root@$GW4     # a session that stays open"
ssh_open session friend "$GW4" 80
alive session || fail "the session is up"
ssh_shown 80
is "sshd of the gateway answers on port 80" "$(head -n 1 "$T/ssh.out")" gw
is "and sees the friend's own address" \
	"$(sed -n '2s/ .*//p' "$T/ssh.out")" "$FRIEND4"
show stranger "curl http://$GW4/     # at the same moment"
out "$(http_from stranger "$GW4")"
is "everybody else has the web site on the same port" \
	"$(http_from stranger "$GW4")" "public site"
look "What is in force:"
show gw "hauntctl grants"
out "$(ctl grants)"
like "hauntctl knows it" "$(ctl grants)" "alice.*$FRIEND4"

step "The grant is gone; the session types on"
look "Look at: the kernel ends the grant; the session of before has not noticed."
show gw "nft list map inet haunt grant4"
out "$(elements grant4)"
no_ghost() {
	[ "$(element_count grant4 'tcp . 80')" = 0 ]
}
check "the grant has ended" wait_until 10 no_ghost
out "$(log_wait 'end grant=' 5)"
show friend "curl http://$GW4/     # port 80 is HTTP for the friend again"
out "$(http_from friend "$GW4")"
is "new connections of the friend's reach the web server" \
	"$(http_from friend "$GW4")" "public site"
show friend "(in the session of step 4) echo still here"
session_say session 'echo still here'
session_hear session >"$T/heard"
out "$(cat "$T/heard")"
is "the session types on" "$(cat "$T/heard")" "still here"

step "A random port: another one each time"
look "Look at: the port is nobody's guess, and dark to the stranger."
knock_shown random
port=$(grep -oE 'tcp/[0-9]+' "$T/knock.out" | head -n 1 | cut -d/ -f2)
ssh_shown "$port"
is "sshd answers on port $port" "$(head -n 1 "$T/ssh.out")" gw
check "a stranger cannot tell it from a closed port" \
	looks_closed stranger "$GW4" -sS "$port"

step "A host behind the gateway"
look "Look at: port 2222 of the gateway leads to inner, which has no route out."
knock_shown inner
ssh_shown 2222
is "sshd of the host within answers" "$(head -n 1 "$T/ssh.out")" inner
check "a stranger cannot tell port 2222 from a closed one" \
	looks_closed stranger "$GW4" -sS 2222

step "A replay: somebody on the way kept the packet"
look "Look at: the same bytes, from the friend's address and from another."
ip netns exec friend2 "$UDP" catch 62201 1 "$T/packet" >"$T/catch" 2>&1 &
wait_line "$T/catch" '^ready$' 5 >/dev/null
knock friend "$SECOND4" --access tcp/22 --key "$T/keys/alice" >/dev/null
wait_line "$T/catch" '^caught' 5 >/dev/null
replay() {
	log_mark
	show "$1" "(the packet again, to $GW4 port 62201)"
	on "$1" "$UDP" send "$GW4" 62201 <"$T/packet1"
	line=$(log_wait 'admit ' 5)
	out "$line"
	like "$2: $3" "$line" "result=$3"
}
replay friend "the first time" granted
ctl revoke alice >/dev/null
replay friend "the same packet" replay
replay stranger "from another address" replay
check "port 22 stays dark" tcp_refused friend "$GW4" 22

step "hauntd is killed with kill -9"
look "Look at: nothing opens, nothing that runs is lost."
kill9_hauntd
show gw "kill -9 (all of hauntd)"
check "a stranger still cannot tell port 22" \
	looks_closed stranger "$GW4" -sS 22
check "the session of step 4 types on" alive session
must_start_hauntd
show gw "hauntd"
out "$(log_since | tail -n 1)"
replay friend "and the new hauntd remembers the packet" replay
check "hauntd stops" stop_hauntd

tap_planned=1
echo
if [ "$wrong" = 0 ]; then
	printf '%sAll %d steps are as they say (%d s).%s\n' "$bold" "$steps" \
		"$SECONDS" "$plain"
	exit 0
fi
printf '%s%d things are not as they say; hauntd'"'"'s log:%s\n' "$red" \
	"$wrong" "$plain"
sed 's/^/       /' "$LOG"
exit 1
