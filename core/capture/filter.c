/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides classic BPF. Jumps in it reach forward by at most 255 instructions, so
 * every refusal returns on the spot and every acceptance jumps, by the one
 * instruction that reaches far, to what all link types have in common at the
 * end: a list of ports for each protocol, and a look at the text. Where that
 * begins is kept in the scratch memory on the way there, counted from behind
 * the link header: libpcap moves all loads by its length where the kernel has
 * taken it off, and can do that only if each names it.
 */
#include "core/capture/filter.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdlib.h>

#define TAGS	       2 /* within the frame; the kernel keeps one outside */
#define ETHERTYPE_QINQ 0x88a8
#define IPV4_FRAGMENT  0x3fff
#define UDP_HEADER     8
#define UDP_MIN	       (UDP_HEADER + FILTER_PAYLOAD_MIN)
#define UDP_MAX	       (UDP_HEADER + FILTER_PAYLOAD_MAX)
#define ICMP_HEADER    8
#define IPV6_HEADER    40
#define EXTENSION_MIN  8
#define WAITING_MAX    16
#define TEXT_AT	       0 /* the place in scratch memory */
#define TEXT_WORDS     (FILTER_PAYLOAD_MIN / 4)
#define TEXT_GET       0x47455420 /* "GET " */

_Static_assert(FILTER_PAYLOAD_MIN % 4 == 0, "whole words");

/* What the branches have in common, at the end. */
enum tail {
	TAIL_UDP,  /* the list of ports; the port is in the accumulator */
	TAIL_TCP,  /* likewise */
	TAIL_HTTP, /* the text, perhaps behind "GET /" */
	TAIL_TEXT,
	TAIL_REFUSE,
	TAILS,
};

/* The program as it grows, and the jumps that wait for each tail. */
struct builder {
	struct filter *to;
	const struct filter_wants *wants;
	uint32_t base; /* bytes of the link header */
	struct {
		size_t len;
		size_t from[FILTER_RANGES_MAX + WAITING_MAX];
	} waiting[TAILS];
};

/* Where a link type keeps its EtherType, and where its payload begins. */
struct link_layout {
	int dlt;
	bool has_type;
	uint32_t type_at;
	uint32_t ip_at;
};

static const struct link_layout layouts[] = {
	{ DLT_EN10MB, true, 12, 14 },	 { DLT_LINUX_SLL, true, 14, 16 },
	{ DLT_LINUX_SLL2, true, 0, 20 }, { DLT_RAW, false, 0, 0 },
	{ DLT_IPV4, false, 0, 0 },	 { DLT_IPV6, false, 0, 0 },
	{ DLT_NULL, false, 0, 4 },	 { DLT_LOOP, false, 0, 4 },
};

/* Room was counted in FILTER_INSNS_MAX. */
static void emit(struct builder *b, int code, uint32_t k)
{
	b->to->insns[b->to->len++] =
		(struct bpf_insn)BPF_STMT((unsigned short)code, k);
}

/* The next `yes` instructions are skipped if the comparison holds, the next
 * `no` if it does not. */
static void emit_jump(struct builder *b, int compare, uint32_t k,
		      unsigned int yes, unsigned int no)
{
	b->to->insns[b->to->len++] = (struct bpf_insn)BPF_JUMP(
		(unsigned short)(BPF_JMP | compare | BPF_K), k,
		(unsigned char)yes, (unsigned char)no);
}

static void emit_refuse(struct builder *b)
{
	emit(b, BPF_RET | BPF_K, 0);
}

static void emit_accept(struct builder *b)
{
	emit(b, BPF_RET | BPF_K, FILTER_SNAPLEN);
}

/* Goes on only if the accumulator is within bounds. */
static void emit_window(struct builder *b, uint32_t min, uint32_t max)
{
	emit_jump(b, BPF_JGE, min, 0, 1);
	emit_jump(b, BPF_JGT, max, 0, 1);
	emit_refuse(b);
}

static void emit_to(struct builder *b, enum tail tail)
{
	b->waiting[tail].from[b->waiting[tail].len++] = b->to->len;
	emit(b, BPF_JMP | BPF_JA, 0);
}

