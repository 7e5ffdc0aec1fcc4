/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the role's life: what is opened as root, and one loop that waits for
 * all of it. An idle gateway never wakes it.
 */
#include "core/capture/capture.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "conf/config.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/capture/connections.h"
#include "core/capture/links.h"
#include "core/capture/shelf.h"
#include "core/capture/sink.h"
#include "core/capture/sniff.h"
#include "core/capture/tcp.h"
#include "core/capture/udp.h"

/* Batches of each way in that are looked at once more at the end: all that
 * a ring or a queue can hold of what it should. */
#define REST_ROUNDS 8
/* What those who are connected at the end have to say what they have to. */
#define REST_MS 500

/* Connections, and what any role may have. */
#define CAPTURE_FILES (CONNECTIONS_MAX + 64)

struct capture {
	int gate;
	int signals;
	struct sink *sink;
	struct links *links; /* NULL if nothing is sniffed */
	struct sniff *sniff; /* likewise */
	struct udp *udp;
	struct tcp *tcp;
	struct shelf shelf;
	uint64_t end_ms; /* 0: nobody has asked for it */
};

/* What the loop waits for; the sockets follow. */
enum wait {
	WAIT_SIGNALS,
	WAIT_GATE,
	WAIT_LINKS,
	WAIT_SNIFF,
	WAIT_TCP,
	WAIT_UDP,
	WAIT_MAX = WAIT_UDP + CONFIG_LISTENERS_MAX,
};

static const char *capture_user(const struct config *config)
{
	return config->user_capture;
}

static bool sniffs(const struct config *config)
{
	for (size_t i = 0; i < config->listeners_len; i++) {
		if (config->listeners[i].kind == LISTENER_SNIFF)
			return true;
	}
	return false;
}

/* SIGINT from a terminal reaches all roles; the monitor decides on it. */
static enum haunt_err signals_open(int *out)
{
	sigset_t blocked, ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	blocked = ends;
	sigaddset(&blocked, SIGINT);
	if (sigprocmask(SIG_BLOCK, &blocked, NULL) < 0)
		return HAUNT_ESYS;
	*out = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	return *out < 0 ? HAUNT_ESYS : HAUNT_OK;
}

/* Half-built is fine. The gate's socket is the caller's. */
static void capture_free(struct capture *c)
{
	if (c->signals >= 0)
		close(c->signals);
	sniff_close(c->sniff);
	links_free(c->links);
	udp_close(c->udp);
	tcp_close(c->tcp);
	shelf_forget(&c->shelf);
	sink_free(c->sink);
	free(c);
}

static enum haunt_err links_start(struct capture *c,
				  const struct config *config)
{
	enum haunt_err err = links_new(config, &c->links);

	if (err == HAUNT_OK)
		err = links_open(c->links);
	if (err == HAUNT_ESYS)
		log_event(LOG_LEVEL_ERROR, "interfaces", "error=%s",
			  strerrorname_np(errno));
	return err;
}

static enum haunt_err capture_start(struct capture *c,
				    const struct config *config)
{
	enum haunt_err err = signals_open(&c->signals);

	if (err == HAUNT_OK)
		err = sink_new(c->gate, &c->sink);
	if (err == HAUNT_OK && sniffs(config)) {
		/* The names first, or the first frames would be nobody's. */
		err = links_start(c, config);
		if (err == HAUNT_OK)
			err = sniff_open(config, c->links, c->sink, &c->sniff);
	}
	if (err == HAUNT_OK)
		err = udp_open(config, c->sink, &c->udp);
	if (err == HAUNT_OK)
		err = tcp_open(config, c->sink, &c->shelf, &c->tcp);
	return err;
}

static enum haunt_err capture_open(const struct role_setup *setup, void **state)
{
	struct capture *c = calloc(1, sizeof(*c));
	enum haunt_err err;

	if (!c)
		return HAUNT_ENOMEM;
	c->gate = setup->right;
	c->signals = -1;
	shelf_look(setup->left, setup->shelf, &c->shelf);
	err = capture_start(c, setup->config);
	if (err != HAUNT_OK) {
		if (err == HAUNT_ENOMEM)
			log_event(LOG_LEVEL_ERROR, "open", "error=ENOMEM");
		capture_free(c);
		return err;
	}
	*state = c;
	return HAUNT_OK;
}

static nfds_t waits_fill(const struct capture *c, struct pollfd *waits)
{
	const struct pollfd none = { .fd = -1, .events = POLLIN };
	size_t sockets = udp_count(c->udp);

	for (size_t i = 0; i < WAIT_MAX; i++)
		waits[i] = none;
	waits[WAIT_SIGNALS].fd = c->signals;
	/* The gate says nothing; only its end is of interest. */
	waits[WAIT_GATE].fd = c->gate;
	waits[WAIT_GATE].events = 0;
	if (c->sniff) {
		waits[WAIT_LINKS].fd = links_fd(c->links);
		waits[WAIT_SNIFF].fd = sniff_fd(c->sniff);
	}
	waits[WAIT_TCP].fd = tcp_fd(c->tcp);
	for (size_t i = 0; i < sockets; i++)
		waits[WAIT_UDP + i].fd = udp_fd(c->udp, i);
	return (nfds_t)(WAIT_UDP + sockets);
}

