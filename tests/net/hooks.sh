#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Hooks of services, with Debian's fwknop: when a grant begins and ends, once
# each, with the facts; over restarts and kills; and the sample that sends
# mail. And the conditions of clients: expires, destination.
# shellcheck source=../interop/lib.sh
. "$(dirname "$0")/../interop/lib.sh"
OUT=$T/out
mkdir -p "$T/bin" "$OUT"
chmod 755 "$T/bin"
chmod 1777 "$OUT"
cat >"$T/bin/note" <<'END'
#!/bin/sh
# One line an event, written at once.
line=$(env | grep ^HAUNT_ | sort | tr '\n' ' ')
echo "user=$(id -un):$(id -gn) args=$* $line" >>/run/t/out/events
END
# A sendmail that keeps what it gets.
cat >"$T/bin/sendmail" <<'END'
#!/bin/sh
{
	echo "to: $*"
	cat
	echo .
} >>/run/t/out/mail
END
install -m 755 "$TOP/conf/examples/mail-on-grant.sh" "$T/bin/mail"
chmod 755 "$T/bin/note" "$T/bin/sendmail"
# PATH of hooks begins with it; nobody else here looks there.
mount -t tmpfs -o mode=755 tmpfs /usr/local/sbin
cp "$T/bin/sendmail" /usr/local/sbin/sendmail

in_s() {
	date -u -d "now + $1 seconds" '+%Y-%m-%d %H:%M'
}
conf_hooks() {
	config_head
	cat <<-END
		listen "udp" { address = "0.0.0.0:62299" }
		listen "udp" { address = "[::]:62298" }
		listen "tcp" { address = "0.0.0.0:62297" }
		listen "tcp" { address = "[::]:62297" }
		listen "http" { address = "0.0.0.0:62296" }
		listen "http" { address = "[::]:62296" }
		listen "any" { icmp = true }
		service "ssh" {
			target = "tcp/22"
			at = {"tcp/22", "tcp/80"}
			lifetime = "2s"
			on-grant = {"$T/bin/note", "begins"}
			on-end = {"$T/bin/note", "ends", "a b"}
			hook-user = "visitor-haunt"
			hook-group = "haunt"
		}
		service "alt" {
			target = "tcp/2222"
			single-use = true
			lifetime = "20s"
			on-end = {"$T/bin/note"}
		}
		service "echo" { target = "udp/5353" }
		service "database" {
			target = "$INNER4 tcp/5432"
			at = {"tcp/15432"}
			lifetime = "2s"
			on-grant = {"$T/bin/mail", "root", "ops@example.org"}
			on-end = {"$T/bin/mail", "root"}
		}
		service "inner-echo" { target = "$INNER4 udp/5353" }
	END
	conf_client alice
	conf_client late "expires = \"$(date -u -d yesterday +%F)\""
	conf_client today "expires = \"$(date -u +%F)\""
	conf_client soon "expires = \"$SOON\""
	conf_client here "destination = {\"$GW4\", \"2001:db8:1::/64\"}" \
		'allow-unbound-address = true'
	conf_client there 'destination = {"192.0.2.0/24", "2001:db8:9::/64"}' \
		'allow-unbound-address = true'
}

# event ERE [SECONDS]: waits for a hook's line since the last event_mark.
event_mark() {
	EVENT_MARK=$(($(wc -l <"$OUT/events") + 1))
}
event() {
	wait_line "$OUT/events" "$1" "${2:-5}" "$EVENT_MARK"
}
events_since() {
	tail -n "+$EVENT_MARK" "$OUT/events"
}
# verdict NAME ARGUMENT…
verdict() {
	log_mark
	fwknop_to "$@" -a "$FRIEND4" >"$T/fwknop.out" 2>&1
	log_wait ' admit .*' | sed 's/.*: admit //'
}

interop_up
: >"$OUT/events"
chmod 666 "$OUT/events"
SOON=$(in_s 90)
conf_hooks >"$CONF"
must_start_hauntd

