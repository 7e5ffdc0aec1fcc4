# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For tests/net/capture_*.sh: a namespace of their own, the role under test as
# a coprocess, and waiting for its lines instead of for time.

net_isolate() # SCRIPT
{
	if [ "$(id -u)" != 0 ]; then
		echo "1..0 # SKIP needs root"
		exit 77
	fi
	if [ -z "${HAUNT_ISOLATED:-}" ]; then
		HAUNT_ISOLATED=1 exec unshare -nm bash "$1"
	fi
	mount -t tmpfs tmpfs /run
	mkdir -p /run/netns
	ip link set lo up
	sysctl -qw net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.default.accept_dad=0
}

build=${HAUNT_BUILD:-$(cd "$(dirname "$0")/../.." && pwd)}
probe=$build/tests/net/capture_probe
send=$build/tests/net/capture_send
for program in "$probe" "$send"; do
	[ -x "$program" ] && continue
	echo "Bail out! $program is not built"
	exit 1
done
patience=10 # seconds until a line that does not come is a failure
tests=0
failed=0
line=

check() # STATUS NAME
{
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $2"
	fi
}

skip() # NAME REASON
{
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

finish()
{
	echo "1..$tests"
	[ "$failed" = 0 ]
	exit
}

probe_start() # LISTENER...
{
	coproc PROBE { exec "$probe" "$@" 2>&1; }
	exec {out}<&"${PROBE[0]}"
	# shellcheck disable=SC2153
	probe_pid=$PROBE_PID
}

# Reads lines until one matches PATTERN; it is left in $line. Fails if it does
# not come, or if one that matches UNWANTED comes before it.
await() # PATTERN [UNWANTED]
{
	while IFS= read -r -t "$patience" -u "$out" line; do
		# shellcheck disable=SC2053
		[[ $line == $1 ]] && return 0
		# shellcheck disable=SC2053
		[[ -n ${2:-} && $line == $2 ]] && break
	done
	echo "# not: $1 but: ${line:-nothing}"
	return 1
}

# The packet with this tag is the next that comes.
heard() # TAG NAME
{
	await "datagram *tag=$1*" "datagram *"
	check $? "$2"
}

probe_ready()
{
	await 'ready pid=*' && role_pid=${line#ready pid=}
}

# Ends the role as the monitor does; it must end well.
probe_end()
{
	kill -TERM "$role_pid"
	await 'ended status=0 signal=0'
	check $? "ends on SIGTERM with status 0"
	exec {out}<&-
	wait "$probe_pid"
}
