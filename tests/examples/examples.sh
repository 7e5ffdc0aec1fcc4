#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples against the library as `make install` installs it: what they
# seal is opened, by what the library's own users have to open it with.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
number=0
root=$work/root
examples=$(cd "${srcdir:?}/docs/examples" && pwd)
CFLAGS=${LIBRARY_CFLAGS:-}

check()
{
	name=$1
	shift
	number=$((number + 1))
	if "$@" >"$work/out" 2>&1; then
		echo "ok $number - $name"
	else
		tail -n 40 "$work/out" | sed 's/^/# /'
		echo "not ok $number - $name"
		status=1
	fi
}

install_all()
{
	# The jobs of the make that runs this are not ours to take.
	env -u MAKEFLAGS -u MFLAGS make install DESTDIR="$root" &&
		pc=$(find "$root" -name haunt.pc) && [ -n "$pc" ] &&
		lib=$(find "$root" -name 'libhaunt.so.0') && [ -n "$lib" ]
}

# compile SOURCE PROGRAM: by pkg-config's word.
compile()
{
	flags=$(PKG_CONFIG_PATH=$(dirname "$pc") PKG_CONFIG_SYSROOT_DIR=$root \
		pkg-config --cflags --libs haunt) || return 1
	# shellcheck disable=SC2086
	${CC:-cc} -std=c11 -D_DEFAULT_SOURCE -Wall -Wextra $CFLAGS \
		-o "$2" "$1" $flags
}

cat >"$work/open.c" <<'EOF'
#include <haunt.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	static const char *const names[] = { "type", "user", "allow", "ports",
					     "version", "digest" };
	struct haunt_request request;
	struct haunt_key *key;
	char packet[HAUNT_PACKET_MAX + 2] = "", value[HAUNT_VALUE_MAX];

	if (argc != 2 || !fgets(packet, sizeof(packet), stdin) ||
	    haunt_key_load_as(argv[1], HAUNT_MODE_CBC, HAUNT_DIGEST_SHA256,
			      &key) != HAUNT_OK)
		return 2;
	packet[strcspn(packet, "\n")] = '\0';
	if (haunt_open(key, packet, strlen(packet), &request) != HAUNT_OK)
		return 1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (haunt_request_get(&request, names[i], value,
				      sizeof(value)) != HAUNT_OK)
			return 3;
		printf("%s ", value);
	}
	haunt_key_free(key);
	return puts("") < 0;
}
EOF

# with_library COMMAND…: one that was not built with sanitizers wants theirs to
# be there first.
with_library()
{
	LD_LIBRARY_PATH=$(dirname "$lib") LD_PRELOAD=${preload:-} \
		ASAN_OPTIONS=detect_leaks=0 "$@"
}

# seals COMMAND…: what it seals opens to what it was told.
seals()
{
	with_library "$@" "$work/key" alice tcp/22,udp/53 >"$work/packet" ||
		return 1
	cat "$work/packet"
	LD_LIBRARY_PATH=$(dirname "$lib") "$work/open" "$work/key" \
		<"$work/packet" >"$work/opened" || return 1
	cat "$work/opened"
	grep -qx '1 alice 0.0.0.0 tcp/22,udp/53 3.0.0 sha256 ' "$work/opened"
}

# refuses COMMAND…: a bad port and a missing file are told, by name.
refuses()
{
	! with_library "$@" "$work/key" alice tcp/0 >"$work/refused" 2>&1 &&
		grep -q '^[a-z]*:\{0,1\} \{0,1\}ports: malformed input' \
			"$work/refused" &&
		! with_library "$@" "$work/nokey" alice tcp/22 \
			>"$work/refused" 2>&1 && grep -q nokey "$work/refused"
}

check "make install" install_all
[ $status = 0 ] || exit 1
check "the example in C builds against what is installed" \
	compile "$examples/knock.c" "$work/knock"
check "and so does a program that opens" compile "$work/open.c" "$work/open"
./haunt keygen "$work/key" >/dev/null
check "the example in C seals" seals "$work/knock"
check "and tells what is wrong" refuses "$work/knock"
preload=$(ldd "$lib" | awk '/lib(a|ub)san/ { printf "%s ", $3 }')
for language in python3:py perl:pl; do
	run=${language%:*}
	if [ "$run" = perl ] && ! perl -MFFI::Platypus -e 1 2>/dev/null; then
		number=$((number + 1))
		echo "ok $number # SKIP libffi-platypus-perl is not installed"
		continue
	fi
	check "the example in $run seals" seals "$run" \
		"$examples/knock.${language#*:}"
	check "and tells what is wrong" refuses "$run" \
		"$examples/knock.${language#*:}"
done
shim=$(find "$root" -path '*/haunt/libfko/libfko.so.3')
check "libfko.so.3 is in a directory of its own" test -e "$shim"
check "and not where the linker would find it" \
	test ! -e "$(dirname "$lib")/libfko.so.3"
echo "1..$number"
exit $status
