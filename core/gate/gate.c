/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the event loop and the two neighbours' sockets. All that is decided
 * is decided in core.c; here bytes become its values, and its deadline
 * becomes a timer.
 */
#include "core/gate/gate.h"

#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/ipc.h"
#include "core/base/log.h"
#include "core/gate/above.h"
#include "core/gate/beside.h"
#include "core/gate/clients.h"
#include "core/gate/core.h"
#include "core/gate/ctl.h"
#include "core/gate/intake.h"
#include "core/gate/messages.h"
#include "core/gate/prepare.h"
#include "core/gate/replay.h"

#define AT_ONCE	      64 /* messages of one neighbour before the others' turn */
#define STORE_WAIT_MS 5000 /* the gate before us may still be ending */

struct gate {
	const struct config *config;
	const char *group; /* NULL: there is none */
	struct clients *clients;
	struct replay *replay;
	struct gate_core *core;
	struct ctl *ctl;
	struct above above;
	struct before before;
	struct intake intake;
	struct ev_loop *loop;
	ev_io left;
	ev_io more; /* of the left, while some of it is in hand */
	ev_io right;
	struct beside beside; /* only if the configuration needs it */
	ev_timer timer;
	ev_prepare prepare;
	ev_signal term;
	ev_signal interrupt;
	int left_fd;
	int right_fd;
	int listen_fd;
	int status;
};

static const char *error_text(enum haunt_err err)
{
	return err == HAUNT_ESYS ? strerrorname_np(errno) : haunt_strerror(err);
}

static void gate_stop(struct gate *g, int status)
{
	g->status = status;
	ev_break(g->loop, EVBREAK_ALL);
}

/* What an error of a neighbour, or of the core, means for the process. */
static void gate_fail(struct gate *g, const char *where, enum haunt_err err)
{
	if (err == HAUNT_ECLOSED) {
		gate_stop(g, EXIT_SUCCESS);
		return;
	}
	log_event(LOG_LEVEL_ERROR, "stop", "where=%s error=%s", where,
		  error_text(err));
	/* It lies in the socket still, for every gate that comes. */
	gate_stop(g, strcmp(where, "capture") == 0 && err != HAUNT_ESYS
			     ? ROLE_EXIT_SPOILT
			     : EXIT_FAILURE);
}

static enum haunt_err nat_send(void *arg, uint16_t type, const struct wr *body)
{
	const struct gate *g = arg;

	return ipc_send(g->right_fd, type, body);
}

static enum haunt_err pgp_send(void *arg, uint16_t type, const struct wr *body)
{
	const struct gate *g = arg;

	return beside_send(&g->beside, type, body);
}

/* The monitor keeps both ends of that socket: whoever runs it, or nobody for
 * a while, it is there. */
static enum haunt_err run_send(void *arg, uint16_t type, const struct wr *body)
{
	(void)arg;
	return ipc_send(ROLE_FD_RUN, type, body);
}

static enum haunt_err monitor_wish(void *arg, enum wish wish)
{
	const struct gate *g = arg;

	return above_wish(&g->above, wish);
}

static void monitor_lost(void *arg, enum haunt_err err)
{
	gate_fail(arg, "monitor", err);
}

static void beside_lost(void *arg, const char *where, enum haunt_err err)
{
	gate_fail(arg, where, err);
}

static void on_left(struct ev_loop *loop, ev_io *w, int events)
{
	struct gate *g = w->data;

	(void)loop, (void)events;
	for (int i = 0; i < AT_ONCE && gate_core_hungry(g->core); i++) {
		enum haunt_err err = intake_next(&g->intake, gate_left,
						 gate_left_len, g->core);
		uint32_t answered, waits;

		if (err == HAUNT_ENOENT)
			return;
		if (err) {
			gate_fail(g, "capture", err);
			return;
		}
		gate_core_waiting(g->core, &answered, &waits);
		if (waits)
			intake_hold(&g->intake, waits);
	}
}

