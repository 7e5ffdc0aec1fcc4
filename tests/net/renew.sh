#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A repeated knock renews: one element, the new lifetime, longer or shorter;
# another service at the same door takes it over.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt

world_up
start_sshd gw
start_sshd gw 2022
start_nginx gw
start_udp gw 7001 secret
{
	config_standard 20s
	cat <<-END
		service "second-ssh" {
			target = "tcp/2022"
			at = {"tcp/80"}
			lifetime = "20s"
		}
		client "carol" {
			key = "$(key carol)"
			services = {"second-ssh", "ssh"}
		}
	END
} >"$CONF"
must_start_hauntd

first=$(knock_for granted friend "$GW4" --access tcp/22 --lifetime 20)
like "granted" "$first" 'result=granted'
id=$(grep -oE 'grant=[0-9]+' <<<"$first")
within "for 20 s" "$(remaining_ms grant4 'tcp \. 22')" 18500 20000

again=$(knock_for renewed friend "$GW4" --access tcp/22 --lifetime 60)
like "knocked again: renewed" "$again" 'result=renewed'
like "it is the same grant" "$again" "$id( |\$)"
is "there is one element" "$(element_count grant4)" 1
within "for 60 s: longer" "$(remaining_ms grant4 'tcp \. 22')" 58500 60000

check "knocked once more: renewed" knock_for renewed friend "$GW4" \
	--access tcp/22 --lifetime 8
is "there is one element still" "$(element_count grant4)" 1
within "for 8 s: shorter" "$(remaining_ms grant4 'tcp \. 22')" 6500 8000

for i in 1 2 3 4 5; do
	knock_for renewed friend "$GW4" --access tcp/22 --lifetime "$((i + 1))" \
		>/dev/null || fail "renewal $i"
done
is "after five more there is one element" "$(element_count grant4)" 1
gone() {
	[ "$(element_count grant4)" = 0 ]
}
check "and it ends by the last one's lifetime" wait_until 8 gone
check "the door is shut" tcp_refused friend "$GW4" 22
is "one end was logged for all of them" \
	"$(log_wait "end $id " 5 >/dev/null; grep -c "end $id " "$LOG")" 1

check "a ghost is granted" knock_for granted friend "$GW4" \
	--access tcp/22 --nat-port 80 --lifetime 20
ssh_open old friend "$GW4" 80
check "a session through it is up" alive old
check "renewed, NAT and all" knock_for renewed friend "$GW4" \
	--access tcp/22 --nat-port 80 --lifetime 60
is "one element, one translation" \
	"$(element_count grant4) $(element_count redir)" "1 1"
check "the friend gets in" ssh_from friend "$GW4" 80 true
check "the session types on" alive old

check "another client with another service finds the door taken" knock_for \
	busy friend "$GW4" --access tcp/2022 --nat-port 80 --key "$(key carol)"
check "the friend gets in as before" ssh_from friend "$GW4" 80 true
check "another client with the same service takes it over" knock_for granted \
	friend "$GW4" --access tcp/22 --nat-port 80 --key "$(key carol)"
is "one element" "$(element_count grant4 'tcp . 80')" 1
check "the session types on" alive old
check "the same client with another service takes it over" knock_for granted \
	friend "$GW4" --access tcp/2022 --nat-port 80 --key "$(key carol)"
is "one element still" "$(element_count grant4 'tcp . 80')" 1
# shellcheck disable=SC2016 # expanded over there
is "and it leads there" \
	"$(ssh_from friend "$GW4" 80 'set -- $SSH_CONNECTION; echo $4')" 2022
check "the session of before types on" alive old
done_testing
