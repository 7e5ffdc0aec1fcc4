/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides what carries a packet: which headers stand before it, which socket
 * takes it, and what of a delivery belongs to which carrier.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "core/proto/haunt.h"
#include "core/proto/http.h"
#include "core/proto/random.h"
#include "core/proto/raw.h"
#include "core/proto/sock.h"

#define DIRECT_ANSWER_MS 1000
/* Ports that nobody is assigned: RFC 6335, section 6. */
#define DRAWN_FIRST 49152u
#define DRAWN_MASK  0x3fffu

static bool is_raw(enum haunt_carrier carrier)
{
	return carrier == HAUNT_CARRIER_ICMP ||
	       carrier == HAUNT_CARRIER_UDP_RAW ||
	       carrier == HAUNT_CARRIER_TCP_RAW;
}

static struct endpoint route_end(const struct haunt_route *route)
{
	return (struct endpoint){ .addr = addr_from_v6(route->gateway),
				  .port = route->port };
}

/* ---- what fits what ---- */

/* The member of a forged packet that does not fit; NULL: none. */
static const char *source_misfit(const struct haunt_delivery *d)
{
	const struct ip_addr source = addr_from_v6(d->source);
	const struct ip_addr gateway = addr_from_v6(d->route.gateway);
	const struct ip_addr none = { { 0 } };

	if (addr_equal(&source, &none))
		return NULL;
	if (!is_raw(d->carrier) || addr_is_any(&source) ||
	    addr_is_v4(&source) != addr_is_v4(&gateway))
		return "source";
	return NULL;
}

static const char *http_misfit(const struct haunt_delivery *d)
{
	const bool http = d->carrier == HAUNT_CARRIER_HTTP;

	if (d->proxy && (!http || !d->proxy->port))
		return "proxy";
	if (d->host && (!http || !http_host_valid(d->host)))
		return "host";
	if (d->user_agent && (!http || !http_agent_valid(d->user_agent)))
		return "user_agent";
	return NULL;
}

static const char *misfit(const struct haunt_delivery *d)
{
	const bool icmp = d->carrier == HAUNT_CARRIER_ICMP;
	const char *member = source_misfit(d);

	if (!haunt_carrier_name(d->carrier))
		return "carrier";
	if (!member)
		member = http_misfit(d);
	if (!member && !icmp && !d->route.port)
		member = "route";
	if (!member && icmp && d->source_port)
		member = "source_port";
	if (!member && d->icmp_set && !icmp)
		member = "icmp_type";
	return member;
}

/* ---- raw ---- */

static enum haunt_err raw_make(const struct haunt_delivery *d,
			       struct raw_packet *out)
{
	const struct ip_addr zeros = { { 0 } };
	uint16_t drawn[4];
	enum haunt_err err = random_bytes(drawn, sizeof(drawn));

	if (err)
		return err;
	*out = (struct raw_packet){
		.carrier = d->carrier,
		.source = { .addr = addr_from_v6(d->source),
			    .port = d->source_port },
		.destination = route_end(&d->route),
		.icmp_type = d->icmp_type,
		.icmp_code = d->icmp_code,
		.id = drawn[0],
		.sequence = (uint32_t)drawn[1] << 16 | drawn[2],
	};
	if (!d->source_port)
		out->source.port =
			(uint16_t)(DRAWN_FIRST + (drawn[3] & DRAWN_MASK));
	if (addr_equal(&out->source.addr, &zeros))
		out->source.addr = addr_from_v6(d->route.source);
	if (!d->icmp_set)
		out->icmp_type = raw_echo_type(&out->destination.addr);
	return HAUNT_OK;
}

