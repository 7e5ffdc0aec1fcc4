# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests of libfko.so.3 share. They run in the build directory; where
# Debian's library is not installed there is nothing to compare with.
# shellcheck shell=sh disable=SC2034
OURS=$PWD/.libs/libfko.so.3
THEIRS=$(ldconfig -p 2>/dev/null | awk '$1 == "libfko.so.3" { print $NF; exit }')
[ -n "$THEIRS" ] ||
	THEIRS=$(/sbin/ldconfig -p | awk '$1 == "libfko.so.3" { print $NF; exit }')
if [ ! -e "$THEIRS" ]; then
	echo "1..0 # SKIP libfko3 is not installed"
	exit 0
fi
# A library that was built with sanitizers wants theirs to be there first.
preload=$(ldd "$OURS" | awk '/lib(a|ub)san/ { printf "%s ", $3 }')
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
HOME=$work
export HOME
status=0
number=0

# check NAME COMMAND…: one case; what it printed is shown if it fails.
check()
{
	name=$1
	shift
	number=$((number + 1))
	if "$@" >"$work/out" 2>&1; then
		echo "ok $number - $name"
	else
		head -n 60 "$work/out" | sed 's/^/# /'
		echo "not ok $number - $name"
		status=1
	fi
}

# finish: the plan, and the status.
finish()
{
	echo "1..$number"
	exit $status
}
