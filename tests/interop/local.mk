# SPDX-License-Identifier: GPL-2.0-or-later
# The shell scripts need root and Debian's fwknop packages; run runs them all.
check_PROGRAMS += %D%/banner %D%/forge
%C%_banner_SOURCES = %D%/banner.c
%C%_forge_SOURCES = %D%/forge.c
%C%_forge_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS)
%C%_forge_LDADD = $(GCRYPT_LIBS)
EXTRA_DIST += %D%/run
EXTRA_DIST += %D%/lib.sh
EXTRA_DIST += %D%/access.sh
EXTRA_DIST += %D%/attack.sh
EXTRA_DIST += %D%/carriers.sh
EXTRA_DIST += %D%/crypto.sh
EXTRA_DIST += %D%/gateway.sh
EXTRA_DIST += %D%/gpg.sh
EXTRA_DIST += %D%/import.sh
EXTRA_DIST += %D%/keys.sh
EXTRA_DIST += %D%/library.sh
EXTRA_DIST += %D%/listeners.sh
EXTRA_DIST += %D%/matrix.sh
EXTRA_DIST += %D%/mitm.sh
EXTRA_DIST += %D%/nat.sh
EXTRA_DIST += %D%/outgoing.sh
EXTRA_DIST += %D%/outgoing_carriers.sh

interop: all check-programs
	HAUNT_BUILD='$(abs_top_builddir)' $(top_srcdir)/tests/interop/run
