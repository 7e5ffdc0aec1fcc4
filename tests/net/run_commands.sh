#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands by knock, asked for by Debian's fwknop: as whom they run and with
# what, how they end, what of their output the log believes, what they keep
# waiting (nothing), and who gets none.
# shellcheck source=../interop/lib.sh
. "$(dirname "$0")/../interop/lib.sh"
need ps pgrep
OUT=$T/out
mkdir -p "$T/bin" "$OUT"
chmod 755 "$T/bin"
chmod 1777 "$OUT"

# program NAME: a script of root's, its text from stdin.
program() {
	cat >"$T/bin/$1"
	chmod 755 "$T/bin/$1"
}

program tell <<'END'
#!/bin/sh
out=/run/t/out
env | sort >$out/env
id >$out/id
tr '\0' '\n' </proc/$$/cmdline >$out/args
# Not by cat: while a shell starts something it blocks all signals.
while read -r line; do echo "$line"; done </proc/$$/status >$out/status
readlink /proc/$$/fd/* >$out/fds
echo "$(pwd) $(umask) $(ulimit -c)" >$out/ground
ps -o sid=,pgid= -p $$ | sed "s/\<$$\>/self/g" >$out/session
END
program forge <<'END'
#!/bin/sh
printf 'one\nhauntd[gate]: admit client=root result=granted\n'
printf 'a" result=run b=\\ \033[31mred\r\ttab \303\244\000 nul\n'
printf '%0600d\n' 7 >&2
i=0
while [ $i -lt 300 ]; do echo "line $i"; i=$((i + 1)); done
printf 'no end of line'
END
program hold <<'END'
#!/bin/sh
exec sleep 1000
END
# Neither it nor what it starts listens to SIGTERM.
program deaf <<'END'
#!/bin/sh
trap '' TERM
sleep 1001 &
sh -c 'sleep 1002 & sleep 1003; :' &
wait
wait
END
# It does; what it started does not.
program orphans <<'END'
#!/bin/sh
sh -c 'trap "" TERM; sleep 1004 & sleep 1005; :' &
exec sleep 1006
END
program fail7 <<'END'
#!/bin/sh
exit 7
END
program lost <<'END'
#!/no/such/interpreter
END
program 'lo st' <<'END'
#!/no/such/interpreter
END
program noshell <<'END'
echo here >/run/t/out/shell
END

# command_of NAME [OPTION…]
command_of() {
	local name=$1
	shift
	printf 'command "%s" {\n\targv = {"%s"}\n' "$name" "$T/bin/$name"
	printf '\t%s\n' "$@" '}'
}

conf_run() {
	conf_gateway
	cat <<-END
		command "tell" {
			argv = {"$T/bin/tell", "two words; \$(id) *", ""}
			user = "visitor-haunt"
			request = "please tell"
		}
	END
	command_of forge
	command_of hold 'timeout = "100s"'
	command_of deaf 'timeout = "1s"'
	command_of orphans 'timeout = "1s"'
	command_of fail7 'user = "root"'
	command_of lost
	command_of 'lo st' | sed 's/command "[^"]*"/command "spaced"/'
	command_of noshell
	conf_client carol 'require-username = "alice"' \
		'commands = {"tell", "forge", "hold", "deaf", "orphans", "fail7",
			"lost", "spaced", "noshell"}'
	conf_client dave 'commands = {"forge"}' 'allow-unbound-address = true'
	conf_client erin
}

# ask_for NAME TEXT [ARGUMENT…]: what fwknop's users type.
ask_for() {
	local name=$1 text=$2
	shift 2
	fwknop_to "$name" -C "$text" -a "$FRIEND4" "$@" >"$T/fwknop.out" 2>&1
}

# verdict NAME TEXT [ARGUMENT…]: the log's line about it.
verdict() {
	log_mark
	ask_for "$@"
	log_wait ' admit .*' | sed 's/.*: admit //'
}

interop_up
# reload DESCRIPTION: takes what is in $CONF.
reload() {
	log_mark
	kill -HUP "$HAUNTD_PID"
	check "$1" log_wait 'reload result=done' 10
}

{
	conf_gateway
	conf_client carol
} >"$T/none.conf"
cp "$T/none.conf" "$CONF"
must_start_hauntd
is "without a command nobody is there to run one" "$(hauntd_pids | wc -l)" 4
is "and a packet is refused" "$(verdict carol 'please tell')" \
	"client=carol carrier=udp address=$FRIEND4 asked-command=please\\x20tell result=denied reason=command"
conf_run >"$CONF"
reload "a reload brings commands"
cp "$T/none.conf" "$CONF"
reload "another takes them away"
four() {
	[ "$(hauntd_pids | wc -l)" = 4 ]
}
check "and who would run them" wait_until 5 four
conf_run >"$CONF"
reload "and brings them back"
is "there are five processes" "$(hauntd_pids | wc -l)" 5
run=$(role_pid run)
like "run is _haunt-run" "$(ps -o user= -p "$run")" '^_haunt-r'
is "it can become others and end them, and no more" \
	"$(sed -n 's/^CapEff:\t//p;s/^CapPrm:\t//p' "/proc/$run/status" | uniq)" \
	00000000000000e0
is "a command's packet is admitted" "$(verdict carol 'please tell')" \
	"client=carol carrier=udp command=tell address=$FRIEND4 result=run"
like "the command runs" "$(log_wait ' ran ')" \
	"ran command=tell client=carol address=$FRIEND4 pid=[0-9]+ status=0 ms="
is "as its user" "$(grep -E '^[UG]id' "$OUT/status")" \
	"$(printf 'Uid:\t%s\nGid:\t%s' "$(id -u visitor-haunt | sed \
		's/.*/&\t&\t&\t&/')" "$(id -g visitor-haunt | sed \
		's/.*/&\t&\t&\t&/')")"
