# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The ground that every test here stands on. A test sources this file first:
# it is then root in network, mount and process namespaces of its own, with a
# tmpfs on /run, and whatever it starts dies with it. Nothing of the machine's
# own network or firewall is seen or touched.
#
#	lib/tap.sh      counting, reporting, waiting
#	lib/world.sh    hosts and wires
#	lib/servers.sh  sshd, nginx, UDP echo; sessions; what a stranger sees
#	lib/haunt.sh    keys, configuration, hauntd, knocks, the kernel's tables
set -u

net_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$net_dir/../.." && pwd)
BUILD=$(realpath -m "${HAUNT_BUILD:-$TOP/build}")
T=/run/t
export BUILD T
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL=C

# skip_all REASON: this machine cannot run the test.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 77
}

# need PROGRAM…: skips the test where one is missing.
need() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null ||
			skip_all "$program is not installed"
	done
}

if [ -z "${HAUNT_NET_INSIDE:-}" ]; then
	[ "$(id -u)" = 0 ] || skip_all "needs root"
	inside=(unshare --net --mount --pid --fork --kill-child --mount-proc
		--propagation private --)
	"${inside[@]}" true 2>/dev/null ||
		skip_all "namespaces are refused here"
	HAUNT_NET_INSIDE=1 exec "${inside[@]}" bash "$0" "$@"
fi

for part in tap world servers haunt; do
	# shellcheck source=/dev/null
	. "$net_dir/lib/$part.sh"
done
world_ground
