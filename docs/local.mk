# SPDX-License-Identifier: GPL-2.0-or-later
dist_doc_DATA = README.md NEWS SECURITY.md docs/architecture.md \
	docs/coexistence.md docs/fwknop.md docs/libfko.md docs/protocol.md \
	docs/testing.md docs/benchmarks.md
dist_examples_DATA += docs/examples/knock.c docs/examples/knock.py \
	docs/examples/knock.pl
