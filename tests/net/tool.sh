#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# haunt as a tool: ssh through a plain port, port 80 with a web server, a random
# port and a forward; --wait, --keep and commands; what is said to people, to
# programs and to terminals; what was asked for last.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq script git scp

world_up
start_sshd gw
start_sshd inner
start_nginx gw
{
	config_standard 20s | sed '/client "alice"/,/}/s/"ssh", /"ssh", "tied", /'
	cat <<-END
		service "tied" {
			target = "tcp/22"
			at = {"tcp/2244"}
			at-end = "cut"
			lifetime = "20s"
			max-lifetime = "10m"
		}
	END
} >"$CONF"
must_start_hauntd

# gateway NAME ADDRESS OPTIONS SERVICES
gateway() {
	cat <<-END
		gateway "$1" {
			address = "$2"
			key = "$(key alice)"
			user = "alice"
			$3
			$4
		}
	END
}
{
	gateway home "$GW4" '' '
		service "ssh" { access = "tcp/22" lifetime = "20s" }
		service "ghost" { access = "tcp/22" nat-port = "80" }
		service "random" { access = "tcp/22" nat-port = "random" }
		service "tied" { access = "tcp/22" nat-port = "2244"
			lifetime = "2s" }
		service "both" { access = {"tcp/22", "udp/7001"} }
		service "echo" { access = "udp/7001" lifetime = "20s" }'
	gateway inner "$GW4" '' \
		"service \"deep\" { access = \"tcp/2222\" nat = \"$INNER4:22\" }"
	gateway six "$GW6" 'allow = "source"' \
		'service "ssh" { access = "tcp/22" }'
	gateway silent "$GW4" 'port = 62999' \
		'service "ssh" { access = "tcp/22" }'
} >"$T/home/.config/haunt/haunt.conf"

# What haunt ssh checks the host's key under.
ssh_keys
{
	for name in tests "$GW4" "$GW6" "$GW4/$INNER4"; do
		echo "$name $(cut -d' ' -f1,2 "$T/ssh/host.pub")"
	done
} >"$T/ssh/known_hosts"

cat >"$T/ssh/config" <<-END
	BatchMode yes
	IdentityFile $T/ssh/id
	IdentitiesOnly yes
	IdentityAgent none
	UserKnownHostsFile $T/ssh/known_hosts
	StrictHostKeyChecking yes
	LogLevel ERROR
	User root
	ProxyUseFdpass yes
END

# haunt_ssh ARGUMENT…: as friend. $F behind the gateway makes ssh quiet.
F=-F$T/ssh/config
haunt_ssh() {
	on friend env HOME="$T/home" "$HAUNT" ssh "$@" </dev/null
}

# reaches WHAT WHO [HAUNT'S OPTION…] GATEWAY
reaches() {
	local what=$1 who=$2 out
	shift 2
	log_mark
	# shellcheck disable=SC2016 # expanded over there
	out=$(haunt_ssh "$@" "$F" 'echo $WHO' 2>"$T/ssh.err")
	if [ "$out" = "$who" ]; then
		pass "$what: it reaches $who"
	else
		fail "$what: it reaches $who" "got: $out
$(cat "$T/ssh.err")
$(log_since)"
	fi
	is "$what: nothing is said" "$(cat "$T/ssh.err")" ""
	like "$what: by a grant" "$(log_since)" 'result=(granted|renewed)'
	ctl revoke alice >/dev/null
}

reaches "the service called ssh" gw home
reaches "by address" gw "$GW4"
reaches "a user's name" gw root@home
reaches "ghost" gw --service ghost home
like "ghost: the grant was for port 80" "$(log_since)" 'door=tcp/80'
reaches "random" gw --service random home
like "random: the grant was for a port of the range" "$(log_since)" \
	'door=tcp/[45][0-9]{4}'
reaches "the only service" inner inner
reaches "IPv6" gw six
is "the public site is there for others" "$(http_from stranger "$GW4")" \
	"public site"
check "port 22 is shut to others" tcp_refused stranger "$GW4" 22
haunt_ssh home "$F" 'exit 7'
is "the remote command's status comes through" "$?" 7

# shellcheck disable=SC2016 # expanded over there
is "-l before the gateway is for ssh, as rsync has it" \
	"$(haunt_ssh -l root root@home "$F" 'echo $WHO' 2>&1)" gw
