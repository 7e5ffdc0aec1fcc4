#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# libfko.so.3 as the linker sees it: the same functions as Debian's, the same
# name, and nothing else that leaves it.
set -eu
# shellcheck source=tests/fko/lib.sh
. "${srcdir:?}/tests/fko/lib.sh"

names()
{
	nm -D --defined-only "$1" | awk '$2 != "A" { print $3 }' |
		sed 's/@.*//' | grep -v '^__\(asan\|ubsan\|odr\)' | sort
}

same_names()
{
	names "$THEIRS" >"$work/theirs"
	names "$OURS" >"$work/ours"
	[ "$(wc -l <"$work/theirs")" -ge 69 ] && diff "$work/theirs" "$work/ours"
}

soname()
{
	readelf -d "$OURS" | grep -F 'Library soname: [libfko.so.3]'
}

# What was linked against the other one asks for no version of a symbol.
no_versions()
{
	! readelf -V "$OURS" | grep -q 'Version definition'
}

program_needs()
{
	for program in fwknop fwknopd; do
		path=$(PATH=$PATH:/usr/sbin command -v "$program") || continue
		LD_LIBRARY_PATH=$PWD/.libs ldd -r "$path" >"$work/ldd" || return 1
		cat "$work/ldd"
		grep -qF "$PWD/.libs/libfko.so.3" "$work/ldd" || return 1
		! grep -q 'undefined symbol\|no version information' "$work/ldd" ||
			return 1
	done
}

check "the functions are those of Debian's library" same_names
check "it is called libfko.so.3" soname
check "its symbols have no version" no_versions
check "fwknop and fwknopd find all they need in it" program_needs
finish
