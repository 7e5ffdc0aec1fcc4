#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --allow resolve, from a host behind address translation: by HTTP and HTTPS
# (a real nginx, with an authority of its own) and by STUN; who is believed and
# who is not; and that the gateway then lets in who comes.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
need_haunt
need openssl nginx
STUND=$BUILD/tests/lib/stund
[ -x "$STUND" ] || skip_all "$STUND is not built"

OUTSIDE=198.51.100.9
world_up
world_home_up
start_sshd gw
config_standard 30s >"$CONF"
must_start_hauntd
key=$(key alice)

# ---- the resolvers are on stranger

ca() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-subj /CN=tests -keyout "$T/ca.key" -out "$T/ca.pem" \
		-days 2 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-subj /CN=resolver -keyout "$T/tls.key" -out "$T/tls.csr" \
		2>/dev/null
	openssl x509 -req -in "$T/tls.csr" -CA "$T/ca.pem" -CAkey "$T/ca.key" \
		-CAcreateserial -days 2 -out "$T/tls.pem" \
		-extfile <(echo "subjectAltName=IP:$STRANGER4") 2>/dev/null
}
check "certificates are made" ca
install -d "$T/web"
long=$(printf '%065d' 0)
cat >"$T/web/conf" <<-END
	daemon off;
	user root;
	worker_processes 1;
	pid $T/web/pid;
	events { worker_connections 64; }
	http {
		access_log $T/web/access.log;
		client_body_temp_path $T/web/body;
		proxy_temp_path $T/web/proxy;
		fastcgi_temp_path $T/web/fastcgi;
		uwsgi_temp_path $T/web/uwsgi;
		scgi_temp_path $T/web/scgi;
		default_type text/plain;
		server {
			listen 80;
			listen 443 ssl;
			ssl_certificate $T/tls.pem;
			ssl_certificate_key $T/tls.key;
			location /ip { return 200 "\$remote_addr\n"; }
			location /bare { return 200 "\$remote_addr"; }
			location /html { return 200 "<p>\$remote_addr</p>"; }
			location /two { return 200 "\$remote_addr 1.2.3.4"; }
			location /six { return 200 "2001:db8:1::9\n"; }
			location /long { return 200 "$long"; }
			location /private { return 200 "192.168.1.5\n"; }
			location /loop { return 200 "127.0.0.1\n"; }
			location /none { return 200 "0.0.0.0\n"; }
			location /empty { return 204; }
			location /moved { return 302 /ip; }
			location /file { return 302 file:///etc/hostname; }
			location /gone { return 404 "\$remote_addr"; }
		}
	}
END
ip netns exec stranger nginx -e stderr -c "$T/web/conf" >"$T/web/log" 2>&1 &
web=http://$STRANGER4
serving() {
	on home bash -c "exec 3<>/dev/tcp/$STRANGER4/443"
}
check "the resolver is up" wait_until 5 serving

# stun PORT MODE…: says when it hears.
stun() {
	ip netns exec stranger "$STUND" "$@" >"$T/stun-$1" 2>&1 &
	wait_line "$T/stun-$1" '^ready$' 5 >/dev/null
}
stun 3478 xor
stun 3479 mapped
stun 3480 liar 192.0.2.66
stun 3481 error
stun 3482 says 10.1.2.3
stun 3483 late 1
stun 3484 late 99

# resolve RESOLVERS [ARGUMENT…]: what haunt says that it would ask for.
resolve() {
	local from=$1
	shift
	on home env HOME="$T/home" "$HAUNT" open "$GW4" --access tcp/22 \
		--key "$key" --allow resolve --resolvers "$from" --print \
		"$@" 2>&1
}

# seen DESCRIPTION RESOLVERS WHO
seen() {
	local said
	said=$(resolve "$2")
	like "$1" "$said" "^allow: $OUTSIDE\$"
	like "$1: it is told who said so" "$said" "$3 sees $OUTSIDE"
}

# unseen DESCRIPTION RESOLVERS WHY
unseen() {
	local said
	said=$(resolve "$2")
	is "$1" $? 3
	like "$1: it is told why" "$said" "$3"
	unlike "$1: nothing is asked for" "$said" '^allow:'
}

# Two that wait for what never comes go on meanwhile: five seconds each.
resolve "stun:$STRANGER4:3484,$web/ip" >"$T/deaf" 2>&1 &
deaf=$!
on stranger nft 'table inet dark { chain in { type filter hook input priority 0;
	tcp dport 81 drop; }; }'
resolve "http://$STRANGER4:81/ip,stun:$STRANGER4" >"$T/mute" 2>&1 &
mute=$!
began=$(now_ms)

seen "http" "$web/ip" "$web/ip"
seen "http, without a newline" "$web/bare" "$web/bare"
export SSL_CERT_FILE=$T/ca.pem
seen "https" "https://$STRANGER4/ip" "https://$STRANGER4/ip"
unset SSL_CERT_FILE
unseen "https, whom nobody vouches for" "https://$STRANGER4/ip" \
	"https://$STRANGER4/ip: .*certificate"
