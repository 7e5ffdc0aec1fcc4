#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The documentation names only files that exist, the man pages are free of
# mistakes, and no note of unfinished work is left in the tree.
# shellcheck disable=SC2013,SC2016
set -eu
cd "${srcdir:-.}"
status=0
echo "1..7"
# report NUMBER NAME FINDINGS
report()
{
	if [ -z "$3" ]; then
		echo "ok $1 - $2"
		return
	fi
	printf '%s\n' "$3" | sed 's/^/# /'
	echo "not ok $1 - $2"
	status=1
}

missing=
for doc in README.md CONTRIBUTING.md SECURITY.md docs/*.md; do
	dir=$(dirname "$doc")
	for link in $(grep -oE '\]\([^)#]+' "$doc" | sed 's/^](//' | grep -v '^https\?:' || true); do
		[ -e "$dir/$link" ] || missing="$missing$doc: $link does not exist
"
	done
	for path in $(grep -oE '`(core|fko|conf|nat|explain|doctor|client|docs|tests)/[A-Za-z0-9_./-]*[A-Za-z0-9_/]`' "$doc" | tr -d '`'); do
		[ -e "$path" ] || missing="$missing$doc: $path does not exist
"
	done
done
report 1 "what the documentation names exists" "$missing"

if command -v mandoc >/dev/null 2>&1; then
	report 2 "man pages without a warning" \
		"$(mandoc -Tlint -Wwarning docs/man/*.[13578] 2>&1 || true)"
else
	echo "ok 2 # SKIP mandoc is not here"
fi

report 3 "no work left as a note" \
	"$(grep -rInE '\b(TO''DO|FIX''ME|XX''X)\b' core fko conf nat explain doctor client tests docs ./*.md || true)"

undocumented=
words=0
for word in $(sed -n 's/.*{ "\([a-z-]*\)", \(true\|false\),.*/\1/p; s/.*= { "\([a-z-]*\)", false,$/\1/p' conf/*.c | sort -u); do
	words=$((words + 1))
	grep -rqF "$word" docs/man/*.5 || undocumented="$undocumented$word is in no man page
"
done
[ "$words" -gt 20 ] || undocumented="only $words configuration words found in conf/"
report 4 "every configuration word is in a man page" "$undocumented"

# Both ways: no finding without a word, no word without a finding.
listed()
{
	sed -n 's/^\.It Cm \([a-z-]*\) Pq \([a-z]*\)$/\1 \2/p' docs/man/hauntctl.8
}
known()
{
	tr -d '\n\t' <doctor/finding.c | grep -o '{ "[a-z-]*", *SEVERITY_[A-Z]* }' |
		sed 's/{ "\([a-z-]*\)", *SEVERITY_\([A-Z]*\) }/\1 \2/' |
		tr '[:upper:]' '[:lower:]'
}
listed | sort >/tmp/docs.$$.listed
known | sort >/tmp/docs.$$.known
[ -s /tmp/docs.$$.known ] || echo "no findings found" >>/tmp/docs.$$.known
report 5 "every finding of the doctor is in hauntctl.8, with its severity" \
	"$(diff /tmp/docs.$$.known /tmp/docs.$$.listed || true)"

# The library's functions: in the synopsis of a page and in its text.
functions=0
undocumented=
for function in $(grep -ohE '\bhaunt_[a-z_]+\(' core/proto/haunt.h \
	core/proto/haunt_pgp.h | tr -d '(' |
	sort -u); do
	functions=$((functions + 1))
	grep -qE "^\.Fn $function( |\$)" docs/man/*.3 ||
		undocumented="$undocumented$function is in no man page
"
done
[ "$functions" -gt 20 ] || undocumented="only $functions functions found"
report 6 "every function of haunt.h is in a man page" "$undocumented"

unknown=
for function in $(sed -n 's/^\.Fn \(haunt_[a-z_]*\).*/\1/p' docs/man/*.3 | sort -u); do
	grep -q "\b$function(" core/proto/haunt.h core/proto/haunt_pgp.h ||
		unknown="$unknown$function is not in haunt.h
"
done
report 7 "and no man page has another" "$unknown"
rm -f /tmp/docs.$$.*
exit $status