# Whom a program runs that takes ssh's place, and whom one that is told of ssh.
git init -q --bare "$T/project" 2>/dev/null
(
	cd "$T" && git init -q work && cd work && git -c user.name=a \
		-c user.email=a@b commit -q --allow-empty -m first
) 2>/dev/null
cat >"$T/git-ssh" <<-END
	#!/bin/sh
	gateway=\$1
	shift
	exec "$HAUNT" ssh "\$gateway" $F "\$@"
END
chmod +x "$T/git-ssh"
check "git push goes by haunt ssh" on friend env HOME="$T/home" \
	GIT_SSH="$T/git-ssh" GIT_SSH_VARIANT=simple \
	git -C "$T/work" push -q "home:$T/project" HEAD:main
is "what was pushed is there" "$(git -C "$T/project" log --format=%s main)" \
	first
echo content >"$T/file"
check "scp goes by haunt proxy" on friend env HOME="$T/home" scp -Oq "$F" \
	-o HostKeyAlias=tests -o ProxyUseFdpass=no \
	-o ProxyCommand="$HAUNT proxy %h %p" "$T/file" "home:$T/copied"
is "with what was in the file" "$(cat "$T/copied")" content

# What ssh makes of the way to the proxy is not for it to read.
odd="$T/o d'd\"%h;\$(touch $T/broken)"
mkdir -p "$odd"
cp "$HAUNT" "$odd/haunt"
cp "$T/home/.config/haunt/haunt.conf" "$odd/c %%p 'x\"
y.conf"
for shell in /bin/sh "$(command -v zsh)" "$(command -v fish)"; do
	[ -n "$shell" ] || continue
	# shellcheck disable=SC2016
	is "any name of a file and of haunt, by ${shell##*/}" "$(on friend env \
		HOME="$T/home" SHELL="$shell" "$odd/haunt" ssh --config "$odd/c %%p 'x\"
y.conf" home "$F" 'echo $WHO' </dev/null 2>&1)" gw
done
refuse "and nothing of it was carried out" [ -e "$T/broken" ]
like "what is no destination" "$(haunt_ssh -- -oProxyCommand=true 2>&1)" \
	"is no destination"
haunt_ssh --service echo home "$F" true 2>/dev/null
is "UDP is nothing for ssh: status" "$?" 1
on friend env HOME="$T/home" PATH=/nonexistent "$HAUNT" ssh home 2>/dev/null
is "no ssh: status" "$?" 127

# ---- open --wait

# haunt_open HOST ARGUMENT…
haunt_open() {
	on "$1" env HOME="$T/home" "$HAUNT" open "${@:2}" </dev/null
}
# quiet_end: revokes, so that the next one begins with shut doors.
quiet_end() {
	ctl revoke alice >/dev/null
}

quiet_end
is "--wait says that it is open" "$(haunt_open friend home ssh --wait)" \
	"ssh open $GW4 tcp/22 for 20s"
check "and it is" ssh_from friend "$GW4" 22 true
quiet_end
# While nobody opens the door, the web server behind it is not taken for it.
nat=$(role_pid nat)
kill -STOP "$nat"
haunt_open friend home ghost --wait --deadline 20s >"$T/wait.out" 2>&1 &
waiting=$!
served() {
	on gw ss -Htn state established sport = :80 | grep -q "$FRIEND4"
}
check "it has reached the web server" wait_until 5 served
is "and does not call that open" "$(cat "$T/wait.out")" ""
check "it still waits" kill -0 "$waiting"
kill -CONT "$nat"
wait "$waiting"
is "it ends when the door opens" "$?" 0
is "it says so" "$(cat "$T/wait.out")" "ghost open $GW4 tcp/80 for default"
haunt_open friend home echo --wait 2>"$T/err"
is "UDP cannot be waited for: status" "$?" 1
like "UDP cannot be waited for" "$(cat "$T/err")" "cannot be seen"
check "TCP beside UDP can" haunt_open friend home both --wait --expect SSH-

# ---- commands

# shellcheck disable=SC2016 # expanded by that shell
environment='echo $HAUNT_GATEWAY $HAUNT_SERVICE $HAUNT_ADDRESS $HAUNT_PORT $HAUNT_PORTS "$@"'
is "what a command is told" "$(haunt_open friend home both -- sh -c \
	"$environment" sh '[{address}]:{port}' '{x}')" \
	"home both $GW4 22 tcp/22,udp/7001 [$GW4]:22 {x}"
