# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's firewall without the daemon, for tests/net/nat_*.sh.
check_PROGRAMS += tests/net/natctl
tests_net_natctl_SOURCES = tests/net/natctl.c
tests_net_natctl_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS)
tests_net_natctl_LDADD = libnat.la
