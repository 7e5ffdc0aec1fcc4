#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Plain UDP sockets as a way in: both families, and what can go wrong.
set -u
# shellcheck source=tests/lib/capture.sh
. "$(dirname "$0")/../lib/capture.sh"
net_isolate "$0"

ip addr add 192.0.2.1/32 dev lo
ip addr add 2001:db8::1/128 dev lo nodad

probe_start udp=0.0.0.0:62201 'udp=[::]:62201' udp=198.51.100.9:53
probe_ready
check $? "opens both families and an address that is not there yet"
"$send" udp 192.0.2.1:62201 v4-1 200
heard v4-1 "IPv4"
[[ $line == *' destination=192.0.2.1:62201 len=200 '* ]]
check $? "with the address that it was sent to"
"$send" udp '[2001:db8::1]:62201' v6-1 1500
heard v6-1 "IPv6"
[[ $line == *' destination=[2001:db8::1]:62201 len=1500 '* ]]
check $? "with the address that it was sent to"
"$send" udp 192.0.2.1:62201 no-1 139
"$send" udp 192.0.2.1:62201 no-2 1501
"$send" udp 192.0.2.1:62201 mark 200
heard mark "not: too short, too long"
ip addr add 198.51.100.9/32 dev lo
"$send" udp 198.51.100.9:53 late 200
heard late "an address that appears later"
probe_end

# Another capture may take over; nobody else has a part in the port.
coproc other { exec "$build/tests/lib/udp" echo 62201 other; }
other_pid=$!
read -r -t 5 -u "${other[0]}" _
timeout 10 "$probe" udp=192.0.2.1:62201 2>&1 </dev/null |
	grep -q 'listen address=192.0.2.1:62201 error=EADDRINUSE'
check $? "a port in use is named"
kill "$other_pid" 2>/dev/null
wait "$other_pid" 2>/dev/null

# The wire and a socket hear the same packet.
probe_start lo=62201 udp=192.0.2.1:62201
probe_ready
"$send" udp 192.0.2.1:62201 both 200
heard both "sniffed and received"
"$send" udp 192.0.2.1:62201 mark 200
heard mark "and passed on once"
probe_end
finish
