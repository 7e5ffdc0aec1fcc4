# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Counting and reporting in TAP, and waiting with a deadline. A test ends with
# done_testing; one that ends anywhere else has failed.

tap_count=0
tap_failed=0
tap_planned=
tap_told=

pass() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1"
}

# fail DESCRIPTION [TEXT]: TEXT becomes the diagnosis.
fail() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $1"
	[ -z "${2-}" ] || note "$2"
	tap_tell
}

skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

note() {
	printf '%s\n' "$1" | sed 's/^/# /'
}

# After the first failure: the state of the world, once.
tap_tell() {
	[ -z "$tap_told" ] || return 0
	tap_told=1
	if [ -s "${LOG:-/nonexistent}" ]; then
		note "--- last lines of hauntd's log"
		tail -n 30 "$LOG" | sed 's/^/# /'
	fi
	if [ -e /run/netns/gw ]; then
		note "--- rules and elements on the gateway"
		ip netns exec gw nft list ruleset 2>&1 | head -n 150 |
			sed 's/^/# /'
	fi
}

# check DESCRIPTION COMMAND…: passes if the command succeeds. It runs in this
# shell, not in another one, so that it may be one of the functions here.
check() {
	local what=$1 status
	shift
	"$@" >"$T/checked" 2>&1
	status=$?
	if [ "$status" = 0 ]; then
		pass "$what"
	else
		fail "$what" "status $status of: $*
$(cat "$T/checked")"
	fi
}

# refuse DESCRIPTION COMMAND…: passes if the command fails.
refuse() {
	local what=$1
	shift
	if "$@" >"$T/checked" 2>&1; then
		fail "$what" "succeeded: $*
$(cat "$T/checked")"
	else
		pass "$what"
	fi
}

# is DESCRIPTION GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got:
$2
wanted:
$3"
	fi
}

# like DESCRIPTION GOT ERE
like() {
	if printf '%s\n' "$2" | grep -qE -e "$3"; then
		pass "$1"
	else
		fail "$1" "got:
$2
wanted a line like: $3"
	fi
}

unlike() {
	if printf '%s\n' "$2" | grep -qE -e "$3"; then
		fail "$1" "got:
$2
wanted no line like: $3"
	else
		pass "$1"
	fi
}

# within DESCRIPTION NUMBER LOW HIGH: integers, bounds included.
within() {
	if [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then
		pass "$1 ($2)"
	else
		fail "$1" "got $2, wanted $3 to $4"
	fi
}

now_ms() {
	echo "$((${EPOCHREALTIME/./} / 1000))"
}

# wait_until SECONDS COMMAND…: for what sends no event; asks 50 times a second.
wait_until() {
	local end=$(($(now_ms) + $1 * 1000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(now_ms)" -lt "$end" ] || return 1
		sleep 0.02
	done
}

# wait_line FILE ERE [SECONDS [FROM]]: reads FILE from line FROM (1) on, and
# on as it grows, until a line matches; prints that line.
wait_line() {
	local end=$(($(now_ms) + ${3:-5} * 1000)) fd pid line status=1 left
	: >>"$1"
	exec {fd}< <(exec tail -n "+${4:-1}" -f -- "$1" 2>/dev/null)
	pid=$!
	while left=$((end - $(now_ms))) && [ "$left" -gt 0 ]; do
		read -r -u "$fd" -t "$((left / 1000)).$(printf %03d \
			$((left % 1000)))" line || break
		if [[ $line =~ $2 ]]; then
			printf '%s\n' "$line"
			status=0
			break
		fi
	done
	kill "$pid" 2>/dev/null
	exec {fd}<&-
	return "$status"
}

# unsound: what no log of hauntd's may hold.
unsound() {
	grep -E 'AddressSanitizer|runtime error:|died .*signal=(SEGV|ABRT|BUS|SYS|ILL|FPE|TRAP)' \
		"${LOG:-/dev/null}" | head -n 20
}

# Must be the last line of a test.
done_testing() {
	local found
	found=$(unsound)
	[ -z "$found" ] || fail "hauntd is sound" "$found"
	echo "1..$tap_count"
	tap_planned=1
	[ "$tap_count" -gt 0 ] && [ "$tap_failed" = 0 ]
	exit
}

tap_exit() {
	local status=$?
	if [ -z "$tap_planned" ] && [ "$status" != 77 ]; then
		fail "the test ran to its end" "it ended with status $status"
		echo "1..$tap_count"
		exit 1
	fi
}
trap tap_exit EXIT
trap 'exit 143' TERM INT HUP
