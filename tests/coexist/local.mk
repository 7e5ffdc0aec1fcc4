# SPDX-License-Identifier: GPL-2.0-or-later
# Beside other firewalls: needs root and their packages; run runs them all.
check_PROGRAMS += tests/lib/prober
tests_lib_prober_SOURCES = tests/lib/prober.c
EXTRA_DIST += %D%/run %D%/lib.sh %D%/none.sh %D%/nftables.sh \
	%D%/iptables_nft.sh %D%/iptables_legacy.sh %D%/ufw.sh \
	%D%/firewalld.sh %D%/docker.sh %D%/soak.sh \
	%D%/soak_missing.sh

coexist: all check-programs
	HAUNT_BUILD='$(abs_top_builddir)' $(top_srcdir)/tests/coexist/run
