#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# clang-format has nothing to change. Skipped where it is another version than
# the one that the style was written for: versions disagree.
set -eu
cd "${srcdir:-.}"
tool=
for name in clang-format-14 clang-format; do
	case $($name --version 2>/dev/null || true) in
	*"version 14."*) tool=$name && break ;;
	esac
done
if [ -z "$tool" ]; then
	echo "1..0 # SKIP clang-format 14 is not here"
	exit 0
fi
bad=0
for file in $(find core fko conf nat explain doctor client tests -name '*.[ch]' | LC_ALL=C sort); do
	$tool --style=file "$file" | cmp -s - "$file" && continue
	echo "# $file is not formatted"
	bad=$((bad + 1))
done
echo "1..1"
if [ "$bad" -eq 0 ]; then
	echo "ok 1 - formatted"
else
	echo "not ok 1 - $bad files are not formatted"
	exit 1
fi
