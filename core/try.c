/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cloak on trial: the kernel lifts it by itself; here is only known when
 * that is, so that processes that start anew do the same, and who was here
 * when it began.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/tcp.h"
#include "core/instance.h"
#include "core/monitor_in.h"

#define END_SIZE 18

/* The clients' ends, in a sealed file. */
static int before_seal(const struct tcp_conns *conns)
{
	size_t size = conns->len * END_SIZE;
	char *bytes = malloc(size + 1);
	struct wr w;
	int fd;

	if (!bytes)
		return -1;
	w = wr_of(bytes, size);
	for (size_t i = 0; i < conns->len; i++)
		endpoint_put(&w, &conns->at[i].remote);
	fd = w.failed ? -1 : instance_seal(bytes, w.len);
	free(bytes);
	return fd;
}

bool try_begin(struct monitor *m)
{
	struct tcp_conns conns = { .len = 0 };
	uint32_t try_s = m->setup->try_s;

	if (try_s && tcp_established(&conns)) {
		log_event(LOG_LEVEL_ERROR, "try", "step=connections error=%s",
			  strerrorname_np(errno));
		return false;
	}
	m->roles.before_fd = before_seal(&conns);
	free(conns.at);
	if (m->roles.before_fd < 0) {
		log_event(LOG_LEVEL_ERROR, "try", "step=seal error=%s",
			  strerrorname_np(errno));
		return false;
	}
	if (!try_s)
		return true;
	m->news.cloak = NEWS_CLOAK_TRIED;
	m->news.cloak_until_ms =
		clock_mono_ms(clock_system()) + (uint64_t)try_s * 1000;
	log_event(LOG_LEVEL_INFO, "try",
		  "seconds=%u hint=hauntctl-confirm-by-a-new-connection",
		  try_s);
	return true;
}

void try_confirmed(struct monitor *m)
{
	if (m->news.cloak == NEWS_CLOAK_IN_FORCE)
		return;
	m->news.cloak = NEWS_CLOAK_IN_FORCE;
	log_event(LOG_LEVEL_INFO, "try", "result=confirmed");
	roles_tell(&m->roles, &m->news);
}

void try_step(struct monitor *m, uint64_t now_ms)
{
	if (m->news.cloak != NEWS_CLOAK_TRIED ||
	    now_ms < m->news.cloak_until_ms)
		return;
	m->news.cloak = NEWS_CLOAK_LIFTED;
	log_event(LOG_LEVEL_WARNING, "try",
		  "result=lifted reason=not-confirmed "
		  "hint=start-hauntd-anew-to-cloak");
	roles_tell(&m->roles, &m->news);
}

uint64_t try_next_ms(const struct monitor *m)
{
	return m->news.cloak == NEWS_CLOAK_TRIED ? m->news.cloak_until_ms
						 : UINT64_MAX;
}

int64_t try_left_ms(const struct monitor *m, uint64_t now_ms)
{
	uint64_t until = m->news.cloak_until_ms;

	if (m->news.cloak == NEWS_CLOAK_IN_FORCE)
		return -1;
	return until > now_ms ? (int64_t)(until - now_ms) : 0;
}
