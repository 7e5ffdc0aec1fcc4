#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The programs from outside: exit statuses, what is printed, and that no key
# ever is. Nothing is sent.
set -u
haunt=$PWD/haunt
hauntctl=$PWD/hauntctl
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
HOME=$dir
export HOME
unset XDG_CONFIG_HOME XDG_STATE_HOME
n=0
status=0

# check NAME STATUS COMMAND…: runs it without a terminal, output in `out`.
check()
{
	name=$1
	wanted=$2
	shift 2
	setsid -w "$@" >out 2>&1 </dev/null
	got=$?
	n=$((n + 1))
	if [ "$got" -eq "$wanted" ]; then
		echo "ok $n - $name"
	else
		sed 's/^/# /' out
		echo "not ok $n - $name: status $got"
		status=1
	fi
}

# shows TEXT: the last output has this line.
shows()
{
	n=$((n + 1))
	if grep -qxF -- "$1" out; then
		echo "ok $n - it says: $1"
	else
		sed 's/^/# /' out
		echo "not ok $n - it does not say: $1"
		status=1
	fi
}
holds()
{
	n=$((n + 1))
	if grep -qF -- "$1" out; then
		echo "ok $n - it says: $1"
	else
		sed 's/^/# /' out
		echo "not ok $n - it does not say: $1"
		status=1
	fi
}

check "no command is a mistake" 1 "$haunt"
check "help is none" 0 "$haunt" --help
check "the version" 0 "$haunt" --version
check "an unknown command" 1 "$haunt" opn
shows "haunt: there is no command 'opn'"
check "open without a gateway" 1 "$haunt" open
check "open --help" 0 "$haunt" open --help
check "proxy --help" 0 "$haunt" proxy --help
check "keygen --help" 0 "$haunt" keygen --help

check "keygen" 0 "$haunt" keygen key
n=$((n + 1))
if [ "$(stat -c %a key)" = 600 ]; then
	echo "ok $n - the key file is its owner's alone"
else
	echo "not ok $n - the key file's mode is $(stat -c %a key)"
	status=1
fi
key=$(sed -n 's/^KEY_BASE64: *//p' key)
hmac=$(sed -n 's/^HMAC_KEY_BASE64: *//p' key)
check "keygen overwrites nothing" 2 "$haunt" keygen key
shows "haunt: key is there already; keys are never overwritten"
check "keygen with an unknown hash" 1 "$haunt" keygen other --hmac crc32

mkdir -p .config/haunt
cat >.config/haunt/haunt.conf <<EOF
gateway "home" {
	address = "127.0.0.1"
	key = "~/key"
	user = "alice"
	service "ssh" { access = "tcp/22" nat-port = "80" lifetime = "30s" }
	service "db" { access = "tcp/15432" nat = "198.51.100.2:5432" }
}
EOF
check "open --print of a profile" 0 "$haunt" open home ssh --print
shows "user: alice"
shows "type: 6 (local NAT access with timeout)"
shows "allow: 127.0.0.1"
shows "access: tcp/80"
shows "nat: 127.0.0.1,22"
shows "lifetime: 30"
shows "hmac: sha256"
n=$((n + 1))
if [ -n "$key" ] && [ -n "$hmac" ] && ! grep -qF -e "$key" -e "$hmac" out; then
	echo "ok $n - no key is printed"
else
	echo "not ok $n - a key is printed"
	status=1
fi
check "a forward" 0 "$haunt" open home db --allow source --print
shows "type: 2 (NAT access)"
shows "allow: 0.0.0.0"
shows "nat: 198.51.100.2,5432"
check "a gateway without a profile" 0 \
	"$haunt" open 127.0.0.1 --access tcp/22,udp/53 --key key --print
shows "type: 1 (access)"
shows "access: tcp/22,udp/53"
check "which service?" 1 "$haunt" open home
shows "haunt:   db"
check "an unknown service" 1 "$haunt" open home web
check "an unknown option" 1 "$haunt" open home ssh --key-base64 "$key"
check "no address of that family" 3 "$haunt" open home ssh -6 --print
check "no key and no terminal" 2 \
	"$haunt" open 127.0.0.1 --access tcp/22 --print
