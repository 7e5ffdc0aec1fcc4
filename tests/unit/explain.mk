# SPDX-License-Identifier: GPL-2.0-or-later
EXPLAIN_TESTS = tests/unit/test_question tests/unit/test_probe \
	tests/unit/test_bag tests/unit/test_expr tests/unit/test_path
check_PROGRAMS += $(EXPLAIN_TESTS)
TESTS += $(EXPLAIN_TESTS)
EXPLAIN_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS) $(NFTNL_CFLAGS)
EXPLAIN_LIBS = libexplain.la $(TEST_LIBS)
tests_unit_test_question_LDADD = $(EXPLAIN_LIBS)
tests_unit_test_probe_LDADD = $(EXPLAIN_LIBS)
tests_unit_test_bag_CFLAGS = $(EXPLAIN_CFLAGS)
tests_unit_test_bag_LDADD = $(EXPLAIN_LIBS)
tests_unit_test_expr_SOURCES = tests/unit/test_expr.c tests/lib/nft_kit.h
tests_unit_test_expr_CFLAGS = $(EXPLAIN_CFLAGS)
tests_unit_test_expr_LDADD = $(EXPLAIN_LIBS)
tests_unit_test_path_SOURCES = tests/unit/test_path.c tests/lib/nft_kit.h
tests_unit_test_path_CFLAGS = $(EXPLAIN_CFLAGS)
tests_unit_test_path_LDADD = $(EXPLAIN_LIBS)

# The copying alone, for tests/net/explain_foreign.sh.
check_PROGRAMS += tests/net/explain_copy
tests_net_explain_copy_SOURCES = tests/net/explain_copy.c
tests_net_explain_copy_CFLAGS = $(EXPLAIN_CFLAGS)
tests_net_explain_copy_LDADD = libexplain.la