/* Here is where those jumps lead. */
static void tail_begin(struct builder *b, enum tail tail)
{
	for (size_t i = 0; i < b->waiting[tail].len; i++) {
		size_t from = b->waiting[tail].from[i];

		b->to->insns[from].k = (uint32_t)(b->to->len - from - 1);
	}
}

/* Emits one branch, and before it a jump over it, taken unless the
 * accumulator equals value. */
static void emit_branch(struct builder *b, uint32_t value, uint32_t at,
			void (*branch)(struct builder *b, uint32_t at))
{
	size_t jump = b->to->len;

	emit_jump(b, BPF_JEQ, value, 0, 0);
	branch(b, at);
	b->to->insns[jump].jf = (unsigned char)(b->to->len - jump - 1);
}

/* The text begins as many bytes behind `at` as the index register says. */
static void emit_text_at(struct builder *b, uint32_t at)
{
	emit(b, BPF_MISC | BPF_TXA, 0);
	emit(b, BPF_ALU | BPF_ADD | BPF_K, at - b->base);
	emit(b, BPF_ST, TEXT_AT);
}

/* The index register holds the length of the IP header from here on. */
static void emit_udp4(struct builder *b, uint32_t at)
{
	emit_text_at(b, at + UDP_HEADER);
	emit(b, BPF_LD | BPF_H | BPF_IND, at + 4);
	emit_window(b, UDP_MIN, UDP_MAX);
	emit(b, BPF_LD | BPF_H | BPF_IND, at + 2);
	emit_to(b, TAIL_UDP);
}

/* Length of the header in front of the text, in the accumulator, into the
 * index register; refuses if the text is then not within bounds. total is
 * where the length of both stands. */
static void emit_text_behind(struct builder *b, uint32_t total)
{
	emit(b, BPF_MISC | BPF_TAX, 0);
	emit(b, BPF_LD | BPF_H | BPF_ABS, total);
	emit(b, BPF_ALU | BPF_SUB | BPF_X, 0);
	emit_window(b, FILTER_PAYLOAD_MIN, FILTER_PAYLOAD_MAX);
}

static void emit_tcp4(struct builder *b, uint32_t at)
{
	emit(b, BPF_LD | BPF_B | BPF_IND, at + 12);
	emit(b, BPF_ALU | BPF_AND | BPF_K, 0xf0);
	emit(b, BPF_ALU | BPF_RSH | BPF_K, 2);
	emit(b, BPF_ALU | BPF_ADD | BPF_X, 0);
	emit_text_behind(b, at + 2);
	emit_text_at(b, at);
	emit(b, BPF_LDX | BPF_B | BPF_MSH, at);
	emit(b, BPF_LD | BPF_H | BPF_IND, at + 2);
	emit_to(b, TAIL_TCP);
}

static void emit_icmp4(struct builder *b, uint32_t at)
{
	emit(b, BPF_MISC | BPF_TXA, 0);
	emit(b, BPF_ALU | BPF_ADD | BPF_K, ICMP_HEADER);
	emit_text_behind(b, at + 2);
	emit_text_at(b, at);
	emit_to(b, TAIL_TEXT);
}

static void emit_ipv4(struct builder *b, uint32_t at)
{
	emit(b, BPF_LD | BPF_H | BPF_ABS, at + 6);
	emit_jump(b, BPF_JSET, IPV4_FRAGMENT, 0, 1);
	emit_refuse(b);
	emit(b, BPF_LDX | BPF_B | BPF_MSH, at);
	emit(b, BPF_LD | BPF_B | BPF_ABS, at + 9);
	if (b->wants->udp_len)
		emit_branch(b, IPPROTO_UDP, at, emit_udp4);
	if (b->wants->tcp_len)
		emit_branch(b, IPPROTO_TCP, at, emit_tcp4);
	if (b->wants->icmp)
		emit_branch(b, IPPROTO_ICMP, at, emit_icmp4);
	emit_refuse(b);
}

static void emit_text_at6(struct builder *b, uint32_t at)
{
	emit(b, BPF_LD | BPF_IMM, at - b->base);
	emit(b, BPF_ST, TEXT_AT);
}