cp key shared && chmod 644 shared
check "a key that others can read" 2 "$haunt" open home ssh --key shared --print
check "a key file that is none" 2 "$haunt" open home ssh --key /dev/null --print
check "a file that is not there" 1 "$haunt" open home ssh --config none
echo 'gateway "home" { address = "127.0.0.1" colour = "red" }' >bad.conf
check "a mistake in the file" 1 "$haunt" open home --config bad.conf
shows "bad.conf:1: unknown option 'colour' in gateway; known: address, port, key, user, allow, mode, hmac, digest, gpg-recipient, gpg-signer, gpg-home, gpg-passphrase-file, carrier, http-proxy, user-agent, spoof-source, source-port, icmp-type, icmp-code, connect-timeout, time-offset, resolvers"

check "proxy without a port" 1 "$haunt" proxy home
check "proxy to no port" 1 "$haunt" proxy home 0
check "proxy to an unknown profile" 1 "$haunt" proxy home 22 --profile away
check "proxy of UDP" 1 "$haunt" proxy 127.0.0.1 22 --access udp/22 --key key
check "proxy with a bad deadline" 1 "$haunt" proxy home 22 --deadline 2d

open="$haunt open home ssh --key key"
for clash in "--print --wait" "--print --json" "--print --keep=5s" \
	"--json -- true" "--" "--expect x" "--deadline 1s" "--keep --keep=5s" \
	"--keep=0s" "--keep=x" "--wait --deadline 0s" "--quiet --quiet"; do
	# shellcheck disable=SC2086 # several words
	check "open $clash" 1 $open $clash
done
check "open --wait for UDP alone" 1 \
	"$haunt" open 127.0.0.1 --access udp/53 --key key --wait
check "ssh --help" 0 "$haunt" ssh --help
check "ssh without a gateway" 1 "$haunt" ssh
check "ssh to an option" 1 "$haunt" ssh -- -oProxyCommand=x
check "ssh by UDP" 1 "$haunt" ssh --access udp/22 127.0.0.1
check "ssh to what it cannot name" 1 "$haunt" ssh --nat 'a*b:22' 127.0.0.1
check "ssh to a service that is not there" 1 "$haunt" ssh --service none home
check "no ssh" 127 env PATH=/nonexistent "$haunt" ssh 127.0.0.1
mkdir bin && : >bin/ssh
check "an ssh that cannot be run" 126 env PATH="$dir/bin" "$haunt" ssh 127.0.0.1
cat >bin/ssh <<'END'
#!/bin/sh
for word; do
	echo "<$word>"
done
exit 42
END
chmod +x bin/ssh
check "ssh is told, and its status told on" 42 env PATH="$dir/bin:$PATH" \
	"$haunt" ssh --nat-port random -l bob 127.0.0.1 -v -- '%h' "a b" --port
shows "<HostKeyAlias=127.0.0.1>"
shows "<HostName=127.0.0.1>"
shows "<22>"
shows "<%h>"
shows "<a b>"
shows "<--port>"
check "one name for another port" 42 env PATH="$dir/bin:$PATH" \
	"$haunt" ssh --access tcp/2222 --nat-port 80 root@127.0.0.1
shows "<HostKeyAlias=[127.0.0.1]:2222>"
shows "<root@127.0.0.1>"
check "one name for a host behind" 42 env PATH="$dir/bin:$PATH" \
	"$haunt" ssh --access tcp/2222 --nat 10.0.0.2:22 127.0.0.1
