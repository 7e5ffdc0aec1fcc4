# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
# Failures on order, one after the other until a verb has no more questions or
# answers that could fail: what natctl says must be what the kernel holds.

# In which ways an answer, a question or an allocation fails.
FAULT_ANSWERS="lost late signal cut short"
FAULT_QUESTIONS="unsent ENOMEM EBUSY EINTR ENFILE inner"
FAULT_TORN="torn alltorn"
# From the n-th failure on every other one: until then each is tried.
FAULT_ALL=24

# Elements of haunt's grants, as nft tells of them: set, key, data, and, where
# $times is, how long they were made for.
# shellcheck disable=SC2016
FAULT_HELD='[.nftables[] | (.map // .set // empty) |
	select(.elem and .table == "haunt" and .name != "protected" and
		.name != "grace") | .name as $name | .elem[] |
	if type == "array" then [.[0].elem.val // .[0], .[1],
		if $times then .[0].elem.timeout else 0 end]
	else [.elem.val // ., if $times then .elem.timeout else 0 end] end |
	"\($name) \(tojson)"] | sort[]'

# fault_held [true]: what the kernel holds, with times.
fault_held() {
	at_nat nft -j list table inet haunt 2>/dev/null |
		jq -r --argjson times "${1:-false}" "$FAULT_HELD"
}

# fault_next N: the number to try after N.
fault_next() {
	if [ "$1" -lt "$FAULT_ALL" ]; then
		echo $(($1 + 1))
	else
		echo $(($1 + $1 / 3))
	fi
}

# fault_named ANSWER: true if an error says which.
fault_named() {
	[[ $1 =~ ^error\ (13|(6|9|14)\ E[A-Z]+)( |$) ]]
}

# fault_run KIND N COMMAND…: FAULT_ANSWER is what was said, FAULT_LINES what
# was said before; false if nothing was left that could have failed.
fault_run() {
	local kind=$1 n=$2 said
	shift 2
	nat "fault $kind $n" >"$T/fault"
	"$@" >"$T/said"
	FAULT_ANSWER=$(tail -n 1 "$T/said")
	FAULT_LINES=$(sed '$d' "$T/said")
	said=$(nat faulted)
	[ "$said" = "ok yes" ]
}

# A firewall of the host that needs our rule.
fault_host() {
	nft -f - <<-'END'
		table inet filter
		delete table inet filter
		table inet filter {
			chain input {
				type filter hook input priority filter; policy drop;
				iifname "lo" accept
			}
		}
	END
}

# fault_state: all tables, how many rules each of haunt's has, our rules in others',
# and the grants.
fault_state() {
	nft -j list ruleset | jq -r --argjson times false '([.nftables[].table.name // empty] | sort |
		tojson), ([.nftables[].rule // empty] | group_by(.table)[] |
			select(.[0].table != "filter") |
			"\(.[0].table) \(length)"),
		([.nftables[].rule // empty | select(.comment == "haunt:auto")] |
			length), ('"$FAULT_HELD"')'
}

# fault_wrong: how it is not what it is to be.
fault_wrong() {
	fault_state | diff "$T/right" - >"$T/diff" || cat "$T/diff"
}
