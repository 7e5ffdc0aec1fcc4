#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A host with containers: the rules that Docker writes by iptables-nft, and a
# container whose ports are published by DNAT. One of them is cloaked; another
# grant leads to the container itself.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
coexist_up 60s
need iptables-nft
iptables_is nft
BOX4=172.17.0.2

# The container: behind a bridge of the gateway's own.
world_host box
on gw ip link add docker0 type bridge forward_delay 0
on gw ip address add 172.17.0.1/16 dev docker0
on gw ip link set docker0 up
ip link add boxveth netns gw type veth peer name eth0 netns box
on gw ip link set boxveth master docker0 up
on box ip address add "$BOX4/16" dev eth0
on box ip link set eth0 up
on box ip route add default via 172.17.0.1
on friend ip route add default via "$GW4"
on stranger ip route add default via "$GW4"
on box sysctl -qw net.ipv6.conf.all.disable_ipv6=1
check "the container is there" wait_until 5 \
	on gw ping -q -n -c1 -W1 "$BOX4"
start_nginx box 80 "in the container"
start_sshd box

# docker_rules: as dockerd writes them for `-p 8080:80 -p 8022:22`.
docker_rules() {
	on gw iptables-restore --noflush <<-END
		*nat
		:DOCKER - [0:0]
		-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
		-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
		-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
		-A DOCKER -i docker0 -j RETURN
		-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination $BOX4:80
		-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8022 -j DNAT --to-destination $BOX4:22
		COMMIT
		*filter
		:FORWARD DROP [0:0]
		:DOCKER - [0:0]
		:DOCKER-ISOLATION-STAGE-1 - [0:0]
		:DOCKER-ISOLATION-STAGE-2 - [0:0]
		:DOCKER-USER - [0:0]
		-A FORWARD -j DOCKER-USER
		-A FORWARD -j DOCKER-ISOLATION-STAGE-1
		-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A FORWARD -o docker0 -j DOCKER
		-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
		-A FORWARD -i docker0 -o docker0 -j ACCEPT
		-A DOCKER -d $BOX4/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
		-A DOCKER -d $BOX4/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 22 -j ACCEPT
		-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
		-A DOCKER-ISOLATION-STAGE-1 -j RETURN
		-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
		-A DOCKER-ISOLATION-STAGE-2 -j RETURN
		-A DOCKER-USER -j RETURN
		COMMIT
	END
}
# daemon_restart: dockerd empties its chains and fills them again.
daemon_restart() {
	local chain
	for chain in DOCKER DOCKER-ISOLATION-STAGE-1 DOCKER-ISOLATION-STAGE-2; do
		on gw iptables -t filter -F "$chain" || return 1
	done
	on gw iptables -t nat -F DOCKER || return 1
	on gw iptables -t filter -D FORWARD -j DOCKER-USER
	on gw iptables -t filter -I FORWARD -j DOCKER-USER
	on gw iptables-restore --noflush <<-END
		*nat
		-A DOCKER -i docker0 -j RETURN
		-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination $BOX4:80
		-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8022 -j DNAT --to-destination $BOX4:22
		COMMIT
		*filter
		-A DOCKER -d $BOX4/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
		-A DOCKER -d $BOX4/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 22 -j ACCEPT
		-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
		-A DOCKER-ISOLATION-STAGE-1 -j RETURN
		-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
		-A DOCKER-ISOLATION-STAGE-2 -j RETURN
		COMMIT
	END
}

# The published port is a service of the gateway's to haunt, and cloaked; the
# container's own is led to.
sed "s/\"inner-echo\", \"inner-echo6\"}/\"inner-echo\", \"inner-echo6\",\n\t\t\"published\", \"box\"}/" \
	"$CONF" >"$CONF.docker"
cat >>"$CONF.docker" <<END
service "published" { target = "tcp/8022" cloak = true lifetime = "60s" }
service "box" { target = "$BOX4 tcp/22" at = {"tcp/2200"} lifetime = "60s" }
END
CONF=$CONF.docker

