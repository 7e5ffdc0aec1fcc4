# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# haunt itself: keys, configuration, the daemon on gw, knocks, and what the
# kernel holds. $CONF is the daemon's configuration, $LOG its log.

HAUNTD=$BUILD/hauntd
HAUNT=$BUILD/haunt
HAUNTCTL=$BUILD/hauntctl
CONF=$T/hauntd.conf
LOG=$T/hauntd.log
STATE=$T/state
CONTROL=$T/haunt-run/control
HAUNTD_PID=
HAUNTD_UNDER=()
LOG_MARK=1
export UDP=$BUILD/tests/lib/udp

need_haunt() {
	local program
	for program in "$HAUNTD" "$HAUNT" "$HAUNTCTL"; do
		[ -x "$program" ] || skip_all "$program is not built"
	done
	mkdir -p "$T/keys" "$T/home/.config/haunt" "$T/haunt-run"
	install -d -m 0700 -o _haunt -g _haunt "$STATE"
	: >"$LOG"
}

# key NAME: a new key file, the same for both sides; prints its path.
key() {
	[ -e "$T/keys/$1" ] || "$HAUNT" keygen "$T/keys/$1" >/dev/null || return
	echo "$T/keys/$1"
}

# config_head: what every configuration here begins with.
config_head() {
	cat <<-END
		listen "eth0" { ports = {62201} }
		state-dir = "$STATE"
		control-socket = "$CONTROL"
		control-group = "haunt"
		log-level = "${LOG_LEVEL:-info}"
	END
}

# config_standard LIFETIME: the services and clients that most tests use.
config_standard() {
	local lifetime=$1
	config_head
	cat <<-END
		service "ssh" {
			target = "tcp/22"
			at = {"tcp/22", "tcp/80", "tcp/40000-60000"}
			cloak = true
			lifetime = "$lifetime"
			max-lifetime = "10m"
		}
		service "echo" {
			target = "udp/7001"
			at = {"udp/7001", "udp/7000", "udp/40000-60000"}
			cloak = true
			lifetime = "$lifetime"
			max-lifetime = "10m"
		}
		service "inner-ssh" {
			target = "$INNER4 tcp/22"
			at = {"tcp/2222"}
			lifetime = "$lifetime"
		}
		service "inner-ssh6" {
			target = "$INNER6 tcp/22"
			at = {"tcp/2226"}
			lifetime = "$lifetime"
		}
		service "inner-echo" {
			target = "$INNER4 udp/7001"
			at = {"udp/2222"}
			lifetime = "$lifetime"
		}
		service "inner-echo6" {
			target = "$INNER6 udp/7001"
			at = {"udp/2226"}
			lifetime = "$lifetime"
		}
		client "alice" {
			key = "$(key alice)"
			services = {"ssh", "echo", "inner-ssh", "inner-ssh6",
				"inner-echo", "inner-echo6"}
			allow-unbound-address = true
		}
		client "bob" {
			key = "$(key bob)"
			services = {"ssh"}
		}
	END
}

# config_many LIFETIME: that, and a client "many" who opens for others.
config_many() {
	config_standard "$1"
	cat <<-END
		client "many" {
			key = "$(key many)"
			services = {"ssh"}
			may-open-for-others = true
		}
	END
}

log_mark() {
	LOG_MARK=$(($(wc -l <"$LOG") + 1))
}

# log_wait ERE [SECONDS]: a line since the last log_mark; prints it.
log_wait() {
	wait_line "$LOG" "$1" "${2:-5}" "$LOG_MARK"
}

log_since() {
	tail -n "+$LOG_MARK" "$LOG"
}

# start_hauntd [OPTION…]: returns when it is ready, fails if it never is.
# HAUNTD_UNDER: a command that executes it, as a list.
start_hauntd() {
	local end
	log_mark
	ip netns exec gw "${HAUNTD_UNDER[@]}" "$HAUNTD" -c "$CONF" "$@" >>"$LOG" 2>&1 &
	HAUNTD_PID=$!
	end=$(($(now_ms) + 10000))
	until log_wait 'hauntd\[monitor\]: ready' 1 >/dev/null; do
		kill -0 "$HAUNTD_PID" 2>/dev/null && [ "$(now_ms)" -lt "$end" ] ||
			return 1
	done
}