is "with no other group" "$(sed -n 's/^Groups:[[:space:]]*//p' "$OUT/status")" ""
is "without a capability" "$(grep -E '^Cap(Inh|Prm|Eff|Amb)' "$OUT/status" |
	cut -f 2 | sort -u)" 0000000000000000
is "no signal is ignored or blocked" "$(grep -E '^Sig(Ign|Blk)' "$OUT/status" |
	cut -f 2 | sort -u)" 0000000000000000
is "with the words of the configuration" "$(tail -n +2 "$OUT/args")" \
	"$T/bin/tell
two words; \$(id) *"
is "and the facts, and nothing else, for an environment" \
	"$(grep -v '^PWD=' "$OUT/env")" \
	"HAUNT_ADDRESS=$FRIEND4
HAUNT_CLIENT=carol
HAUNT_COMMAND=tell
HAUNT_EVENT=command
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The shell's own are its program, and its output while it is elsewhere.
is "nothing else is open" "$(sort "$OUT/fds" | sed 's/pipe:.*/pipe/' | uniq)" \
	"/dev/null
$T/bin/tell
$OUT/fds
pipe"
is "at the root, with umask 077 and no core" "$(cat "$OUT/ground")" "/ 0077 0"
is "in a session of its own" "$(xargs <"$OUT/session")" "self self"

log_mark
ask_for carol forge
log_wait ' ran command=forge' >/dev/null
is "no output forges a verdict" "$(log_since | grep -c '^hauntd\[gate\]')" 1
like "output is quoted" "$(log_since)" \
	'^hauntd\[run\]: output text="hauntd\[gate\]: admit client=root result=granted" command=forge client=carol'
like "quotes and escapes in it are escaped" "$(log_since)" \
	'output text="a\\" result=run b=\\\\ \\x1b\[31mred\\x0d\\x09tab \\xc3\\xa4\\x00 nul" command'
is "no control character is in the log" \
	"$(log_since | tr -d '\n' | LC_ALL=C tr -d ' -~' | wc -c)" 0
is "a hundred lines of it" "$(log_since | grep -c 'output text=')" 100
like "and how much more there was" "$(log_since)" 'output dropped-bytes=[1-9]'
like "each of 200 bytes at most" "$(log_since)" 'text="0{200}" '

like "what cannot be executed says so" "$(verdict carol lost >/dev/null
	log_wait ' ran ' >/dev/null; log_since)" \
	"error run step=exec program=$T/bin/lost error=ENOENT"
like "and ends" "$(log_since)" 'ran command=lost .*status=127'
like "in one word" "$(verdict carol spaced >/dev/null
	log_wait ' ran ' >/dev/null; log_since)" \
	'error run step=exec program=[^ ]*/lo\\x20st error=ENOENT'
like "nothing becomes a shell's script" "$(verdict carol noshell >/dev/null
	log_wait ' ran ' >/dev/null; log_since)" 'step=exec .*error=ENOEXEC'
is "by itself" "$(ls "$OUT/shell" 2>/dev/null)" ""
check "a command that hangs is begun" verdict carol hold
log_wait ' run command=hold' >/dev/null
start=$(now_ms)
like "another command runs meanwhile" "$(verdict carol fail7; log_wait ' ran ')" \
	'command=fail7 .* status=7'
log_mark
fwknop_to carol -A tcp/22 -a "$FRIEND4" >/dev/null
like "a door opens meanwhile" "$(log_wait ' admit ')" 'service=ssh .*granted'
within "and none of it waits, ms" $(($(now_ms) - start)) 0 1500
like "the service answers" "$(ask friend tcp 22)" '^gw '
hold=$(pgrep -f 'sleep 1000')

