#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every header compiles alone, and its guard is named after its place.
set -eu
cd "${srcdir:-.}"
bad=0
count=0
for file in $(find core fko conf nat explain doctor client -name '*.h' | LC_ALL=C sort); do
	count=$((count + 1))
	if ! printf '#include "%s"\n' "$file" |
		${CC:-cc} -D_GNU_SOURCE -std=gnu11 -Wall -Wextra -Werror -I. \
			-fsyntax-only -x c - 2>/tmp/headers.$$; then
		sed 's/^/# /' /tmp/headers.$$
		echo "# $file does not compile alone"
		bad=$((bad + 1))
	fi
	guard=$(echo "$file" | sed 's|^core/||; s|[^a-z0-9]|_|g' | tr '[:lower:]' '[:upper:]')
	case $file in core/proto/haunt.h) guard=H ;; esac
	if ! grep -q "^#ifndef HAUNT_$guard\$" "$file"; then
		echo "# $file: its guard is not HAUNT_$guard"
		bad=$((bad + 1))
	fi
done
rm -f /tmp/headers.$$
echo "1..1"
if [ "$bad" -eq 0 ] && [ "$count" -gt 0 ]; then
	echo "ok 1 - $count headers compile alone"
else
	echo "not ok 1 - $bad mistakes in $count headers"
	exit 1
fi
