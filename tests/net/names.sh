#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Targets that are named, with a DNS server whose answers change: nobody waits
# for it, no answer leads to the gateway itself, what is in force stays where
# it is, and what was known outlives the server.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need dnsmasq

world_up
OTHER4=192.0.2.3 OTHER6=2001:db8:2::3
on inner ip address add "$OTHER4/24" dev eth0
on inner ip address add "$OTHER6/64" dev eth0 nodad
start_sshd gw
start_sshd inner
start_udp inner 7001 within
# Nobody is there at first: who asks waits for two seconds.
printf 'nameserver 192.0.2.250\noptions timeout:2 attempts:1\n' >"$T/resolv.conf"
mount --bind "$T/resolv.conf" /etc/resolv.conf

service() {
	cat <<-END
		service "$1" { target = "$2.test tcp/22" refresh = "10s"
			at = {"tcp/$3"} lifetime = "60s" }
	END
}
names=(db loop own own6 meta zero mixed four six stay hang)
{
	config_head
	echo 'service "ssh" { target = "tcp/22" }'
	port=3000
	for name in "${names[@]}"; do
		service "$name" "$name" "$port"
		port=$((port + 1))
	done
	cat <<-END
		service "udp" { target = "DB.Test. udp/7001" refresh = "10s"
			at = {"udp/3000"} }
		client "alice" {
			key = "$(key alice)"
			allow-unbound-address = true
			services = {"ssh", "udp"$(printf ', "%s"' "${names[@]}")}
		}
	END
} >"$CONF"
check "the configuration is printed as it is read" \
	bash -c "'$HAUNTD' -c '$CONF' -p >'$T/printed' &&
		'$HAUNTD' -c '$T/printed' -p | diff '$T/printed' -"
like "with the name" "$(cat "$T/printed")" 'target = "db.test udp/7001"'

# took COMMAND…: how many milliseconds it takes.
took() {
	local begin
	begin=$(now_ms)
	"$@" >"$T/took" 2>&1 || echo 99999
	echo $(($(now_ms) - begin))
}
# ask NAME PORT [GATEWAY [ALLOW]]: the verdict on a knock for it, by name.
ask() {
	log_mark
	knock friend "${3:-$GW4}" --access "tcp/$2" --nat "$1.test:22" \
		--allow "${4:-local}" >/dev/null
	log_wait ' admit '
}
# led PORT [GATEWAY]: which address of inner answers there.
led() {
	# shellcheck disable=SC2016 # expanded over there
	ssh_from friend "${2:-$GW4}" "$1" 'set -- $SSH_CONNECTION; echo $WHO $3' \
		2>&1
}

begin=$(now_ms)
# A machine that has slept for ten days: its clocks differ by that.
slept=(unshare --time --boottime 864000)
# shellcheck disable=SC2034 # lib/haunt.sh uses it
"${slept[@]}" true 2>/dev/null && HAUNTD_UNDER=("${slept[@]}")
must_start_hauntd
within "no answer is waited for at the start" $(($(now_ms) - begin)) 0 1500
within "a knock for something else opens at once" \
	"$(took knock_for granted friend "$GW4" --access tcp/22)" 0 1000
check "and it is open" ssh_from friend "$GW4" 22 true
like "what is not known yet is refused" "$(ask db 3000)" \
	'result=denied reason=target-unresolved'
pid=$(role_pid names)
is "who asks has no capability" \
	"$(sed -n 's/^CapEff:\t//p' "/proc/$pid/status")" 0000000000000000
is "and is a user of its own" \
	"$(stat -c %U "/proc/$pid")" _haunt-names
is "and has no new privileges" \
	"$(sed -n 's/^NoNewPrivs:\t//p' "/proc/$pid/status")" 1

