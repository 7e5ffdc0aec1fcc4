/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides who is believed.
 */
#include "core/gate/sender.h"

bool sender_is_proxy(const struct config *config, const struct datagram *d)
{
	if (d->carrier != CARRIER_HTTP)
		return false;
	for (size_t i = 0; i < config->trusted_proxies_len; i++)
		if (prefix_contains(&config->trusted_proxies[i],
				    &d->source.addr))
			return true;
	return false;
}

/* A proxy speaks for others, always; where it does not say for whom, it is
 * not the one who knocks. */
static enum policy_reason judge(const struct client *client,
				const struct datagram *d, bool proxy)
{
	if (!proxy)
		return d->forwarding == FORWARDING_NONE
			       ? POLICY_GRANTED
			       : POLICY_PROXY_UNTRUSTED;
	if (!client->allow_forwarded_for)
		return POLICY_PROXY_CLIENT;
	return d->forwarding == FORWARDING_NAMED ? POLICY_GRANTED
						 : POLICY_PROXY_SAYS;
}

struct sender sender_of(const struct client *client, const struct datagram *d,
			bool proxy)
{
	struct sender o = { .source = d->source.addr,
			    .arrival = { .carrier = d->carrier },
			    .nobody = judge(client, d, proxy) };

	if (d->forwarding == FORWARDING_NAMED && !o.nobody) {
		o.source = d->forwarded;
		o.arrival.via = d->source.addr;
	}
	return o;
}
