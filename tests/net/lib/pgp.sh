# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Keys for packets that are signed. gpg_gw works with the gateway's directory,
# gpg_my with the clients'; how often hauntd has started gpg is counted.

GW_HOME=$T/gw-gnupg
MY_HOME=$T/my-gnupg
export CRAFT=$BUILD/tests/lib/pgpcraft
GPG_COUNT=$T/gpg.count
GPG_SEEN=$T/gpg.seen

# gpg_my ARGUMENT…, gpg_gw ARGUMENT…
gpg_my() {
	gpg --homedir "$MY_HOME" --batch -q --no-tty "$@"
}
gpg_gw() {
	setpriv --reuid _haunt-pgp --regid _haunt-pgp --clear-groups \
		gpg --homedir "$GW_HOME" --batch -q --no-tty "$@"
}

gpg_homes() {
	install -d -m 0700 -o _haunt-pgp -g _haunt-pgp "$GW_HOME"
	install -d -m 0700 "$MY_HOME"
}

# gpg_at TIME ARGUMENT…: as gpg_my, at another time.
gpg_at() {
	local when=$1
	shift
	gpg_my --faked-system-time "$when" "$@" 2>/dev/null
}

# fpr WHO NAME [N]: the N-th fingerprint of a key, its primary one by default.
fpr() {
	"gpg_$1" --with-colons -k "$2@test" |
		awk -F: -v n="${3:-1}" '/^fpr/ && !--n { print $10; exit }'
}

# make_key NAME [ALGORITHM [USAGE [EXPIRY]]]: a client's key, known to the
# gateway.
make_key() {
	gpg_my --passphrase '' --quick-gen-key "$1@test" "${2:-ed25519}" \
		"${3:-default}" "${4:-never}"
	gpg_my --export "$1@test" | gpg_gw --import
}

# gpg_counted: from now on hauntd's gpg leaves a line each time that it is
# started, and what it was given on the command line and in the environment.
gpg_counted() {
	cp /usr/bin/gpg "$T/gpg.real"
	cat >"$T/gpg.wrapper" <<-END
		#!/bin/sh
		case \$(id -un) in _haunt-pgp)
			echo x >>"$GPG_COUNT"
			{ echo "\$@"; tr '\\0' '\\n' </proc/\$\$/environ; } >>"$GPG_SEEN"
		esac
		exec "$T/gpg.real" "\$@"
	END
	chmod 755 "$T/gpg.wrapper" "$T/gpg.real"
	install -m 666 /dev/null "$GPG_COUNT"
	install -m 666 /dev/null "$GPG_SEEN"
	mount --bind "$T/gpg.wrapper" /usr/bin/gpg
}

gpg_count() {
	wc -l <"$GPG_COUNT"
}

# agents: processes of the gateway's GnuPG user that are not hauntd.
agents() {
	local dir
	for dir in /proc/[0-9]*; do
		[ "$(stat -c %U "$dir" 2>/dev/null)" = _haunt-pgp ] &&
			[ "$(tr '\0' '\n' <"$dir/cmdline" 2>/dev/null |
				head -n 1)" != hauntd ] && echo "${dir#/proc/}"
	done
}

no_agents() {
	[ -z "$(agents)" ]
}

# hmac_of NAME
hmac_of() {
	sed -n 's/^HMAC_KEY_BASE64: *//p' "$T/keys/$1"
}

# fwknop_gpg NAME ARGUMENT…: Debian's client, signed with that key, and with
# the HMAC key of that name if there is one.
fwknop_gpg() {
	local name=$1 mac=()
	shift
	[ ! -e "$T/keys/$name" ] ||
		mac=(--key-base64-hmac "$(hmac_of "$name")")
	on friend env HOME="$T/home" fwknop -D "$GW4" -U alice \
		--no-rc-file --no-save-args -a "$FRIEND4" --gpg-encryption \
		--gpg-home-dir "$MY_HOME" --gpg-recipient-key "$GATEWAY" \
		--gpg-signer-key "$name@test" --gpg-no-signing-pw "${mac[@]}" \
		"$@" 2>&1
}

# haunt_gpg NAME ARGUMENT…: haunt open, likewise.
haunt_gpg() {
	local name=$1 mac=(--hmac none)
	shift
	[ ! -e "$T/keys/$name" ] || mac=(--key "$T/keys/$name")
	on friend env HOME="$T/home" "$HAUNT" open "$GW4" --access tcp/22 \
		--gpg-recipient "$GATEWAY" --gpg-signer "$(fpr my "$name")" \
		--gpg-home "$MY_HOME" "${mac[@]}" "$@"
}

# packet_send [HOST]: one datagram, from stdin.
packet_send() {
	on "${1:-friend}" "$UDP" send "$GW4" 62201
}

# verdict ERE COMMAND…: what the log says after that command.
verdict() {
	local want=$1
	shift
	log_mark
	"$@" >"$T/said" || cat "$T/said"
	log_wait " admit .*$want" 5 || log_since
}

# client NAME LINE…: one that signs; with an HMAC if there is a key file.
gpg_client() {
	local name=$1
	shift
	printf 'client "%s" {\n\tservices = {"ssh"}\n' "$name"
	if [ -e "$T/keys/$name" ]; then
		printf '\tkey = "%s"\n' "$T/keys/$name"
	else
		printf '\thmac = none\n\tallow-without-hmac = true\n'
	fi
	printf '\t%s\n}\n' "$@"
}
