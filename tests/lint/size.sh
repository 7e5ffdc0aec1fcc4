#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# No file of the product over 400 lines, no function over 60 (from the brace
# in column 1 to the brace in column 1), and every file names its licence.
# shellcheck disable=SC2086,SC2046
set -eu
cd "${srcdir:-.}"
files=$(find core fko conf nat explain doctor client -name '*.[ch]' | LC_ALL=C sort)

echo "1..3"
status=0
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

report 1 "files of at most 400 lines" \
	"$(wc -l $files | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }')"
report 2 "functions of at most 60 lines" \
	"$(awk 'FNR == 1 { start = 0 }
		/^{/ { start = FNR }
		/^}/ { if (start && FNR - start > 60)
			print FILENAME ":" start ": " FNR - start " lines"; start = 0 }' $files)"
report 3 "an SPDX line in each file" \
	"$(grep -L -m1 'SPDX-License-Identifier: \(L\?GPL-2\.[01]-or-later\)' \
		$files $(find tests -name '*.[ch]' -o -name '*.sh') autogen.sh \
		quickstart configure.ac Makefile.am || true)"
exit $status
