#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A hook that sends a mail when a grant begins or ends. In hauntd.conf:
#
#	service "ssh" {
#		target   = "tcp/22"
#		on-grant = {"/usr/local/lib/haunt/mail-on-grant.sh", "root"}
#		on-end   = {"/usr/local/lib/haunt/mail-on-grant.sh", "root"}
#	}
#
# The words after the path are who gets it.
set -eu
[ $# -gt 0 ] || {
	echo "usage: mail-on-grant.sh RECIPIENT..." >&2
	exit 2
}
case $HAUNT_EVENT in
grant) what="$HAUNT_CLIENT may use $HAUNT_SERVICE" ;;
end) what="$HAUNT_CLIENT may no longer use $HAUNT_SERVICE" ;;
*)
	echo "a hook is for grant or end, not '$HAUNT_EVENT'" >&2
	exit 2
	;;
esac
{
	printf 'Subject: [haunt] %s\n' "$what"
	printf 'Auto-Submitted: auto-generated\n'
	printf 'Content-Type: text/plain; charset=us-ascii\n\n'
	printf 'host:     %s\n' "$(uname -n)"
	printf 'client:   %s\n' "$HAUNT_CLIENT"
	printf 'address:  %s\n' "$HAUNT_ADDRESS"
	printf 'service:  %s (%s)\n' "$HAUNT_SERVICE" "$HAUNT_TARGET"
	printf 'door:     %s/%s\n' "$HAUNT_PROTO" "$HAUNT_PORT"
	printf 'grant:    %s\n' "$HAUNT_GRANT"
	if [ "$HAUNT_EVENT" = end ]; then
		printf 'reason:   %s\n' "$HAUNT_REASON"
		printf 'sessions: %s\n' "$HAUNT_SESSIONS"
	else
		printf 'lifetime: %s s\n' "$HAUNT_LIFETIME"
	fi
} | sendmail -i -- "$@"
