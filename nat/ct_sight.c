/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a session's state, age and silence are read from an entry. How
 * long nothing has come is what its timeout has lost since it was set; what it
 * was set to depends on the state.
 */
#include "nat/ct_sight.h"

#include <arpa/inet.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <stdio.h>

#include "nat/ct_entry.h"

#define PROC_PREFIX "/proc/sys/net/netfilter/nf_conntrack_"
#define NS_PER_MS   1000000u

static uint32_t proc_read(const char *path, uint32_t otherwise)
{
	FILE *f = fopen(path, "re");
	unsigned int n;

	if (!f)
		return otherwise;
	if (fscanf(f, "%u", &n) != 1)
		n = otherwise;
	fclose(f);
	return n;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void ct_timeouts_read(struct ct_timeouts *out)
{
	uint32_t over = proc_read(PROC_PREFIX "tcp_timeout_close", 10);

	over = least(over, proc_read(PROC_PREFIX "tcp_timeout_last_ack", 30));
	over = least(over, proc_read(PROC_PREFIX "tcp_timeout_time_wait", 120));
	*out = (struct ct_timeouts){
		.established = proc_read(PROC_PREFIX "tcp_timeout_established",
					 432000),
		.unacknowledged = proc_read(
			PROC_PREFIX "tcp_timeout_unacknowledged", 300),
		.fin_wait = proc_read(PROC_PREFIX "tcp_timeout_fin_wait", 120),
		.close_wait =
			proc_read(PROC_PREFIX "tcp_timeout_close_wait", 60),
		.close = over,
		.udp = proc_read(PROC_PREFIX "udp_timeout", 30),
		.udp_stream = proc_read(PROC_PREFIX "udp_timeout_stream", 120),
	};
}

static uint32_t attr_u32(const struct nf_conntrack *ct,
			 enum nf_conntrack_attr attr)
{
	return nfct_attr_is_set(ct, attr) > 0 ? nfct_get_attr_u32(ct, attr) : 0;
}

static uint64_t attr_u64(const struct nf_conntrack *ct,
			 enum nf_conntrack_attr attr)
{
	return nfct_attr_is_set(ct, attr) > 0 ? nfct_get_attr_u64(ct, attr) : 0;
}

static uint8_t tcp_state(const struct nf_conntrack *ct)
{
	return nfct_attr_is_set(ct, ATTR_TCP_STATE) > 0
		       ? nfct_get_attr_u8(ct, ATTR_TCP_STATE)
		       : TCP_CONNTRACK_NONE;
}

static enum session_state state_of(const struct nf_conntrack *ct,
				   const struct entry *e)
{
	if (e->lives)
		return SESSION_LIVES;
	if (e->proto == IPPROTO_UDP)
		return SESSION_BEGINS;
	switch (tcp_state(ct)) {
	case TCP_CONNTRACK_LAST_ACK:
	case TCP_CONNTRACK_TIME_WAIT:
	case TCP_CONNTRACK_CLOSE:
		return SESSION_OVER;
	default:
		return SESSION_BEGINS;
	}
}

/* What the timeout was set to by the last packet, in seconds. */
static uint32_t timeout_of(const struct nf_conntrack *ct, const struct entry *e,
			   const struct ct_timeouts *t, uint32_t left)
{
	if (e->proto == IPPROTO_UDP)
		return attr_u32(ct, ATTR_STATUS) & IPS_ASSURED ? t->udp_stream
							       : t->udp;
	switch (tcp_state(ct)) {
	case TCP_CONNTRACK_ESTABLISHED:
		/* In doubt the shorter silence. */
		return left > t->unacknowledged ? t->established
						: t->unacknowledged;
	case TCP_CONNTRACK_FIN_WAIT:
		return t->fin_wait;
	case TCP_CONNTRACK_CLOSE_WAIT:
		return t->close_wait;
	default:
		return left;
	}
}

/* However a connection ends, its entry outlives it for a while. */
static uint64_t least_ms_of(const struct nf_conntrack *ct,
			    const struct entry *e, const struct ct_timeouts *t,
			    uint32_t left)
{
	if (e->proto == IPPROTO_UDP)
		return (uint64_t)left * 1000;
	/* One that is closing may make room for its successor at once. */
	if (tcp_state(ct) != TCP_CONNTRACK_ESTABLISHED)
		return 0;
	return (uint64_t)least(t->close, left) * 1000;
}

static void count_bytes(const struct nf_conntrack *ct, struct session *s)
{
	s->accounted = nfct_attr_is_set(ct, ATTR_ORIG_COUNTER_BYTES) > 0 &&
		       nfct_attr_is_set(ct, ATTR_REPL_COUNTER_BYTES) > 0;
	if (!s->accounted)
		return;
	s->bytes_in = nfct_get_attr_u64(ct, ATTR_ORIG_COUNTER_BYTES);
	s->bytes_out = nfct_get_attr_u64(ct, ATTR_REPL_COUNTER_BYTES);
}

bool ct_sight(const struct nf_conntrack *ct, const struct ct_timeouts *t,
	      struct sight *out)
{
	uint32_t left = attr_u32(ct, ATTR_TIMEOUT);
	struct entry e;
	uint32_t full;

	if (!entry_read(ct, &e) || entry_id(&e) == 0 ||
	    (e.proto != IPPROTO_TCP && e.proto != IPPROTO_UDP))
		return false;
	full = timeout_of(ct, &e, t, left);
	*out = (struct sight){
		.session = { .id = entry_id(&e),
			     .ct_id = attr_u32(ct, ATTR_ID),
			     .proto = e.proto,
			     .state = (uint8_t)state_of(ct, &e),
			     .since_ms = attr_u64(ct, ATTR_TIMESTAMP_START) /
					 NS_PER_MS,
			     .idle_ms = full > left
						? (uint64_t)(full - left) * 1000
						: 0,
			     .client = e.source,
			     .outer = e.dest,
			     .inner = e.reply_source,
			     .back = e.reply_dest },
		.left_ms = (uint64_t)left * 1000,
		.least_ms = least_ms_of(ct, &e, t, left),
		.assured = attr_u32(ct, ATTR_STATUS) & IPS_ASSURED,
	};
	if (nfct_attr_is_set(ct, ATTR_ZONE) > 0)
		out->session.zone = nfct_get_attr_u16(ct, ATTR_ZONE);
	count_bytes(ct, &out->session);
	return true;
}
