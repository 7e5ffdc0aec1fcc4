/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that there are two network namespaces: sockets belong to the one that
 * they were made in, so those for the host are made first.
 */
#include "explain/explain.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "explain/answer.h"
#include "explain/print.h"
#include "explain/probe.h"
#include "explain/stage.h"
#include "explain/way.h"
#include "nat/host.h"

struct explain {
	struct nl *host_nf;
	struct nl *host_route;
	struct nl *host_diag;
	struct nl *copy_nf;
	struct nl *copy_route;
	struct nl *events;
	struct world world;
	struct ruleset set;
	struct taps taps;
	struct trace trace;
	struct way way;
	struct answer answer;
	char *why;
};

/* What failed, in words; the error's own unless errno says more. */
static enum haunt_err told(struct explain *x, const char *what,
			   enum haunt_err err)
{
	const char *error = "no memory";

	if (!err || x->why[0])
		return err;
	if (err == HAUNT_ESYS && (errno == EPERM || errno == EACCES)) {
		snprintf(x->why, EXPLAIN_WHY_MAX,
			 "%s: not permitted: be root (CAP_NET_ADMIN and "
			 "CAP_SYS_ADMIN are needed)",
			 what);
		return err;
	}
	if (err == HAUNT_ESYS)
		error = strerror(errno);
	else if (err == HAUNT_EBUSY)
		error = "it is too large, or changes all the time";
	else if (err == HAUNT_EUNSUPPORTED)
		error = "too much of it cannot be copied";
	else if (err == HAUNT_ECLOSED)
		error = "no answer in time";
	else if (err != HAUNT_ENOMEM)
		error = "an answer that makes no sense";
	snprintf(x->why, EXPLAIN_WHY_MAX, "%s: %s", what, error);
	return err;
}

static enum haunt_err host_read(struct explain *x)
{
	enum haunt_err err = nl_open(NETLINK_NETFILTER, 0, &x->host_nf);

	if (!err)
		err = nl_open(NETLINK_ROUTE, 0, &x->host_route);
	if (!err)
		err = nl_open(NETLINK_SOCK_DIAG, 0, &x->host_diag);
	if (err)
		return told(x, "netlink", err);
	err = told(x, "reading the firewall",
		   ruleset_read(x->host_nf, &x->set));
	if (!err)
		err = told(x, "reading interfaces and routes",
			   world_read(x->host_route, &x->world));
	if (!err)
		err = way_find(x->host_route, &x->world, &x->answer.question,
			       &x->way, x->why);
	return err;
}

static void host_remarks(struct explain *x)
{
	long max = sysctl_number("netfilter/nf_conntrack_max");

	if (host_has_legacy())
		notes_add(&x->answer.missing,
			  "iptables-legacy has rules: they were not looked at");
	if (max && sysctl_number("netfilter/nf_conntrack_count") >= max)
		notes_add(&x->answer.remarks,
			  "conntrack's table is full: new connections are "
			  "dropped");
}

static enum haunt_err copy_open(struct explain *x)
{
	enum haunt_err err;

	if (unshare(CLONE_NEWNET) < 0)
		return told(x, "a network namespace", HAUNT_ESYS);
	err = nl_open(NETLINK_NETFILTER, 0, &x->copy_nf);
	if (!err)
		err = nl_open(NETLINK_ROUTE, 0, &x->copy_route);
	if (!err)
		err = trace_open(&x->events);
	return told(x, "netlink", err);
}

static enum haunt_err copy_make(struct explain *x)
{
	struct notes *missing = &x->answer.missing;
	enum haunt_err err = told(x, "making the interface with /dev/net/tun",
				  world_make(x->copy_route, &x->world,
					     x->way.in, &x->taps, missing));

	if (!err)
		err = told(x, "copying the firewall",
			   ruleset_make(x->copy_nf, &x->set, missing));
	if (!err)
		err = told(x, "tracing",
			   stage_build(x->copy_nf, x->answer.question.in));
	return err;
}

static enum haunt_err packets_send(struct explain *x)
{
	const struct question *q = &x->answer.question;
	int fd = x->taps.fds[x->way.in - x->world.links];
	struct probe p = {
		.from = { q->client, PROBE_SOURCE_PORT },
		.to = { q->to, q->port },
		.proto = q->proto,
		.ether = x->way.in->ether,
	};
	uint8_t frame[PROBE_MAX];
	enum haunt_err err;

	memcpy(p.to_mac, x->way.in->mac, sizeof(p.to_mac));
	memcpy(p.from_mac, x->way.mac, sizeof(p.from_mac));
	err = tap_write(fd, frame, probe_write(&p, frame));
	p.proto = PROBE_FENCE;
	if (!err)
		err = tap_write(fd, frame, probe_write(&p, frame));
	return err;
}

static enum haunt_err packet_follow(struct explain *x)
{
	struct answer_means with = { .copy_nf = x->copy_nf,
				     .copy_route = x->copy_route,
				     .host_diag = x->host_diag,
				     .set = &x->set,
				     .in = x->way.in };
	enum haunt_err err = told(x, "sending the packet", packets_send(x));

	if (!err)
		err = told(x, "the trace", trace_collect(x->events, &x->trace));
	if (!err)
		err = told(x, "the trace",
			   path_read(&x->trace, &x->set, &x->answer.path));
	if (!err)
		err = told(x, "the answer", answer_find(&with, &x->answer));
	return err;
}

static void explain_free(struct explain *x)
{
	nl_close(x->host_nf);
	nl_close(x->host_route);
	nl_close(x->host_diag);
	nl_close(x->copy_nf);
	nl_close(x->copy_route);
	nl_close(x->events);
	taps_free(&x->taps);
	path_free(&x->answer.path);
	trace_free(&x->trace);
	ruleset_free(&x->set);
	world_free(&x->world);
	free(x);
}

static enum explain_end end_of(enum answer_verdict verdict)
{
	switch (verdict) {
	case ANSWER_ACCEPTED:
	case ANSWER_FORWARDED:
		return EXPLAIN_OPEN;
	case ANSWER_UNKNOWN:
		return EXPLAIN_UNKNOWN;
	case ANSWER_DROPPED:
	case ANSWER_REJECTED:
	case ANSWER_CLOSED:
	case ANSWER_UNROUTED:
		break;
	}
	return EXPLAIN_SHUT;
}

enum explain_end explain_run(const struct explain_ask *ask, FILE *out,
			     char why[EXPLAIN_WHY_MAX])
{
	struct explain *x = calloc(1, sizeof(*x));
	enum explain_end end = EXPLAIN_UNKNOWN;
	enum haunt_err err;

	why[0] = '\0';
	if (!x) {
		snprintf(why, EXPLAIN_WHY_MAX, "no memory");
		return end;
	}
	x->why = why;
	if (question_parse(ask, &x->answer.question, why)) {
		explain_free(x);
		return EXPLAIN_USAGE;
	}
	err = host_read(x);
	if (!err) {
		host_remarks(x);
		err = copy_open(x);
	}
	if (!err)
		err = copy_make(x);
	if (!err)
		err = packet_follow(x);
	if (!err && ask->json)
		err = told(x, "the answer",
			   print_json(&x->answer, &x->set, out));
	else if (!err)
		print_text(&x->answer, &x->set, out);
	if (!err)
		end = end_of(x->answer.verdict);
	explain_free(x);
	return end;
}
