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

/* Room for some 1,100 packets of any size; the ring is memory of ours. */
#define RING_BYTES (2 * 1024 * 1024)
#define BATCH	   256

struct sniff {
	pcap_t *pcap;
	struct links *links;
	struct sink *sink;
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

static bool ports_have(const uint16_t *ports, size_t n, uint16_t port)
{
	for (size_t i = 0; i < n; i++) {
		if (ports[i] == port)
			return true;
	}
	return false;
}

/* The ports of all listeners, each once; at most FILTER_PORTS_MAX. */
static size_t ports_collect(const struct config *config, uint16_t *ports)
{
	size_t n = 0;

	for (size_t i = 0; i < config->listeners_len; i++) {
		const struct listener *l = &config->listeners[i];

		if (l->kind != LISTENER_SNIFF)
			continue;
		for (size_t j = 0; j < l->ports_len; j++) {
			if (n < FILTER_PORTS_MAX &&
			    !ports_have(ports, n, l->ports[j]))
				ports[n++] = l->ports[j];
		}
	}
	return n;
}

static enum haunt_err filter_set(struct sniff *sniff,
				 const struct config *config)
{
	struct filter *filter = malloc(sizeof(*filter));
	uint16_t ports[FILTER_PORTS_MAX];
	struct bpf_program program;
	enum haunt_err err;

	if (!filter)
		return HAUNT_ENOMEM;
	err = filter_build(DLT_LINUX_SLL2, ports, ports_collect(config, ports),
			   filter);
	if (err == HAUNT_OK) {
		program.bf_len = (u_int)filter->len;
		program.bf_insns = filter->insns;
		if (pcap_setfilter(sniff->pcap, &program) < 0)
			err = sniff_fail("filter", pcap_geterr(sniff->pcap));
	}
	free(filter);
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

static void frame_take(u_char *user, const struct pcap_pkthdr *head,
		       const u_char *bytes)
{
	struct sniff *sniff = (struct sniff *)(void *)user;
	struct datagram *d = &sniff->datagram;
	uint32_t ifindex = frame_ifindex(DLT_LINUX_SLL2, bytes, head->caplen);

	if (sniff->error || !interface_heard(sniff, ifindex))
		return;
	if (frame_parse(DLT_LINUX_SLL2, bytes, head->caplen, d) != HAUNT_OK) {
		sink_refuse(sniff->sink);
		return;
	}
	if (!links_want(sniff->links, ifindex, d->destination.port))
		return;
	/* With nanosecond precision tv_usec counts nanoseconds. */
	d->when_ns = (uint64_t)head->ts.tv_sec * 1000000000 +
		     (uint64_t)head->ts.tv_usec;
	sink_take(sniff->sink, ifindex, d);
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
