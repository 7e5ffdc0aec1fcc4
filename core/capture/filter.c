/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides classic BPF. Jumps in it reach forward by at most 255 instructions, so
 * every refusal returns on the spot and every acceptance jumps, by the one
 * instruction that reaches far, to a single list of ports at the end.
 */
#include "core/capture/filter.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdbool.h>

#define TAGS	       2 /* within the frame; the kernel keeps one outside */
#define ETHERTYPE_QINQ 0x88a8
#define IPV4_FRAGMENT  0x3fff
#define UDP_HEADER     8
#define UDP_MIN	       (UDP_HEADER + FILTER_PAYLOAD_MIN)
#define UDP_MAX	       (UDP_HEADER + FILTER_PAYLOAD_MAX)
#define EXTENSION_MIN  8
#define TARGETS_MAX    16

/* The program as it grows, and the jumps that wait for the list of ports. */
struct builder {
	struct filter *to;
	size_t waiting[TARGETS_MAX];
	size_t waiting_len;
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

/* Goes to the list of ports with the port in the accumulator. */
static void emit_to_ports(struct builder *b)
{
	b->waiting[b->waiting_len++] = b->to->len;
	emit(b, BPF_JMP | BPF_JA, 0);
}

static void emit_ipv4(struct builder *b, uint32_t at)
{
	emit(b, BPF_LD | BPF_B | BPF_ABS, at + 9);
	emit_jump(b, BPF_JEQ, IPPROTO_UDP, 1, 0);
	emit_refuse(b);
	emit(b, BPF_LD | BPF_H | BPF_ABS, at + 6);
	emit_jump(b, BPF_JSET, IPV4_FRAGMENT, 0, 1);
	emit_refuse(b);
	emit(b, BPF_LDX | BPF_B | BPF_MSH, at);
	emit(b, BPF_LD | BPF_H | BPF_IND, at + 4);
	emit_window(b, UDP_MIN, UDP_MAX);
	emit(b, BPF_LD | BPF_H | BPF_IND, at + 2);
	emit_to_ports(b);
}

static void emit_ipv6(struct builder *b, uint32_t at)
{
	static const uint8_t extensions[] = { IPPROTO_HOPOPTS, IPPROTO_ROUTING,
					      IPPROTO_DSTOPTS, IPPROTO_AH };
	const unsigned int n = sizeof(extensions);

	emit(b, BPF_LD | BPF_B | BPF_ABS, at + 6);
	/* Over the extensions and the six instructions of their branch. */
	emit_jump(b, BPF_JEQ, IPPROTO_UDP, n + 5, 0);
	for (unsigned int i = 0; i < n; i++)
		emit_jump(b, BPF_JEQ, extensions[i], n - i, 0);
	emit_refuse(b);
	emit(b, BPF_LD | BPF_H | BPF_ABS, at + 4);
	emit_jump(b, BPF_JGE, UDP_MIN + EXTENSION_MIN, 1, 0);
	emit_refuse(b);
	emit_accept(b);
	emit(b, BPF_LD | BPF_H | BPF_ABS, at + 44);
	emit_window(b, UDP_MIN, UDP_MAX);
	emit(b, BPF_LD | BPF_H | BPF_ABS, at + 42);
	emit_to_ports(b);
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

static void emit_ports(struct builder *b, const uint16_t *ports, size_t n)
{
	for (size_t i = 0; i < b->waiting_len; i++) {
		size_t from = b->waiting[i];

		b->to->insns[from].k = (uint32_t)(b->to->len - from - 1);
	}
	for (size_t i = 0; i < n; i++) {
		emit_jump(b, BPF_JEQ, ports[i], 0, 1);
		emit_accept(b);
	}
	emit_refuse(b);
}

enum haunt_err filter_build(int dlt, const uint16_t *ports, size_t ports_len,
			    struct filter *out)
{
	const struct link_layout *layout = NULL;
	struct builder b = { .to = out };

	if (ports_len > FILTER_PORTS_MAX)
		return HAUNT_ELENGTH;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (layouts[i].dlt == dlt)
			layout = &layouts[i];
	}
	if (!layout)
		return HAUNT_EUNSUPPORTED;

	out->len = 0;
	if (layout->has_type)
		emit_typed(&b, layout);
	else
		emit_untyped(&b, layout);
	emit_ports(&b, ports, ports_len);
	return HAUNT_OK;
}
