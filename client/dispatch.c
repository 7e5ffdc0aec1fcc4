/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a profile becomes a delivery, and what a proxy's answer is worth.
 * A gateway answers nothing, so that a proxy which did pass the packet on says
 * "bad gateway" like one that could not; only where the answer tells the two
 * apart is the packet called lost.
 */
#include "client/dispatch.h"

#include <errno.h>
#include <string.h>

#include "client/tell.h"
#include "core/base/addr.h"

static struct haunt_delivery delivery_make(const struct dispatch *d)
{
	const struct client_send *send = &d->gateway->send;
	struct haunt_delivery out = {
		.carrier = (enum haunt_carrier)send->carrier,
		.route = *d->route,
		.proxy = d->proxy,
		.source_port = send->source_port,
		.icmp_set = send->icmp_type_given,
		.icmp_type = send->icmp_type,
		.icmp_code = send->icmp_code,
		.timeout_ms = 1000 * (send->connect_s ? send->connect_s
						      : CLIENT_CONNECT_S),
	};

	memcpy(out.source, send->spoof.b, sizeof(out.source));
	if (out.carrier == HAUNT_CARRIER_HTTP) {
		out.host = d->gateway->address;
		out.user_agent = *send->user_agent ? send->user_agent : NULL;
	}
	return out;
}

/* "198.51.100.1 port 62201", or of the proxy. */
static const char *place(const struct dispatch *d, char buf[ADDR_TEXT_MAX])
{
	const struct haunt_route *to = d->proxy ? d->proxy : d->route;
	const struct ip_addr a = addr_from_v6(to->gateway);

	return addr_format(&a, buf);
}

static enum cmd_status tell_failed(const struct dispatch *d, enum haunt_err err,
				   const char *step)
{
	const char *carrier = client_carrier_name(d->gateway->send.carrier);
	const uint16_t port = d->proxy ? d->proxy->port : d->route->port;
	char text[ADDR_TEXT_MAX];

	if (err == HAUNT_EDENIED)
		tell("carrier %s: a raw socket needs the capability "
		     "CAP_NET_RAW, which this process does not have: run "
		     "haunt as root, or give it that one capability",
		     carrier);
	else if (d->gateway->send.carrier == HAUNT_CARRIER_ICMP)
		tell("sending to %s by icmp: %s: %s", place(d, text), step,
		     err == HAUNT_ESYS ? strerror(errno) : haunt_strerror(err));
	else
		tell("sending to %s%s port %u by %s: %s: %s",
		     d->proxy ? "the proxy " : "", place(d, text), port,
		     carrier, step,
		     err == HAUNT_ESYS ? strerror(errno) : haunt_strerror(err));
	return CMD_NETWORK;
}

/* Squid's names for what befell a request that it had passed on. */
static const char *const passed_on[] = {
	"ERR_ZERO_SIZE_OBJECT", "ERR_READ_ERROR", "ERR_READ_TIMEOUT",
	"ERR_INVALID_RESP",	"ERR_TOO_BIG",	  "ERR_LIFETIME_EXP",
};

enum verdict dispatch_judge(const struct haunt_answer *answer)
{
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++)
		if (!strcmp(answer->error, passed_on[i]))
			return VERDICT_NOTHING;
	if (*answer->error || answer->status == 407)
		return VERDICT_LOST;
	switch (answer->status) {
	case 0:
	case 403:
	case 429:
	case 502:
	case 503:
	case 504:
	case 511:
		return VERDICT_DOUBT;
	default:
		return VERDICT_NOTHING;
	}
}

static enum cmd_status tell_answer(const struct dispatch *d,
				   const struct haunt_answer *answer)
{
	const enum verdict verdict = dispatch_judge(answer);
	char text[ADDR_TEXT_MAX];

	if (verdict == VERDICT_LOST) {
		tell("the proxy %s answered %u%s%s: it did not pass the packet "
		     "on",
		     place(d, text), answer->status, *answer->error ? " " : "",
		     answer->error);
		return CMD_NETWORK;
	}
	if (verdict == VERDICT_NOTHING || d->quiet)
		return CMD_OK;
	if (answer->status)
		tell("warning: the proxy %s answered %u: that is what a proxy "
		     "says of a gateway that is silent, but also when it does "
		     "not pass the packet on",
		     place(d, text), answer->status);
	else
		tell("warning: the proxy %s gave no answer within %ds: it is "
		     "not known whether it passed the packet on",
		     place(d, text), HAUNT_ANSWER_MS / 1000);
	return CMD_OK;
}

enum cmd_status dispatch_packet(const struct dispatch *d, const char *packet,
				size_t len)
{
	const struct haunt_delivery delivery = delivery_make(d);
	struct haunt_answer answer;
	const char *step = "";
	enum haunt_err err =
		haunt_deliver(&delivery, packet, len, &answer, &step);

	if (err)
		return tell_failed(d, err, step);
	return d->proxy ? tell_answer(d, &answer) : CMD_OK;
}
