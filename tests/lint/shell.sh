#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# No shell script here makes shellcheck speak. Skipped where it is not installed.
set -eu
cd "${srcdir:-.}"
if ! command -v shellcheck >/dev/null; then
	echo "1..0 # SKIP shellcheck is not here"
	exit 0
fi
# A script is what its first line says, or what its name ends in.
scripts=$(
	{
		grep -lE -m1 '^#! ?/(usr/)?bin/(env )?(ba|da)?sh' quickstart \
			autogen.sh .ci/run tests/*/run 2>/dev/null || true
		find tests -name '*.sh'
		find completions/bash -type f
	} | LC_ALL=C sort -u
)
bad=0
for script in $scripts; do
	# SC2317: functions that are called by name only look unreachable.
	shellcheck -x -P SCRIPTDIR:. -e SC2317 "$script" >&2 && continue
	echo "# $script"
	bad=$((bad + 1))
done
echo "1..1"
if [ "$bad" -eq 0 ]; then
	echo "ok 1 - shell scripts"
else
	echo "not ok 1 - shellcheck has something to say about $bad scripts"
	exit 1
fi