haunt_open friend home ssh --wait -- sh -c 'exit 5'
is "a command's status" "$?" 5
haunt_open friend home ssh -- "$T/nowhere" 2>/dev/null
is "no such command: status" "$?" 127
haunt_open friend home ssh --keep -- "$T" 2>/dev/null
is "what cannot be run: status" "$?" 126
haunt_open friend home ssh -- 2>/dev/null
is "no command at all: status" "$?" 1
haunt_open friend home ssh --keep -- sh -c 'kill -KILL $$'
is "a command that was killed: status" "$?" 137

# ---- a gateway that does not answer: all at once, while the next part goes on

silent() {
	haunt_open stranger silent ssh --wait --deadline 1s "$@"
}
# on_terminal ENVIRONMENT COMMAND…: what a terminal gets.
on_terminal() {
	local environment=$1
	shift
	# shellcheck disable=SC2086 # several
	on stranger env HOME="$T/home" $environment script -qec "$*" /dev/null \
		</dev/null
}
try="$HAUNT open silent ssh --wait --deadline 1s"
(
	silent >"$T/silent.out" 2>"$T/silent.err"
	echo $? >"$T/silent.status"
) &
silents=($!)
(
	silent -- touch "$T/ran" 2>/dev/null
	echo $? >"$T/command.status"
) &
silents+=($!)
silent --quiet >"$T/silent.quiet" 2>&1 &
silents+=($!)
silent --json >"$T/silent.json" 2>/dev/null &
silents+=($!)
on_terminal TERM=xterm "$try" >"$T/on.xterm" &
silents+=($!)
on_terminal TERM=xterm "$HAUNT ssh --deadline 1s silent $F true" >"$T/on.ssh" &
silents+=($!)
on_terminal "TERM=xterm NO_COLOR=1" "$try" >"$T/on.plain" &
silents+=($!)
on_terminal TERM=dumb "$try" >"$T/on.dumb" &
silents+=($!)
on_terminal TERM=xterm "$try --quiet" >"$T/on.quiet" &
silents+=($!)

# ---- --keep

# renewals N: that many since the mark.
renewals() {
	[ "$(log_since | grep -c 'client=alice .*result=renewed')" -ge "$1" ]
}
config_bob="--key $(key bob) --user bob --access tcp/22 --lifetime 2s"
quiet_end
log_mark
# shellcheck disable=SC2086 # options
on friend2 env HOME="$T/home" "$HAUNT" open "$GW4" $config_bob >/dev/null
ip netns exec friend env HOME="$T/home" "$HAUNT" open home ssh --lifetime 2s \
	--wait --keep -- sh -c \
	'trap "exit 5" TERM; while :; do sleep 0.05; done' &
keeping=$!
started=$(now_ms)
session_open tied ssh friend env HOME="$T/home" "$HAUNT" ssh --keep \
	--save-packet "$T/kept" --service tied home "$F" cat
session_say tied one
is "a session of a service that ends with its grant" \
	"$(session_hear tied 5)" one
check "it is knocked again and again" wait_until 20 renewals 14
within "ms went by" "$(($(now_ms) - started))" 3900 20000
check "new connections are admitted" ssh_from friend "$GW4" 22 true
check "without --keep they are not" tcp_refused friend2 "$GW4" 22
session_say tied two
is "the session lives" "$(session_hear tied 5)" two
session_close tied
within "all its packets are saved" "$(sort -u "$T/kept" | wc -l)" 3 100
refuse "and the first is in nobody's way" \
	grep -q 'there already' "$T/session-tied.err"
kill -TERM "$keeping"
wait "$keeping"
is "a signal reaches the command, its status us" "$?" 5

# A command that stops itself, as ssh does for "~^Z", and a shell that waits
# for its job to stop: a process group of its own.
stopped() {
	[[ $(<"/proc/$1/stat") == *') T '* ]]
}
set -m
ip netns exec friend env HOME="$T/home" "$HAUNT" open home ssh --keep -- \
	sh -c 'kill -TSTP $$; exit 6' </dev/null &
keeping=$!
set +m
check "haunt stops with its command" wait_until 5 stopped "$keeping"
kill -CONT -- "-$keeping"
wait "$keeping"
is "and both go on" "$?" 6
started=$(now_ms)
haunt_open friend home ssh --keep=60 -- true
within "the end of the command is the end, ms" "$(($(now_ms) - started))" 0 3000

# With nothing to run it knocks until it is told to stop; what fails is told.
# shellcheck disable=SC2086 # options
ip netns exec friend2 env HOME="$T/home" "$HAUNT" open "$GW4" $config_bob \
	--keep >"$T/keep.out" 2>"$T/keep.err" &
