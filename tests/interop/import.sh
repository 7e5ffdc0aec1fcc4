#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Somebody leaves fwknop: what fwknop's client opened at fwknopd, the same
# command opens at hauntd with the imported configuration, and haunt with the
# imported .fwknoprc opens it at both.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
interop_up

key_make alice
key_make mac
mkdir stanzas
{
	echo '# everything in it is what people have'
	echo 'SOURCE: ANY'
	echo 'OPEN_PORTS: tcp/22, udp/5353 ;'
	echo "%include_keys $T/keys/alice"
	echo 'FW_ACCESS_TIMEOUT 40'
	echo 'REQUIRE_SOURCE_ADDRESS Y'
	echo "%include $T/stanzas/second"
} >access.conf
{
	echo "SOURCE 192.0.2.200, ${FRIEND4%.*}.9/255.255.255.0"
	echo 'OPEN_PORTS tcp/22,tcp/2222'
	echo 'KEY a pass phrase '
	echo "HMAC_KEY_BASE64 $(key_get mac HMAC_KEY_BASE64)"
	echo 'HMAC_DIGEST_TYPE SHA512'
	echo 'ENCRYPTION_MODE cfb;'
	echo 'FW_ACCESS_TIMEOUT 50'
	echo 'MAX_FW_TIMEOUT 70;'
} >stanzas/second
# A passphrase with blanks cannot be in an rc file: its bytes can.
cat >.fwknoprc <<-EOF
	[default]
	SPA_SERVER: $GW4
	ALLOW_IP $FRIEND4
	NO_SAVE_ARGS Y
	[Alice]
	ACCESS tcp/22 # the shell
	KEY_BASE64 $(key_get alice KEY_BASE64)
	HMAC_KEY_BASE64: $(key_get alice HMAC_KEY_BASE64)
	SPOOF_USER somebody
	[second one]
	ACCESS tcp/2222
	[second]
	ACCESS tcp/22
	NAT_LOCAL Y
	NAT_PORT 2222
	KEY_BASE64 $(printf 'a pass phrase ' | base64)
	HMAC_KEY_BASE64 $(key_get mac HMAC_KEY_BASE64)
	HMAC_DIGEST_TYPE SHA512
	ENCRYPTION_MODE CFB
	DIGEST_TYPE SHA3_256
	FW_TIMEOUT 65
EOF
chmod 600 .fwknoprc stanzas/second

# old NAME: the command that nobody changes.
old() {
	on friend fwknop -n "$1" --rc-file "$T/.fwknoprc" >/dev/null 2>&1
}

new() {
	on friend "$HAUNT" open "$1" --config "$T/haunt.conf" >said 2>&1 ||
		cat said
}

# ---- the import ----

for port in 22 2222; do
	on gw iptables -A INPUT -p tcp --dport $port -j REJECT \
		--reject-with tcp-reset
done
on gw iptables -A INPUT -p udp --dport 5353 -j REJECT
fwknopd_start

"$HAUNTCTL" import-fwknop access.conf fwknopd.conf --keys new-keys \
	-o imported.conf 2>report
is "hauntctl import-fwknop" $? 0
like "the report names each line" "$(cat report)" \
	"stanzas/second:2: OPEN_PORTS: translated to"
is "what is read is what it says" \
	"$(grep -c ': \(translated to\|not needed:\|NOT translated:\)' report)" 23
is "no secret is in the report or the configuration" \
	"$(cat report imported.conf | grep -cF -e 'pass phrase' \
		-e "$(key_get alice KEY_BASE64)" \
		-e "$(key_get mac HMAC_KEY_BASE64)")" 0
is "keys are their owner's" "$(stat -c %a new-keys new-keys/* | tr '\n' ' ')" \
	"700 600 600 "
check "hauntd -n takes it" "$HAUNTD" -n -c imported.conf
no_again=$("$HAUNTCTL" import-fwknop access.conf fwknopd.conf \
	--keys other-keys -o imported.conf 2>&1)
like "nothing is overwritten" "$no_again" "imported.conf: it is there already"
check "and no key is left behind" test ! -e other-keys
no_again=$("$HAUNTCTL" import-fwknop access.conf fwknopd.conf \
	--keys new-keys -o other.conf 2>&1)
like "nor a directory" "$no_again" "new-keys: it is there already"
check "and no configuration" test ! -e other.conf
"$HAUNT" import .fwknoprc --keys client-keys -o haunt.conf 2>report
is "haunt import" $? 0
like "names are told" "$(cat report)" '\[second one\]: gateway "second-one"'

# ---- fwknopd ----

is "before a knock tcp/22 is refused" "$(ask friend tcp 22)" ""
peer_mark
old alice
check "fwknop opens it at fwknopd" peer_wait \
	"Added access rule .* for $FRIEND4 .* tcp/22,"
is "and it answers" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
on gw iptables -F FWKNOP_INPUT
is "closed again" "$(ask friend tcp 22)" ""
peer_mark
new alice
check "haunt opens it at fwknopd" peer_wait \
	"Added access rule .* for $FRIEND4 .* tcp/22,"
is "and it answers" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
on gw iptables -F FWKNOP_INPUT
peer_mark
old second
check "fwknop -n second leads tcp/2222 to tcp/22 at fwknopd" peer_wait \
	"Added (SNAT|DNAT) rule .*tcp/2222"
is "and it answers" "$(ask friend tcp 2222)" "gw tcp/22 $FRIEND4"
on gw iptables -t nat -F FWKNOP_PREROUTING
peer_mark
new second
check "and so does haunt open second" peer_wait \
	"Added (SNAT|DNAT) rule .*tcp/2222"
fwknopd_stop
on gw iptables -F
on gw iptables -t nat -F

# ---- hauntd ----

{
	cat imported.conf
	config_head | grep -v listen
} >"$CONF"
must_start_hauntd
# opened NAME COMMAND WANTED
opened() {
	log_mark
	"$2" "$1"
	like "$2 $1 at hauntd" "$(log_wait "admit .*result=")" "$3"
}
is "before a knock tcp/22 is closed" "$(ask friend tcp 22)" ""
opened alice old "service=tcp-22 .*door=tcp/22 lifetime=40s"
is "and it answers" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
is "but not a stranger" "$(ask stranger tcp 22)" ""
opened alice new "result=renewed"
opened second old "service=tcp-22 .*door=tcp/2222 lifetime=65s"
is "leads to tcp/22" "$(ask friend tcp 2222)" "gw tcp/22 $FRIEND4"
opened second new "door=tcp/2222"
log_mark
on stranger fwknop -n alice --rc-file "$T/.fwknoprc" -a "$STRANGER4" \
	-A udp/5353 >/dev/null 2>&1
check "SOURCE ANY is any" log_wait "address=$STRANGER4 door=udp/5353"
done_testing
