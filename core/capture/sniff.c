/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides libpcap. Its "any" device is used in cooked mode 2, the only one whose
 * frames say which interface they came in on (libpcap 1.10 and later). There
 * every link type looks alike: the kernel takes the link header and the outer
 * VLAN tag away, and names what is inside.
 */
#include "core/capture/sniff.h"

#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/log.h"
#include "core/capture/filter.h"
#include "core/capture/frame.h"
#include "core/capture/http.h"
#include "core/capture/ranges.h"
#include "core/capture/text.h"

/* Room for some 1,100 packets of any size; the ring is memory of ours. */
#define RING_BYTES (2 * 1024 * 1024)
#define BATCH	   256

struct sniff {
	pcap_t *pcap;
	struct links *links;
	struct sink *sink;
	struct http_proxies proxies;
	enum haunt_err error;
	uint32_t lost; /* libpcap counts in 32 bits */
	uint64_t lost_total;
	struct datagram datagram; /* the one in hand */
};

/* step is what failed; detail are libpcap's words, if it has any. */
static enum haunt_err sniff_fail(const char *step, const char *detail)
{
	log_event(LOG_LEVEL_ERROR, "sniff", "step=%s error=\"%s\"", step,
		  *detail ? detail : "unknown");
	return HAUNT_ESYS;
}

/* What all listeners are to hear, and the program made of it. */
struct wants {
	struct port_range udp[FILTER_RANGES_MAX];
	struct port_range tcp[FILTER_RANGES_MAX];
	struct filter_wants are;
	struct filter filter;
};

static size_t list_add(struct port_range *to, size_t n,
		       const struct port_list *list)
{
	for (size_t i = 0; i < list->len && n < FILTER_RANGES_MAX; i++)
		to[n++] = list->at[i];
	return n;
}

static void wants_collect(const struct config *config, struct wants *w)
{
	w->are = (struct filter_wants){ .udp = w->udp, .tcp = w->tcp };
	for (size_t i = 0; i < config->listeners_len; i++) {
		const struct listener *l = &config->listeners[i];

		if (l->kind != LISTENER_SNIFF)
			continue;
		w->are.udp_len = list_add(w->udp, w->are.udp_len, &l->udp);
		w->are.tcp_len = list_add(w->tcp, w->are.tcp_len, &l->tcp);
		w->are.icmp = w->are.icmp || l->icmp;
	}
	w->are.udp_len = ranges_join(w->udp, w->are.udp_len);
	w->are.tcp_len = ranges_join(w->tcp, w->are.tcp_len);
}

static enum haunt_err filter_set(struct sniff *sniff,
				 const struct config *config)
{
	struct wants *wants = malloc(sizeof(*wants));
	struct bpf_program program;
	enum haunt_err err;

	if (!wants)
		return HAUNT_ENOMEM;
	wants_collect(config, wants);
	err = filter_build(DLT_LINUX_SLL2, &wants->are, &wants->filter);
	if (err == HAUNT_OK) {
		program.bf_len = (u_int)wants->filter.len;
		program.bf_insns = wants->filter.insns;
		if (pcap_setfilter(sniff->pcap, &program) < 0)
			err = sniff_fail("filter", pcap_geterr(sniff->pcap));
	}
	free(wants);
	return err;
}

/* Everything that has to be said before the handle comes to life. */
static enum haunt_err handle_activate(pcap_t *p)
{
	const char *detail;
	int rc;

	pcap_set_snaplen(p, FILTER_SNAPLEN);
	pcap_set_immediate_mode(p, 1);
	pcap_set_buffer_size(p, RING_BYTES);
	pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
	rc = pcap_activate(p);
	if (rc >= 0)
		return HAUNT_OK;
	detail = pcap_geterr(p);
	return sniff_fail("activate", *detail ? detail : pcap_statustostr(rc));
}

static enum haunt_err handle_tune(pcap_t *p)
{
	const int on = 1;
	char text[PCAP_ERRBUF_SIZE];