static void emit_udp6(struct builder *b, uint32_t at)
{
	emit_text_at6(b, at + IPV6_HEADER + UDP_HEADER);
	emit(b, BPF_LD | BPF_H | BPF_ABS, at + IPV6_HEADER + 4);
	emit_window(b, UDP_MIN, UDP_MAX);
	emit(b, BPF_LD | BPF_H | BPF_ABS, at + IPV6_HEADER + 2);
	emit_to(b, TAIL_UDP);
}

static void emit_tcp6(struct builder *b, uint32_t at)
{
	emit(b, BPF_LD | BPF_B | BPF_ABS, at + IPV6_HEADER + 12);
	emit(b, BPF_ALU | BPF_AND | BPF_K, 0xf0);
	emit(b, BPF_ALU | BPF_RSH | BPF_K, 2);
	emit_text_behind(b, at + 4);
	emit_text_at(b, at + IPV6_HEADER);
	emit(b, BPF_LD | BPF_H | BPF_ABS, at + IPV6_HEADER + 2);
	emit_to(b, TAIL_TCP);
}

static void emit_icmp6(struct builder *b, uint32_t at)
{
	emit_text_at6(b, at + IPV6_HEADER + ICMP_HEADER);
	emit(b, BPF_LD | BPF_H | BPF_ABS, at + 4);
	emit_window(b, ICMP_HEADER + FILTER_PAYLOAD_MIN,
		    ICMP_HEADER + FILTER_PAYLOAD_MAX);
	emit_to(b, TAIL_TEXT);
}

static void emit_ipv6(struct builder *b, uint32_t at)
{
	static const uint8_t extensions[] = { IPPROTO_HOPOPTS, IPPROTO_ROUTING,
					      IPPROTO_DSTOPTS, IPPROTO_AH };
	const unsigned int n = sizeof(extensions);

	emit(b, BPF_LD | BPF_B | BPF_ABS, at + 6);
	if (b->wants->udp_len)
		emit_branch(b, IPPROTO_UDP, at, emit_udp6);
	if (b->wants->tcp_len)
		emit_branch(b, IPPROTO_TCP, at, emit_tcp6);
	if (b->wants->icmp)
		emit_branch(b, IPPROTO_ICMPV6, at, emit_icmp6);
	for (unsigned int i = 0; i < n; i++)
		emit_jump(b, BPF_JEQ, extensions[i], n - i, 0);
	emit_refuse(b);
	emit(b, BPF_LD | BPF_H | BPF_ABS, at + 4);
	emit_jump(b, BPF_JGE, UDP_MIN + EXTENSION_MIN, 1, 0);
	emit_refuse(b);
	emit_accept(b);
}

/* EtherType, and behind tags the next one. */
static void emit_typed(struct builder *b, const struct link_layout *l)
{
	uint32_t type_at = l->type_at, ip_at = l->ip_at;

	for (int tags = 0; tags <= TAGS; tags++) {
		emit(b, BPF_LD | BPF_H | BPF_ABS, type_at);
		emit_branch(b, ETHERTYPE_IP, ip_at, emit_ipv4);
		emit_branch(b, ETHERTYPE_IPV6, ip_at, emit_ipv6);
		if (tags < TAGS) {
			emit_jump(b, BPF_JEQ, ETHERTYPE_VLAN, 2, 0);
			emit_jump(b, BPF_JEQ, ETHERTYPE_QINQ, 1, 0);
		}
		emit_refuse(b);
		type_at = ip_at + 2;
		ip_at += 4;
	}
}

/* The IP version speaks for itself. */
static void emit_untyped(struct builder *b, const struct link_layout *l)
{
	emit(b, BPF_LD | BPF_B | BPF_ABS, l->ip_at);
	emit(b, BPF_ALU | BPF_RSH | BPF_K, 4);
	emit_branch(b, 4, l->ip_at, emit_ipv4);
	emit_branch(b, 6, l->ip_at, emit_ipv6);
	emit_refuse(b);
}

/* One that has the port in the accumulator leads to the tail; a single UDP
 * port is nobody else's, and its packets are taken as they are. */
