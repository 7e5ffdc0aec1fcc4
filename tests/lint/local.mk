# SPDX-License-Identifier: GPL-2.0-or-later
LINTS = tests/lint/includes.sh tests/lint/size.sh tests/lint/headers.sh \
	tests/lint/docs.sh tests/lint/format.sh tests/lint/shell.sh \
	tests/lint/dist.sh
TESTS += $(LINTS)
EXTRA_DIST += $(LINTS)