	if (pcap_set_datalink(p, DLT_LINUX_SLL2) < 0)
		return sniff_fail("link-type", pcap_geterr(p));
	/* Saves the kernel a copy of every packet that leaves the host (Linux
	 * 4.20); libpcap sorts them out where it cannot. */
	(void)setsockopt(pcap_fileno(p), SOL_PACKET, PACKET_IGNORE_OUTGOING,
			 &on, sizeof(on));
	if (pcap_setdirection(p, PCAP_D_IN) < 0)
		return sniff_fail("direction", pcap_geterr(p));
	if (pcap_setnonblock(p, 1, text) < 0)
		return sniff_fail("non-blocking", text);
	return HAUNT_OK;
}

enum haunt_err sniff_open(const struct config *config, struct links *links,
			  struct sink *sink, struct sniff **out)
{
	struct sniff *sniff = calloc(1, sizeof(*sniff));
	char text[PCAP_ERRBUF_SIZE] = "";
	enum haunt_err err;

	if (!sniff)
		return HAUNT_ENOMEM;
	sniff->links = links;
	sniff->sink = sink;
	sniff->proxies = (struct http_proxies){ config->trusted_proxies,
						config->trusted_proxies_len };
	sniff->pcap = pcap_create("any", text);
	err = sniff->pcap ? handle_activate(sniff->pcap)
			  : sniff_fail("create", text);
	if (err == HAUNT_OK)
		err = handle_tune(sniff->pcap);
	if (err == HAUNT_OK)
		err = filter_set(sniff, config);
	if (err != HAUNT_OK) {
		sniff_close(sniff);
		return err;
	}
	*out = sniff;
	return HAUNT_OK;
}

void sniff_close(struct sniff *sniff)
{
	if (!sniff)
		return;
	if (sniff->pcap)
		pcap_close(sniff->pcap);
	free(sniff);
}

int sniff_fd(const struct sniff *sniff)
{
	return pcap_get_selectable_fd(sniff->pcap);
}

/* True if a listener is at the interface. A frame can overtake the news of its
 * interface, so an unknown one is worth a second look. */
static bool interface_heard(struct sniff *sniff, uint32_t ifindex)
{
	if (links_hear(sniff->links, ifindex))
		return true;
	sniff->error = links_read(sniff->links);
	return links_hear(sniff->links, ifindex);
}

/* True if the payload is a packet's text, or is one now. Other traffic comes by
 * where TCP and ICMP are sniffed; UDP is for the gate to judge. */
static bool text_take(struct sniff *sniff, struct datagram *d)
{
	if (d->carrier == CARRIER_UDP)
		return true;
	if (d->carrier == CARRIER_TCP && http_begins(d->payload, d->len))
		return http_unwrap(d->payload, d->len, &sniff->proxies, d) ==
		       HAUNT_OK;
	return text_is_packet(d->payload, d->len);
}

static void frame_take(u_char *user, const struct pcap_pkthdr *head,
		       const u_char *bytes)
{
	struct sniff *sniff = (struct sniff *)(void *)user;
	struct datagram *d = &sniff->datagram;
	uint32_t ifindex = frame_ifindex(DLT_LINUX_SLL2, bytes, head->caplen);
	struct heard how = { .way = ifindex };

	if (sniff->error || !interface_heard(sniff, ifindex))
		return;
	if (frame_parse(DLT_LINUX_SLL2, bytes, head->caplen, d, &how.segment) !=
	    HAUNT_OK) {
		sink_refuse(sniff->sink);
		return;
	}
	if (!links_want(sniff->links, ifindex, d->carrier, d->destination.port))
		return;
	if (!text_take(sniff, d)) {
		sink_refuse(sniff->sink);
		return;
	}
	/* With nanosecond precision tv_usec counts nanoseconds. */
	d->when_ns = (uint64_t)head->ts.tv_sec * 1000000000 +
		     (uint64_t)head->ts.tv_usec;
	sink_take(sniff->sink, &how, d);
}

enum haunt_err sniff_read(struct sniff *sniff)
{
	int n = pcap_dispatch(sniff->pcap, BATCH, frame_take,
			      (u_char *)(void *)sniff);

	if (n < 0)
		return sniff_fail("read", pcap_geterr(sniff->pcap));
	return sniff->error;
}

uint64_t sniff_lost(struct sniff *sniff)
{
	struct pcap_stat now;

	if (pcap_stats(sniff->pcap, &now) == 0) {
		sniff->lost_total += now.ps_drop - sniff->lost;
		sniff->lost = now.ps_drop;
	}
	return sniff->lost_total;
}
