#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands by knock, asked for by Debian's fwknop: as whom they run and with
# what, how they end, what of their output the log believes, and what never
# happens.
# shellcheck source=../interop/lib.sh
. "$(dirname "$0")/../interop/lib.sh"

# program NAME: a script of root's, its text from stdin.
mkdir -p "$T/bin" "$T/out"
chmod 755 "$T/bin"
chmod 1777 "$T/out"
program() {
	cat >"$T/bin/$1"
	chmod 755 "$T/bin/$1"
}

program tell <<'END'
#!/bin/sh
env >/run/t/out/env
id >/run/t/out/id
grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|NSsid|Sig)' /proc/$$/status \
	>/run/t/out/status
ls -l /proc/$$/fd >/run/t/out/fds
pwd >/run/t/out/pwd
umask >/run/t/out/umask
ps -o sid=,pgid=,pid= -p $$ >/run/t/out/session
printf '%s\n' "$#" "$@" >/run/t/out/args
ulimit -n -c >/run/t/out/limits
mv /run/t/out/args /run/t/out/done
END

conf_run() {
	conf_gateway
	cat <<-END
		command "tell" {
			argv = {"$T/bin/tell", "one", "two words; \$(id) *", ""}
			user = "visitor-haunt"
			request = "please tell"
		}
	END
	conf_client carol 'commands = {"tell"}' 'require-username = "alice"'
}

interop_up
conf_run >"$CONF"
must_start_hauntd
# ask_for TEXT [ARGUMENT…]: what fwknop's users type.
ask_for() {
	local text=$1
	shift
	fwknop_to carol -C "$text" -a "$FRIEND4" "$@" >"$T/fwknop.out" 2>&1
}
log_mark
ask_for "please tell"
like "it is admitted, in one line" "$(log_wait ' admit .*')" \
	"admit client=carol command=tell address=$FRIEND4 result=run\$"
like "it ran" "$(log_wait ' ran ')" 'command=tell .* status=0'


done_testing
