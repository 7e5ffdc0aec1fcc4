# SPDX-License-Identifier: GPL-2.0-or-later
PROTO_TESTS = tests/unit/test_b64 tests/unit/test_token \
	tests/unit/test_digest tests/unit/test_random tests/unit/test_names \
	tests/unit/test_message tests/unit/test_request \
	tests/unit/test_request_check tests/unit/test_request_text \
	tests/unit/test_key \
	tests/unit/test_key_text tests/unit/test_key_file \
	tests/unit/test_cipher tests/unit/test_fwknop3 \
	tests/unit/test_fwknop3_vectors tests/unit/test_fwknop3_cost \
	tests/unit/test_send tests/unit/test_raw tests/unit/test_http_send \
	tests/unit/test_deliver tests/unit/test_pgp tests/unit/test_pgp_text
check_PROGRAMS += $(PROTO_TESTS)
TESTS += $(PROTO_TESTS) tests/unit/library.sh
EXTRA_DIST += tests/unit/library.sh tests/data/fwknop3.vec tests/data/README.md
EXTRA_DIST += tests/data/pgp.vec tests/data/pgp-server.asc \
	tests/data/pgp-client.asc
AM_TESTS_ENVIRONMENT += CC='$(CC)'; export CC; \
	LIBRARY_CFLAGS='$(AM_CFLAGS) $(CFLAGS)'; export LIBRARY_CFLAGS;

PROTO_LIBS = libproto.la libbase.la $(TEST_LIBS)
REQUEST_SOURCES = tests/lib/request.h tests/lib/request.c tests/lib/check.h
tests_unit_test_b64_LDADD = $(PROTO_LIBS)
tests_unit_test_token_LDADD = $(PROTO_LIBS)
tests_unit_test_digest_LDADD = $(PROTO_LIBS)
tests_unit_test_random_LDADD = $(PROTO_LIBS)
tests_unit_test_names_LDADD = $(PROTO_LIBS)
tests_unit_test_message_LDADD = $(PROTO_LIBS)
tests_unit_test_request_SOURCES = tests/unit/test_request.c $(REQUEST_SOURCES)
tests_unit_test_request_LDADD = $(PROTO_LIBS)
tests_unit_test_request_text_LDADD = $(PROTO_LIBS)
tests_unit_test_request_check_SOURCES = tests/unit/test_request_check.c \
	$(REQUEST_SOURCES)
tests_unit_test_request_check_LDADD = $(PROTO_LIBS)
tests_unit_test_key_LDADD = $(PROTO_LIBS)
tests_unit_test_key_text_LDADD = $(PROTO_LIBS)
tests_unit_test_key_file_SOURCES = tests/unit/test_key_file.c \
	$(REQUEST_SOURCES)
tests_unit_test_key_file_LDADD = $(PROTO_LIBS)
tests_unit_test_cipher_LDADD = $(PROTO_LIBS)
tests_unit_test_fwknop3_SOURCES = tests/unit/test_fwknop3.c $(REQUEST_SOURCES)
tests_unit_test_fwknop3_LDADD = $(PROTO_LIBS)
tests_unit_test_fwknop3_vectors_SOURCES = tests/unit/test_fwknop3_vectors.c \
	tests/lib/vectors.h tests/lib/vectors.c $(REQUEST_SOURCES)
tests_unit_test_fwknop3_vectors_LDADD = $(PROTO_LIBS)
tests_unit_test_fwknop3_cost_SOURCES = tests/unit/test_fwknop3_cost.c \
	$(REQUEST_SOURCES)
tests_unit_test_fwknop3_cost_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS)
tests_unit_test_fwknop3_cost_LDADD = $(PROTO_LIBS) $(GCRYPT_LIBS)
tests_unit_test_pgp_SOURCES = tests/unit/test_pgp.c \
	tests/lib/vectors.h tests/lib/vectors.c $(REQUEST_SOURCES)
tests_unit_test_pgp_LDADD = $(PROTO_LIBS)
tests_unit_test_pgp_text_SOURCES = tests/unit/test_pgp_text.c \
	tests/lib/vectors.h tests/lib/vectors.c
tests_unit_test_pgp_text_CFLAGS = $(AM_CFLAGS) $(GCRYPT_CFLAGS)
tests_unit_test_pgp_text_LDADD = $(PROTO_LIBS)
tests_unit_test_send_LDADD = $(PROTO_LIBS)
tests_unit_test_raw_LDADD = $(PROTO_LIBS)
tests_unit_test_http_send_LDADD = $(PROTO_LIBS)
tests_unit_test_deliver_LDADD = $(PROTO_LIBS)

check_PROGRAMS += tests/bench/verify
tests_bench_verify_LDADD = libproto.la libbase.la
