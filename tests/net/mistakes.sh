#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A configuration full of mistakes: all are named, each with its line, and the
# exit status says so; what -p prints means the same.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
world_up

config_standard 30s >"$CONF"
check "a right one passes -n" "$HAUNTD" -c "$CONF" -n
is "and nothing is said" "$("$HAUNTD" -c "$CONF" -n 2>&1)" ""
chmod 0644 "$(key alice)"
refuse "a key that others can read is a mistake" "$HAUNTD" -c "$CONF" -n
like "and is named" "$("$HAUNTD" -c "$CONF" -n 2>&1)" \
	'key client=alice file=.* error=others-can-read-it'
chmod 0600 "$(key alice)"
mv "$(key alice)" "$T/away"
like "one that is missing, too" "$("$HAUNTD" -c "$CONF" -n 2>&1)" \
	'key client=alice file=.* error=ENOENT'
mv "$T/away" "$(key alice)"
{
	cat "$CONF"
	printf '%s\n' 'user-nat = "no-nat"' 'user-run = "no-run"' \
		'user-names = "no-names"'
} >"$T/users.conf"
out=$("$HAUNTD" -c "$T/users.conf" -n 2>&1)
is "users that are not there are a mistake, and are named" "$?:$out" \
	"1:$T/users.conf: there is no user 'no-nat'"
cat >>"$T/users.conf" <<END
command "x" { argv = "/bin/true" }
service "named" { target = "db.test tcp/5432" }
END
out=$("$HAUNTD" -c "$T/users.conf" -n 2>&1)
is "of all processes that there would be" "$(grep -c 'no user' <<<"$out")" 3
check "with the key as it was it passes" "$HAUNTD" -c "$CONF" -n
check "-p prints it" "$HAUNTD" -c "$CONF" -p
"$HAUNTD" -c "$CONF" -p >"$T/printed" 2>&1
check "-n takes what -p printed" "$HAUNTD" -c "$T/printed" -n
is "-p of that is the same" "$("$HAUNTD" -c "$T/printed" -p 2>&1)" \
	"$(cat "$T/printed")"
like "defaults are spelled out" "$(cat "$T/printed")" 'age-window = "?120s?"?'

cat >"$T/bad.conf" <<'END'
listen "eth0" { ports = {0} }
listen "udp" { address = "nonsense" }
service "ssh" {
	target = "tcp/99999"
	at = {"tcp/22"}
}
service "web" {
	target = "tcp/80"
	at = {"tcp/80", "tcp/60000-40000"}
	lifetime = "10m"
	max-lifetime = "30s"
}
service "inner" {
	target = "192.0.2.2 tcp/22"
	at = {"udp/2222"}
	cloak = true
}
client "alice" {
	key = "/etc/haunt/keys/alice"
	services = {"shh"}
	from = {"198.51.100.0/40"}
}
client "bob" {
	key = "/etc/haunt/keys/bob"
	services = {"web"}
	hmac = "none"
}
integration = "maybe"
colour = "blue"
END
out=$("$HAUNTD" -c "$T/bad.conf" -n 2>&1)
status=$?
is "-n of a wrong one ends with status 1" "$status" 1
for line in 1 2 4 9 10 15 16 20 21 26 28; do
	like "line $line: $(sed -n "${line}s/^[[:space:]]*//p" "$T/bad.conf")" \
		"$out" "bad\\.conf:$line: [a-z].{8}"
done
like "the unknown option is named" "$out" 'bad\.conf:29: .*colour'
unlike "right lines are not blamed" "$out" 'bad\.conf:(3|7|8|11|13|14|18|19|23|24|25):'
is "-n writes nothing to standard output" \
	"$("$HAUNTD" -c "$T/bad.conf" -n 2>/dev/null)" ""
refuse "hauntd does not start with it" on gw timeout 5 "$HAUNTD" \
	-c "$T/bad.conf"
refuse "-n of no file fails" "$HAUNTD" -c "$T/none.conf" -n
echo 'service "x {' >"$T/torn.conf"
refuse "-n of a torn file fails" "$HAUNTD" -c "$T/torn.conf" -n
like "and says where" "$("$HAUNTD" -c "$T/torn.conf" -n 2>&1)" 'torn\.conf:[12]: '
{ cat "$CONF" && printf '\0nonsense'; } >"$T/nul.conf"
refuse "-n of a file with a NUL fails" "$HAUNTD" -c "$T/nul.conf" -n
refuse "an unknown option fails" "$HAUNTD" --frobnicate

# A key file that others can read, and one that is not there.
chmod 0644 "$(key alice)"
refuse "hauntd refuses a key that others can read" start_hauntd
like "and says which" "$(log_since)" 'keys/alice'
chmod 0600 "$(key alice)"
mv "$(key alice)" "$T/away"
refuse "hauntd refuses to start without a key" start_hauntd
like "and says which" "$(log_since)" 'keys/alice'
mv "$T/away" "$T/keys/alice"
check "with it, it starts" start_hauntd
done_testing
