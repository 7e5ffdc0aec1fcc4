# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The kernel's firewall of nat without the daemon: tests/net/natctl as a
# process that is spoken to through two pipes.

NATCTL=$BUILD/tests/net/natctl
NAT_CONF=$T/nat.conf
NAT_LOG=$T/nat.log
NAT_HOST=
NAT_PID=
# Kernel features to do without, a failure of the opening on order (KIND N), and
# how many grants may be.
NAT_MISSING=
NAT_FAULT=()
NAT_MAX=65536

need_natctl() {
	[ -x "$NATCTL" ] || skip_all "tests/net/natctl is not built"
	: >"$NAT_LOG"
	export LOG=$NAT_LOG
	rm -f "$T/nat.in" "$T/nat.out"
	mkfifo "$T/nat.in" "$T/nat.out"
	nat_conf >"$NAT_CONF"
}

# The services of these tests, by number.
nat_conf() {
	cat <<-END
		listen "any" { ports = {62201} }
		listen "udp" { address = "0.0.0.0:62202" }
		max-grants = $NAT_MAX
		service "ssh" {
			target = "tcp/22"
			at = {"tcp/22", "tcp/80", "tcp/40000-60000"}
			max-lifetime = "10m"
		}
		service "echo" {
			target = "udp/7001"
			at = {"udp/7001", "udp/7000"}
		}
		service "db4" { target = "192.0.2.2 tcp/5432" at = {"tcp/15432"} }
		service "db6" {
			target = "2001:db8:2::2 tcp/5432"
			at = {"tcp/15432"}
			source-nat = "none"
		}
		service "dns4" {
			target = "192.0.2.2 udp/7001"
			at = {"udp/5353"}
			source-nat = "192.0.2.1"
		}
		service "dns6" {
			target = "2001:db8:2::2 udp/7001"
			at = {"udp/5353"}
			source-nat = "2001:db8:2::1"
		}
		service "deep" { target = "udp/7009" at = {"udp/7001"} }
		client "alice" {
			key = "/dev/null"
			services = {"ssh", "echo", "db4", "db6", "dns4", "dns6",
				"deep"}
		}
	END
}

# nat_start: opens the firewall; NAT_ANSWER is what it said.
nat_start() {
	local prefix=()
	[ -z "$NAT_HOST" ] || prefix=(ip netns exec "$NAT_HOST")
	"${prefix[@]}" "$NATCTL" "$NAT_CONF" "$NAT_MISSING" "${NAT_FAULT[@]}" \
		<"$T/nat.in" >"$T/nat.out" 2>>"$NAT_LOG" &
	NAT_PID=$!
	exec {NAT_IN}>"$T/nat.in" {NAT_OUT}<"$T/nat.out"
	# shellcheck disable=SC2034 # the tests look at it
	NAT_ANSWER=$(nat_hear)
}

nat_hear() {
	local line
	while read -r -t 60 -u "$NAT_OUT" line; do
		echo "$line"
		case $line in
		ok* | error*) return ;;
		esac
	done
	echo "error silence"
}

# nat COMMAND: prints the answer's lines; the last is ok or error.
nat() {
	echo "$1" >&"$NAT_IN"
	nat_hear
}

# nat_batch VERB RULE…: the rules in one transaction.
nat_batch() {
	local verb=$1 rule answer
	shift
	for rule in "$@"; do
		answer=$(nat "add $rule")
		[ "$answer" = ok ] || {
			echo "$answer: $rule"
			return
		}
	done
	nat "$verb"
}

nat_close() {
	exec {NAT_IN}>&- {NAT_OUT}<&-
}

nat_stop() {
	nat_close
	wait "$NAT_PID" ||
		fail "natctl ends well" "$(tail -n 30 "$NAT_LOG")"
}

nat_kill9() {
	kill -9 "$NAT_PID"
	wait "$NAT_PID" 2>/dev/null
	nat_close
}

# The host's tools: nft and the rest, where the firewall is.
at_nat() {
	if [ -n "$NAT_HOST" ]; then
		ip netns exec "$NAT_HOST" "$@"
	else
		"$@"
	fi
}

# nat_raw MAP: its elements as nft lists them, one a line.
nat_raw() {
	at_nat nft list table inet haunt |
		awk -v name="$1" '($1 == "map" || $1 == "set") {
			on = $2 == name } on' | tr -d '\n\t' |
		sed -n 's/[^{]*{[^{]*elements = {\([^}]*\)}.*/\1/p' |
		sed 's/,/\n/g' | sed 's/^ *//; s/ *$//'
}

# nat_elements MAP: without counters and times, sorted.
nat_elements() {
	nat_raw "$1" | sed 's/counter packets [0-9]* bytes [0-9]* //
		s/ timeout [0-9dhms]*//; s/ expires [0-9dhms]*//' | sort
}

nat_count() {
	nat_raw "$1" | grep -c .
}

# nat_expires MAP: what remains of its first element, in milliseconds.
nat_expires() {
	nat_raw "$1" | sed -n 's/.* expires \([0-9dhms]*\).*/\1/p' |
		sed 's/\([0-9]\)\([a-z]\)/\1 \2/g; s/\([a-z]\)\([0-9]\)/\1 \2/g' |
		awk 'NR == 1 {
			unit["ms"] = 1
			unit["s"] = 1000
			unit["m"] = 60000
			unit["h"] = 3600000
			for (i = 1; i < NF; i += 2)
				ms += $i * unit[$(i + 1)]
			print ms
		}'
}