export SSL_CERT_FILE=$T/ca.pem
on stranger ip address add 198.51.100.67/24 dev eth0
unseen "https, of another's name" "https://198.51.100.67/ip" \
	'198.51.100.67/ip: .*(certificate|altern|name)'
export http_proxy=http://192.0.2.9:1 https_proxy=http://192.0.2.9:1 \
	all_proxy=http://192.0.2.9:1
seen "proxies of the environment are not asked" "$web/ip" "$web/ip"
unset SSL_CERT_FILE http_proxy https_proxy all_proxy

unseen "html" "$web/html" "$web/html: the answer is not an IPv4 address and"
unseen "two addresses" "$web/two" 'is not an IPv4 address and'
unseen "IPv6" "$web/six" 'is not an IPv4 address and'
unseen "a long answer" "$web/long" 'has more than 64 bytes'
unseen "no answer" "$web/empty" 'status 204'
unseen "a redirection is not followed" "$web/moved" 'status 302'
unseen "nor to a file" "$web/file" 'status 302'
unseen "an error" "$web/gone" 'status 404'
unseen "nobody there" "http://$STRANGER4:82/ip" 'connect'
unseen "a private address" "$web/private" \
	'192.168.1.5 is a private address, and the gateway'
unseen "loopback" "$web/loop" '127.0.0.1 is no address of a host'
unseen "nothing" "$web/none" '0.0.0.0 is no address of a host'

seen "stun, as it is now" "stun:$STRANGER4" "stun:$STRANGER4"
seen "stun, as it was" "stun:$STRANGER4:3479" "stun:$STRANGER4:3479"
seen "stun, among answers to others" "stun:$STRANGER4:3480" 'stun:.*:3480'
seen "stun, when the first question is lost" "stun:$STRANGER4:3483" \
	'stun:.*:3483'
is "it was repeated" "$(grep -c heard "$T/stun-3483")" 2
unseen "stun: an error" "stun:$STRANGER4:3481" 'with error 500'
unseen "stun: a private address" "stun:$STRANGER4:3482" \
	'10.1.2.3 is a private address'
unseen "stun: nobody there" "stun:$STRANGER4:3490" \
	'stun:.*:3490: Connection refused'

seen "the next one is asked" \
	"$web/html,stun:$STRANGER4:3481,stun:$STRANGER4,$web/ip" \
	"stun:$STRANGER4"
like "a gateway with a private address may see a private one" \
	"$(on home ip route add 10.0.0.0/8 via 203.0.113.1; on home env \
		HOME="$T/home" "$HAUNT" open 10.9.9.9 --access tcp/22 --key \
		"$key" --allow resolve --resolvers "$web/private" --print 2>&1)" \
	'^allow: 192.168.1.5$'
like "IPv6 has no place for it" "$(on friend env HOME="$T/home" "$HAUNT" open \
	"$GW6" --access tcp/22 --key "$key" --allow resolve --print 2>&1)" \
	'no address of that family'

# ---- and in

mkdir -p "$T/home/.config/haunt"
cat >"$T/home/.config/haunt/haunt.conf" <<-END
	gateway "gw" {
		address = "$GW4"
		key = "$key"
		allow = "resolve"
		resolvers = {"$web/html", "stun:$STRANGER4"}
		service "ssh" { access = "tcp/22" }
	}
END
check "before the knock the door is shut" tcp_refused home "$GW4" 22
log_mark
check "a knock by the profile" on home env HOME="$T/home" "$HAUNT" open gw ssh
like "the gateway lets in whom it sees" "$(log_wait ' admit ')" \
	"address=$OUTSIDE .*result=granted"
# shellcheck disable=SC2016 # expanded over there
is "and that is home" "$(ssh_from home "$GW4" 22 \
	'echo ${SSH_CONNECTION%% *}' 2>&1)" "$OUTSIDE"
ctl revoke alice >/dev/null
log_mark
check "haunt proxy finds it, too" on home env HOME="$T/home" \
	bash -c "echo | timeout 5 '$HAUNT' proxy gw 22 | grep -q SSH-"

# ---- who is silent has five seconds

wait "$deaf"
is "a STUN server that is deaf" $? 0
is "was asked four times" "$(grep -c heard "$T/stun-3484")" 4
like "it is told" "$(cat "$T/deaf")" ':3484: Connection timed out'
like "and the next one was asked" "$(cat "$T/deaf")" "^allow: $OUTSIDE\$"
wait "$mute"
like "a web server that is silent" "$(cat "$T/mute")" ':81/ip: .*time'
like "and the next one was asked" "$(cat "$T/mute")" "^allow: $OUTSIDE\$"
within "that took five seconds" $(($(now_ms) - began)) 4800 9000
done_testing
