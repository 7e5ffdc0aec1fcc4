# SPDX-License-Identifier: GPL-2.0-or-later
TESTS += %D%/examples.sh
EXTRA_DIST += %D%/examples.sh
