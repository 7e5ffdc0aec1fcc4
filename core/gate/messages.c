/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how the bytes of the neighbours become the core's values. */
#include "core/gate/messages.h"

#include "core/base/secret.h"

#define RESULT_SIZE 10
#define STATS_SIZE  24

static enum haunt_err on_datagram(void *arg, struct rd *body)
{
	struct datagram d;
	enum haunt_err err = datagram_get(body, &d);

	return err ? err : gate_core_datagram(arg, &d);
}

static enum haunt_err on_stats(void *arg, struct rd *body)
{
	struct capture_stats s;
	enum haunt_err err = capture_stats_get(body, &s);

	if (!err)
		gate_core_stats(arg, &s);
	return err;
}

static enum haunt_err on_result(void *arg, struct rd *body)
{
	struct nat_result r;
	enum haunt_err err = nat_result_get(body, &r);

	return err ? err : gate_core_result(arg, &r);
}

static enum haunt_err on_rule(void *arg, struct rd *body)
{
	struct grant grant;
	enum haunt_err err = grant_get(body, &grant);

	return err ? err : gate_core_rule(arg, &grant);
}

static enum haunt_err on_session(void *arg, struct rd *body)
{
	struct session s;
	enum haunt_err err = session_get(body, &s);

	if (!err)
		gate_core_session(arg, &s);
	return err;
}

static enum haunt_err on_listed(void *arg, struct rd *body)
{
	struct session s;
	enum haunt_err err = session_get(body, &s);

	return err ? err : gate_core_listed(arg, &s);
}

static enum haunt_err on_origin(void *arg, struct rd *body)
{
	struct origin o;
	enum haunt_err err = origin_get(body, &o);

	return err ? err : gate_core_origin(arg, &o);
}

static enum haunt_err on_decrypted(void *arg, struct rd *body)
{
	struct pgp_answer answer;
	enum haunt_err err = pgp_answer_get(body, &answer);

	if (!err)
		err = gate_core_decrypted(arg, &answer);
	secret_wipe(&answer, sizeof(answer));
	return err;
}

static enum haunt_err on_hello(void *arg, struct rd *body)
{
	(void)body;
	return gate_core_pgp_hello(arg);
}

static enum haunt_err on_lead(void *arg, struct rd *body)
{
	struct lead lead;
	enum haunt_err err = lead_get(body, &lead);

	return err ? err : gate_core_lead(arg, &lead);
}

static enum haunt_err on_told(void *arg, struct rd *body)
{
	struct nat_told told;
	enum haunt_err err = nat_told_get(body, &told);

	if (!err)
		gate_core_told(arg, &told);
	return err;
}

const struct ipc_permit gate_left[] = {
	{ CAPTURE_DATAGRAM, DATAGRAM_HEAD, DATAGRAM_MAX, on_datagram },
	{ CAPTURE_STATS, STATS_SIZE, STATS_SIZE, on_stats },
};

const struct ipc_permit gate_right[] = {
	{ NAT_RESULT, RESULT_SIZE, RESULT_SIZE, on_result },
	{ NAT_RULE, GRANT_SIZE, GRANT_SIZE, on_rule },
	{ NAT_SESSION, SESSION_SIZE, SESSION_SIZE, on_session },
	{ NAT_LISTED, SESSION_SIZE, SESSION_SIZE, on_listed },
	{ NAT_ORIGIN, ORIGIN_MIN, ORIGIN_MAX, on_origin },
	{ NAT_TOLD, 2, 2, on_told },
	{ NAT_LEAD, LEAD_SIZE, LEAD_SIZE, on_lead },
};

const struct ipc_permit gate_pgp[] = {
	{ PGP_ANSWER, PGP_ANSWER_MIN, PGP_ANSWER_MAX, on_decrypted },
	{ PGP_HELLO, 0, 0, on_hello },
};

const size_t gate_left_len = sizeof(gate_left) / sizeof(gate_left[0]);
const size_t gate_right_len = sizeof(gate_right) / sizeof(gate_right[0]);
const size_t gate_pgp_len = sizeof(gate_pgp) / sizeof(gate_pgp[0]);
