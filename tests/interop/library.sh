#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's fwknop and fwknopd, unchanged, with our libfko.so.3 in their way.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
[ -e "$BUILD/.libs/libfko.so.3" ] || skip_all "libfko.so.3 is not built"
shim=$BUILD/.libs
like "the programs load our library" "$(LD_LIBRARY_PATH=$shim ldd "$(command -v fwknop)")" \
	"libfko.so.3 => $shim/libfko.so.3"
# A library that was built with a sanitizer wants that to be there first.
preload=$(ldd "$shim/libfko.so.3" | awk '/lib(a|ub)san/ { printf "%s ", $3 }')
with_shim() {
	LD_LIBRARY_PATH=$shim LD_PRELOAD=$preload ASAN_OPTIONS=detect_leaks=0 "$@"
}
interop_up

{
	conf_gateway
	conf_client alice
} >"$CONF"
must_start_hauntd
is "before the knock tcp/22 is dark" "$(ask friend tcp 22)" ""
log_mark
with_shim fwknop_to alice -a "$FRIEND4" -A tcp/22 >/dev/null
like "hauntd takes a packet of fwknop with our library" \
	"$(log_wait 'admit .*client=alice')" "service=ssh .*door=tcp/22 .*result=granted"
is "and tcp/22 answers" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
log_mark
with_shim fwknop_to alice -a "$FRIEND4" -A tcp/22 --nat-local \
	--nat-port 40022 -f 60 >/dev/null
like "local NAT with a lifetime" "$(log_wait 'admit .*client=alice')" \
	"door=tcp/40022 lifetime=60s .*result=granted"
is "and tcp/40022 answers" "$(ask friend tcp 40022)" "gw tcp/22 $FRIEND4"
stop_hauntd
on gw nft flush ruleset # what is cloaked stays so without hauntd

for port in 22 2222; do
	on gw iptables -A INPUT -p tcp --dport "$port" -j REJECT \
		--reject-with tcp-reset
done
on gw iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT
with_shim fwknopd_start
like "fwknopd runs with our library" "$(cat "/proc/$peer_pid/maps")" "$shim/libfko.so.3"
is "before the knock tcp/22 is refused" "$(ask friend tcp 22)" ""
peer_mark
fwknop_to peer -a "$FRIEND4" -A tcp/22 >/dev/null
like "fwknopd with our library takes a packet of fwknop" \
	"$(peer_wait 'Added access rule')" "for $FRIEND4 .* tcp/22,"
is "and tcp/22 answers" "$(ask friend tcp 22)" "gw tcp/22 $FRIEND4"
peer_mark
with_shim fwknop_to peer -a "$FRIEND4" -A tcp/2222 >/dev/null
like "and one of fwknop with our library" \
	"$(peer_wait 'Added access rule')" "for $FRIEND4 .* tcp/2222,"
is "and tcp/2222 answers" "$(ask friend tcp 2222)" "gw tcp/2222 $FRIEND4"
key_make stranger
peer_mark
fwknop_to stranger -a "$FRIEND4" -A tcp/22 >/dev/null
like "but none of another key" "$(peer_wait 'Args contain|HMAC does not match')" \
	"HMAC does not match"
fwknopd_stop
done_testing
