#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What bash, zsh and fish offer, asked of the shells themselves. A shell that
# is not here is skipped. Options come from --help, which is made of the tables
# that the programs go by; the man pages must have the same.
set -u
top=$(cd "${srcdir:-.}" && pwd)
PATH=$PWD:$PATH
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
HOME=$dir
export HOME PATH top
unset XDG_CONFIG_HOME XDG_STATE_HOME
mkdir -p "$dir/.config/haunt" "$dir/w" "$dir/z"
cd "$dir/w" || exit 1
: >a_file
: >"$dir/z/.zshrc"
n=0
status=0
cat >"$dir/.config/haunt/haunt.conf" <<'END'
gateway "home" {
	address = "203.0.113.1"
	service "ssh" { access = "tcp/22" }
	service "web" { access = "tcp/22" nat-port = "80" }
}
gateway "office" { address = "203.0.113.2" }
END
sed 's/home/other/' "$dir/.config/haunt/haunt.conf" >"$dir/w/other.conf"

# ask SHELL WORD…: what it offers for the last word, sorted, in one line.
ask()
{
	shell=$1
	shift
	"ask_$shell" "$@" 2>>"$dir/err" | sort -u | tr '\n' ' ' | sed 's/ $//'
}

ask_bash()
{
	# shellcheck disable=SC2016 # expanded by that shell
	bash --norc -c '. "$top/completions/bash/$1"
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		[[ $(complete -p "$1") = *"-F _$1 "* ]] || exit
		"_$1" "$1" "${replaced-${!#}}" "${*: -2:1}"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

# What completion would add is printed instead.
ask_zsh()
{
	# shellcheck disable=SC2016
	zsh -fc 'compadd() {
			while [[ $1 != -- ]]; do shift; done
			shift
			local word
			for word in $@; do
				[[ $word = ${PREFIX}* ]] && print -r -- $word
			done
		}
		compset() {
			local head
			if [[ $2 = "*@" && $PREFIX = *@* ]]; then head=${PREFIX%%@*}@
			elif [[ $2 = "*=" && $PREFIX = *=* ]]; then head=${PREFIX%%=*}=
			else return 1; fi
			PREFIX=${PREFIX#$head}
		}
		_files() { print -l ${PREFIX}*(N) }
		_command_names() { print -l ${(k)commands[(I)${PREFIX}*]} }
		words=("$@")
		CURRENT=$#
		PREFIX=$words[-1]
		. $top/completions/zsh/_$1' zsh "$@"
}

ask_fish()
{
	line=
	for word in "$@"; do
		line="$line${line:+ }$word"
	done
	# shellcheck disable=SC2016
	LINE=$line fish --no-config -c 'for f in $top/completions/fish/*.fish
			source $f
		end
		complete -C "$LINE"' | cut -f1
}

# offers SHELL WANTED WORD…
offers()
{
	shell=$1
	wanted=$2
	shift 2
	n=$((n + 1))
	got=$(ask "$shell" "$@")
	if [ "$got" = "$wanted" ]; then
		echo "ok $n - $shell: $* -> $wanted"
	else
		echo "not ok $n - $shell: $*"
		printf '# offered: %s\n# wanted: %s\n' "$got" "$wanted"
		sed 's/^/# /' "$dir/err"
		status=1
	fi
	: >"$dir/err"
}

# has DESCRIPTION LIST WORD: the list has that word.
has()
{
	n=$((n + 1))
	case " $2 " in
	*" $3 "*) echo "ok $n - $1" ;;
	*)
		printf 'not ok %s - %s\n# %s\n' "$n" "$1" "$2"
		status=1
		;;
	esac
}

# options COMMAND…: those that its help has, in one line.
options()
{
	"$@" --help | awk '/^  -/ { print $1 }' | sort -u | tr '\n' ' ' |
		sed 's/ $//'
}

commands=$(haunt --help | awk '/^  [a-z]/ { print $1 }')
has "there are commands" "$(echo "$commands" | tr '\n' ' ')" ssh

for command in $commands; do
	has "$command --help has its options" "$(options haunt "$command")" --help
done

for shell in bash zsh fish; do
	if ! command -v "$shell" >/dev/null; then
		n=$((n + 1))
		echo "ok $n - $shell # SKIP it is not here"
		continue
	fi
	has "$shell: haunt has its commands" "$(ask "$shell" haunt '')" open
	offers "$shell" "last list" haunt l
	offers "$shell" "home office" haunt open ''
	offers "$shell" "home" haunt open h
	offers "$shell" "ssh web" haunt open home ''
	offers "$shell" "ssh web" haunt open --lifetime 5s -4 --keep home ''
	offers "$shell" "office other" haunt open --config other.conf ''
	offers "$shell" "" haunt open home ssh ''
	offers "$shell" "home office" haunt ssh ''
	[ "$shell" = zsh ] || offers "$shell" "root@home" haunt ssh root@h
	offers "$shell" "home office" haunt proxy ''
	offers "$shell" "home office" haunt proxy --profile ''
	offers "$shell" "ssh web" haunt proxy home 22 --service ''
	offers "$shell" "home office" haunt list ''
	offers "$shell" "home office" haunt last ''
	offers "$shell" "cbc cfb ctr" haunt open home --mode c
	offers "$shell" "none" haunt open home --hmac n
	offers "$shell" "random" haunt open --nat-port ''
	has "$shell: a command behind --" "$(ask "$shell" haunt open home -- env)" env
	for command in $commands; do
		offers "$shell" "$(options haunt "$command")" haunt "$command" -
	done
	offers "$shell" "$(options hauntctl)" hauntctl -
	has "$shell: hauntctl has its commands" "$(ask "$shell" hauntctl '')" \
		doctor
	offers "$shell" "list remove" hauntctl client ''
done

# As bash itself takes "root@h" and "root@" apart.
export replaced=@h
offers bash "@home" haunt ssh root @ h
replaced=@
offers bash "@home @office" haunt ssh -4 root @
unset replaced

# Nothing that is completed is run.
# shellcheck disable=SC2016 # by nobody
offers bash '`touch ran`@home' haunt ssh '`touch ran`@h'
n=$((n + 1))
if [ -e ran ]; then
	echo "not ok $n - bash: completion ran what was typed"
	status=1
else
	echo "ok $n - bash: what was typed was not run"
fi
[ ! -e /sys/class/net/lo ] ||
	offers bash lo hauntctl explain --in lo

# Every option is in the man page; every one there is in some help.
for page in haunt.1 hauntctl.8; do
	known=$(if [ $page = haunt.1 ]; then
		for command in $commands; do
			options haunt "$command" | tr ' ' '\n'
			echo
		done
		printf '%s\n' --version --help
	else
		options hauntctl | tr ' ' '\n'
		echo
	fi | sort -u)
	n=$((n + 1))
	written=$({
		grep -oE 'Fl -?[a-z0-9][a-z0-9-]*' "$top/docs/man/$page" |
			sed 's/^Fl /-/'
		grep -oE 'Fl [a-z] , -[a-z-]+' "$top/docs/man/$page" |
			sed 's/.*, /-/'
		[ $page != haunt.1 ] || echo -6
	} | sort -u)
	# Of other programs, and what hauntctl.8 says of hauntd.
	lost=$(printf '%s\n' "$known" "$written" | sort | uniq -u |
		grep -vxE -e '--try|--key-gen' || true)
	if [ -z "$lost" ]; then
		echo "ok $n - the options of $page are those of the programs"
	else
		echo "not ok $n - $page and --help differ: $(echo "$lost" | tr "\n" " ")"
		status=1
	fi
done
echo "1..$n"
exit $status
