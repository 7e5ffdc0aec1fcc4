# SPDX-License-Identifier: GPL-2.0-or-later
CONF_FUZZ = tests/fuzz/fuzz_config tests/fuzz/fuzz_client_conf
check_PROGRAMS += $(CONF_FUZZ)
TESTS += $(CONF_FUZZ)
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c $(FUZZ_MAIN)
tests_fuzz_fuzz_config_LDADD = libconf.la
tests_fuzz_fuzz_config_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_client_conf_SOURCES = tests/fuzz/fuzz_client_conf.c $(FUZZ_MAIN)
tests_fuzz_fuzz_client_conf_LDADD = libconf.la
tests_fuzz_fuzz_client_conf_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

check_PROGRAMS += tests/fuzz/fuzz_edit
TESTS += tests/fuzz/fuzz_edit
tests_fuzz_fuzz_edit_SOURCES = tests/fuzz/fuzz_edit.c $(FUZZ_MAIN)
tests_fuzz_fuzz_edit_LDADD = libconf.la
tests_fuzz_fuzz_edit_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

check_PROGRAMS += tests/fuzz/fuzz_fwknop
TESTS += tests/fuzz/fuzz_fwknop
tests_fuzz_fuzz_fwknop_SOURCES = tests/fuzz/fuzz_fwknop.c $(FUZZ_MAIN)
tests_fuzz_fuzz_fwknop_LDADD = libconf.la
tests_fuzz_fuzz_fwknop_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