static void on_more(struct ev_loop *loop, ev_io *w, int events)
{
	struct gate *g = w->data;

	(void)loop, (void)events;
	intake_more(&g->intake);
}

static void on_right(struct ev_loop *loop, ev_io *w, int events)
{
	struct gate *g = w->data;

	(void)loop, (void)events;
	for (int i = 0; i < AT_ONCE; i++) {
		enum haunt_err err = ipc_dispatch(g->right_fd, gate_right,
						  gate_right_len, g->core);

		if (err == HAUNT_ENOENT)
			return;
		if (err) {
			gate_fail(g, "nat", err);
			return;
		}
		beside_waiting(g->core, &g->intake);
	}
}

static void on_term(struct ev_loop *loop, ev_signal *w, int events)
{
	(void)loop, (void)events;
	gate_stop(w->data, EXIT_SUCCESS);
}

/* The timer only ends the wait: on_prepare() does what is due. */
static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop, (void)w, (void)events;
}

static void timer_arm(struct gate *g, uint64_t next_ms)
{
	uint64_t now = clock_mono_ms(clock_system());
	uint64_t wait_ms = next_ms > now ? next_ms - now : 0;

	ev_timer_stop(g->loop, &g->timer);
	if (next_ms == UINT64_MAX)
		return;
	ev_now_update(g->loop);
	/* A millisecond late is late once; early is a second round. */
	ev_timer_set(&g->timer, (double)(wait_ms + 1) / 1000.0, 0.0);
	ev_timer_start(g->loop, &g->timer);
}

static void io_switch(struct ev_loop *loop, ev_io *w, bool on)
{
	if (on && !ev_is_active(w))
		ev_io_start(loop, w);
	else if (!on && ev_is_active(w))
		ev_io_stop(loop, w);
}

/* Packets wait in the socket while nat has more than enough to do. */
static void left_switch(struct gate *g)
{
	bool hungry = gate_core_hungry(g->core);

	io_switch(g->loop, &g->left, hungry && intake_wants(&g->intake));
	io_switch(g->loop, &g->more, hungry && intake_waits(&g->intake));
}

static void on_prepare(struct ev_loop *loop, ev_prepare *w, int events)
{
	struct gate *g = w->data;
	uint64_t next_ms = UINT64_MAX;
	enum haunt_err err = gate_core_tick(g->core, &next_ms);

	(void)loop, (void)events;
	if (err) {
		gate_fail(g, "core", err);
		next_ms = 0; /* do not wait before the loop sees the break */
	}
	beside_waiting(g->core, &g->intake);
	beside_unburden(g->core, &g->intake);
	err = intake_release(&g->intake);
	if (err)
		gate_fail(g, "capture", err);
	left_switch(g);
	timer_arm(g, next_ms);
}

static enum haunt_err gate_open(const struct role_setup *setup, void **state)
{
	struct gate *g = calloc(1, sizeof(*g));
	enum haunt_err err;

	if (!g)
		return HAUNT_ENOMEM;
	g->config = setup->config;
	g->group = setup->config->control_group;
	g->left_fd = setup->left;
	g->right_fd = setup->right;
	err = clients_new(g->config, &g->clients);
	if (err == HAUNT_ENOMEM)
		log_event(LOG_LEVEL_ERROR, "open", "error=ENOMEM");
	if (!err)
		err = prepare_state(g->config);
	if (!err)
		err = prepare_socket(g->config, &g->group, &g->listen_fd);
	if (err) {
		clients_free(g->clients);
		free(g);
		return err;
	}
	*state = g;
	return HAUNT_OK;
}

