/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that waiting is done in slices, so that a person sees that it goes
 * on; that a packet may be lost, so that there is a second one; and what may
 * be the matter when no door opens.
 */
#include "client/entry.h"

#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "client/tell.h"
#include "conf/parse.h"

#define DEADLINE_MAX_S 3600
#define SLICE_US       100000u

#define WORD(member) offsetof(struct entry_words, member)

const struct arg entry_args[ENTRY_ARGS_LEN] = {
	{ "--deadline", "a time of 1s to 1h", WORD(deadline) },
	{ "--expect", "the first bytes of the server, or none", WORD(expect) },
};

/* A wait that has begun. */
struct waiting {
	const struct entry *entry;
	const struct knocker *knocker;
	struct session_packet *packet;
	struct progress progress;
	uint64_t start;
	unsigned int packets;
};

enum haunt_err entry_make(const struct entry_words *words, const char *expect,
			  struct entry *out)
{
	struct entry e = { .expect = expect,
			   .deadline_s = ENTRY_DEADLINE_DEFAULT_S };

	if (words->expect)
		e.expect = words->expect;
	if (e.expect && (!*e.expect || !strcmp(e.expect, "none")))
		e.expect = NULL;
	if (e.expect && strlen(e.expect) > RACE_BANNER_MAX) {
		tell("--expect: more than %d bytes", RACE_BANNER_MAX);
		return HAUNT_EFORMAT;
	}
	if (words->deadline &&
	    parse_duration(words->deadline, DEADLINE_MAX_S, &e.deadline_s)) {
		tell("--deadline: expected a time of 1s to 1h, found '%s'",
		     words->deadline);
		return HAUNT_EFORMAT;
	}
	*out = e;
	return HAUNT_OK;
}

static void tell_deadline(const struct waiting *w, uint16_t door,
			  const struct race *race)
{
	const struct session *s = w->knocker->session;
	const char *carrier = client_carrier_name(s->plan.gateway.send.carrier);
	struct race_stats n = race_stats(race);
	char text[ADDR_TEXT_MAX];

	tell("no way in at %s tcp/%u within %us", session_gateway(s, text),
	     door, w->entry->deadline_s);
	tell("tried %u packets by %s, the last to port %u, and %u connections: "
	     "%u refused, %u silent, %u answered by another server%s%s",
	     w->packets, carrier, s->route.port, n.tried, n.refused, n.silent,
	     n.wrong, n.error ? "; " : "", n.error ? strerror(n.error) : "");
	tell("check the gateway's address and port, the key, both clocks (2 "
	     "minutes may lie between them), that %s to port %u is not "
	     "filtered on the way, and what the gateway's log says",
	     carrier, s->route.port);
}

static enum cmd_status waiting_knock(struct waiting *w)
{
	w->packets++;
	return knock(w->knocker, w->packet);
}

static void waiting_show(struct waiting *w, uint16_t door)
{
	uint64_t ms = (race_now_us() - w->start) / 1000u;

	progress_show(&w->progress, "knocked%s, trying tcp/%u, %u.%u s",
		      w->packets > 1 ? " twice" : "", door,
		      (unsigned int)(ms / 1000u),
		      (unsigned int)(ms / 100u % 10u));
}

/* ENOENT: not until then. */
static enum haunt_err waiting_until(struct waiting *w, uint16_t door,
				    struct race *race, uint64_t until,
				    struct race_winner *winner)
{
	enum haunt_err err = HAUNT_ENOENT;

	while (err == HAUNT_ENOENT && race_now_us() < until) {
		uint64_t slice = race_now_us() + SLICE_US;

		err = race_run(race, slice < until ? slice : until, winner);
		if (err)
			waiting_show(w, door);
	}
	return err;
}

static enum cmd_status waiting_door(struct waiting *w, uint16_t port,
				    struct race_winner *winner)
{
	struct endpoint door = {
		addr_from_v6(w->knocker->session->route.gateway), port
	};
	uint64_t span = w->entry->deadline_s * 1000000ull;
	enum cmd_status status = CMD_OK;
	struct race *race = NULL;
	enum haunt_err err;

	if (race_new(&door, w->entry->expect, &race)) {
		tell("no memory");
		return CMD_NETWORK;
	}
	err = waiting_until(w, port, race, w->start + span / 3, winner);
	if (err) {
		if (w->packets < 2)
			status = waiting_knock(w);
		err = waiting_until(w, port, race, w->start + span, winner);
	}
	progress_clear(&w->progress);
	if (err && status == CMD_OK)
		tell_deadline(w, port, race);
	race_free(race);
	return err ? CMD_NETWORK : CMD_OK;
}

enum cmd_status entry_go_in(const struct entry *e, const struct knocker *k,
			    struct session_packet *packet,
			    struct race_winner *winner)
{
	struct waiting w = {
		.entry = e,
		.knocker = k,
		.packet = packet,
		.progress = progress_new(k->session->plan.quiet),
		.start = race_now_us(),
	};
	enum cmd_status status = waiting_knock(&w);

	*winner = (struct race_winner){ .fd = -1 };
	for (size_t i = 0; status == CMD_OK && i < packet->request.ports_len;
	     i++) {
		const struct haunt_port *p = &packet->request.ports[i];

		if (p->proto != IPPROTO_TCP)
			continue;
		if (winner->fd >= 0)
			close(winner->fd);
		*winner = (struct race_winner){ .fd = -1 };
		status = waiting_door(&w, p->port, winner);
	}
	return status;
}
