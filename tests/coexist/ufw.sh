#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's ufw, as an administrator uses it: enable, allow, reload, disable,
# deny and reject.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need ufw
coexist_up 60s
iptables_is nft
private /etc/ufw /etc/default
UFW=$(command -v ufw)

ufw() {
	on gw "$UFW" "$@" <<<y
}

check "ufw allow 80/tcp" ufw allow 80/tcp
check "ufw enable" ufw enable
like "it is on" "$(ufw status verbose)" '^Default: deny \(incoming\)'
before=$(foreign)
must_start_hauntd
like "what is cloaked is dropped there" "$(log_since)" \
	'cloak ipv4=drop ipv6=drop'
is "one rule a chain, and the log tells" \
	"$(tags) $(log_since | grep -c ' integrate .*result=added')" "4 4"
is "nothing else is changed" "$(foreign)" "$before"
all_enter "ufw"
stranger_out "ufw"
sessions_open "ufw"

# still NAME: after what ufw did.
still() {
	check "$1: the friend gets in within a second" \
		passes_within 1000 "$GW4" 80
	check "$1: by IPv6, too" passes_within 1000 "$GW6" 22
	check "$1: and to the host within" passes_within 1000 "$GW4" 2222
	sessions_live "$1: sessions live"
	check "$1: one rule a chain" wait_until 2 tags_are 4
}

prober_start 22
log_mark
check "ufw reload" ufw reload
still "ufw reload"
refuse "ufw reload: there is nothing to tell" log_wait '(cloak|integrate) ' 7
is "ufw reload: the rest is as it was" "$(foreign)" "$before"
check "ufw allow 443/tcp" ufw allow 443/tcp
still "ufw allow"
check "ufw delete allow 443/tcp" ufw delete allow 443/tcp
still "ufw delete"
log_mark
check "ufw disable" ufw disable
check "ufw disable: the friend gets in" passes_within 1000 "$GW4" 80
sessions_live "ufw disable: sessions live"
check "ufw disable: that is told" log_wait \
	'cloak ipv4=drop ipv6=drop host-ipv4=reject .* hint=restart-to-follow' 20
check "ufw enable" ufw enable
still "ufw enable"
like "ufw status works" "$(ufw status)" '^80/tcp +ALLOW'
prober_end "all the time the stranger was not let in once"
stranger_out "after all that"
sessions_close
before=$(foreign)
leaves "ufw" "$before"

# A port that ufw lets in to and haunt cloaks; ufw says no aloud.
check "ufw allow 22/tcp" ufw allow 22/tcp
check "ufw default reject incoming" ufw default reject incoming
check "ufw reload" ufw reload
must_start_hauntd
like "it rejects as ufw does" "$(log_since)" 'cloak ipv4=host ipv6=host'
asks_in_vain "ufw rejects"
enters "ufw rejects, accept" "$GW4" 22 gw --access tcp/22
enters "ufw rejects, accept by IPv6" "$GW6" 22 gw --access tcp/22 \
	--allow source
done_testing
