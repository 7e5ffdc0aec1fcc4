#!/usr/bin/perl
# SPDX-License-Identifier: LGPL-2.1-or-later
# Asks a gateway to let this host in, by way of libhaunt's C interface:
#
#	./knock.pl alice.key alice tcp/22 gateway.example
#
# Without a gateway the packet is printed instead. On Debian it needs
# libffi-platypus-perl.
use strict;
use warnings;
use FFI::Platypus 2.00;
use FFI::Platypus::Buffer qw(grow scalar_to_pointer);
use IO::Socket::INET;

use constant {
	MODE_CBC      => 2,
	DIGEST_SHA256 => 3,
	TYPE_ACCESS   => 1,
	PORT          => 62201,
	PACKET_MAX    => 1500,
};

my $ffi = FFI::Platypus->new(api => 2, lib => ['libhaunt.so.0']);
$ffi->attach(haunt_strerror => ['int'] => 'string');
$ffi->attach(haunt_key_load_as => ['string', 'int', 'int', 'opaque*'] => 'int');
$ffi->attach(haunt_key_free => ['opaque'] => 'void');
$ffi->attach(haunt_request_new => [] => 'opaque');
$ffi->attach(haunt_request_set => ['opaque', 'string', 'string'] => 'int');
$ffi->attach(haunt_request_free => ['opaque'] => 'void');
$ffi->attach(haunt_seal =>
	['opaque', 'opaque', 'opaque', 'size_t', 'size_t*'] => 'int');

sub check {
	my ($what, $error) = @_;
	die "$what: " . haunt_strerror($error) . "\n" if $error;
}

# The packet for a request, with the keys in a file.
sub seal {
	my ($path, %members) = @_;
	my $request = haunt_request_new();
	my ($key, $length);
	my $packet = '';

	check($path, haunt_key_load_as($path, MODE_CBC, DIGEST_SHA256, \$key));
	check($_, haunt_request_set($request, $_, $members{$_}))
		for sort keys %members;
	grow($packet, PACKET_MAX + 1);
	check('packet', haunt_seal($key, $request, scalar_to_pointer($packet),
		PACKET_MAX + 1, \$length));
	haunt_request_free($request);
	haunt_key_free($key);
	return unpack "P$length", pack 'J', scalar_to_pointer($packet);
}

die "usage: knock.pl KEYFILE USER PROTO/PORT,... [GATEWAY]\n"
	unless @ARGV == 3 || @ARGV == 4;
my ($path, $user, $ports, $gateway) = @ARGV;
my %members = (
	time_s => time,
	type   => TYPE_ACCESS,
	user   => $user,
	ports  => $ports,
);
if (defined $gateway) {
	my $udp = IO::Socket::INET->new(Proto => 'udp', PeerAddr => $gateway,
		PeerPort => PORT) or die "$gateway: $@\n";
	$members{allow} = $udp->sockhost;
	$udp->send(seal($path, %members)) or die "$gateway: $!\n";
} else {
	print seal($path, %members), "\n";
}