keeping=$!
log_mark
check "it knocks with nothing to run" log_wait 'client=bob .*result=renewed'
on friend2 ip link set eth0 down
check "what cannot be sent is told" wait_line "$T/keep.err" 'unreachable' 10
on friend2 ip link set eth0 up
check "and tried again" wait_line "$T/keep.err" 'works again' 10
kill -TERM "$keeping"
wait "$keeping"
is "it ends in order" "$?" 0
is "one line was said" "$(cat "$T/keep.out")" \
	"access open-requested $GW4 tcp/22 for 2s"

# ---- what is said, and to whom

is "--quiet" "$(haunt_open friend six ssh --quiet 2>&1)" ""
is "--json" "$(haunt_open friend home both --json --wait --expect SSH- |
	jq -c 'del(.time)')" "{\"ok\":true,\"state\":\"open\",\"gateway\":\"home\",\"service\":\"both\",\"address\":\"$GW4\",\"ports\":[\"tcp/22\",\"udp/7001\"],\"carrier\":\"udp\",\"knocked\":62201,\"lifetime\":null}"
wait "${silents[@]}"
is "a silent gateway: status" "$(cat "$T/silent.status")" 3
is "a silent gateway: nothing is said to be open" "$(cat "$T/silent.out")" ""
like "a silent gateway: the reason" "$(cat "$T/silent.err")" "no way in at"
refuse "a silent gateway: no line for terminals" grep -q $'\r' "$T/silent.err"
is "no way in, no command: status" "$(cat "$T/command.status")" 3
refuse "no way in, no command" [ -e "$T/ran" ]
like "--quiet keeps errors" "$(cat "$T/silent.quiet")" "no way in"
is "--json of what fails" "$(cat "$T/silent.json")" '{"ok":false,"status":3}'
seen=$(cat "$T/on.xterm")
like "a terminal sees that it goes on" "$seen" \
	'knocked, trying tcp/22, 0\.[0-9] s'
like "and for how long" "$seen" 'knocked twice, trying tcp/22, [01]\.[0-9] s'
like "in its own colour" "$seen" $'\e\\[2mknocked'
like "and the line goes away" "$seen" $'\e\\[K'"haunt: no way in"
like "ssh: a terminal sees that it goes on" "$(cat "$T/on.ssh")" \
	'knocked, trying tcp/22'
like "NO_COLOR: it still goes on" "$(cat "$T/on.plain")" 'knocked, trying'
refuse "NO_COLOR: without colours" grep -q $'\e\\[[0-9;]*m' "$T/on.plain"
refuse "TERM=dumb: nothing of the kind" grep -q 'knocked,' "$T/on.dumb"
like "TERM=dumb: but what is wrong" "$(cat "$T/on.dumb")" 'no way in'
refuse "--quiet: nothing of the kind" grep -q 'knocked,' "$T/on.quiet"
like "list has colours on a terminal" "$(on_terminal TERM=xterm \
	"$HAUNT list home")" $'\e\\[1mhome'
is "and none elsewhere" "$(on friend env HOME="$T/home" TERM=xterm "$HAUNT" \
	list silent)" "silent: $GW4, knocked at port 62999, key $T/keys/alice, user alice
  ssh  tcp/22, for as long as the gateway says"

# ---- last

haunt_open friend home ssh >/dev/null
haunt_open friend six ssh --lifetime 9s >/dev/null 2>&1
last() {
	on friend env HOME="$T/home" "$HAUNT" last "$@"
}
like "last: the last" "$(last)" "gateway: six"
like "last: its end" "$(last)" "^ends: .*, in [1-9]s"
is "last: of a gateway" "$(last home --json |
	jq -c '.last[0] | [.gateway, .service, .address, .ports, .lifetime]')" \
	"[\"home\",\"ssh\",\"$GW4\",[\"tcp/22\"],20]"
log_mark
is "last --again" "$(last home --again)" \
	"ssh open-requested $GW4 tcp/22 for 20s"
check "it is granted again" log_wait 'result=(granted|renewed)'
is "its mode" "$(stat -c %a "$T/home/.local/state/haunt/last")" 600
before=$(cat "$T/home/.local/state/haunt/last")
haunt_open friend home random --no-history >/dev/null
is "--no-history" "$(cat "$T/home/.local/state/haunt/last")" "$before"
sed -i '1i history = false' "$T/home/.config/haunt/haunt.conf"
haunt_open friend home random >/dev/null
is "history = false" "$(cat "$T/home/.local/state/haunt/last")" "$before"
haunt_ssh home "$F" true
is "history = false holds for ssh" \
	"$(cat "$T/home/.local/state/haunt/last")" "$before"
done_testing
