#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# haunt ssh through a plain port, port 80 with a web server, a random port and
# a forward.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need jq script

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
			key = "$(key alice)"
			user = "alice"
			$3
			$4
		}
	END
}
{
	gateway home "$GW4" '' '
		service "ssh" { access = "tcp/22" lifetime = "20s" }
		service "ghost" { access = "tcp/22" nat-port = "80" }
		service "random" { access = "tcp/22" nat-port = "random" }
		service "echo" { access = "udp/7001" lifetime = "20s" }'
	gateway inner "$GW4" '' \
		"service \"deep\" { access = \"tcp/2222\" nat = \"$INNER4:22\" }"
	gateway six "$GW6" 'allow = "source"' \
		'service "ssh" { access = "tcp/22" }'
} >"$T/home/.config/haunt/haunt.conf"

# What haunt ssh checks the host's key under.
ssh_keys
{
	for name in "$GW4" "$GW6" "$GW4/$INNER4"; do
		echo "$name $(cut -d' ' -f1,2 "$T/ssh/host.pub")"
	done
} >"$T/ssh/known_hosts"

cat >"$T/ssh/config" <<-END
	BatchMode yes
	IdentityFile $T/ssh/id
	IdentitiesOnly yes
	IdentityAgent none
	UserKnownHostsFile $T/ssh/known_hosts
	StrictHostKeyChecking yes
	LogLevel ERROR
	User root
	ProxyUseFdpass yes
END

# haunt_ssh ARGUMENT…: as friend. $F behind the gateway makes ssh quiet.
F=-F$T/ssh/config
haunt_ssh() {
	on friend env HOME="$T/home" "$HAUNT" ssh "$@" </dev/null
}

# reaches WHAT WHO [HAUNT'S OPTION…] GATEWAY
reaches() {
	local what=$1 who=$2 out
	shift 2
	log_mark
	# shellcheck disable=SC2016 # expanded over there
	out=$(haunt_ssh "$@" "$F" 'echo $WHO' 2>"$T/ssh.err")
	if [ "$out" = "$who" ]; then
		pass "$what: it reaches $who"
	else
		fail "$what: it reaches $who" "got: $out
$(cat "$T/ssh.err")
$(log_since)"
	fi
	is "$what: nothing is said" "$(cat "$T/ssh.err")" ""
	like "$what: by a grant" "$(log_since)" 'result=(granted|renewed)'
	ctl revoke alice >/dev/null
}

reaches "the service called ssh" gw home
reaches "by address" gw "$GW4"
reaches "a user's name" gw root@home
reaches "ghost" gw --service ghost home
like "ghost: the grant was for port 80" "$(log_since)" 'door=tcp/80'
reaches "random" gw --service random home
like "random: the grant was for a port of the range" "$(log_since)" \
	'door=tcp/[45][0-9]{4}'
reaches "the only service" inner inner
reaches "IPv6" gw six
is "the public site is there for others" "$(http_from stranger "$GW4")" \
	"public site"
check "port 22 is shut to others" tcp_refused stranger "$GW4" 22
haunt_ssh home "$F" 'exit 7'
is "the remote command's status comes through" "$?" 7
done_testing
