# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Real services and their clients: sshd, nginx, a UDP echo; sessions that stay
# open while the test goes on; and what a stranger finds.

ssh_keys() {
	[ ! -d "$T/ssh" ] || return 0
	mkdir -m 0700 "$T/ssh"
	ssh-keygen -q -t ed25519 -N '' -f "$T/ssh/id" -C test
	ssh-keygen -q -t ed25519 -N '' -f "$T/ssh/host" -C host
	cp "$T/ssh/id.pub" "$T/ssh/authorized_keys"
	echo "tests $(cut -d' ' -f1,2 "$T/ssh/host.pub")" >"$T/ssh/known_hosts"
}

# start_sshd HOST [PORT]: `echo $WHO` over there says which host it is. SSHD_MORE
# is one more line of its configuration, SSHD_ONLY is where it listens instead of
# everywhere.
start_sshd() {
	local host=$1 port=${2:-22} log
	log=$T/sshd-$host-$port.log
	need sshd ssh ssh-keygen
	ssh_keys
	cat >"$T/sshd-$host-$port.conf" <<-END
		Port $port
		${SSHD_ONLY-ListenAddress 0.0.0.0
		ListenAddress ::}
		HostKey $T/ssh/host
		AuthorizedKeysFile $T/ssh/authorized_keys
		PermitRootLogin yes
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		UsePAM no
		StrictModes no
		UseDNS no
		PidFile none
		MaxStartups 100
		SetEnv WHO=$host
		${SSHD_MORE-}
	END
	ip netns exec "$host" "$(command -v sshd)" -D -e \
		-f "$T/sshd-$host-$port.conf" >"$log" 2>&1 &
	wait_line "$log" 'listening on .*:.* ' 5 >/dev/null || {
		fail "sshd starts on $host" "$(cat "$log")"
		done_testing
	}
}

# start_nginx HOST [PORT [TEXT]]: every path answers with TEXT.
start_nginx() {
	local host=$1 port=${2:-80} dir
	need nginx curl
	dir=$T/nginx-$host-$port
	mkdir -p "$dir"
	cat >"$dir/conf" <<-END
		daemon off;
		user root;
		worker_processes 1;
		pid $dir/pid;
		error_log stderr notice;
		events { worker_connections 256; }
		http {
			access_log $dir/access.log;
			client_body_temp_path $dir/body;
			proxy_temp_path $dir/proxy;
			fastcgi_temp_path $dir/fastcgi;
			uwsgi_temp_path $dir/uwsgi;
			scgi_temp_path $dir/scgi;
			default_type text/plain;
			server {
				listen $port;
				listen [::]:$port;
				location / { return 200 "${3:-public site}\n"; }
			}
		}
	END
	ip netns exec "$host" "$(command -v nginx)" -e stderr -c "$dir/conf" \
		>"$dir/log" 2>&1 &
	wait_line "$dir/log" 'start worker process ' 5 >/dev/null || {
		fail "nginx starts on $host" "$(cat "$dir/log")"
		done_testing
	}
}

# start_udp HOST PORT NAME [MS]: answers "NAME CLIENT TEXT", MS milliseconds
# later.
start_udp() {
	local log=$T/udp-$1-$2.log
	[ -x "$BUILD/tests/lib/udp" ] || skip_all "tests/lib/udp is not built"
	ip netns exec "$1" "$BUILD/tests/lib/udp" echo "$2" "$3" ${4:+"$4"} \
		>"$log" 2>&1 &
	wait_line "$log" '^ready$' 5 >/dev/null || {
		fail "the UDP echo starts on $1" "$(cat "$log")"
		done_testing
	}
}

ssh_options() {
	printf '%s\n' -F none -o BatchMode=yes -o ConnectTimeout=3 \
		-o IdentityFile="$T/ssh/id" -o IdentitiesOnly=yes \
		-o IdentityAgent=none -o HostKeyAlias=tests \
		-o UserKnownHostsFile="$T/ssh/known_hosts" \
		-o StrictHostKeyChecking=yes -o LogLevel=ERROR
}

# ssh_from HOST ADDRESS PORT COMMAND…
ssh_from() {
	local host=$1 address=$2 port=$3 options
	shift 3
	mapfile -t options < <(ssh_options)
	ip netns exec "$host" ssh "${options[@]}" -p "$port" "root@$address" \
		"$@" </dev/null
}

# udp_once HOST ADDRESS PORT TEXT [SECONDS]: prints the answer, or the error;
# fails if there is no answer.
udp_once() {
	local name=once$BASHPID answer
	udp_open "$name" "$1" "$2" "$3"
	session_say "$name" "$4"
	answer=$(session_hear "$name" "${5:-1}")
	session_close "$name"
	echo "$answer"
	[ -n "$answer" ] && [[ $answer != error* ]]
}

# tcp_refused HOST ADDRESS PORT: a connection is refused or not answered.
tcp_refused() {
	! timeout 1 ip netns exec "$1" bash -c \
		"exec 3<>'/dev/tcp/$2/$3'" 2>/dev/null
}

# http_from HOST ADDRESS [PORT]: prints the body.
http_from() {
	local host=$1 address=$2
	[[ $address != *:* ]] || address=[$address]
	ip netns exec "$host" curl -sS --max-time 3 "http://$address:${3:-80}/"
}

# Sessions have names; each is a program with its input and output on fifos.
declare -A session_in session_out session_pid session_kind

