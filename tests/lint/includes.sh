#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may include whom: the rooms, and where third-party headers have their
# home. The table is the one of docs/architecture.md.
# shellcheck disable=SC2086
set -eu
cd "${srcdir:-.}"

# allowed FILE HEADER: true if the file may include the project's header.
allowed()
{
	case $2 in
	config.h) return 0 ;;
	core/base/*) return 0 ;;
	esac
	case $1 in
	core/base/*) return 1 ;;
	core/hauntd.c) return 0 ;;
	core/*/*) ;;
	core/*)
		case $2 in core/*/*) ;; conf/* | core/*) return 0 ;; esac ;;
	esac
	case $1 in
	core/proto/*)
		case $2 in core/proto/*) return 0 ;; esac ;;
	fko/*)
		case $2 in core/proto/* | fko/*) return 0 ;; esac ;;
	conf/*)
		case $2 in conf/*) return 0 ;; esac ;;
	core/capture/*)
		case $2 in conf/* | core/capture/*) return 0 ;; esac ;;
	core/names/*)
		case $2 in conf/* | core/names/* | nat/lookup.h) return 0 ;; esac ;;
	nat/*)
		case $2 in conf/* | nat/*) return 0 ;; esac ;;
	core/pgp/*)
		case $2 in conf/* | core/proto/* | core/pgp/*) return 0 ;; esac ;;
	core/run/*)
		case $2 in conf/* | core/run/*) return 0 ;; esac ;;
	core/gate/*)
		case $2 in
		conf/* | core/proto/* | core/gate/*) return 0 ;;
		core/capture/datagram.h | core/run/job.h | core/pgp/job.h | nat/grant.h) return 0 ;;
		nat/lookup.h) return 0 ;;
		esac ;;
	explain/*)
		case $2 in conf/* | nat/* | explain/*) return 0 ;; esac ;;
	doctor/*)
		case $2 in conf/* | core/proto/* | nat/* | doctor/*) return 0 ;; esac ;;
	client/hauntctl.c)
		case $2 in core/proto/* | client/* | doctor/doctor.h | explain/explain.h) return 0 ;; esac ;;
	client/*)
		case $2 in
		conf/* | core/proto/* | client/*) return 0 ;;
		explain/explain.h) return 0 ;;
		esac ;;
	esac
	return 1
}

# at_home FILE HEADER: true if a system header may be included there.
at_home()
{
	case $2 in
	pcap*) case $1 in core/capture/*) return 0 ;; esac ;;
	gcrypt.h | gpgme.h) case $1 in core/proto/*) return 0 ;; esac ;;
	ev.h | lmdb.h) case $1 in core/gate/*) return 0 ;; esac ;;
	jansson.h)
		case $1 in core/gate/* | client/* | explain/* | doctor/*) return 0 ;; esac ;;
	curl/*) case $1 in client/*) return 0 ;; esac ;;
	confuse.h) case $1 in conf/*) return 0 ;; esac ;;
	libmnl/* | linux/netfilter.h)
		case $1 in nat/* | explain/* | doctor/*) return 0 ;; esac ;;
	libnftnl/* | libnetfilter_conntrack/* | linux/netfilter*)
		case $1 in nat/* | explain/*) return 0 ;; esac ;;
	cap-ng.h | seccomp.h)
		case $1 in core/base/* | core/monitor.c) return 0 ;; esac ;;
	cmocka.h) return 1 ;;
	*) return 0 ;;
	esac
	return 1
}

bad=0
files=$(find core fko conf nat explain doctor client -name '*.[ch]' | LC_ALL=C sort)
includes=$(grep -HnE '^[[:space:]]*#[[:space:]]*include' $files) || exit 1
count=0
while IFS= read -r line; do
	file=${line%%:*}
	rest=${line#*:}
	number=${rest%%:*}
	header=$(printf '%s\n' "$rest" | sed -E 's/.*include[[:space:]]*[<"]([^>"]*)[>"].*/\1/')
	count=$((count + 1))
	case $rest in
	*'<'*) at_home "$file" "$header" && continue ;;
	*) allowed "$file" "$header" && continue ;;
	esac
	echo "# $file:$number: may not include $header"
	bad=$((bad + 1))
done <<EOF
$includes
EOF
echo "1..1"
if [ "$bad" -eq 0 ] && [ "$count" -gt 0 ]; then
	echo "ok 1 - $count includes keep to the rooms"
else
	echo "not ok 1 - $bad of $count includes leave their room"
	exit 1
fi
