#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cloak.sh behind default-drop iptables-nft.
exec "$(dirname "$0")/cloak.sh" iptables
