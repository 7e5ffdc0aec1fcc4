#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# libhaunt as others see it: the installed header alone in C and C++, the
# symbols that leave the library, and a program built by pkg-config's word.
set -eu
echo "1..4"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
CFLAGS=${LIBRARY_CFLAGS:-}

# try NUMBER NAME COMMAND...: what it printed is shown if it fails.
try()
{
	number=$1
	name=$2
	shift 2
	if "$@" >"$work/out" 2>&1; then
		echo "ok $number - $name"
	else
		sed 's/^/# /' "$work/out"
		echo "not ok $number - $name"
		status=1
	fi
}

cp include/haunt.h "$work/haunt.h"
cat >"$work/program.c" <<'EOF'
#include <haunt.h>
#include <string.h>

int main(void)
{
	struct haunt_key_spec spec = { "a key", 5, "another", 7,
				       HAUNT_MODE_CBC, HAUNT_DIGEST_SHA256 };
	struct haunt_request request, opened;
	struct haunt_key *key;
	char packet[HAUNT_PACKET_MAX + 1];
	size_t len;

	memset(&request, 0, sizeof(request));
	request.time_s = 1795178975;
	request.type = HAUNT_TYPE_ACCESS;
	strcpy(request.user, "alice");
	request.ports_len = 1;
	request.ports[0].proto = 6;
	request.ports[0].port = 22;
	if (haunt_key_new(&spec, &key) != HAUNT_OK)
		return 1;
	if (haunt_seal(key, &request, packet, sizeof(packet), &len) != HAUNT_OK)
		return 2;
	if (haunt_open(key, packet, len, &opened) != HAUNT_OK)
		return 3;
	haunt_key_free(key);
	return strcmp(opened.user, "alice") != 0;
}
EOF

strict="-Wall -Wextra -Wpedantic -Werror -fsyntax-only -I$work"
# shellcheck disable=SC2086
try 1 "the header alone in C" \
	${CC:-cc} -std=c99 $strict -x c "$work/program.c"
if command -v "${CXX:-c++}" >/dev/null 2>&1; then
	# shellcheck disable=SC2086
	try 2 "the header alone in C++" \
		"${CXX:-c++}" -std=c++11 $strict -x c++ "$work/program.c"
else
	echo "ok 2 # SKIP there is no C++ compiler here"
fi

# Exactly the functions that the header declares leave the library.
grep -o '\bhaunt_[a-z_]*(' include/haunt.h | grep -v '^haunt_[a-z_]*()' |
	tr -d '(' | sort -u >"$work/declared"
nm -D --defined-only .libs/libhaunt.so | awk '$2 != "A" { print $3 }' |
	sed 's/@.*//' | grep -v '^__\(asan\|ubsan\|odr\)' |
	sort -u >"$work/exported"
try 3 "only what the header declares is exported" \
	diff "$work/declared" "$work/exported"

build_and_run()
{
	flags=$(PKG_CONFIG_PATH=core/proto pkg-config \
		--define-variable=libdir="$PWD/.libs" \
		--define-variable=includedir="$work" --cflags --libs haunt)
	# shellcheck disable=SC2086
	${CC:-cc} $CFLAGS -o "$work/program" "$work/program.c" $flags &&
		LD_LIBRARY_PATH="$PWD/.libs" "$work/program"
}
try 4 "a program seals and opens" build_and_run
exit $status
