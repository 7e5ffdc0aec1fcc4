# SPDX-License-Identifier: GPL-2.0-or-later
NAT_TESTS = tests/unit/test_grant tests/unit/test_names_lead tests/unit/test_rule \
	tests/unit/test_nft_batch tests/unit/test_nft_elem \
	tests/unit/test_skeleton tests/unit/test_ct_entry \
	tests/unit/test_legacy tests/unit/test_picture tests/unit/test_ct_sight \
	tests/unit/test_nat_core tests/unit/test_nat_adopt
check_PROGRAMS += $(NAT_TESTS)
TESTS += $(NAT_TESTS)
NAT_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS) $(NFTNL_CFLAGS) $(NFCT_CFLAGS)
NAT_LIBS = libnat.la $(TEST_LIBS)
tests_unit_test_grant_LDADD = $(NAT_LIBS)
tests_unit_test_rule_LDADD = $(NAT_LIBS)
tests_unit_test_names_lead_LDADD = $(NAT_LIBS)
tests_unit_test_nft_batch_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_nft_batch_LDADD = $(NAT_LIBS) $(MNL_LIBS)
tests_unit_test_nft_elem_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_nft_elem_LDADD = $(NAT_LIBS) $(MNL_LIBS)
tests_unit_test_skeleton_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_skeleton_LDADD = $(NAT_LIBS)
tests_unit_test_legacy_LDADD = $(NAT_LIBS)
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
tests_unit_test_nat_adopt_SOURCES = tests/unit/test_nat_adopt.c \
	tests/lib/nat_kit.h tests/lib/fw_fake.h tests/lib/fw_fake.c \
	tests/lib/clock_fake.h
tests_unit_test_nat_adopt_CFLAGS = $(NAT_CFLAGS)
tests_unit_test_nat_adopt_LDADD = $(NAT_LIBS)

# The kernel's firewall without the daemon, for tests/net/nat_*.sh.
check_PROGRAMS += tests/net/natctl
tests_net_natctl_SOURCES = tests/net/natctl.c tests/lib/fault.h \
	tests/lib/fault.c
tests_net_natctl_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS)
tests_net_natctl_LDADD = libnat.la
# What fails on order comes by fault.c first.
tests_net_natctl_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=recvmsg,--wrap=mnl_socket_sendto \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray \
	-Wl,--wrap=nftnl_rule_alloc,--wrap=nftnl_chain_alloc \
	-Wl,--wrap=nftnl_expr_alloc,--wrap=nftnl_udata_buf_alloc \
	-Wl,--wrap=nftnl_set_alloc,--wrap=nftnl_set_elem_alloc \
	-Wl,--wrap=nftnl_table_alloc,--wrap=nfct_new

# Who changes the ruleset all the time, for tests/net/pressure_writer.sh.
check_PROGRAMS += tests/net/nftwriter
tests_net_nftwriter_SOURCES = tests/net/nftwriter.c
tests_net_nftwriter_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS)
tests_net_nftwriter_LDADD = libnat.la

# A table of connections that is full, for tests/net/pressure_conntrack.sh.
check_PROGRAMS += tests/net/ctfill
tests_net_ctfill_SOURCES = tests/net/ctfill.c
tests_net_ctfill_CFLAGS = $(AM_CFLAGS) $(NFCT_CFLAGS)
tests_net_ctfill_LDADD = $(NFCT_LIBS)