# hosts LINE…: what the server answers from now on.
hosts() {
	printf '%s\n' "$@" >"$T/hosts"
	[ -z "${dns-}" ] || kill -HUP "$dns"
}
hosts "$INNER4 db.test four.test stay.test" "$INNER6 db.test six.test" \
	"127.0.0.1 loop.test" "::1 loop.test" "$GW4 own.test" "192.0.2.1 own.test" \
	"$GW6 own6.test" "169.254.169.254 meta.test" "fe80::1 meta.test" \
	"0.0.0.0 zero.test" "127.0.0.1 mixed.test" "192.0.2.1 mixed.test" \
	"$INNER4 mixed.test"
log_mark
ip netns exec inner dnsmasq --no-daemon --conf-file=/dev/null --no-resolv --no-hosts \
	--addn-hosts="$T/hosts" --local=/test/ --server=/hang.test/192.0.2.250 \
	--log-queries --bind-interfaces --listen-address="$INNER4" \
	--pid-file --user=root >"$T/dns.log" 2>&1 &
dns=$!
echo "nameserver $INNER4" >"$T/resolv.conf"
mark=$LOG_MARK
check "what was not known is learnt when the server is there" \
	log_wait "name service=db host=db.test family=ipv4 address=$INNER4 was=none" 12
check "in both families" \
	log_wait "name service=db host=db.test family=ipv6 address=$INNER6 was=none"
check "and for all names" log_wait "name service=stay .*address=$INNER4"
check "an answer that was cut down to what may be" \
	log_wait "name service=mixed .*family=ipv4 address=$INNER4"
for pair in loop:127.0.0.1:loopback own:$GW4:gateway meta:169.254.169.254:link-local \
	zero:0.0.0.0:unusable; do
	IFS=: read -r name address reason <<<"$pair"
	LOG_MARK=$mark
	check "$name: $address is not believed" log_wait \
		"name service=$name .*address=$address result=refused reason=$reason"
	like "$name: and leads nowhere" "$(ask "$name" $((3000 + $(printf '%s\n' \
		"${names[@]}" | grep -nx "$name" | cut -d: -f1) - 1)))" \
		'reason=target-unresolved'
done
LOG_MARK=$mark
check "nor is the gateway's own IPv6 address" log_wait \
	"name service=own6 .*address=$GW6 result=refused reason=gateway"

like "by its name it is granted" "$(ask db 3000)" 'service=db .*result=granted'
is "and leads there" "$(led 3000)" "inner $INNER4"
like "hauntctl says by which name" "$(ctl grants)" 'db.test tcp/22'
like "in another case and with a dot, too" "$(ask DB 3000)" 'result=renewed'
log_mark
knock friend "$GW4" --access tcp/3000 --nat "db.test.:22" >/dev/null
check "as the DNS has it" log_wait 'result=renewed'
check "by the address where it leads" knock_for renewed friend "$GW4" \
	--access tcp/3000 --nat "$INNER4:22"
log_mark
knock friend "$GW4" --access tcp/3000 --nat "$OTHER4:22" >/dev/null
like "not by another" "$(log_wait ' admit ')" 'reason=nat-target'
like "nor by a name that is no service's" "$(ask dbx 3000)" 'reason=nat-target'
like "nor by one whose service is at another port" "$(ask stay 3000)" \
	'reason=outer-port'
like "IPv6: by its name" "$(ask db 3000 "$GW6" source)" 'result=granted'
is "IPv6: leads there" "$(led 3000 "$GW6")" "inner $INNER6"
like "a name of IPv4 alone leads no client of IPv6" \
	"$(ask four 3007 "$GW6" source)" 'reason=family'
like "nor the other way round" "$(ask six 3008)" 'reason=family'
check "UDP is led as well" knock_for granted friend "$GW4" --access udp/3000 \
	--nat "db.test:7001"
is "and answered" "$(udp_once friend "$GW4" 3000 hello)" "within 192.0.2.1 hello"
within "while one name's server hangs, a knock opens at once" \
	"$(took knock_for renewed friend "$GW4" --access tcp/22)" 0 1000

