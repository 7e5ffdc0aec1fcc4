/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the process: its sockets, its signals, and what wakes it.
 */
#include "nat/nat.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "nat/lookup.h"
#include "nat/nat_core.h"
#include "nat/nat_names.h"
#include "nat/nl.h"

/* Messages taken before anything else is looked at again. */
#define DRAIN_MAX 64
/* How long the gate may leave its queue full. */
#define SEND_WAIT_MS 30000
/* A reload is many changes: look again when it has had this long. */
#define CALM_MS 50
/* Until what could not be put back is tried again. */
#define AGAIN_MS 1000

struct nat_role {
	const struct config *config;
	const struct fw_ops *ops;
	struct fw *fw;
	struct nat *nat;
	int gate;
	int names; /* -1: nothing is named, or it is not to be trusted */
	struct nat_names *lookups; /* NULL: nothing is named */
	int signals;
	uint64_t calm_until_ms; /* the watch is not looked at before */
	uint64_t settled_ms;	/* when to look at what came of it; 0: never */
	bool broken;		/* what was taken away is not back yet */
};

static const char *nat_user(const struct config *config)
{
	return config->user_nat;
}

static enum haunt_err gate_send(void *arg, uint16_t type, const struct wr *body)
{
	const struct nat_role *role = arg;
	struct pollfd p = { .fd = role->gate, .events = POLLOUT };
	enum haunt_err err;
	int n = 1;

	/* An answer that is lost leaves the gate in doubt for ever. */
	while ((err = ipc_send(role->gate, type, body)) == HAUNT_EBUSY && n) {
		n = poll(&p, 1, SEND_WAIT_MS);
		if (n < 0 && errno != EINTR)
			return HAUNT_ESYS;
	}
	/* What a gate that died asked for is done all the same. */
	return err == HAUNT_ECLOSED ? HAUNT_OK : err;
}

static enum haunt_err nat_open(const struct role_setup *setup, void **state)
{
	struct nat_role *role = calloc(1, sizeof(*role));
	const struct fw_setup fw = { .config = setup->config,
				     .missing = setup->assume_missing,
				     .try_ms = setup->try_ms };
	struct nat_port port;
	enum haunt_err err;

	if (!role)
		return HAUNT_ENOMEM;
	role->config = setup->config;
	role->ops = setup->dry_run ? &fw_dry : &fw_nft;
	role->gate = setup->left;
	role->signals = -1;
	role->names = config_has_names(setup->config) ? setup->right : -1;
	err = role->ops->open(&fw, &role->fw);
	if (err != HAUNT_OK) {
		free(role);
		return err;
	}
	port = (struct nat_port){ .config = setup->config,
				  .clock = clock_system(),
				  .ops = role->ops,
				  .fw = role->fw,
				  .send = gate_send,
				  .arg = role };
	err = nat_new(setup->config, &port, &role->nat);
	if (err == HAUNT_OK && role->names >= 0)
		err = nat_names_new(&port, &role->lookups);
	if (err != HAUNT_OK) {
		nat_free(role->nat);
		role->ops->close(role->fw);
		free(role);
		return err;
	}
	*state = role;
	return HAUNT_OK;
}

/* Blocks the signals that end us, for the thread as well. */
static enum haunt_err signals_open(struct nat_role *role)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return HAUNT_ESYS;
	role->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return role->signals < 0 ? HAUNT_ESYS : HAUNT_OK;
}

/* What was said before us is known to names. */
static void names_ask(const struct nat_role *role)
{
	uint8_t none;
	struct wr w = wr_of(&none, 0);

	if (role->names >= 0 &&
	    ipc_send(role->names, LOOKUP_AGAIN, &w) != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "name", "result=not-asked");
}

/* Names reads what strangers say: if it says what it must not, it is not heard
 * any more, and what it said before stays. */
static enum haunt_err names_read(struct nat_role *role)
{
	enum haunt_err err = ipc_dispatch(role->names, nat_names_permits,
					  nat_names_permits_len, role->lookups);

	if (err == HAUNT_OK || err == HAUNT_ENOENT)
		return HAUNT_OK;
	if (err != HAUNT_EFORMAT && err != HAUNT_ESHORT)
		return err;
	log_event(LOG_LEVEL_ERROR, "name", "error=bad-message");
	role->names = -1;
	return HAUNT_OK;
}

static enum haunt_err gate_drain(struct nat_role *role)
{
	enum haunt_err err = HAUNT_OK;

	for (int i = 0; err == HAUNT_OK && i < DRAIN_MAX; i++)
		err = ipc_dispatch(role->gate, nat_permits, nat_permits_len,
				   role->nat);
	if (err == HAUNT_ESTALE)
		log_event(LOG_LEVEL_ERROR, "stop", "reason=grants-unknown");
	return err == HAUNT_ENOENT ? HAUNT_OK : err;
}

