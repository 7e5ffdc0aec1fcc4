#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# ssh with `haunt proxy %h %p` as its ProxyCommand: through port 80, through a
# random port, to a cloaked port; and a clear word when the gateway is silent.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_sshd inner
start_nginx gw
config_standard 20s >"$CONF"
must_start_hauntd

# gateway NAME ADDRESS OPTIONS SERVICES
gateway() {
	cat <<-END
		gateway "$1" {
			address = "$2"
			port = 62201
			key = "$(key alice)"
			user = "alice"
			$3
			$4
		}
	END
}
{
	gateway plain "$GW4" '' \
		'service "ssh" { access = "tcp/22" lifetime = "20s" }'
	gateway ghost "$GW4" '' \
		'service "ssh" { access = "tcp/22" nat-port = "80" }'
	gateway random "$GW4" '' 'service "ssh" { access = "tcp/22"
		nat-port = "random" random-range = "40000-60000" }'
	gateway within "$GW4" '' \
		"service \"ssh\" { access = \"tcp/2222\" nat = \"$INNER4:22\" }"
	gateway six "$GW6" 'allow = "source"' \
		'service "ssh" { access = "tcp/22" }'
	gateway silent "$GW4" 'port = 62999' \
		'service "ssh" { access = "tcp/22" }' | sed '/port = 62201/d'
} >"$T/home/.config/haunt/haunt.conf"
chmod 0600 "$T/home/.config/haunt/haunt.conf"

# ssh_proxy PROFILE COMMAND…
ssh_proxy() {
	local profile=$1 options
	shift
	mapfile -t options < <(ssh_options)
	on friend env HOME="$T/home" ssh -o ConnectTimeout=30 "${options[@]}" \
		-o ProxyCommand="$HAUNT proxy %h %p" "root@$profile" "$@" \
		</dev/null
}

# reaches PROFILE WHO
reaches() {
	local out
	log_mark
	# shellcheck disable=SC2016 # expanded over there
	out=$(ssh_proxy "$1" 'echo $WHO' 2>"$T/proxy.err")
	if [ "$out" = "$2" ]; then
		pass "$1: ssh reaches $2"
	else
		fail "$1: ssh reaches $2" "got: $out
$(cat "$T/proxy.err")
$(log_since)"
	fi
	like "$1: by a grant" "$(log_since)" 'result=(granted|renewed)'
	ctl revoke alice >/dev/null
}

reaches plain gw
reaches ghost gw
like "ghost: the grant was for port 80" "$(log_since)" 'door=tcp/80'
reaches random gw
like "random: the grant was for a port of the range" "$(log_since)" \
	'door=tcp/[45][0-9]{4}'
reaches within inner
reaches six gw

# What goes through is not changed, and its end is the session's end.
# sha256 of 3 MB each way.
head -c 3000000 /dev/urandom >"$T/data"
mapfile -t options < <(ssh_options)
is "3 MB go there and come back unharmed" \
	"$(on friend env HOME="$T/home" ssh "${options[@]}" \
		-o ProxyCommand="$HAUNT proxy %h %p" root@ghost cat \
		<"$T/data" 2>&1 | sha256sum)" "$(sha256sum <"$T/data")"
ssh_proxy ghost 'exit 7' 2>/dev/null
is "the remote command's status comes through" "$?" 7

# The knock goes where nobody listens; port 22 stays dark.
ctl revoke alice >/dev/null
started=$(now_ms)
silence=$(ssh_proxy silent true 2>&1)
within "a silent gateway: it gives up in time, ms" \
	"$(($(now_ms) - started))" 100 15000
like "and says what it tried and what that may mean" "$silence" \
	'^haunt: .*(198\.51\.100\.1|silent)'
refuse "an unknown profile fails" ssh_proxy nowhere.invalid true
done_testing
