# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# `quickstart check`: builds in every way, runs every test, counts the cases.
# Sourced by quickstart, whose functions and variables it uses.
# shellcheck disable=SC2153,SC2154

passed=0
failed=0
skipped=0
show=()

add() {
	passed=$((passed + $1))
	failed=$((failed + $2))
	skipped=$((skipped + $3))
	show+=("$(printf '%-34s %5d passed %3d failed %3d skipped  %4d s' "$4" \
		"$1" "$2" "$3" "$((SECONDS - part_started))")")
}

# part NAME: begins one.
part() {
	part_started=$SECONDS
	part_name=$1
	say "$1"
}

# as_case COMMAND…: a part that is one case: it succeeds or it does not.
as_case() {
	if "$@"; then
		add 1 0 0 "$part_name"
	else
		add 0 1 0 "$part_name"
		return 1
	fi
}

# make_check DIRECTORY: counts the cases that automake's driver wrote down.
make_check() {
	local dir=$1 status=0 n
	find "$dir" -name '*.trs' -delete
	run "make-check-${dir##*/}.log" make -C "$dir" -j"$JOBS" check ||
		status=1
	read -r -a n < <(find "$dir" -name '*.trs' -not -path '*/haunt-*' \
		-exec cat {} + | awk '
		/^:test-result: (PASS|XFAIL)/ { passed++ }
		/^:test-result: (FAIL|XPASS|ERROR)/ { failed++ }
		/^:test-result: SKIP/ { skipped++ }
		END { printf "%d %d %d\n", passed, failed, skipped }')
	[ "$status" = 0 ] || [ "${n[1]}" -gt 0 ] || n[1]=1
	[ "${n[0]}" -gt 0 ] || [ "${n[1]}" -gt 0 ] || n[1]=1
	[ "${n[1]}" = 0 ] || make_check_tell "$dir"
	add "${n[@]}" "$part_name"
}

make_check_tell() {
	local trs
	find "$1" -name '*.trs' -not -path '*/haunt-*' -print0 |
		xargs -0 grep -lE '^:test-result: (FAIL|XPASS|ERROR)' |
		while read -r trs; do
			echo "--- the end of ${trs%.trs}.log"
			tail -n 40 "${trs%.trs}.log" | sed 's/^/    /'
		done
}

# runner LOGS COMMAND…: something by tap-run, whose logs are in the folder LOGS.
runner() {
	local n status logs=$1
	shift
	"$@" </dev/null
	status=$?
	read -r -a n < <("$TOP/tests/tap-run" --count "$logs"/*.tap)
	[ "$status" = 0 ] || [ "${n[1]}" -gt 0 ] || n[1]=1
	[ "${n[0]}" -gt 0 ] || [ "${n[1]}" -gt 0 ] || n[1]=1
	add "${n[@]}" "$part_name"
}

# interop_scripts: what is a test of tests/interop.
interop_scripts() {
	find "$TOP/tests/interop" -name '*.sh' ! -name lib.sh | LC_ALL=C sort
}

# Of the tests in namespaces, those that show a sanitizer nothing that others do
# not: what they take is time for scans and for clocks to run.
SANITIZE_NOT="cloak cloak_iptables cloak_nft cloak_reject expiry explain_foreign
	hidden internet log many names pgp_trouble survive tied tool try"

# sanitize_scripts: all others.
sanitize_scripts() {
	local script name
	for script in "$TOP"/tests/net/*.sh; do
		name=$(basename "$script" .sh)
		[ "$name" = lib ] || [[ " ${SANITIZE_NOT//[[:space:]]/ } " == *" $name "* ]] ||
			echo "$name"
	done
}

# clean_build DIRECTORY OPTION…: builds, and the compiler says nothing.
clean_build() {
	build_in "$@" && ! grep -hE '(warning|error):' \
		"$LOGS/make-${1##*/}.log" "$LOGS/make-tests-${1##*/}.log"
}

# What is only built is built behind the tests in namespaces, which wait most of
# the time, and gives way to them. Says "NAME STATUS SECONDS" for each.
builds() {
	renice -n 19 -p "$BASHPID" >/dev/null
	built clang clean_build "$BUILD/clang" CC=clang --enable-werror
	built sanitize build_in "$BUILD/sanitize" --enable-sanitizers
	built distcheck run distcheck.log make -C "$BUILD" distcheck \
		AM_DISTCHECK_CONFIGURE_FLAGS=--with-systemdsystemunitdir=no
}

built() {
	local name=$1 status=0 from=$SECONDS
	shift
	"$@" >"$LOGS/built-$name.log" 2>&1 || status=1
	echo "$name $status $((SECONDS - from))"
}

# part_built NAME TITLE: waits for what builds() is to say of NAME.
part_built() {
	local name='' status=1 took=0
	part "$2"
	read -r name status took <&"$builds" || true
	if [ "$name" = "$1" ] && [ "$status" = 0 ]; then
		echo "in $took s"
		add 1 0 0 "$2"
		return
	fi
	cat "$LOGS/built-$1.log"
	add 0 1 0 "$2"
	return 1
}

dist_complete() {
	diff <(tar -tf "$BUILD"/haunt-*.tar.gz | sed 's,^[^/]*/,,; /\/$/d; /^$/d' |
		LC_ALL=C sort) <(git -C "$TOP" ls-files |
		grep -v '\.gitignore$' | LC_ALL=C sort) |
		grep '^>' && return 1
	return 0
}

check() {
	local scripts
	# shellcheck disable=SC2086 # lists of words
	packages_need $BUILD_PACKAGES $DEMO_PACKAGES $CHECK_PACKAGES
	users_need
	rm -rf "$LOGS"

	part "autogen"
	as_case autogen_need || finish
	part "gcc, no warning"
	as_case clean_build "$BUILD" --enable-werror --prefix=/usr/local \
		--sysconfdir=/etc --localstatedir=/var || finish
	part "make check: unit, scenario, fuzz corpora, lint"
	make_check "$BUILD"
	exec {builds}< <(builds)
	part "net: namespaces, the real kernel"
	export HAUNT_BUILD=$BUILD
	runner "$LOGS/net" "$TOP/tests/net/run"
	part "interop: Debian's fwknop"
	mapfile -t scripts < <(interop_scripts)
	runner "$LOGS/interop" "$TOP/tests/tap-run" "$LOGS/interop" 2 300 "${scripts[@]}"
	sed -n '/^# fwknop at hauntd, haunt at fwknopd/,$ s/^# //p' \
		"$LOGS/interop/matrix.tap"
	part "coexistence: other firewalls"
	SOAK=30 runner "$LOGS/coexist" "$TOP/tests/coexist/run"
	part_built clang "clang, no warning"
	if part_built sanitize "gcc, sanitizers"; then
		part "sanitizers, make check"
		make_check "$BUILD/sanitize"
		part "sanitizers, net"
		mapfile -t scripts < <(sanitize_scripts)
		# A role that gave up its rights cannot look for leaks.
		HAUNT_BUILD=$BUILD/sanitize ASAN_OPTIONS=detect_leaks=0 \
			runner "$BUILD/sanitize/logs/net" "$TOP/tests/net/run" \
			"${scripts[@]}"
	fi
	part_built distcheck "make distcheck"
	part "the tarball holds what git tracks"
	if git -C "$TOP" rev-parse >/dev/null 2>&1; then
		as_case run dist-complete.log dist_complete
	else
		add 0 0 1 "$part_name"
	fi
	finish
}

finish() {
	say "all of it, in $SECONDS s; logs are in $LOGS"
	printf '%s\n' "${show[@]}"
	echo
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
	exit
}