static const char *repair_error(enum haunt_err err)
{
	switch ((int)err) {
	case HAUNT_ESYS:
		return nl_errno_name(errno);
	case HAUNT_ENOMEM:
		return "no-memory";
	default:
		return "busy";
	}
}

/* ESTALE: the gate takes for granted what is in force no more. news: somebody
 * has changed something, and may not be done. */
static enum haunt_err firewall_repair(struct nat_role *role, bool news)
{
	enum haunt_err err = role->ops->repair(role->fw);
	uint64_t now = clock_mono_ms(clock_system());
	enum haunt_err told = HAUNT_OK;

	if (err == HAUNT_ESTALE) {
		log_event(LOG_LEVEL_WARNING, "stop", "reason=grants-lost");
		return err;
	}
	if (news || now >= role->settled_ms)
		role->settled_ms = news ? now + FW_SETTLED_MS : 0;
	role->broken = err != HAUNT_OK;
	if (err == HAUNT_OK)
		told = nat_risk_tell(role->nat);
	if (role->broken)
		log_event(LOG_LEVEL_ERROR, "repair", "error=%s",
			  repair_error(err));
	/* What it waits for may already have been told, and is not again. */
	role->calm_until_ms = now + (role->broken ? AGAIN_MS : CALM_MS);
	return told;
}

static bool repair_is_due(const struct nat_role *role, uint64_t now)
{
	return now >= role->calm_until_ms &&
	       (role->broken || (role->settled_ms && now >= role->settled_ms));
}

/* Waits for the next thing to do: how long the watch has to rest is how long
 * at most. */
static int wait_for_work(struct nat_role *role, struct pollfd p[5])
{
	uint64_t now = clock_mono_ms(clock_system());
	bool calm = now >= role->calm_until_ms;

	p[0] = (struct pollfd){ .fd = role->gate, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = role->signals, .events = POLLIN };
	p[2] = (struct pollfd){ .fd = -1, .events = POLLIN };
	p[3] = p[2];
	p[4] = (struct pollfd){ .fd = role->names, .events = POLLIN };
	if (role->ops->leftover)
		p[3].fd = role->ops->leftover(role->fw);
	if (calm && role->ops->watch)
		p[2].fd = role->ops->watch(role->fw);
	if (nat_busy(role->nat) || (calm && repair_is_due(role, now)))
		return poll(p, 5, 0);
	if (!calm)
		return poll(p, 5, (int)(role->calm_until_ms - now));
	return poll(p, 5,
		    role->settled_ms ? (int)(role->settled_ms - now) : -1);
}

static enum haunt_err serve(struct nat_role *role)
{
	enum haunt_err err = HAUNT_OK;
	struct pollfd p[5];

	while (err == HAUNT_OK) {
		if (wait_for_work(role, p) < 0) {
			if (errno != EINTR)
				return HAUNT_ESYS;
			continue;
		}
		if (p[1].revents)
			return HAUNT_ECLOSED;
		if (p[0].revents)
			err = gate_drain(role);
		if (p[3].revents)
			role->ops->finish(role->fw);
		if (err == HAUNT_OK && p[4].revents)
			err = names_read(role);
		/* Between two parts the gate has its turn. */
		if (err == HAUNT_OK && nat_busy(role->nat))
			err = nat_step(role->nat);
		if (err == HAUNT_OK &&
		    (p[2].revents ||
		     repair_is_due(role, clock_mono_ms(clock_system()))))
			err = firewall_repair(role, p[2].revents);
	}
	return err;
}

static void nat_close(struct nat_role *role)
{
	/* The thread may be waiting for the gate to read: wake it. */
	(void)shutdown(role->gate, SHUT_RDWR);
	nat_free(role->nat);
	role->ops->close(role->fw);
	nat_names_free(role->lookups);
	if (role->signals >= 0)
		close(role->signals);
	free(role);
}

static int nat_loop(void *state)
{
	struct nat_role *role = state;
	enum haunt_err err = signals_open(role);

	if (err == HAUNT_OK)
		err = jobs_start(nat_jobs(role->nat));
	if (err == HAUNT_OK) {
		jobs_room(nat_jobs(role->nat));
		role_ready();
		names_ask(role);
		err = serve(role);
	}
	if (err != HAUNT_ECLOSED && err != HAUNT_ESTALE)
		log_event(LOG_LEVEL_ERROR, "stop", "error=%s",
			  err == HAUNT_ESYS ? nl_errno_name(errno)
					    : "bad-message");
	nat_close(role);
	if (err == HAUNT_ESTALE)
		return ROLE_EXIT_ANEW;
	return err == HAUNT_ECLOSED ? EXIT_SUCCESS : EXIT_FAILURE;
}

const struct role role_nat = {
	.name = "nat",
	.keep_net_admin = true,
	.user = nat_user,
	.open = nat_open,
	.loop = nat_loop,
};
