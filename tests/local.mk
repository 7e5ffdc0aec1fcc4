# SPDX-License-Identifier: GPL-2.0-or-later
# `make check` runs what needs neither root nor a network: unit tests, the
# scenarios, the fuzz corpora, the lints. The rest is run by ./quickstart.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' CMOCKA_MESSAGE_OUTPUT=TAP \
	$(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = srcdir='$(srcdir)'; export srcdir;

TEST_LIBS = $(CMOCKA_LIBS)

include tests/unit/base.mk
include tests/unit/proto.mk
include tests/unit/conf.mk
include tests/unit/capture.mk
include tests/unit/gate.mk
include tests/unit/nat.mk
include tests/unit/run.mk
include tests/unit/explain.mk
include tests/unit/client.mk
include tests/unit/doctor.mk
include tests/examples/local.mk
include tests/fko/local.mk
include tests/fuzz/local.mk
include tests/lint/local.mk
include tests/net/local.mk
include tests/interop/local.mk
include tests/coexist/local.mk
include tests/bench/local.mk
