# SPDX-License-Identifier: GPL-2.0-or-later
NAT_TESTS = tests/unit/test_grant tests/unit/test_rule \
	tests/unit/test_nft_batch tests/unit/test_nft_elem \
	tests/unit/test_skeleton tests/unit/test_ct_entry \
	tests/unit/test_nat_core tests/unit/test_picture \
	tests/unit/test_ct_sight
check_PROGRAMS += $(NAT_TESTS)
TESTS += $(NAT_TESTS)
NAT_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS) $(NFTNL_CFLAGS) $(NFCT_CFLAGS)
NAT_LIBS = libnat.la $(TEST_LIBS)
tests_unit_test_grant_LDADD = $(NAT_LIBS)
tests_unit_test_rule_LDADD = $(NAT_LIBS)
tests_unit_test_nft_batch_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_nft_batch_LDADD = $(NAT_LIBS) $(MNL_LIBS)
tests_unit_test_nft_elem_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_nft_elem_LDADD = $(NAT_LIBS) $(MNL_LIBS)
tests_unit_test_skeleton_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_skeleton_LDADD = $(NAT_LIBS)
tests_unit_test_ct_entry_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_ct_entry_LDADD = $(NAT_LIBS) $(NFCT_LIBS)
tests_unit_test_picture_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_picture_LDADD = $(NAT_LIBS)
tests_unit_test_ct_sight_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_ct_sight_LDADD = $(NAT_LIBS) $(NFCT_LIBS)
tests_unit_test_nat_core_SOURCES = tests/unit/test_nat_core.c \
	tests/lib/nat_kit.h tests/lib/fw_fake.h tests/lib/fw_fake.c \
	tests/lib/clock_fake.h
tests_unit_test_nat_core_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_nat_core_LDADD = $(NAT_LIBS)

# The kernel's firewall without the daemon, for tests/net/nat_*.sh.
check_PROGRAMS += tests/net/natctl
tests_net_natctl_SOURCES = tests/net/natctl.c
tests_net_natctl_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS)
tests_net_natctl_LDADD = libnat.la
