/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reload, step by step: the file is read and judged by a process apart;
 * a capture with the new listeners is there before the old one goes; gate and
 * nat start anew with the new text, or, if they cannot, with the old one.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/instance.h"
#include "core/monitor_in.h"

#define TRIAL_MS 30000
#define LATE_MS	 5000

static void edition_free(struct edition *e)
{
	config_free(e->config);
	if (e->config && e->fd >= 0)
		close(e->fd);
	*e = (struct edition){ .fd = -1 };
}

static void begin(struct monitor *m)
{
	m->again = false;
	m->news.busy = true;
	log_event(LOG_LEVEL_INFO, "reload", "file=%s", m->setup->path);
	instance_notify_reloading();
	roles_tell(&m->roles, &m->news);
	if (!reload_start(&m->reload, m->setup->path))
		m->again = true;
}

void trial_ask(struct monitor *m)
{
	m->again = true;
}

/* The reasons, a log line each. */
static void reasons_log(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		log_event(LOG_LEVEL_ERROR, "reload",
			  "result=refused reason=\"%.*s\"", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void ended(struct monitor *m, enum news_result result, const char *text)
{
	m->trial = TRIAL_NONE;
	m->news.result = result;
	m->news.reloads++;
	m->news.busy = m->again;
	snprintf(m->news.text, sizeof(m->news.text), "%s", text);
	if (result == NEWS_REFUSED)
		reasons_log(m->news.text);
	else
		log_event(LOG_LEVEL_INFO, "reload",
			  "result=done generation=%u services=%zu clients=%zu",
			  m->news.generation, m->now.config->services_len,
			  m->now.config->clients_len);
	roles_tell(&m->roles, &m->news);
	instance_notify("READY=1");
}

static void late_end(struct monitor *m)
{
	roles_signal(&m->roles, ROLE_SET(ROLE_LATE), SIGTERM);
	m->late_until_ms = clock_mono_ms(clock_system()) + LATE_MS;
}

/* The capture before is the capture again; the other one goes. */
static void capture_back(struct monitor *m)
{
	struct role_process *at = m->roles.at;
	struct role_process tried = at[ROLE_CAPTURE];

	if (!at[ROLE_LATE].pid)
		return;
	at[ROLE_CAPTURE] = at[ROLE_LATE];
	at[ROLE_LATE] = tried;
	m->capture.state = UNIT_UP;
	late_end(m);
}

static void back(struct monitor *m, const char *why)
{
	uint64_t now_ms = clock_mono_ms(clock_system());
	bool moved = m->trial == TRIAL_PAIR;

	if (!moved)
		capture_back(m);
	else if (reload_moves_capture(m->now.config, m->next.config))
		unit_end(&m->capture, &m->roles, now_ms);
	edition_free(&m->next);
	m->trial = TRIAL_NONE;
	if (moved) {
		/* The run and the names that were on trial, too, are of no
		 * use. */
		roles_jobs_forget(&m->roles);
		roles_lookups_forget(&m->roles);
		m->run = unit_of(ROLE_SET(ROLE_RUN), ROLE_SET(ROLE_RUN));
		m->names = unit_of(ROLE_SET(ROLE_NAMES), ROLE_SET(ROLE_NAMES));
		unit_end(&m->pair, &m->roles, now_ms);
		unit_end(&m->pgp, &m->roles, now_ms);
	}
	ended(m, NEWS_REFUSED, why);
}

/* One that was told to make way for the new text. */
static bool pgp_was_old(const struct monitor *m, enum role_id role)
{
	return role == ROLE_PGP && m->pgp.wanted;
}

void trial_death(struct monitor *m, enum role_id role, const char *how)
{
	char why[160];
	bool matters = (m->trial == TRIAL_CAPTURE && role == ROLE_CAPTURE) ||
		       (m->trial == TRIAL_PAIR && m->pair.state == UNIT_UP &&
			role != ROLE_LATE && !pgp_was_old(m, role));

	if (!matters)
		return;
	snprintf(why, sizeof(why),
		 "the process %s did not start with it (%s); the log says "
		 "why\n",
		 role_name(role), how);
	back(m, why);
}

static void pair_anew(struct monitor *m, uint64_t now_ms)
{
	m->trial = TRIAL_PAIR;
	m->trial_until_ms = now_ms + TRIAL_MS;
	late_end(m);
	unit_end(&m->pair, &m->roles, now_ms);
	unit_end(&m->pgp, &m->roles, now_ms);
}

/* From now on two captures hear the same, until one has ended. */
static void takeover(struct monitor *m)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	m->news.takeover_ns =
		(uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	roles_tell(&m->roles, &m->news);
}

static void judged(struct monitor *m, uint64_t now_ms)
{
	if (!reload_take(&m->reload, m->setup->path, &m->now, &m->next)) {
		ended(m, NEWS_REFUSED, m->reload.said);
		return;
	}
	if (!reload_moves_capture(m->now.config, m->next.config)) {
		pair_anew(m, now_ms);
		return;
	}
	m->trial = TRIAL_CAPTURE;
	m->trial_until_ms = now_ms + TRIAL_MS;
	takeover(m);
	if (roles_start_capture(&m->roles, &m->next))
		unit_started(&m->capture, true, now_ms);
	else
		back(m, "no process could be made\n");
}

static void in_force(struct monitor *m)
{
	const struct config *c;

	edition_free(&m->now);
	m->now = m->next;
	m->next = (struct edition){ .fd = -1 };
	c = m->now.config;
	log_open("hauntd", "monitor", c->log_sink, c->log_level);
	m->news.generation++;
	ended(m, NEWS_DONE, "");
}

const struct edition *trial_edition(const struct monitor *m)
{
	return m->trial == TRIAL_PAIR ? &m->next : &m->now;
}

bool trial_needs_pgp(const struct monitor *m)
{
	return config_needs_pgp(trial_edition(m)->config);
}

/* All that make way are gone, and what takes their place is at work. */
static bool pair_is_new(const struct monitor *m)
{
	const enum unit_state pgp = trial_needs_pgp(m) ? UNIT_UP : UNIT_DOWN;

	return m->pair.state == UNIT_UP && m->pgp.state == pgp &&
	       roles_ready(&m->roles, trial_roles(m));
}

unsigned int trial_roles(const struct monitor *m)
{
	const struct config *c = trial_edition(m)->config;

	return ROLES_PAIR | (config_runs(c) ? ROLE_SET(ROLE_RUN) : 0) |
	       (config_has_names(c) ? ROLE_SET(ROLE_NAMES) : 0) |
	       (trial_needs_pgp(m) ? ROLE_SET(ROLE_PGP) : 0);
}

void trial_step(struct monitor *m, uint64_t now_ms)
{
	if (m->late_until_ms && now_ms >= m->late_until_ms) {
		roles_signal(&m->roles, ROLE_SET(ROLE_LATE), SIGKILL);
		m->late_until_ms = 0;
	}
	reload_tick(&m->reload, now_ms);
	if (reload_ended(&m->reload))
		judged(m, now_ms);
	/* The one before must be gone before there is another. */
	if (m->again && m->was_ready && m->trial == TRIAL_NONE &&
	    !reload_begun(&m->reload) &&
	    !roles_alive(&m->roles, ROLE_SET(ROLE_LATE)))
		begin(m);
	if (m->trial == TRIAL_CAPTURE &&
	    roles_ready(&m->roles, ROLE_SET(ROLE_CAPTURE)))
		pair_anew(m, now_ms);
	if (m->trial == TRIAL_PAIR && pair_is_new(m))
		in_force(m);
	if (m->trial != TRIAL_NONE && now_ms >= m->trial_until_ms)
		back(m, "the processes were not ready within 30 seconds\n");
}

uint64_t trial_next_ms(const struct monitor *m)
{
	uint64_t next = UINT64_MAX;

	if (reload_begun(&m->reload))
		next = m->reload.until_ms;
	if (m->trial != TRIAL_NONE && m->trial_until_ms < next)
		next = m->trial_until_ms;
	if (m->late_until_ms && m->late_until_ms < next)
		next = m->late_until_ms;
	return next;
}
