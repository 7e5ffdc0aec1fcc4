/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides who asks when: some threads, each with one question at a time, so that
 * a name whose servers are silent keeps others waiting only if there are many
 * of its kind.
 */
#include "core/names/names.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conf/config.h"
#include "core/base/clock.h"
#include "core/base/ipc.h"
#include "core/base/log.h"
#include "core/names/resolve.h"

#define WORKERS	    8
#define STACK_BYTES ((size_t)256 * 1024)
/* After a question that failed the next comes sooner. */
#define AGAIN_MS 5000

struct item {
	const struct named *named;
	uint64_t due_ms;
	bool busy;
	bool known; /* there has been an answer */
	struct lookup last;
};

struct names_role {
	int nat;
	struct item items[CONFIG_NAMED_MAX];
	size_t len;
	pthread_mutex_t lock;
	pthread_cond_t wake;
};

static uint64_t now_ms(void)
{
	return clock_mono_ms(clock_system());
}

static const char *names_user(const struct config *config)
{
	return config->user_names;
}

static enum haunt_err names_open(const struct role_setup *setup, void **state)
{
	struct names_role *r = calloc(1, sizeof(*r));
	pthread_condattr_t attr;

	if (!r)
		return HAUNT_ENOMEM;
	r->nat = setup->right;
	for (size_t i = 0; i < setup->config->services_len; i++) {
		const struct named *named = setup->config->services[i].named;

		if (!named || r->len == CONFIG_NAMED_MAX)
			continue;
		r->items[r->len++] =
			(struct item){ .named = named,
				       .last.service = (uint16_t)i };
	}
	pthread_mutex_init(&r->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&r->wake, &attr);
	pthread_condattr_destroy(&attr);
	*state = r;
	return HAUNT_OK;
}

/* Nat reads all the time; what it does not take is told with the next. */
static void answer_tell(const struct names_role *r, const struct lookup *l)
{
	uint8_t buf[LOOKUP_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	enum haunt_err err;

	lookup_put(&w, l);
	err = ipc_send(r->nat, LOOKUP_ANSWER, &w);
	if (err == HAUNT_ECLOSED)
		_exit(EXIT_SUCCESS);
	if (err != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "name", "result=not-delivered");
}

/* The one whose time has come first; NULL if it has for none: *next_ms. */
static struct item *item_due(struct names_role *r, uint64_t *next_ms)
{
	struct item *first = NULL;

	for (size_t i = 0; i < r->len; i++) {
		struct item *item = &r->items[i];

		if (!item->busy && (!first || item->due_ms < first->due_ms))
			first = item;
	}
	*next_ms = first ? first->due_ms : UINT64_MAX;
	return first && first->due_ms <= now_ms() ? first : NULL;
}

/* With the lock held. Our clock goes on while the machine sleeps; the only one
 * that can be waited by does not. */
static void wait_until_ms(struct names_role *r, uint64_t ms)
{
	uint64_t now = now_ms(), left = ms > now ? ms - now : 0;
	struct timespec t;

	if (ms == UINT64_MAX) {
		pthread_cond_wait(&r->wake, &r->lock);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &t);
	left += (uint64_t)t.tv_nsec / 1000000;
	t.tv_sec += (time_t)(left / 1000);
	t.tv_nsec = (long)(left % 1000) * 1000000 + t.tv_nsec % 1000000;
	pthread_cond_timedwait(&r->wake, &r->lock, &t);
}

static void item_ask(struct names_role *r, struct item *item)
{
	uint64_t pause_ms = (uint64_t)item->named->refresh_s * 1000;
	struct lookup l = { .service = item->last.service };

	item->busy = true;
	pthread_mutex_unlock(&r->lock);
	resolve(item->named->host, &l);
	pthread_mutex_lock(&r->lock);
	if (l.result != LOOKUP_OK && pause_ms > AGAIN_MS)
		pause_ms = AGAIN_MS;
	/* A failure is not worth more than what was known before. */
	if (l.result == LOOKUP_OK || !item->known)
		item->last = l;
	item->known = true;
	item->busy = false;
	item->due_ms = now_ms() + pause_ms;
	answer_tell(r, &l);
	pthread_cond_signal(&r->wake);
}

static void *worker(void *arg)
{
	struct names_role *r = arg;

	pthread_mutex_lock(&r->lock);
	for (;;) {
		uint64_t next_ms;
		struct item *item = item_due(r, &next_ms);

		if (item)
			item_ask(r, item);
		else
			wait_until_ms(r, next_ms);
	}
	return NULL;
}

/* A nat that has begun anew knows nothing. */
static enum haunt_err handle_again(void *arg, struct rd *body)
{
	struct names_role *r = arg;

	(void)body;
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->len; i++) {
		if (r->items[i].known)
			answer_tell(r, &r->items[i].last);
	}
	pthread_mutex_unlock(&r->lock);
	return HAUNT_OK;
}

static const struct ipc_permit permits[] = {
	{ LOOKUP_AGAIN, 0, 0, handle_again },
};

static bool workers_start(struct names_role *r)
{
	size_t n = r->len < WORKERS ? r->len : WORKERS;
	pthread_attr_t attr;
	pthread_t thread;
	bool ok = true;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	for (size_t i = 0; ok && i < n; i++)
		ok = pthread_create(&thread, &attr, worker, r) == 0;
	pthread_attr_destroy(&attr);
	return ok;
}

/* SIGTERM ends the process as it stands: there is nothing to be put right. */
static int names_loop(void *state)
{
	struct names_role *r = state;
	struct pollfd p = { .fd = r->nat, .events = POLLIN };
	enum haunt_err err = HAUNT_OK;

	if (!workers_start(r)) {
		log_event(LOG_LEVEL_ERROR, "start", "error=no-thread");
		return EXIT_FAILURE;
	}
	role_ready();
	while (err == HAUNT_OK || err == HAUNT_ENOENT) {
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			return EXIT_FAILURE;
		err = ipc_dispatch(r->nat, permits, 1, r);
	}
	/* At once: the others still read what would be freed on the way. */
	_exit(err == HAUNT_ECLOSED ? EXIT_SUCCESS : EXIT_FAILURE);
}

const struct role role_names = {
	.name = "names",
	.user = names_user,
	.open = names_open,
	.loop = names_loop,
};
