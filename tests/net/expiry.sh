#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A grant ends when it should: with the daemon, with the daemon killed, and
# with the daemon started again meanwhile. Measured by connections, against
# what the kernel says of the element.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_nginx gw
start_udp gw 7001 secret
config_standard 4s >"$CONF"
must_start_hauntd

# shut_at OUTER: the moment (ms) of the last connection that got through and
# of the first that did not, until at most 8 seconds from now.
shut_at() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	on friend bash -c '
		last=0
		end=$((${EPOCHREALTIME/./} / 1000 + 8000))
		while now=$((${EPOCHREALTIME/./} / 1000)) && ((now < end)); do
			if ! timeout 1 bash -c \
				"exec 3<>/dev/tcp/$1/$2; read -t 1 -r l <&3 &&
				[[ \$l == SSH-* ]]" 2>/dev/null; then
				echo "$last $now"
				exit
			fi
			last=$now
			sleep 0.05
		done' shut "$GW4" "$1"
}

# ends_on_time DESCRIPTION OUTER
ends_on_time() {
	local due shut
	due=$(($(now_ms) + $(remaining_ms grant4 "tcp \. $2")))
	shut=$(shut_at "$2")
	if [ -z "$shut" ]; then
		fail "$1: it ends" "open after 8 seconds"
		return
	fi
	within "$1: the last connection, ms from the element's end" \
		"$((${shut% *} - due))" -1000 50
	within "$1: the first refusal, ms from the element's end" \
		"$((${shut#* } - due))" -50 1000
}

check "granted" knock_for granted friend "$GW4" --access tcp/22
within "the kernel has the lifetime asked for" \
	"$(remaining_ms grant4 'tcp \. 22')" 3000 4000
ends_on_time "with the daemon" 22

check "a longer life is granted" knock_for granted friend "$GW4" \
	--access tcp/22 --lifetime 6
within "the kernel has the lifetime asked for" \
	"$(remaining_ms grant4 'tcp \. 22')" 5000 6000
check "the daemon is killed" kill9_hauntd
ends_on_time "with the daemon killed" 22
check "and nothing is in the map that still lasts" wait_until 2 \
	bash -c "! ip netns exec gw nft list map inet haunt grant4 |
		grep -q expires"

must_start_hauntd
check "a ghost is granted" knock_for granted friend "$GW4" \
	--access tcp/22 --nat-port 80 --lifetime 6
check "the daemon is killed again" kill9_hauntd
must_start_hauntd
check "the new daemon knows the grant" \
	bash -c "'$HAUNTCTL' --socket '$CONTROL' grants | grep -q '$FRIEND4'"
ends_on_time "with the daemon started again" 80
is "port 80 is the web server's again" "$(http_from friend "$GW4")" \
	"public site"
check "and the new daemon's log says that it ended" \
	log_wait 'end grant=.*reason=expired' 5
done_testing