/* IPPROTO_RAW: the header is ours, in IPv4 (raw(7)) as in IPv6. */
static enum haunt_err raw_out(const struct ip_addr *to, const struct wr *w,
			      const char **step)
{
	const struct endpoint there = { .addr = *to };
	struct sockaddr_storage ss;
	const socklen_t len = endpoint_to_sockaddr(&there, &ss);
	const int fd =
		socket(ss.ss_family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	enum haunt_err err = HAUNT_OK;

	*step = "raw socket";
	if (fd < 0)
		return errno == EPERM ? HAUNT_EDENIED : HAUNT_ESYS;
	*step = "sending";
	if (sendto(fd, w->start, w->len, MSG_NOSIGNAL, (struct sockaddr *)&ss,
		   len) < 0)
		err = HAUNT_ESYS;
	sock_close(fd);
	return err;
}

static enum haunt_err raw_deliver(const struct haunt_delivery *d,
				  const void *packet, size_t len,
				  const char **step)
{
	uint8_t buf[RAW_HEADERS_MAX + HAUNT_PACKET_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct raw_packet raw;
	enum haunt_err err = raw_make(d, &raw);

	*step = "random numbers";
	if (err)
		return err;
	raw_put(&w, &raw, packet, len);
	return raw_out(&raw.destination.addr, &w, step);
}

/* ---- sockets ---- */

static struct sock_plan plan_of(const struct haunt_delivery *d, int type)
{
	return (struct sock_plan){
		.type = type,
		.there = route_end(d->proxy ? d->proxy : &d->route),
		.source_port = d->source_port,
		.timeout_ms = d->timeout_ms ? d->timeout_ms : HAUNT_TIMEOUT_MS,
	};
}

static enum haunt_err plain_deliver(const struct haunt_delivery *d,
				    const void *packet, size_t len,
				    const char **step)
{
	const struct sock_plan plan = plan_of(
		d, d->carrier == HAUNT_CARRIER_TCP ? SOCK_STREAM : SOCK_DGRAM);
	int fd;
	enum haunt_err err = sock_connect(&plan, &fd, step);

	if (err)
		return err;
	*step = "sending";
	err = sock_send(fd, packet, len);
	sock_close(fd);
	return err;
}

static void request_make(const struct haunt_delivery *d, const void *packet,
			 size_t len, struct wr *w)
{
	const struct ip_addr gateway = addr_from_v6(d->route.gateway);
	char text[ADDR_TEXT_MAX];
	const struct http_request q = {
		.host = d->host ? d->host : addr_format(&gateway, text),
		.port = d->route.port,
		.user_agent = d->user_agent ? d->user_agent : HAUNT_USER_AGENT,
		.proxied = d->proxy != NULL,
	};

	http_put(w, &q, packet, len);
}

/* A proxy that loses its client may not pass the request on, so its answer is
 * waited for. */
static struct haunt_answer answer_read(int fd, uint32_t timeout_ms)
{
	struct haunt_answer answer = { .status = 0 };
	uint8_t buf[HTTP_ANSWER_MAX];
	struct rd r = rd_of(buf, sock_read(fd, buf, sizeof(buf), timeout_ms));

	if (http_answer_get(&r, &answer))
		answer.status = 0;
	return answer;
}

static enum haunt_err http_deliver(const struct haunt_delivery *d,
				   const struct wr *request,
				   struct haunt_answer *answer,
				   const char **step)
{
	const struct sock_plan plan = plan_of(d, SOCK_STREAM);
	int fd;
	enum haunt_err err = sock_connect(&plan, &fd, step);

	if (err)
		return err;
	*step = "sending";
	err = sock_send(fd, request->start, request->len);
	if (!err)
		*answer = answer_read(fd, d->proxy ? HAUNT_ANSWER_MS
						   : DIRECT_ANSWER_MS);
	sock_close(fd);
	return err;
}

enum haunt_err haunt_deliver(const struct haunt_delivery *d, const void *packet,
			     size_t len, struct haunt_answer *answer,
			     const char **step)
{
	struct haunt_answer heard = { .status = 0 };
	uint8_t buf[HTTP_REQUEST_MAX];
	struct wr request = wr_of(buf, sizeof(buf));
	const char *failed = misfit(d);
	enum haunt_err err = failed ? HAUNT_EFORMAT : HAUNT_OK;

	if (!err && (!len || len > HAUNT_PACKET_MAX)) {
		failed = "packet";
		err = HAUNT_ELENGTH;
	} else if (!err && is_raw(d->carrier)) {
		err = raw_deliver(d, packet, len, &failed);
	} else if (!err && d->carrier == HAUNT_CARRIER_HTTP) {
		request_make(d, packet, len, &request);
		failed = "host";
		err = request.failed
			      ? HAUNT_ELENGTH
			      : http_deliver(d, &request, &heard, &failed);
	} else if (!err) {
		err = plain_deliver(d, packet, len, &failed);
	}
	if (err && step)
		*step = failed;
	if (!err && answer)
		*answer = heard;
	return err;
}
