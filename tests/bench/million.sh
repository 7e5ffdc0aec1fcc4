#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A million live grants beside a thousand: what one more costs, what they cost
# the traffic that passes, what memory and what time they take of the kernel.
# They are put into the kernel by nat's own code without the daemon around it,
# 31 to a transaction. fwknopd and iptables have nothing that gets near.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=turns.sh
. "$net_dir/../bench/turns.sh"
[ -x "$tools/fill" ] || skip_all "fill is not built"
few=${FEW:-1000} many=${MANY:-1000000} idle_s=${IDLE_S:-20}

fill_conf() {
	cat <<-END
		listen "eth0" { ports = {62201} }
		max-grants = 1000000
		service "ssh" {
			target = "tcp/22"
			at = {"tcp/40000-40020", "tcp/22"}
			lifetime = "6h"
			max-lifetime = "6h"
		}
		client "c" { key = "$(key c)" services = {"ssh"} }
	END
}

# kernel_mb: slab, memory of each processor, vmalloc.
kernel_mb() {
	awk '/^(Slab|Percpu|VmallocUsed):/ { sum += $2 }
		END { print sum / 1024 }' /proc/meminfo
}

# busy_ms: the kernel's own time, of all processors, since the boot.
busy_ms() {
	awk '$1 == "cpu" { print $4 * 10; exit }' /proc/stat
}

# fill NAME FEW MANY: grants on gw-NAME; what it printed is fill-NAME.
fill() {
	local line
	mkfifo "hold-$1"
	exec {_hold}<>"hold-$1"
	ip netns exec "gw-$1" "$tools/fill" fill.conf "$2" "$3" 21600 \
		<"hold-$1" >"fill-$1" 2>>"$LOG" &
	line=$(wait_line "fill-$1" '^ready' 300) || give_up "no $3 grants"
	[ "$line" = ready ]
}

# of NAME FIGURE
of() {
	sed -n "s/^$2 //p" "fill-$1"
}

over() {
	awk -v a="$1" -v b="$2" -v form="${3:-%.2f}" \
		'BEGIN { printf form "\n", a / b }'
}

fill_conf >fill.conf
for name in few many; do
	gateway $name
done
fill few 0 "$few"
short_memory few
before_mb=$(kernel_mb)
fill many "$few" "$many"
short_memory many
after_mb=$(kernel_mb)

figure "grants in force" - - "$many" -
figure "one more at $few, transaction" us - "$(of many few_us)" -
figure "one more at $many" us - "$(of many many_us)" -
figure "  times as much" - - "$(over "$(of many many_us)" \
	"$(of many few_us)")" "<= 2"
figure "kernel memory per grant" bytes - \
	"$(awk -v a="$after_mb" -v b="$before_mb" -v n="$many" \
		'BEGIN { printf "%.0f\n", (a - b) * 1048576 / n }')" -
start=$(busy_ms)
sleep "$idle_s"
figure "kernel's time when idle, $many" "%" - \
	"$(over "$(($(busy_ms) - start))" "$((idle_s * 10))")" -
turns few many
for column in 3:"new TCP connections" 4:"new UDP flows" 5:"packets of a flow"; do
	what=${column#*:} column=${column%%:*}
	target=">= 75"
	[ "$column" != 5 ] || target=">= 95"
	figure "$what, $few grants" "1/s" - "$(median few "$column")" -
	figure "$what, $many" "1/s" - "$(median many "$column")" -
	figure "  relative to $few" "%" - "$(median many "$column" few)" \
		"$target"
done
