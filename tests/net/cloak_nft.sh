#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cloak.sh behind a default-drop nftables ruleset.
exec "$(dirname "$0")/cloak.sh" nft