# The answers change.
ssh_open old friend "$GW4" 3000
check "a session by the name" alive old
like "stay is granted" "$(ask stay 3009)" 'result=granted'
log_mark
hosts "$OTHER4 db.test" "$OTHER4 stay.test" "$INNER4 stay.test" \
	"$INNER4 loop.test" "$GW4 four.test" "$INNER4 mixed.test"
check "the new address is told" log_wait \
	"name service=db .*family=ipv4 address=$OTHER4 was=$INNER4" 15
check "what led nowhere leads somewhere" \
	log_wait "name service=loop .*address=$INNER4"
is "the grant in force stays where it is" "$(led 3000)" "inner $INNER4"
check "the session lives on" alive old
kill9_hauntd
must_start_hauntd
check "a restart adopts it" wait_until 5 bash -c \
	"'$HAUNTCTL' --socket '$CONTROL' grants | grep -q db.test"
is "with the address that it had" "$(led 3000)" "inner $INNER4"
check "the name is known again" log_wait "name service=db .*address=$OTHER4" 8
like "the next knock renews it" "$(ask db 3000)" 'result=renewed'
is "to the new address" "$(led 3000)" "inner $OTHER4"
check "and the session lives on" alive old
# An address that becomes the gateway's own between two answers.
on gw ip address add "$OTHER4/32" dev lo
# shellcheck disable=SC2016 # the inner shell expands them
is "an address that has become the gateway's is not led to" "$(on friend \
	timeout 0.5 bash -c 'exec 3<>"/dev/tcp/$1/3000" && head -n 1 <&3' - \
	"$GW4" 2>/dev/null)" ""
on gw ip address del "$OTHER4/32" dev lo
is "and is, when it is no more" "$(led 3000)" "inner $OTHER4"
unlike "what is still among the answers is not changed" "$(cat "$LOG")" \
	"name service=stay .*was=$INNER4"
unlike "a name that has turned to the gateway does not lead there" \
	"$(cat "$LOG")" "name service=four .*address=$GW4( |$)was"

# The server is gone.
log_mark
kill "$dns"
check "that nobody answers is told" log_wait \
	'name service=db .*lookup=no-answer result=last-known-kept' 15
ctl revoke alice >/dev/null
like "what was known stays" "$(ask db 3000)" 'result=granted'
is "in force" "$(led 3000)" "inner $OTHER4"
log_mark
kill -9 "$(role_pid nat)"
check "nat begins anew" log_wait 'hauntd\[monitor\]: ready' 10
check "and is told what was known" log_wait \
	"name service=db .*address=$OTHER4" 5
like "so that it leads there still" "$(ask stay 3009)" 'result=(granted|renewed)'
is "with the server gone" "$(led 3009)" "inner $INNER4"
like "it was said once" "$(grep -c 'service=db .*lookup=no-answer' "$LOG")" '^[12]$'
kept=$(role_pid names)
log_mark
kill -ALRM "$(role_pid gate)"
check "a gate that crashes is there again" \
	log_wait 'hauntd\[monitor\]: ready' 10
is "with the same names" "$(role_pid names)" "$kept"
check "which tell its nat what they know" log_wait 'name service=stay .*address=' 5
log_mark
kill -9 "$(role_pid names)"
check "when names dies it is started again" log_wait \
	'restart in_ms|died role=names' 5
check "and all are ready again" log_wait 'hauntd\[monitor\]: ready' 5
check "and the others go on" knock_for renewed friend "$GW4" --access tcp/3009 \
	--nat "stay.test:22"
sed -i 's/"db.test tcp/"db2.test tcp/' "$CONF"
log_mark
kill -HUP "$HAUNTD_PID"
check "a reload to another name" log_wait 'reload result=done' 20
log_mark
stop_hauntd
is "and all processes end" "$(hauntd_pids)" ""
echo 'user-names = "no-such-user"' >>"$CONF"
refuse "names that cannot start at all is the end" start_hauntd
like "with an error" "$(log_since)" 'drop user=no-such-user'
wait "$HAUNTD_PID"
is "and a status" $? 1
done_testing
