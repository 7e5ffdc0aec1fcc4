#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's Perl binding, compiled against libfko, with our library in its way:
# it seals and opens, and what it seals is what it seals with Debian's.
set -eu
# shellcheck source=tests/fko/lib.sh
. "${srcdir:?}/tests/fko/lib.sh"
if ! perl -MFKO -e 1 2>/dev/null; then
	echo "1..0 # SKIP libfko-perl is not installed"
	exit 0
fi

cat >"$work/seal.pl" <<'END'
use strict;
use warnings;
use FKO qw(:all);
sub ok { my ($rc, $what) = @_; die "$what: $rc " . FKO::error_str($rc) . "\n" if $rc; }
my $fko = FKO->new() or die "no context\n";
ok($fko->username('alice'), 'username');
ok($fko->spa_message_type(FKO_ACCESS_MSG), 'type');
ok($fko->spa_message('203.0.113.10,tcp/22'), 'message');
ok($fko->spa_client_timeout(60), 'timeout');
ok($fko->hmac_type(FKO_HMAC_SHA256), 'hmac');
ok($fko->spa_data_final('a key', 'another key'), 'final');
my $packet = $fko->spa_data;
my $back = FKO->new($packet, 'a key', FKO_ENC_MODE_CBC, 'another key',
	FKO_HMAC_SHA256) or die 'open: ' . FKO::error_str() . "\n";
die "refused\n" if FKO->new($packet, 'a kez', FKO_ENC_MODE_CBC,
	'another key', FKO_HMAC_SHA256);
print join(' ', length $packet, $back->username, $back->spa_message,
	$back->spa_message_type, $back->spa_client_timeout,
	$back->version), "\n";
my $rc = $back->spa_message('nonsense');
print "bad message: $rc\n";
END

# A process with our library in it, and no other.
loads()
{
	LD_PRELOAD=$preload LD_LIBRARY_PATH=$(dirname "$OURS") perl -MFKO -e \
		'open my $f, "<", "/proc/self/maps"; print grep /libfko/, <$f>' \
		>"$work/maps"
	cat "$work/maps"
	grep -qF "$(dirname "$OURS")" "$work/maps" && ! grep -qF "$THEIRS" "$work/maps"
}

same()
{
	LD_PRELOAD=$preload LD_LIBRARY_PATH=$(dirname "$OURS") \
		perl "$work/seal.pl" >"$work/a" || return 1
	perl "$work/seal.pl" >"$work/b" || return 1
	cat "$work/a" "$work/b"
	[ -s "$work/a" ] && diff "$work/a" "$work/b"
}
check "the binding loads our library" loads
check "it seals, opens and refuses as with Debian's" same
finish
