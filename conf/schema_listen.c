/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what a listener's options look like.
 */
#include <string.h>

#include "conf/draft.h"
#include "conf/parse.h"
#include "conf/schema.h"

static struct listener *listener_of(struct reader *r)
{
	struct config *c = draft_config(r);

	return &c->listeners[c->listeners_len - 1];
}

static struct listener_notes *listener_notes_of(struct reader *r)
{
	struct draft *d = reader_arg(r);

	return &d->listeners[d->listeners_len - 1];
}

/* Any other title is an interface. */
static enum listener_kind kind_of(const char *title)
{
	if (!strcmp(title, "udp"))
		return LISTENER_UDP;
	if (!strcmp(title, "tcp"))
		return LISTENER_TCP;
	return strcmp(title, "http") ? LISTENER_SNIFF : LISTENER_HTTP;
}

static void listener_begin(struct reader *r, const char *title)
{
	struct draft *d = reader_arg(r);
	struct config *c = d->config;
	struct listener_notes *notes = reader_grow(
		r, &d->listeners, &d->listeners_len, sizeof(*notes));
	struct listener *l =
		reader_grow(r, &c->listeners, &c->listeners_len, sizeof(*l));

	if (!notes || !l)
		return;
	notes->line = reader_line(r);
	l->kind = kind_of(title);
	if (l->kind != LISTENER_SNIFF)
		return;
	if (!interface_valid(title)) {
		notes->bad = true;
		reader_wanted(r, "listen",
			      "\"udp\", \"tcp\", \"http\", \"any\" or an "
			      "interface",
			      title);
		return;
	}
	memcpy(l->interface, title, strlen(title) + 1);
}

/* Tells of a range that has ports of another one of the list. */
static void overlap_report(struct reader *r, const char *field,
			   const struct port_range *a,
			   const struct port_range *b)
{
	if (b->first == b->last)
		reader_mistake(r, reader_line(r), "%s: %u is in the list twice",
			       field, b->first);
	else
		reader_mistake(r, reader_line(r),
			       "%s: %u-%u has ports that are in the list "
			       "already, with %u",
			       field, b->first, b->last,
			       a->first < b->first ? b->first : a->first);
}

static void take_ports(struct reader *r, const char *field, const char *value,
		       uint8_t proto, struct port_list *list)
{
	struct port_range range = { .proto = proto };

	if (parse_ports(value, &range) || range.first > range.last) {
		listener_notes_of(r)->bad = true;
		reader_wanted(r, field,
			      "a port of 1 to 65535, or a range as in "
			      "\"62000-62100\"",
			      value);
		return;
	}
	for (size_t i = 0; i < list->len; i++)
		if (range_overlaps(&list->at[i], &range)) {
			overlap_report(r, field, &list->at[i], &range);
			return;
		}
	if (list->len == CONFIG_LISTEN_PORTS_MAX)
		reader_mistake(r, reader_line(r),
			       "%s: more than %d in one listener", field,
			       CONFIG_LISTEN_PORTS_MAX);
	else
		list->at[list->len++] = range;
}

static void listener_take_port(struct reader *r, const char *value)
{
	take_ports(r, "ports", value, IPPROTO_UDP, &listener_of(r)->udp);
}

static void listener_take_tcp_port(struct reader *r, const char *value)
{
	take_ports(r, "tcp-ports", value, IPPROTO_TCP, &listener_of(r)->tcp);
}

static void listener_take_icmp(struct reader *r, const char *value)
{
	take_bool(r, "icmp", value, &listener_of(r)->icmp);
}

static void listener_take_address(struct reader *r, const char *value)
{
	if (!endpoint_parse(value, strlen(value), &listener_of(r)->address))
		return;
	listener_notes_of(r)->bad = true;
	reader_wanted(r, "address",
		      "ADDRESS:PORT, as in \"0.0.0.0:62201\" or "
		      "\"[::]:62201\"",
		      value);
}

static void listener_end(struct reader *r)
{
	struct listener_notes *notes = listener_notes_of(r);

	for (size_t i = 0; i < LISTENER_FIELDS; i++)
		notes->given[i] = reader_given(r, i);
}

static const struct reader_field fields[LISTENER_FIELDS] = {
	[LISTENER_PORTS] = { "ports", true, listener_take_port },
	[LISTENER_TCP_PORTS] = { "tcp-ports", true, listener_take_tcp_port },
	[LISTENER_ICMP] = { "icmp", false, listener_take_icmp },
	[LISTENER_ADDRESS] = { "address", false, listener_take_address },
};

const struct reader_section schema_listener = {
	.name = "listen",
	.fields = fields,
	.fields_len = LISTENER_FIELDS,
	.begin = listener_begin,
	.end = listener_end,
};
