#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A file that somebody added is named in a makefile, or it would be missing
# from the tarball. Where there is no git, this is the tarball.
set -eu
cd "${srcdir:-.}"
echo "1..1"
if [ ! -e .git ]; then
	echo "ok 1 # SKIP this is not a clone"
	exit 0
fi
lost=$(git ls-files | grep -v '\.gitignore$' | while read -r file; do
	name=${file##*/}
	# A program of one source is named alone; configure drops ".in".
	case $name in *.c | *.in) name=${name%.*} ;; esac
	grep -qF -e "$name" Makefile.am ./*/local.mk ./*/*/local.mk \
		./tests/*/*.mk || case $file in
	# These are named by their folders, or by autoconf.
	tests/fuzz/corpus/* | tests/data/* | Makefile.am | configure.ac) ;;
	*) echo "# $file" ;;
	esac
done)
if [ -z "$lost" ]; then
	echo "ok 1 - every file is in a makefile"
	exit 0
fi
printf '%s\nnot ok 1 - every file is in a makefile\n' "$lost"
exit 1