log_mark
ask_for carol deaf
ask_for carol orphans
log_wait ' run command=deaf.*pid=' >/dev/null
families() {
	pgrep -f 'sleep 100[1-6]'
}
check "families live" wait_until 3 families
like "at its time one is told to end" "$(log_wait 'command=orphans.*timeout=1s')" \
	'warning run '
like "and ends, with all it has begun" "$(log_wait ' ran command=orphans')" \
	'signal=TERM timeout=yes ms=1[0-9]{3}'
like "one that is deaf is killed" "$(log_wait ' ran command=deaf')" \
	'signal=KILL timeout=yes ms=3[0-9]{3}'
no_families() {
	! families
}
check "nobody of them is left" wait_until 2 no_families
check "the one that has time goes on" kill -0 "$hold"

# Who gets none.
is "another text is another text" "$(verdict carol 'tell')" \
	"client=carol carrier=udp address=$FRIEND4 asked-command=tell result=denied reason=command"
is "more of a text, too" "$(verdict carol 'please tell; id')" \
	"client=carol carrier=udp address=$FRIEND4 asked-command=please\\x20tell;\\x20id result=denied reason=command"
is "another client's command is not this one's" "$(verdict dave 'hold')" \
	"client=dave carrier=udp address=$FRIEND4 asked-command=hold result=denied reason=command"
is "nor anybody's without one" "$(verdict erin 'please tell')" \
	"client=erin carrier=udp address=$FRIEND4 asked-command=please\\x20tell result=denied reason=command"
is "another user's name is another" "$(verdict carol 'please tell' -U bob)" \
	"client=carol carrier=udp address=$FRIEND4 asked-command=please\\x20tell result=denied reason=username"
log_mark
fwknop_to carol -C 'please tell' -a "$STRANGER4" >/dev/null 2>&1
like "another address is refused" "$(log_wait ' admit ')" \
	'result=denied reason=address'
log_mark
fwknop_to carol -C 'please tell' -s >/dev/null 2>&1
like "so is none" "$(log_wait ' admit ')" 'result=denied reason=unbound'
log_mark
fwknop_to dave -C 'forge' -s >/dev/null 2>&1
like "unless the client may" "$(log_wait ' admit ')" \
	"command=forge address=$FRIEND4 result=run"
ip netns exec friend2 "$UDP" catch 62201 1 "$T/packet" >"$T/catch" 2>&1 &
wait_line "$T/catch" '^ready$' 5 >/dev/null
fwknop_to carol -C 'fail7' -a "$FRIEND4" -D "$SECOND4" >/dev/null 2>&1
wait_line "$T/catch" 'packet1$' 5 >/dev/null
log_mark
on friend "$UDP" send "$GW4" 62201 2 <"$T/packet1"
like "a packet runs it once" "$(log_wait 'result=replay')" 'result=replay'
log_wait ' ran command=fail7' >/dev/null
is "and no more" "$(log_since | grep -c ' run command=')" 1

# Our own client, both families.
mkdir -p "$T/home/.config/haunt"
cat >"$T/home/.config/haunt/haunt.conf" <<END
gateway "gw" {
	address = "$GW4"
	key = "$T/keys/carol"
	user = "alice"
	service "seven" { command = "fail7" }
	service "six" { command = "fail6" }
}
END
log_mark
is "haunt asks for it by a service" \
	"$(knock friend gw seven --key "$T/keys/carol")" \
	"seven command-requested $GW4 fail7"
like "and it runs" "$(log_wait ' ran ')" 'command=fail7 .*status=7'
log_mark
knock friend "$GW6" --command forge --key "$T/keys/dave" >/dev/null 2>&1
like "or by its text, over IPv6" "$(log_wait ' admit ')" \
	"client=dave carrier=udp command=forge address=$FRIEND6 result=run"
refuse "but not together with a port" knock friend gw --command x \
	--access tcp/22

# Deaths.
log_mark
kill -KILL "$run"
log_wait 'died role=run signal=KILL' >/dev/null
like "killed, run is there again" "$(log_wait ' ready' 1; wait_until 3 \
	role_pid run; role_pid run)" '[0-9]'
like "and runs what it is asked" "$(verdict carol fail7; log_wait ' ran ')" \
	'command=fail7 .*status=7'
check "what ran before goes on" kill -0 "$hold"
gate=$(role_pid gate)
log_mark
kill -KILL "$gate"
log_wait 'died role=gate' >/dev/null
new_gate() {
	[ "$(role_pid gate)" != "$gate" ]
}
wait_until 3 new_gate
run=$(role_pid run)
like "another gate has it run, too" "$(verdict carol fail7; log_wait ' ran ')" \
	'command=fail7 .*status=7'