static void watchers_start(struct gate *g)
{
	ev_io_init(&g->left, on_left, g->left_fd, EV_READ);
	ev_io_init(&g->more, on_more, g->intake.more_fd, EV_READ);
	ev_io_init(&g->right, on_right, g->right_fd, EV_READ);
	ev_timer_init(&g->timer, on_timer, 0.0, 0.0);
	ev_prepare_init(&g->prepare, on_prepare);
	ev_signal_init(&g->term, on_term, SIGTERM);
	ev_signal_init(&g->interrupt, on_term, SIGINT);
	g->left.data = g;
	g->more.data = g;
	g->right.data = g;
	g->prepare.data = g;
	g->term.data = g;
	g->interrupt.data = g;
	g->above.fail = monitor_lost;
	g->above.arg = g;
	above_start(&g->above, g->loop, ROLE_FD_MONITOR);
	/* Answers before questions. */
	ev_set_priority(&g->right, EV_MAXPRI);
	ev_io_start(g->loop, &g->right);
	if (config_needs_pgp(g->config)) {
		g->beside.core = g->core;
		beside_start(&g->beside, g->loop);
	}
	ev_prepare_start(g->loop, &g->prepare);
	ev_signal_start(g->loop, &g->term);
	ev_signal_start(g->loop, &g->interrupt);
}

/* Phase 4 begins with what must not be done as root. Logs its own errors. */
static enum haunt_err loop_begin(struct gate *g)
{
	const struct replay_spec spec = {
		.dir = g->config->state_dir,
		.window_s = g->config->age_window_s,
		.now_s = clock_wall_s(clock_system()),
		.wait_ms = STORE_WAIT_MS,
	};
	struct gate_parts parts = {
		.config = g->config,
		.clock = clock_system(),
		.clients = g->clients,
		.send = nat_send,
		.birth = (uint32_t)clock_mono_ms(clock_system()),
		.run = config_runs(g->config) ? run_send : NULL,
		.wish = monitor_wish,
		.news = &g->above.news,
		.before = &g->before,
		.arg = g
	};
	enum haunt_err err = replay_new(&spec, &g->replay);

	if (err) {
		log_event(LOG_LEVEL_ERROR, "replay", "state-dir=%s error=%s",
			  g->config->state_dir, error_text(err));
		return err;
	}
	parts.replay = g->replay;
	if (config_needs_pgp(g->config))
		parts.pgp_send = pgp_send;
	g->beside = (struct beside){ .fd = ROLE_FD_PGP,
				     .intake = &g->intake,
				     .fail = beside_lost,
				     .arg = g };
	g->loop = ev_default_loop(0);
	err = intake_init(&g->intake, g->left_fd);
	if (!err)
		err = before_read(ROLE_FD_BEFORE, &g->before);
	if (!err)
		err = g->loop ? gate_core_new(&parts, &g->core) : HAUNT_ESYS;
	if (!err)
		err = ctl_new(g->loop, g->listen_fd, g->group, g->core,
			      &g->ctl);
	if (err)
		log_event(LOG_LEVEL_ERROR, "loop", "error=%s", error_text(err));
	return err;
}

static int gate_loop(void *state)
{
	struct gate *g = state;
	enum haunt_err err = loop_begin(g);

	g->status = EXIT_FAILURE;
	if (!err) {
		watchers_start(g);
		err = gate_core_start(g->core);
		if (err)
			gate_fail(g, "nat", err);
		if (!err) {
			/* Knocks are served from here on: nat says by itself
			 * when its part of it is. */
			role_ready();
			ev_run(g->loop, 0);
		}
	}
	ctl_free(g->ctl);
	gate_core_free(g->core);
	replay_free(g->replay);
	clients_free(g->clients);
	before_free(&g->before);
	if (g->loop)
		ev_loop_destroy(g->loop);
	return g->status;
}

static const char *gate_user(const struct config *config)
{
	return config->user_gate;
}

const struct role role_gate = {
	.name = "gate",
	.keep_net_admin = false,
	.user = gate_user,
	.open = gate_open,
	.loop = gate_loop,
};
