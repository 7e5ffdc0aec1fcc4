# SPDX-License-Identifier: GPL-2.0-or-later
# libfko.so.3 against Debian's library and its programs, where these are
# installed.
FKO_TESTS = %D%/symbols.sh %D%/client.sh
TESTS += $(FKO_TESTS)
EXTRA_DIST += $(FKO_TESTS) %D%/lib.sh

FKO_API_SOURCES = %D%/api.h %D%/api.c
check_PROGRAMS += %D%/opener
%C%_opener_SOURCES = %D%/opener.c $(FKO_API_SOURCES)
