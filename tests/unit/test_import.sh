#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Imports from outside: which files are read and followed, what is left behind
# when something fails, and that no key is ever shown.
set -u
case ${srcdir:-.} in
/*) top=$srcdir ;;
*) top=$PWD/${srcdir:-.} ;;
esac
haunt=$PWD/haunt
hauntctl=$PWD/hauntctl
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
n=0
status=0

# verdict NAME STATUS: as the last test command says.
verdict()
{
	n=$((n + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $n - $1"
	else
		sed 's/^/# /' said out 2>/dev/null
		echo "not ok $n - $1"
		status=1
	fi
}

# run NAME STATUS COMMAND…: its output in out, what it says in said.
run()
{
	name=$1
	wanted=$2
	shift 2
	"$@" >out 2>said </dev/null
	test $? -eq "$wanted"
	verdict "$name" $?
}

# says TEXT, holds FILE TEXT, lacks FILE TEXT
says()
{
	grep -qF -- "$1" said
	verdict "it says: $1" $?
}
holds()
{
	grep -qF -- "$2" "$1"
	verdict "$1 holds: $2" $?
}
lacks()
{
	! grep -qF -- "$2" "$1"
	verdict "$1 does not hold: $2" $?
}

# server NAME STATUS ARGUMENT…: with a directory of keys of its own.
server()
{
	name=$1
	wanted=$2
	shift 2
	rm -rf keys
	run "$name" "$wanted" "$hauntctl" import-fwknop "$@" --keys keys
}

stanza='SOURCE ANY\nOPEN_PORTS tcp/22\nREQUIRE_SOURCE_ADDRESS Y\n'
pair='KEY_BASE64 c2VjcmV0LW9uZQ\nHMAC_KEY_BASE64 c2VjcmV0LXR3bw\n'

# ---- keys ----

printf '%bKEY  secret one ;x\nHMAC_KEY secret two\n' "$stanza" >access
server "a stanza" 0 access
holds keys/stanza-1 "KEY_BASE64: c2VjcmV0IG9uZSA"
holds keys/stanza-1 "HMAC_KEY_BASE64: c2VjcmV0IHR3bw"
lacks out "secret"
lacks said "secret"
test "$(stat -c %a keys keys/stanza-1 | tr '\n' ' ')" = "700 600 "
verdict "keys are their owner's alone" $?
run "--keys is needed" 1 "$hauntctl" import-fwknop access
run "keys go into a new directory" 3 "$hauntctl" import-fwknop access --keys keys
says "keys: it is there already"

# What never worked, and that it was told why.
{
	printf '%bKEY 012345678901234567890123456789012\nHMAC_KEY b\n' "$stanza"
	printf '%bKEY __CHANGEME__\nHMAC_KEY b\n' "$stanza"
	printf '%bKEY same\nHMAC_KEY_BASE64 c2FtZQ==\n' "$stanza"
	printf '%bKEY_BASE64 not!base64\nHMAC_KEY b\n' "$stanza"
	printf '%bHMAC_KEY b\n' "$stanza"
	printf '%b%b' "$stanza" "$pair"
	printf '%b%b' "$stanza" "$pair"
} >access
server "of seven stanzas two have keys" 0 access
says "longer than 32 bytes, and never worked"
says "access:9: KEY: warning: it was never set"
says "access:15: HMAC_KEY_BASE64: warning: it is the same as the encryption key"
says "access:19: KEY_BASE64: warning: it is no base64 of a key"
says "the stanza is left out: it has no key"
says "it is that of stanza-6, too"
test "$(echo keys/*)" = "keys/stanza-6 keys/stanza-7"
verdict "no others are written" $?
holds out '# client "stanza-1" is left out: its key never worked.'

# ---- files that are followed ----

mkdir -p folder sub
printf '%b%b' "$stanza" "$pair" >folder/b.conf
printf 'SOURCE 10.0.0.1\nOPEN_PORTS tcp/23\nKEY k\nHMAC_KEY l\n' >folder/a.conf
echo nonsense >folder/c.txt
printf '%b' "$pair" >sub/keys
printf '%%include_folder folder\n%b%%include_keys sub/keys\n' "$stanza" >access
server "includes are followed" 0 access
says "folder/a.conf:2: OPEN_PORTS: translated to services"
says "sub/keys:1: KEY_BASE64: translated to"
says "access:1: %include_folder: not needed: what it names is read"
lacks said "c.txt"
test "$(grep -c '^client' out)" -eq 3
verdict "three stanzas" $?

# shellcheck disable=SC2016 # it is fwknopd's variable
printf 'ACCESS_FOLDER $FWKNOP_CONF_DIR/folder\nFWKNOP_CONF_DIR %s\n' \
	"$dir" >daemon
printf '%bKEY unused\nHMAC_KEY m\n' "$stanza" >access
server "ACCESS_FOLDER is read in place of the file" 0 access daemon
says "access is not read"
test "$(grep -c '^client' out)" -eq 2
verdict "two stanzas" $?

echo 'PCAP_INTF eth1' >daemon
echo 'PCAP_INTF eth2;' >over1
echo 'MAX_SPA_PACKET_AGE 33;' >over2
server "override files" 0 access daemon over1,over2
holds out 'listen "eth2"'
holds out 'age-window = "33s"'
says "daemon:1: PCAP_INTF: not needed: over1:1 says it again"

# refused TEXT WHAT: the access file cannot be followed, and nothing is left.
refused()
{
	server "$2" 3 access -o new.conf
	says "$1"
	test ! -e keys && test ! -e new.conf && ! [ -s out ]
	verdict "nothing is left behind" $?
}
echo '%include access' >access
refused "access: it includes itself" "a file that includes itself"
for i in 1 2 3 4; do
	echo "%include deep$((i + 1))" >deep$i
done
printf '%b%b' "$stanza" "$pair" >deep4
echo '%include deep2' >access
server "three deep" 0 access
echo '%include deep1' >access
refused "more than 3 deep" "four deep"
echo '%include missing' >access
refused "access:1: it could not be followed" "a file that is not there"
printf '%b%%include_keys sub/keys\n' '' >access
refused "belongs into a stanza" "keys outside of stanzas"
printf 'SOURCE ANY\0\n' >access
refused "access: no text file" "a file with a NUL"
rm access && mkdir access
refused "access: no text file" "a directory"
rmdir access

# ---- what fails late ----

printf '%b%b' "$stanza" "$pair" >access
echo mine >there.conf
server "nothing is overwritten" 3 access -o there.conf
holds there.conf mine
test ! -e keys
verdict "and no keys are left" $?
server "an output that cannot be made" 3 access -o no/where
test ! -e keys
verdict "and no keys are left" $?
run "keys that cannot be made" 3 "$hauntctl" import-fwknop access \
	--keys no/where -o new.conf
test ! -e new.conf
verdict "and no output is left" $?
if [ -w /dev/full ]; then
	rm -rf keys
	"$hauntctl" import-fwknop access --keys keys >/dev/full 2>said
	test $? -eq 3 && test ! -e keys
	verdict "a full disk: no keys are left" $?
fi
server "--ports must be ports" 3 access --ports 22
printf 'SOURCE ANY\n%b' "$pair" >access
server "--ports and --strict" 0 access --ports tcp/22,udp/53 --strict
holds out 'services = {"tcp-22", "udp-53"}'
lacks out "allow-unbound-address"
lacks out "may-open-for-others"
says "closed to everybody who has no grant: tcp/22"
says "left open to everybody: udp/53; servers for the public"
server "--public must be ports" 3 access --public tcp/80-90
says "--public: expected a list as in tcp/80,tcp/443, or none"
server "nothing is public" 0 access --ports tcp/22,udp/53 --public none
says "closed to everybody who has no grant: tcp/22, udp/53; --public names"
lacks said "left open"
lacks out "$(printf '\tcloak = false')"
printf '%b%bSOURCE ANY\nOPEN_PORTS tcp/22\nKEY k\n' "$stanza" "$pair" >access
server "--strict leaves out what has no HMAC" 0 access --strict
says "the stanza is left out: it has no HMAC key"
server "which is kept without it" 0 access
holds out "allow-without-hmac = true"

# ---- the client ----

cat >rc <<-EOF
	[default]
	HMAC_KEY_BASE64 c2VjcmV0LXR3bw
	[a b]
	SPA_SERVER 10.0.0.1
	ACCESS tcp/22
	KEY secret#cut
	[A.B]
	SPA_SERVER 10.0.0.2
	ACCESS tcp/22
	KEY_FILE $dir/getkey
	[none]
	SPA_SERVER 10.0.0.3
	ACCESS tcp/22
	KEY_FILE $dir/getkey
EOF
printf '10.0.0.1: wrong\n10.0.0.2: secret-file\n' >getkey
rm -rf keys
run "haunt import" 0 "$haunt" import rc --keys keys
holds out 'gateway "a-b" {'
holds out 'gateway "a-b-2" {'
holds keys/a-b "KEY_BASE64: c2VjcmV0"
test "$(sed -n 's/^KEY_BASE64: //p' keys/a-b | tr -d =)" = c2VjcmV0
verdict "the key is as short as fwknop's" $?
says "rc:6: KEY: warning: fwknop reads a key up to a blank"
holds keys/a-b-2 "$(printf secret-file | base64 | tr -d =)"
says "it has no line for 10.0.0.3"
lacks out "secret"
lacks said "secret"
run "without --keys" 0 "$haunt" import rc -o haunt.conf
says "without --keys DIRECTORY it is left out"
lacks haunt.conf "key ="
run "what was written is read" 0 "$haunt" open a-b --config haunt.conf --help
run "nothing is overwritten" 1 "$haunt" import rc -o haunt.conf
run "no file" 1 "$haunt" import
run "a file that is not there" 1 "$haunt" import missing

# ---- words, by the manual that this hauntd and haunt have ----

man=$top/docs/man
# word TEXT MANUAL COMMAND…: what has the word is a configuration, if the
# manual has it, too; told apart by exit status.
word()
{
	text=$1
	manual=$2
	shift 2
	if ! grep -qF -- "$text" "$man/$manual"; then
		n=$((n + 1))
		echo "ok $n - $text # SKIP it is not in $manual"
		return
	fi
	rm -rf keys
	"$@" >out 2>said </dev/null
	test $? -eq 0
	verdict "$text is taken" $?
}
# server_word TEXT ACCESS DAEMON
server_word()
{
	printf 'SOURCE ANY\n%b%b' "$pair" "$2" >access
	printf '%b' "$3" >daemon
	word "$1" hauntd.conf.5 "$hauntctl" import-fwknop access daemon \
		--keys keys
}
ssh='OPEN_PORTS tcp/22\n'
signer='0123456789012345678901234567890123456789\n'
server_word expires "${ssh}ACCESS_EXPIRE 12/31/2030\n" ''
server_word require-username "${ssh}REQUIRE_USERNAME Bob the 2nd\n" ''
server_word 'Cm destination' "${ssh}DESTINATION 10.0.0.1,10.1.0.0/16\n" ''
server_word gpg-signers "${ssh}GPG_REMOTE_ID $signer" ''
server_word gpg-home "${ssh}GPG_REMOTE_ID ${signer}GPG_HOME_DIR /g\n" ''
server_word gpg-passphrase-file \
	"${ssh}GPG_REMOTE_ID ${signer}GPG_DECRYPT_PW x\n" ''
server_word tcp-ports "$ssh" 'PCAP_FILTER udp port 1 or tcp port 2'
server_word 'Cm icmp' "$ssh" 'PCAP_FILTER udp portrange 1-9 or icmp'
server_word 'listen \(dqtcp' "$ssh" 'ENABLE_TCP_SERVER Y\n'
server_word 'listen \(dqhttp' "$ssh" \
	'ENABLE_TCP_SERVER Y\nENABLE_SPA_OVER_HTTP Y\n'
server_word 'tcp/5000-5010' "RESTRICT_PORTS tcp/25\nSOURCE ANY\n${ssh}KEY k
HMAC_KEY l\nSOURCE ANY\nKEY m\nHMAC_KEY n\n" 'ENABLE_IPT_LOCAL_NAT Y\n'
server_word 'Cm internet' 'FORWARD_ALL Y\nDISABLE_DNAT Y\n' ''
# client_word TEXT LINES
client_word()
{
	printf '[s]\nSPA_SERVER 10.0.0.1\nACCESS tcp/22\nKEY k\nHMAC_KEY l\n' >rc
	printf '%b' "$2" >>rc
	word "$1" haunt.conf.5 "$haunt" import rc --keys keys
}
client_word 'Cm carrier' 'SPA_SERVER_PROTO http\nHTTP_USER_AGENT Mozilla/5\n'
client_word 'Cm carrier' 'SPA_SERVER_PROTO tcp\nHTTP_USER_AGENT Mozilla/5\n'
client_word spoof-source 'SPA_SERVER_PROTO udpraw\nSPOOF_SOURCE_IP 1.2.3.4\n'
client_word spoof-source 'SPOOF_SOURCE_IP 1.2.3.4\n'
client_word source-port 'SPA_SERVER_PROTO icmp\nSPA_SOURCE_PORT 9\n'
client_word source-port 'SPA_SERVER_PROTO tcpraw\nSPA_SOURCE_PORT 9\n'
client_word time-offset 'TIME_OFFSET -1d\nRAND_PORT Y\n'
client_word 'Cm resolvers' 'RESOLVE_IP_HTTPS Y\nRESOLVE_URL https://a.example/ip\n'
client_word gpg-recipient \
	"GPG_RECIPIENT ${signer}GPG_SIGNER ${signer}GPG_HOMEDIR /g\n"
printf '[s]\nSPA_SERVER 10.0.0.1\nACCESS tcp/22\nGPG_RECIPIENT %b' \
	"${signer}GPG_SIGNING_PW s3cret;\n" >rc
rm -rf keys
run "a passphrase of GnuPG" 0 "$haunt" import rc --keys keys
holds out "gpg-passphrase-file = \"$dir/keys/gpg-s\""
holds keys/gpg-s s3cret
lacks out s3cret
lacks said s3cret
test "$(stat -c %a keys/gpg-s)" = 600
verdict "which is its owner's alone" $?
run "without --keys it has no place" 0 "$haunt" import rc
lacks out gpg-passphrase-file
lacks out s3cret
# What somebody else's file says is shown, and commands no terminal.
rm -rf keys
printf '[s]\nSPA_SERVER 10.0.0.1\nACCESS tcp/22\nKEY_FILE \033[2Jx\302\2332J\n' >rc
run "a name of control characters" 0 "$haunt" import rc --keys keys
says 'haunt: ?[2Jx??2J: No such file or directory'
lacks said "$(printf '\033')"
lacks said "$(printf '\302\233')"
echo "1..$n"
exit $status