# The same, and the test is over if it fails.
must_start_hauntd() {
	start_hauntd "$@" || {
		fail "hauntd starts" "$(log_since)"
		done_testing
	}
}

# Ends it as systemd would; its status is hauntd's.
stop_hauntd() {
	kill -TERM "$HAUNTD_PID"
	wait "$HAUNTD_PID"
}

# hauntd_pids: the monitor and every role.
hauntd_pids() {
	local dir
	for dir in /proc/[0-9]*; do
		[ ! "$dir/exe" -ef "$HAUNTD" ] || echo "${dir#/proc/}"
	done
}

# role_pid ROLE: capture, gate or nat.
role_pid() {
	local pid
	for pid in $(hauntd_pids); do
		if tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qx "$1" ||
			[ "$(cat "/proc/$pid/comm")" = "$1" ]; then
			echo "$pid"
			return 0
		fi
	done
	return 1
}

no_hauntd() {
	[ -z "$(hauntd_pids)" ]
}

# kill9_hauntd: the monitor and its roles at once, as a crash would.
kill9_hauntd() {
	local pids
	pids=$(hauntd_pids)
	[ -n "$pids" ] || return 1
	# shellcheck disable=SC2086 # a list
	kill -KILL $pids
	wait "$HAUNTD_PID" 2>/dev/null
	wait_until 5 no_hauntd
}

# knock HOST ARGUMENT…: haunt open, with alice's key unless told.
knock() {
	local host=$1
	shift
	[[ " $* " == *" --key "* ]] || set -- "$@" --key "$(key alice)"
	ip netns exec "$host" env HOME="$T/home" "$HAUNT" open "$@"
}

# knock_for RESULT HOST ARGUMENT…: knocks and waits until the log says RESULT;
# prints the log's line.
knock_for() {
	local result=$1
	shift
	log_mark
	knock "$@" >"$T/knock.out" || {
		echo "haunt open failed: $*"
		return 1
	}
	log_wait " admit .*result=$result( |\$)" || {
		echo "wanted result=$result, the log has:"
		log_since
		return 1
	}
}

ctl() {
	on gw "$HAUNTCTL" --socket "$CONTROL" "$@"
}

# elements MAP: the live elements of one of haunt's maps, one a line.
elements() {
	on gw nft list map inet haunt "$1" 2>/dev/null |
		sed -n '/elements = {/,/}/p' | tr -d '\n\t' |
		sed 's/.*elements = {//; s/}.*//; s/, /\n/g' |
		sed 's/^ *//; s/ *$//' | grep -v '^$'
}

# element_count MAP [ERE]
element_count() {
	elements "$1" | grep -cE -e "${2:-.}"
}

# remaining_ms MAP ERE: until the element expires; fails if there is none.
remaining_ms() {
	elements "$1" | grep -E -e "$2" | head -n 1 |
		sed -n 's/.* expires \([0-9dhms]*\).*/\1/p' | awk '
		BEGIN { ms["ms"] = 1; ms["s"] = 1000; ms["m"] = 60000
			ms["h"] = 3600000; ms["d"] = 86400000 }
		{
			while (match($0, /^[0-9]+(ms|d|h|m|s)/)) {
				unit = substr($0, 1, RLENGTH)
				gsub(/[0-9]/, "", unit)
				sum += ($0 + 0) * ms[unit]
				$0 = substr($0, RLENGTH + 1)
			}
			print sum
			found = 1
		}
		END { exit !found }'
}

# foreign_ruleset: what nft prints, without haunt's own tables, and without
# what rules have counted.
foreign_ruleset() {
	on gw nft list ruleset 2>/dev/null |
		sed 's/packets [0-9]* bytes [0-9]*/packets N bytes N/' | awk '
		/^table / { own = ($3 == "haunt" || $3 == "haunt_anchor") }
		!own { print }
		/^}/ { own = 0 }'
}