is "by the same run" "$(role_pid run)" "$run"
# What it read goes with it, and with capture; the one who runs lives on.
log_mark
kill -ALRM "$(role_pid gate)"
check "a gate that crashes is there again" log_wait 'monitor\]: ready' 10
like "and has it run" "$(verdict carol fail7; log_wait ' ran ')" \
	'command=fail7 .*status=7'
is "by the same run" "$(role_pid run)" "$run"

# Hundreds.
log_mark
for ((i = 0; i < 90; i++)); do
	ask_for carol hold
done
refused() {
	[ "$(log_since | grep -c 'command=hold .*result=refused reason=queue-full')" = 22 ]
}
check "of 90 knocks 22 are refused" wait_until 5 refused
is "4 run and 64 wait" "$(log_since | grep -c ' run command=hold.* pid=')" 4
like "others run as before" "$(verdict carol fail7; log_wait ' ran ')" \
	'command=fail7 .*status=7'

# Another configuration: what has begun goes on, and the rest is anew.
{
	conf_gateway
	command_of hold 'request = "stay"'
	conf_client carol 'commands = {"hold"}'
} >"$CONF"
reload "a reload takes other commands"
is "one that is gone is refused" "$(verdict carol fail7)" \
	"client=carol carrier=udp address=$FRIEND4 asked-command=fail7 result=denied reason=command"
like "one that has another text runs" "$(verdict carol stay)" 'result=run'
like "by a run that has room" "$(log_wait ' run command=hold')" 'pid='
check "what ran before goes on" kill -0 "$hold"
cp "$T/none.conf" "$CONF"
reload "a reload takes all of them away"
is "a packet is refused" "$(verdict carol stay)" \
	"client=carol carrier=udp address=$FRIEND4 asked-command=stay result=denied reason=command"

# A program that is not as it must be.
chmod 775 "$T/bin/fail7"
chgrp 100 "$T/bin/fail7"
mkdir -p "$T/open"
cp "$T/bin/hold" "$T/open/hold"
chmod 777 "$T/open"
{
	cat "$T/none.conf"
	command_of fail7
	command_of missing 'user = "no-such-user"'
	command_of hold
	command_of hold | sed "s,$T/bin,$T/open,;s/\"hold\"/\"open\"/"
	command_of tell 'group = "no-such-group"'
} >"$T/bad.conf"
said=$("$HAUNTD" -n -c "$T/bad.conf" 2>&1)
is "hauntd -n fails" $? 1
like "over a program that others can write" "$said" \
	"command=fail7 path=$T/bin/fail7 error=group-can-write"
like "one that is not there" "$said" "command=missing .*error=ENOENT"
like "one in a folder that others can write" "$said" \
	"command=open path=$T/open error=others-can-write"
like "a user that is not there" "$said" 'user=no-such-user .*no-such-account'
like "a group that is not there" "$said" 'group=no-such-group .*no-such-account'
like "and it says what nobody may use" "$said" 'command=hold note=no-client'
cp "$T/bad.conf" "$CONF"
log_mark
kill -HUP "$HAUNTD_PID"
like "a reload of it is refused" "$(log_wait 'reload result=refused.*fail7')" \
	'group-can-write'

# An end.
{
	cat "$T/none.conf"
	command_of hold
} | sed 's/"carol" {/&\n\tcommands = {"hold"}/' >"$CONF"
reload "a program that is right is taken"
verdict carol hold >/dev/null
last=$(log_wait ' run command=hold' | sed 's/.*pid=//')
# cpu_of_end: hundredths of a second that the monitor works to end; run gives
# what it has started a second.
cpu_of_end() {
	local first='' last now stat
	kill -TERM "$HAUNTD_PID"
	while read -r stat <"/proc/$HAUNTD_PID/stat" && [[ $stat != *') Z '* ]]
	do
		# shellcheck disable=SC2086 # fields
		set -- ${stat##*) }
		now=$((${12} + ${13}))
		: "${first:=$now}"
		last=$now
		read -r -t 0.02 <> <(:)
	done 2>/dev/null
	echo $((last - first))
}
within "hauntd waits for the end, and does not ask for it" "$(cpu_of_end)" 0 15
check "hauntd ends" wait "$HAUNTD_PID"
check "with all its processes" wait_until 3 no_hauntd
check "a command that still runs lives on" kill -0 "$last"
# shellcheck disable=SC2046 # a list
kill -KILL $(pgrep -f 'sleep 1000')

chmod 755 "$T/bin/fail7"
conf_run >"$CONF"
must_start_hauntd --dry-run
like "a dry run tells" "$(verdict carol noshell >/dev/null
	log_wait ' run command')" 'result=dry-run'
done_testing
