# SPDX-License-Identifier: GPL-2.0-or-later
# One target a parser: fuzz_NAME.c with LLVMFuzzerTestOneInput, and a corpus in
# corpus/NAME/. Under --enable-fuzz they are libFuzzer programs; otherwise
# replay.c is their main, and `make check` runs each over its corpus.
if FUZZ
FUZZ_MAIN =
else
FUZZ_MAIN = tests/fuzz/replay.c
endif
EXTRA_DIST += tests/fuzz/replay.c tests/fuzz/corpus
include tests/fuzz/proto.mk
include tests/fuzz/fko.mk
include tests/fuzz/conf.mk
include tests/fuzz/capture.mk
include tests/fuzz/gate.mk
include tests/fuzz/nat.mk
include tests/fuzz/run.mk
include tests/fuzz/explain.mk
include tests/fuzz/client.mk
