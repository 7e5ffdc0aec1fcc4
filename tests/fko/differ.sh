#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's library and ours do the same things at random and stay the same.
set -eu
# shellcheck source=tests/fko/lib.sh
. "${srcdir:?}/tests/fko/lib.sh"
for seed in 1 2 3; do
	check "the two libraries agree, from seed $seed" \
		tests/fko/differ "$OURS" "$THEIRS" $seed 5000
done
finish