shows "<HostKeyAlias=127.0.0.1/10.0.0.2>"
check "proxy --handed is for ssh alone" 1 "$haunt" proxy --handed
check "list" 0 "$haunt" list
check "list --names" 0 "$haunt" list --names
shows home
cat >list.conf <<'END'
gateway "web" {
	address = "gw.example.org"
	carrier = "http"
	http-proxy = "[2001:db8::1]:3128"
	user-agent = "Mozilla/5.0 (X11)"
	allow = "resolve"
	resolvers = {"https://a.example/ip", "stun:b.example:3478"}
	time-offset = "-90s"
	mode = "ctr"
	hmac = "sha512"
	digest = "sha3_256"
	user = "bob"
	service "many" {
		access = {"tcp/5000-5004", "tcp/22", "tcp/23", "udp/24"}
		lifetime = "60s"
	}
	service "run" { command = "restart web" }
	service "random" { access = "tcp/22" nat-port = "random" }
	service "behind" {
		access = "tcp/22"
		nat = "10.0.0.2:2222"
		nat-port = 40022
	}
}
gateway "raw" {
	address = "192.0.2.1"
	carrier = "icmp"
	icmp-type = 8
	icmp-code = 0
	spoof-source = "203.0.113.9"
	allow = "203.0.113.10"
	service "x" { access = "tcp/1" }
}
gateway "ports" {
	address = "192.0.2.2"
	carrier = "udpraw"
	port = "40000-40009"
	source-port = 53
	service "x" { access = "tcp/1" }
}
gateway "gpg" {
	address = "192.0.2.4"
	gpg-recipient = "0123456789012345678901234567890123456789"
	gpg-signer = "ABCDEF6789012345678901234567890123456789"
	gpg-home = "/g"
	gpg-passphrase-file = "/p"
	key = "/k"
	service "x" { access = "tcp/1" }
}
gateway "tcp" {
	address = "192.0.2.3"
	carrier = "tcp"
	connect-timeout = "7s"
	allow = "source"
	service "x" { access = "tcp/1" }
}
END
check "list of all that can be said" 0 "$haunt" list --config list.conf
shows 'web: gw.example.org, knocked at port 80, by http, through the proxy [2001:db8::1]:3128, as "Mozilla/5.0 (X11)", -90s off the clock, key asked for, user bob, allow resolve by https://a.example/ip,stun:b.example:3478, mode ctr, hmac sha512, digest sha3_256'
shows '  many    tcp/5000-5004, tcp/22, tcp/23, udp/24, for 60s'
shows '  run     runs "restart web"'
shows '  random  tcp/22 through one of the ports 40000-60000, for as long as the gateway says'
shows '  behind  tcp/22 through port 40022 to 10.0.0.2:2222, for as long as the gateway says'
shows 'raw: 192.0.2.1, knocked at port 62201, by icmp, ICMP type 8, ICMP code 0, as if from 203.0.113.9, key asked for, allow 203.0.113.10'
shows 'ports: 192.0.2.2, knocked at port 40000-40009, by udpraw, from port 53, key asked for'
shows 'tcp: 192.0.2.3, knocked at port 62201, by tcp, connecting for 7s at most, key asked for, allow source'
shows "gpg: 192.0.2.4, knocked at port 62201, encrypted for 0123456789012345678901234567890123456789, signed by ABCDEF6789012345678901234567890123456789, GnuPG's home /g, passphrase in /p, key /k"
check "list --json of it" 0 "$haunt" list --json --config list.conf
holds '"carrier":"http"'
holds '"http_proxy":"2001:db8::1","http_proxy_port":3128,"user_agent":"Mozilla/5.0 (X11)","spoof_source":null,"source_port":null,"icmp_type":null,"icmp_code":null,"connect_timeout":null,"time_offset":-90,"gpg_recipient":null,"gpg_signer":null,"gpg_home":null,"gpg_passphrase_file":null,"resolvers":["https://a.example/ip","stun:b.example:3478"]'
holds '"icmp_type":8,"icmp_code":0,"connect_timeout":null,"time_offset":0,"gpg_recipient":null'
holds '"spoof_source":"203.0.113.9","source_port":null'
holds '"port":40000,"last_port":40009,"carrier":"udpraw"'
holds '"gpg_recipient":"0123456789012345678901234567890123456789","gpg_signer":"ABCDEF6789012345678901234567890123456789","gpg_home":"/g","gpg_passphrase_file":"/p","resolvers":null'
holds '"connect_timeout":7'
holds '"command":"restart web"'
check "list of none" 1 "$haunt" list nobody
shows "haunt: there is no gateway 'nobody' in the configuration"
check "list --names --json" 1 "$haunt" list --names --json
check "list with a mistake" 1 "$haunt" list --json --config bad.conf
shows '{"ok":false,"status":1}'
rm -rf "$dir/.local"
check "last of nothing" 1 "$haunt" last
shows "haunt: nothing is known that was asked for"
check "last --json of nothing" 1 "$haunt" last --json
shows '{"ok":false,"status":1}'
check "last --again --all" 1 "$haunt" last --again --all
mkdir -p "$dir/.local/state/haunt"
echo '[' >"$dir/.local/state/haunt/last"
check "last of a file that is none" 1 "$haunt" last
rm -rf "$dir/.local"

check "hauntctl without a command" 1 "$hauntctl"
check "hauntctl --help" 0 "$hauntctl" --help
check "hauntctl --version" 0 "$hauntctl" --version
check "hauntctl without a daemon" 2 "$hauntctl" --socket "$dir/none" status
shows "hauntctl: $dir/none: hauntd is not running, or has another control-socket"
echo "1..$n"
exit $status
