#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# soak.sh on a kernel that does not know owners of tables.
exec "$(dirname "$0")/soak.sh" missing