static void emit_ports(struct builder *b, const struct port_range *ranges,
		       size_t n, enum tail tail)
{
	for (size_t i = 0; i < n; i++) {
		const struct port_range *range = &ranges[i];
		bool one = range->first == range->last;

		if (one)
			emit_jump(b, BPF_JEQ, range->first, 0, 1);
		else
			emit_jump(b, BPF_JGE, range->first, 0, 2);
		if (!one)
			emit_jump(b, BPF_JGT, range->last, 1, 0);
		if (one && tail == TAIL_TEXT)
			emit_accept(b);
		else
			emit_to(b, tail);
	}
	emit_refuse(b);
}

static void emit_http(struct builder *b)
{
	emit(b, BPF_LDX | BPF_MEM, TEXT_AT);
	emit(b, BPF_LD | BPF_W | BPF_IND, b->base);
	emit_jump(b, BPF_JEQ, TEXT_GET, 1, 0);
	emit_to(b, TAIL_TEXT);
	emit(b, BPF_LD | BPF_B | BPF_IND, b->base + 4);
	emit_jump(b, BPF_JEQ, '/', 4, 0);
	emit_jump(b, BPF_JEQ, 'h', 1, 0);
	emit_jump(b, BPF_JEQ, 'H', 0, 1);
	emit_accept(b);
	emit_refuse(b);
	emit(b, BPF_MISC | BPF_TXA, 0);
	emit(b, BPF_ALU | BPF_ADD | BPF_K, 5);
	emit(b, BPF_ST, TEXT_AT);
}

/* Four bytes at a time: none has its highest bit, and adding 0x55 gives it to
 * each that is '+' or more, without a carry to its neighbour. */
static void emit_text(struct builder *b)
{
	const uint32_t high = 0x80808080, more = 0x55555555;

	_Static_assert(0x80 - '+' == 0x55, "the least of the alphabet");
	emit(b, BPF_LDX | BPF_MEM, TEXT_AT);
	for (uint32_t i = 0; i < TEXT_WORDS; i++) {
		emit(b, BPF_LD | BPF_W | BPF_IND, b->base + 4 * i);
		emit_jump(b, BPF_JSET, high, 3, 0);
		emit(b, BPF_ALU | BPF_ADD | BPF_K, more);
		emit(b, BPF_ALU | BPF_AND | BPF_K, high);
		emit_jump(b, BPF_JEQ, high, 1, 0);
		emit_refuse(b);
	}
	emit_accept(b);
}

static void emit_tails(struct builder *b)
{
	const struct filter_wants *w = b->wants;

	/* The kernel wants to see that scratch memory is written before it is
	 * read, and thinks that what stands behind a return comes from there;
	 * what stands behind a jump does not. */
	emit_to(b, TAIL_REFUSE);
	tail_begin(b, TAIL_UDP);
	emit_ports(b, w->udp, w->udp_len, TAIL_TEXT);
	tail_begin(b, TAIL_TCP);
	emit_ports(b, w->tcp, w->tcp_len, TAIL_HTTP);
	tail_begin(b, TAIL_HTTP);
	emit_http(b);
	tail_begin(b, TAIL_TEXT);
	emit_text(b);
	tail_begin(b, TAIL_REFUSE);
	emit_refuse(b);
}

enum haunt_err filter_build(int dlt, const struct filter_wants *wants,
			    struct filter *out)
{
	const struct link_layout *layout = NULL;
	struct builder *b;

	if (wants->udp_len + wants->tcp_len > FILTER_RANGES_MAX)
		return HAUNT_ELENGTH;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (layouts[i].dlt == dlt)
			layout = &layouts[i];
	}
	if (!layout)
		return HAUNT_EUNSUPPORTED;
	b = calloc(1, sizeof(*b));
	if (!b)
		return HAUNT_ENOMEM;
	b->to = out;
	b->wants = wants;
	b->base = layout->ip_at;
	out->len = 0;
	if (layout->has_type)
		emit_typed(b, layout);
	else
		emit_untyped(b, layout);
	emit_tails(b);
	free(b);
	return HAUNT_OK;
}
