#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes configure. Needed once after a clone.
set -eu
cd "$(dirname "$0")"
mkdir -p build-aux m4
autoreconf -fi
# configure removes core dumps with `rm -f core …`; here core is a folder, the
# rm fails, and confdefs.h stays behind. Take the word out.
sed -i 's/rm -f core /rm -f /' configure
if grep -n 'rm -f core ' configure; then
	echo "autogen.sh: configure still removes core" >&2
	exit 1
fi
