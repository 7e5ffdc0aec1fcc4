#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A thousand large packets at once, sniffed and by socket: none is lost.
set -u
# shellcheck source=tests/lib/capture.sh
. "$(dirname "$0")/../lib/capture.sh"
net_isolate "$0"

burst() # NAME LISTENER
{
	local n=0 start=$EPOCHREALTIME

	probe_start "$2"
	probe_ready
	# Stopped, the role can take nothing: all of it has to wait in the
	# kernel.
	kill -STOP "$role_pid"
	"$send" udp 127.0.0.1:62201 many 1472 1000
	kill -CONT "$role_pid"
	while [ "$n" -lt 1000 ] && await 'datagram *'; do
		n=$((n + 1))
	done
	[ "$n" = 1000 ]
	check $? "$1: 1,000 packets of 1,472 bytes, $n heard"
	echo "# from $start to $EPOCHREALTIME"
	probe_end
}

burst sniffed lo=62201
burst socket udp=127.0.0.1:62201
finish