docker_rules
is "before haunt everybody gets the published page" \
	"$(http_from stranger "$GW4" 8080)" "in the container"
refuse "and everybody's port 8022 is the container's" \
	tcp_refused stranger "$GW4" 8022
before=$(foreign)
must_start_hauntd
like "our rule is at the head of FORWARD, the chain that drops" \
	"$(on gw iptables -S FORWARD | sed -n 2p)" \
	'^-A FORWARD -m connmark --mark 0x5a000000/0xff000000 .*-j ACCEPT$'
is "one in all" "$(tags)" 1
is "nothing else is changed" "$(foreign)" "$before"
like "closed ports answer, so cloaked ones do" "$(log_since)" \
	'cloak ipv4=reject ipv6=reject'

is "the published page is everybody's" \
	"$(http_from stranger "$GW4" 8080)" "in the container"
check "the cloaked port is a closed one to the stranger" \
	looks_closed stranger "$GW4" -sS 8022
check "and to the friend" tcp_refused friend "$GW4" 8022
enters "the published port" "$GW4" 8022 box --access tcp/8022
enters "a forward to the container" "$GW4" 2200 box --access tcp/2200 \
	--nat "$BOX4:22"
all_enter "docker"
asks_in_vain "docker"
check "the stranger's published port is still closed" \
	looks_closed stranger "$GW4" -sS 8022
is "the container gets out" "$(on box ping -q -n -c1 -W2 "$INNER4" |
	grep -c ' 0% packet loss')" 1

sessions_open "docker"
ssh_open box friend "$GW4" 2200
ssh_open published friend "$GW4" 8022
check "a session to the container is up" wait_until 20 alive box
check "and one by the published port" wait_until 20 alive published
prober_start 8022
for i in 1 2; do
	check "dockerd starts anew, $i" daemon_restart
	sessions_live "restart $i: sessions live"
	check "restart $i: the container's, too" wait_until 10 alive box
	check "restart $i: and the one by the published port" wait_until 20 alive published
	check "restart $i: the friend gets in to the host within" \
		passes_within 1000 "$GW4" 2222
	check "restart $i: to the container" passes_within 1000 "$GW4" 2200
	check "restart $i: by the published port" \
		passes_within 1000 "$GW4" 8022
done
is "our rule is not the first any more, and is there once" "$(tags)" 1
prober_end "all the time the stranger was not let in at 8022 once"
session_close box
session_close published
sessions_close
before=$(foreign)
leaves "docker" "$before"
# Without our rule only what goes to other hosts is stopped, by FORWARD.
sed '1i integration = "manual"' "$CONF" >"$T/manual.conf"
CONF=$T/manual.conf must_start_hauntd
told=$(log_since)
is "manual: not a byte is changed" "$(foreign_ruleset)" "$before"
enters "manual, accept" "$GW4" 22 gw --access tcp/22
enters "manual, ghost" "$GW4" 80 gw --access tcp/22 --nat-port 80
enters "manual, the published port" "$GW4" 8022 box --access tcp/8022
enters "manual, a forward to the container" "$GW4" 2200 box \
	--access tcp/2200 --nat "$BOX4:22"
stays_out "manual, a forward elsewhere" "$GW4" 2222 --access tcp/2222 \
	--nat "$INNER4:22"
grep -o 'command=".*"' <<<"$told" | sed 's/command="//; s/"$//' >"$T/commands"
check "manual: the command is given as printed" on gw sh -e "$T/commands"
enters "manual, a forward elsewhere, with it" "$GW4" 2222 inner \
	--access tcp/2222 --nat "$INNER4:22"
stop_hauntd
on gw "$HAUNTD" -c "$CONF" --uninstall
is "and the published port is everybody's again" "$(tcp_refused stranger \
	"$GW4" 8022 || echo open)" open
done_testing