# session_open NAME KIND HOST COMMAND…
session_open() {
	local name=$1 kind=$2 host=$3 in out
	shift 3
	rm -f "$T/session-$name".{in,out}
	mkfifo "$T/session-$name".{in,out}
	ip netns exec "$host" "$@" <"$T/session-$name.in" \
		>"$T/session-$name.out" 2>>"$T/session-$name.err" &
	session_pid[$name]=$!
	exec {in}>"$T/session-$name.in" {out}<"$T/session-$name.out"
	session_in[$name]=$in
	session_out[$name]=$out
	session_kind[$name]=$kind
}

# ssh_open NAME HOST ADDRESS PORT: a shell over there. Test it with alive.
ssh_open() {
	local options
	mapfile -t options < <(ssh_options)
	session_open "$1" ssh "$2" ssh "${options[@]}" -p "$4" "root@$3" sh
}

# udp_open NAME HOST ADDRESS PORT: one socket, and so one flow.
udp_open() {
	session_open "$1" udp "$2" "$BUILD/tests/lib/udp" flow "$3" "$4"
}

# In a shell of its own: who has nobody to talk to ends by SIGPIPE.
session_say() {
	(printf '%s\n' "$2" >&"${session_in[$1]}")
} 2>/dev/null

# session_hear NAME [SECONDS]: prints the next line.
session_hear() {
	local line
	read -r -t "${2:-3}" -u "${session_out[$1]}" line || return 1
	printf '%s\n' "$line"
}

# alive NAME: what is said now is answered now.
alive() {
	local token=token-$RANDOM$RANDOM line end
	end=$(($(now_ms) + 3000))
	if [ "${session_kind[$1]}" = ssh ]; then
		session_say "$1" "echo $token" || return 1
	else
		session_say "$1" "$token" || return 1
	fi
	while [ "$(now_ms)" -lt "$end" ]; do
		line=$(session_hear "$1" 3) || return 1
		[[ $line != *"$token"* ]] || return 0
	done
	return 1
}

# session_kill NAME: its program ends without a word.
session_kill() {
	kill -KILL "${session_pid[$1]}"
	session_close "$1"
}

session_close() {
	local in=${session_in[$1]} out=${session_out[$1]}
	exec {in}>&- {out}<&-
	kill "${session_pid[$1]}" 2>/dev/null
	wait "${session_pid[$1]}" 2>/dev/null
	unset "session_in[$1]" "session_out[$1]" "session_pid[$1]"
}

# port_look HOST ADDRESS SCAN PORT…: "PORT STATE REASON" of each, as nmap sees
# it. SCAN is -sS, -sA, -sF, -sX, -sN, -sU.
port_look() {
	local host=$1 address=$2 scan=$3 family=() ports
	shift 3
	need nmap
	[[ $address != *:* ]] || family=(-6)
	ports=$(IFS=, && echo "$*")
	on "$host" nmap "${family[@]}" -n -Pn --disable-arp-ping --reason \
		--max-retries 2 --initial-rtt-timeout 100ms \
		--max-rtt-timeout 250ms "$scan" -p "$ports" -oN - "$address" |
		awk '$1 ~ /^[0-9]+\/(tcp|udp)$/ {
			sub("/.*", "", $1)
			line = $1 " " $2
			for (i = 4; i <= NF; i++)
				line = line " " $i
			print line
		}'
}

# CLOSED is a port where nothing ever listens.
CLOSED=9

# looks_closed HOST ADDRESS SCAN PORT…: each looks exactly like CLOSED.
looks_closed() {
	local host=$1 address=$2 scan=$3 look wanted port got status=0
	shift 3
	look=$(port_look "$host" "$address" "$scan" "$CLOSED" "$@")
	wanted=$(sed -n "s/^$CLOSED //p" <<<"$look")
	for port in "$@"; do
		got=$(sed -n "s/^$port //p" <<<"$look")
		if [ -z "$wanted" ] || [ "$got" != "$wanted" ]; then
			echo "port $port: $got; port $CLOSED: $wanted"
			status=1
		fi
	done
	return "$status"
}

# stranger_sees_nothing PORT…: TCP ports, IPv4 and IPv6; port 80 has the page.
stranger_sees_nothing() {
	local address
	for address in "$GW4" "$GW6"; do
		looks_closed stranger "$address" -sS "$@" || return 1
		[ "$(http_from stranger "$address")" = "public site" ] || {
			echo "no page at $address"
			return 1
		}
	done
}

# watch_start PORT UDP-PORT: from now on the stranger looks again and again.
watch_start() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	ip netns exec stranger bash -c '
		while [ ! -e "$T/watch-stop" ]; do
			for a in "$GW4" "$GW6"; do
				h=$a; [[ $a != *:* ]] || h="[$a]"
				page=$(curl -sS --max-time 3 "http://$h/" 2>&1)
				[ "$page" = "public site" ] ||
					echo "bad: http $a: $page"
				timeout 1 bash -c "exec 3<>/dev/tcp/$a/$1" \
					2>/dev/null && echo "bad: tcp $a $1"
				answer=$(echo hello | timeout 0.2 \
					"$UDP" flow "$a" "$2")
				[[ $answer != *hello* ]] ||
					echo "bad: udp $a $2: $answer"
			done
			echo look
		done' watch "$1" "$2" >"$T/watch" 2>&1 &
	WATCH_PID=$!
}

# watch_end DESCRIPTION
watch_end() {
	local looks bad
	touch "$T/watch-stop"
	wait "$WATCH_PID"
	looks=$(grep -c '^look$' "$T/watch")
	bad=$(grep '^bad:' "$T/watch" | sort | uniq -c)
	if [ "$looks" -gt 0 ] && [ -z "$bad" ]; then
		pass "$1 ($looks looks)"
	else
		fail "$1" "$looks looks
$bad"
	fi
}
