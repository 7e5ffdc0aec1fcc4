#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A host that has no firewall: nothing to integrate with, nothing to add.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
coexist_up 60s

before=$(foreign)
must_start_hauntd
like "closed ports answer, so cloaked ones do" "$(log_since)" \
	'cloak ipv4=reject ipv6=reject'
unlike "no rule is added anywhere" "$(log_since)" ' integrate '
all_enter "no firewall"
stranger_out "no firewall"
sessions_open "no firewall"
is "not a byte is changed" "$(foreign)" "$before"
leaves "no firewall" "$before"
done_testing
