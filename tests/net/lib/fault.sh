# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
# Failures on order, one after the other until a verb has no more questions or
# answers that could fail: what natctl says must be what the kernel holds.

# In which ways an answer, a question or an allocation fails.
FAULT_ANSWERS="lost late signal cut short"
FAULT_QUESTIONS="unsent ENOMEM EBUSY EINTR ENFILE inner"
FAULT_TORN="torn alltorn"
# From the n-th failure on every other one: until then each is tried.
FAULT_ALL=40

# fault_held: what the kernel holds of haunt's grants, as nft tells it: set,
# key, data.
fault_held() {
	at_nat nft -j list table inet haunt 2>/dev/null | jq -r '
		.nftables[] | (.map // .set // empty) |
		select(.elem and .name != "protected" and .name != "grace") |
		.name as $name | .elem[] |
		if type == "array" then [.[0].elem.val // .[0], .[1]]
		else [.elem.val // .] end | "\($name) \(tojson)"' | sort
}

# fault_times: all timeouts that there are, in seconds.
fault_times() {
	at_nat nft -j list table inet haunt | jq -r '
		[.nftables[] | (.map // .set // empty) |
		select(.elem and .name != "grace") | .elem[] |
		if type == "array" then .[0] else . end | .elem.timeout // empty
		] | unique | map(tostring) | join(" ")'
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
