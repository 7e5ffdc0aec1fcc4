# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the interop tests share: the ground, hosts and wires of tests/net, with
# services that tell their name, Debian's fwknop and fwknopd, and hauntd.
#
#	friend    knocks (FRIEND4); stranger is only there to be refused
#	gw        runs hauntd or fwknopd, or both; its services say "gw"
#	inner     is behind gw; its services say "inner"

# shellcheck source=../net/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../net/lib.sh"
need fwknop fwknopd iptables
need_haunt
PEER_LOG=$T/fwknopd.log
tools=$BUILD/tests/interop
for program in "$tools/banner" "$tools/forge" "$UDP"; do
	[ -x "$program" ] || skip_all "$program is not built"
done
cd "$T" || exit 1
chmod 755 "$T"
export HOME=$T

# serve HOST NAME PROTO/PORT…: returns when the ports are open.
serve() {
	local host=$1 fd line
	shift
	exec {fd}< <(exec ip netns exec "$host" "$tools/banner" "$@")
	read -r -u "$fd" line && [ "$line" = ready ]
}

interop_up() {
	world_up
	serve gw gw tcp/22 tcp/80 tcp/2222 udp/5353
	serve inner inner tcp/5432 udp/5353
}

# ask HOST PROTO PORT: what answers there on the gateway, or nothing.
# ASK_WAIT: seconds until it is nothing.
ask() {
	# shellcheck disable=SC2016 # the inner shell expands them
	on "$1" timeout "${ASK_WAIT:-2}" bash -c '
		exec 3<>"/dev/$1/$2/$3" || exit 1
		[ "$1" = tcp ] || printf x >&3
		head -n 1 <&3' - "$2" "$GW4" "$3" 2>/dev/null
}

# peer_mark, peer_wait ERE: as log_mark and log_wait, for fwknopd.
peer_mark() {
	PEER_MARK=$(($(wc -l <"$PEER_LOG") + 1))
}

peer_wait() {
	wait_line "$PEER_LOG" "$1" 10 "$PEER_MARK"
}

# key_make NAME: a key file as fwknop writes it.
key_make() {
	fwknop --key-gen --key-gen-file "$T/keys/$1" --no-rc-file >/dev/null
	chmod 600 "keys/$1"
}

# key_get NAME FIELD
key_get() {
	sed -n "s/^$2: //p" "keys/$1"
}

# fwknop_to NAME ARGUMENT…: the real client, on friend, with the key NAME.
# With nohmac=1 it sends no HMAC.
fwknop_to() {
	local name=$1 mac=()
	shift
	[ -n "${nohmac-}" ] ||
		mac=(--key-base64-hmac "$(key_get "$name" HMAC_KEY_BASE64)")
	on friend fwknop -D "$GW4" -U alice --no-rc-file \
		--no-save-args --key-base64-rijndael \
		"$(key_get "$name" KEY_BASE64)" "${mac[@]}" "$@"
}

# conf_client NAME [OPTION…]: a client of hauntd that may use everything.
conf_client() {
	local name=$1
	shift
	[ -e "keys/$name" ] || key_make "$name"
	printf 'client "%s" {\n\tkey = "%s"\n' "$name" "$T/keys/$name"
	printf '\tservices = {"ssh", "alt", "echo", "database", "inner-echo"}\n'
	[ $# = 0 ] || printf '\t%s\n' "$@"
	printf '}\n'
}

conf_gateway() {
	config_head
	cat <<-EOF
		service "ssh" {
			target = "tcp/22"
			at = {"tcp/22", "tcp/80", "tcp/10000-65535"}
			cloak = true
		}
		service "alt" { target = "tcp/2222" cloak = true }
		service "echo" {
			target = "udp/5353"
			at = {"udp/5353", "udp/40053"}
			cloak = true
		}
		service "database" {
			target = "$INNER4 tcp/5432"
			at = {"tcp/10000-65535"}
		}
		service "inner-echo" {
			target = "$INNER4 udp/5353"
			at = {"udp/15353"}
		}
	EOF
}

# fwknopd_start: the stanzas in access.conf, or one with the keys of "peer";
# all else is as Debian has it, with NAT switched on. FWKNOPD_MORE are more
# lines of its configuration.
fwknopd_start() {
	[ -e keys/peer ] || key_make peer
	[ -e access.conf ] || {
		echo 'SOURCE ANY'
		sed 's/: / /' keys/peer
	} >access.conf
	cat >fwknopd.conf <<-EOF
		PCAP_INTF eth0;
		ENABLE_IPT_FORWARDING Y;
		ENABLE_IPT_LOCAL_NAT Y;
		ENABLE_IPT_SNAT Y;
		FWKNOP_RUN_DIR $T/peer;
		FWKNOP_PID_FILE $T/peer/pid;
		DIGEST_FILE $T/peer/digest;
		${FWKNOPD_MORE-}
	EOF
	chmod 600 access.conf fwknopd.conf
	rm -rf peer
	mkdir -m 700 peer
	: >"$PEER_LOG"
	ip netns exec gw fwknopd -f -c "$T/fwknopd.conf" -a "$T/access.conf" \
		>>"$PEER_LOG" 2>&1 &
	peer_pid=$!
	PEER_MARK=1
	peer_wait 'Starting fwknopd main event loop' >/dev/null || {
		note "$(cat "$PEER_LOG")"
		fail "fwknopd starts"
		done_testing
	}
}

fwknopd_stop() {
	kill "$peer_pid"
	wait "$peer_pid"
}
