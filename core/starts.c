/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what each role's start needs, and which roles a configuration has.
 */
#include "core/monitor_in.h"

#include "core/base/clock.h"

static uint64_t now_ms(void)
{
	return clock_mono_ms(clock_system());
}

/* A configuration that is another one has a run and a names of its own. */
void pair_start(struct monitor *m)
{
	const struct edition *e = trial_edition(m);
	bool run_anew = m->roles.jobs_edition != e->fd;
	bool names_anew = m->roles.lookups_edition != e->fd;
	bool ok = roles_start_pair(&m->roles, e, &m->news,
				   try_left_ms(m, now_ms()));

	unit_started(&m->pair, ok, now_ms());
	if (run_anew)
		m->run = unit_of(ROLE_SET(ROLE_RUN), ROLE_SET(ROLE_RUN));
	if (names_anew)
		m->names = unit_of(ROLE_SET(ROLE_NAMES), ROLE_SET(ROLE_NAMES));
}

/* There is something to run, and the one who runs it is of the same mind as
 * the gate. Its end of the jobs comes with the gate's. */
bool run_wanted(const struct monitor *m)
{
	return m->roles.jobs[0] >= 0 &&
	       m->roles.jobs_edition == trial_edition(m)->fd;
}

void run_start(struct monitor *m)
{
	bool ok = roles_start_run(&m->roles, trial_edition(m));

	unit_started(&m->run, ok, now_ms());
}

/* Something is named, and nat is of the same mind. */
bool names_wanted(const struct monitor *m)
{
	return m->roles.lookups[0] >= 0 &&
	       m->roles.lookups_edition == trial_edition(m)->fd;
}

void names_start(struct monitor *m)
{
	bool ok = roles_start_names(&m->roles, trial_edition(m));

	unit_started(&m->names, ok, now_ms());
}

void pgp_start(struct monitor *m)
{
	bool ok = roles_start_pgp(&m->roles, trial_edition(m));

	unit_started(&m->pgp, ok, now_ms());
}

void capture_start(struct monitor *m)
{
	bool ok = roles_start_capture(&m->roles, trial_edition(m));

	unit_started(&m->capture, ok, now_ms());
}