event_mark
id=$(verdict alice -A tcp/22 | grep -oE 'grant=[0-9]+')
id=${id#grant=}
is "a grant is told of, with the facts" "$(event args=begins)" \
	"user=visitor-haunt:haunt args=begins HAUNT_ADDRESS=$FRIEND4 HAUNT_CLIENT=alice HAUNT_EVENT=grant HAUNT_GRANT=$id HAUNT_LIFETIME=2 HAUNT_PORT=22 HAUNT_PROTO=tcp HAUNT_SERVICE=ssh HAUNT_TARGET=tcp/22"
like "a renewal" "$(verdict alice -A tcp/22)" result=renewed
is "its end, too" "$(event 'args=ends')" \
	"user=visitor-haunt:haunt args=ends a b HAUNT_ADDRESS=$FRIEND4 HAUNT_CLIENT=alice HAUNT_EVENT=end HAUNT_GRANT=$id HAUNT_LIFETIME=2 HAUNT_PORT=22 HAUNT_PROTO=tcp HAUNT_REASON=expired HAUNT_SERVICE=ssh HAUNT_SESSIONS=0 HAUNT_TARGET=tcp/22"
is "once each, the renewal is not" "$(events_since | wc -l)" 2

event_mark
verdict alice -A tcp/22 --nat-local --nat-port 80 >/dev/null
event 'args=begins.*HAUNT_PORT=80' >/dev/null
coproc SESSION { on friend bash -c 'exec 3<>/dev/tcp/'"$GW4"'/80; head -n 1 <&3; read -r' 2>&1; }
read -r -t 3 -u "${SESSION[0]}" greeting
like "somebody comes in" "$greeting" '^gw tcp/22'
like "a session that lives on is counted" "$(event 'args=ends')" \
	'HAUNT_PORT=80 .*HAUNT_REASON=expired .*HAUNT_SESSIONS=1 '
echo >&"${SESSION[1]}"

event_mark
verdict alice -A tcp/22 -f 30 >/dev/null
event 'args=begins' >/dev/null
ctl revoke alice >/dev/null
like "a grant that is revoked has an end" "$(event 'args=ends')" \
	'HAUNT_LIFETIME=30 .*HAUNT_REASON=revoked '
verdict alice -A tcp/2222 >/dev/null
ask friend tcp 2222 >/dev/null
like "one that is used up, too; by nobody's rights" "$(event SERVICE=alt)" \
	'^user=nobody:[a-z]+ args= .*HAUNT_REASON=used '
verdict alice -A tcp/22 --nat-local --nat-port 80 -f 30 >/dev/null
event 'args=begins.*HAUNT_PORT=80' >/dev/null
is "nothing is told twice" "$(events_since | wc -l)" 4

: >"$OUT/mail" && chmod 666 "$OUT/mail"
verdict alice -A tcp/15432 -N "$INNER4:5432" >/dev/null
wait_line "$OUT/mail" '^reason: +expired' 6 >/dev/null
mail=$(cat "$OUT/mail")
like "the sample mails to whom it is told" "$mail" \
	'^to: -i -- root ops@example.org$'
like "that a grant began" "$mail" '^Subject: \[haunt\] alice may use database$'
like "from where" "$mail" "^address:  $FRIEND4\$"
like "to where" "$mail" "^service:  database \($INNER4 tcp/5432\)\$"
like "by which door" "$mail" '^door:     tcp/15432$'
like "and that it ended" "$mail" 'Subject: .*alice may no longer use database$'

# Deaths: what is in force is adopted, and its end is told of once.
event_mark
check "hauntd is killed" kill9_hauntd
must_start_hauntd
ctl grants >/dev/null
is "what is adopted does not begin again" "$(events_since | wc -l)" 0
gate=$(role_pid gate)
kill -KILL "$gate"
log_wait 'died role=gate' >/dev/null
wait_until 5 ctl grants
verdict alice -A tcp/22 -f 2 >/dev/null
kill -KILL "$(role_pid run)"
ctl revoke alice >/dev/null
like "after all that its end is told of" "$(event 'args=ends.*PORT=80')" \
	'HAUNT_REASON=revoked'
event 'args=ends.*PORT=22 ' >/dev/null
is "once" "$(events_since | grep -c 'args=ends.*PORT=80 ')" 1

# Conditions.
is "who has expired is refused" "$(verdict late -A tcp/22)" \
	"client=late carrier=udp address=$FRIEND4 asked=tcp/22 result=denied reason=expired"
event_mark
like "today is still a day" "$(verdict today -A tcp/22 -f 30)" result=granted
soon=$(verdict soon -A tcp/22 --nat-local --nat-port 80 -f 600)
within "a grant lasts no longer than its client" \
	"$(grep -oE '[0-9]+s ' <<<"$soon" | tr -d 's ')" 10 90
within "nor does its door" "$(remaining_ms grant4 'tcp \. 80')" 9000 90000
like "a packet to the destination is admitted" "$(verdict here -A tcp/22)" \
	'result=(granted|renewed)'
like "who is replaced has an end" "$(event 'args=ends.*CLIENT=today')" \
	'HAUNT_REASON=replaced '
like "and who came instead a beginning" "$(events_since)" \
	'args=begins .*CLIENT=here .*PORT=22 '
is "one to another is not" "$(verdict there -A tcp/22)" \
	"client=there carrier=udp address=$FRIEND4 asked=tcp/22 result=denied reason=destination"
log_mark
knock friend "$GW6" --access tcp/22 --key "$T/keys/here" >/dev/null 2>&1
like "so it is over IPv6" "$(log_wait ' admit ')" 'client=here .*granted'
log_mark
knock friend "$GW6" --access tcp/22 --key "$T/keys/there" >/dev/null 2>&1
like "and so it is not" "$(log_wait ' admit ')" 'reason=destination'
# A plain socket knows where a packet went to as well.
like "at a socket, too" "$(verdict here -A tcp/22 -p 62299)" result=renewed
like "where the other is refused" "$(verdict there -A tcp/22 -p 62299)" \
	reason=destination
log_mark
knock friend "$GW6" --port 62298 --access tcp/22 --key "$T/keys/here" \
	>/dev/null 2>&1
like "over IPv6, too" "$(log_wait ' admit ')" 'client=here .*renewed'
log_mark
knock friend "$GW6" --port 62298 --access tcp/22 --key "$T/keys/there" \
	>/dev/null 2>&1
like "and the other is not" "$(log_wait ' admit ')" 'reason=destination'
# carried NAME ADDRESS CARRIER PORT: the verdict on a knock of haunt's.
carried() {
	log_mark
	knock friend "$2" --carrier "$3" --port "$4" --access tcp/22 \
		--key "$T/keys/$1" >"$T/carried" 2>&1 || cat "$T/carried"
	log_wait ' admit ' | sed 's/.*: admit //'
}
for carrier in tcp:62297 http:62296 icmp:0; do
	port=${carrier#*:} carrier=${carrier%:*}
	[ "$port" != 0 ] || port=62201
	for gateway in "$GW4" "$GW6"; do
		like "by $carrier to $port of $gateway where it may go" \
			"$(carried here "$gateway" "$carrier" "$port")" \
			"client=here carrier=$carrier .*result=(granted|renewed)"
		like "and where it may not" \
			"$(carried there "$gateway" "$carrier" "$port")" \
			"client=there carrier=$carrier .*reason=destination"
	done
done
done_testing