/* Sends the counters if it is time, and tells when it is again. */
static uint64_t report(struct capture *c)
{
	uint64_t now_ms = clock_mono_ms(clock_system());
	uint64_t due = sink_report_due(c->sink, now_ms);

	if (due == 0) {
		sink_report(c->sink, now_ms,
			    udp_lost(c->udp) +
				    (c->sniff ? sniff_lost(c->sniff) : 0));
		due = sink_report_due(c->sink, now_ms);
	}
	return due;
}

/* How long the loop may wait. */
static int patience(struct capture *c)
{
	uint64_t due = report(c), tcp = tcp_due(c->tcp), now_ms;

	if (tcp < due)
		due = tcp;
	if (c->end_ms) {
		now_ms = clock_mono_ms(clock_system());
		if (now_ms >= c->end_ms)
			return 0;
		if (c->end_ms - now_ms < due)
			due = c->end_ms - now_ms;
	}
	return due > INT_MAX ? -1 : (int)due;
}

static enum haunt_err serve(struct capture *c, const struct pollfd *waits)
{
	enum haunt_err err = HAUNT_OK;

	if (waits[WAIT_LINKS].revents)
		err = links_read(c->links);
	if (err == HAUNT_OK && waits[WAIT_SNIFF].revents)
		err = sniff_read(c->sniff);
	if (err == HAUNT_OK)
		err = tcp_read(c->tcp);
	for (size_t i = 0; err == HAUNT_OK && i < udp_count(c->udp); i++) {
		if (waits[WAIT_UDP + i].revents)
			err = udp_read(c->udp, i);
	}
	return err == HAUNT_OK ? sink_error(c->sink) : err;
}

/* What was heard before the end is passed on: nobody else heard it. */
static enum haunt_err serve_rest(struct capture *c)
{
	struct pollfd all[WAIT_MAX];
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; i < WAIT_MAX; i++)
		all[i] = (struct pollfd){ .revents = i == WAIT_LINKS ? 0
								     : POLLIN };
	if (!c->sniff)
		all[WAIT_SNIFF].revents = 0;
	tcp_finish(c->tcp);
	for (int i = 0; err == HAUNT_OK && i < REST_ROUNDS; i++)
		err = serve(c, all);
	return err == HAUNT_OK ? HAUNT_ECLOSED : err;
}

/* Nobody new is let in. All else goes on until who is connected has said what
 * he has to say: what comes in other ways does not wait for him. */
static enum haunt_err end_begin(struct capture *c, struct pollfd *waits)
{
	waits[WAIT_SIGNALS].fd = -1;
	waits[WAIT_SIGNALS].revents = 0;
	c->end_ms = clock_mono_ms(clock_system()) + REST_MS;
	return tcp_shut(c->tcp);
}

static bool is_over(struct capture *c)
{
	return c->end_ms && (tcp_due(c->tcp) == UINT64_MAX ||
			     clock_mono_ms(clock_system()) >= c->end_ms);
}

/* ECLOSED: it is time to end. */
static enum haunt_err capture_serve(struct capture *c)
{
	struct pollfd waits[WAIT_MAX];
	nfds_t n = waits_fill(c, waits);
	enum haunt_err err = HAUNT_OK;

	while (err == HAUNT_OK && !is_over(c)) {
		if (poll(waits, n, patience(c)) < 0) {
			err = errno == EINTR ? HAUNT_OK : HAUNT_ESYS;
			continue;
		}
		if (waits[WAIT_GATE].revents)
			return HAUNT_ECLOSED;
		if (waits[WAIT_SIGNALS].revents)
			err = end_begin(c, waits);
		if (err == HAUNT_OK)
			err = serve(c, waits);
	}
	return err == HAUNT_OK ? serve_rest(c) : err;
}

/* Who comes after takes over what is there; what nobody took is gone. */
static void shelf_renew(struct capture *c)
{
	shelf_forget(&c->shelf);
	if (tcp_leave(c->tcp, &c->shelf) != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "listen", "step=leave error=%s",
			  strerrorname_np(errno));
}

static int capture_loop(void *state)
{
	struct capture *c = state;
	enum haunt_err err;

	shelf_renew(c);
	role_ready();
	err = capture_serve(c);
	if (err != HAUNT_ECLOSED)
		log_event(LOG_LEVEL_ERROR, "loop", "error=%s",
			  strerrorname_np(errno));
	capture_free(c);
	return err == HAUNT_ECLOSED ? EXIT_SUCCESS : EXIT_FAILURE;
}

const struct role role_capture = {
	.name = "capture",
	.user = capture_user,
	.open = capture_open,
	.loop = capture_loop,
	.files = CAPTURE_FILES,
};
