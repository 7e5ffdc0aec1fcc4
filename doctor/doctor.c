/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the order: first all is looked at, then it is judged, then told.
 */
#include "doctor/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "doctor/check.h"
#include "doctor/look.h"

#define PROBLEM_MAX 256

static check_fn *const always[] = {
	check_config, check_clock, check_conntrack, check_kernel, check_manager,
};

static check_fn *const configured[] = {
	check_files,	check_daemon, check_table,    check_forwarding,
	check_firewall, check_legacy, check_early,    check_target,
	check_doors,	check_beside, check_listener,
};

void check_all(const struct snapshot *s, struct findings *out)
{
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		always[i](s, out);
	for (size_t i = 0;
	     s->config && i < sizeof(configured) / sizeof(configured[0]); i++)
		configured[i](s, out);
}

static enum haunt_err look(struct snapshot *s, const char *path,
			   const char **what)
{
	enum haunt_err err = look_files(s, path, what);

	if (err == HAUNT_OK && s->config)
		err = look_daemon(s, what);
	if (err == HAUNT_OK)
		err = look_clock(s, what);
	if (err == HAUNT_OK)
		err = look_firewall(s, what);
	if (err == HAUNT_OK)
		err = look_net(s, what);
	if (err == HAUNT_OK)
		err = look_sockets(s, what);
	return err;
}

static const char *err_text(enum haunt_err err)
{
	switch ((int)err) {
	case HAUNT_ESYS:
		return strerror(errno);
	case HAUNT_ENOMEM:
		return "no memory";
	default:
		return "the kernel's answer is not understood";
	}
}

static enum doctor_status tell(const struct findings *found,
			       const char *problem, bool json)
{
	enum haunt_err err = HAUNT_OK;

	if (problem)
		fprintf(stderr, "hauntctl: doctor: %s\n", problem);
	if (json)
		err = findings_print_json(found, problem, stdout);
	else if (!problem)
		findings_print(found, stdout);
	if (fflush(stdout))
		err = HAUNT_ESYS;
	if (problem || err != HAUNT_OK)
		return DOCTOR_BLIND;
	return findings_ok(found) ? DOCTOR_OK : DOCTOR_FINDINGS;
}

enum doctor_status doctor_run(const char *path, bool json)
{
	struct snapshot s = { .config = NULL };
	struct findings found = { .len = 0 };
	char problem[PROBLEM_MAX] = "";
	const char *what = "";
	enum haunt_err err;
	enum doctor_status status;

	if (geteuid() != 0) {
		snprintf(problem, sizeof(problem),
			 "only root can look at everything: be root");
	} else {
		err = look(&s, path, &what);
		if (err == HAUNT_OK) {
			check_all(&s, &found);
			err = findings_whole(&found);
		}
		if (err != HAUNT_OK)
			snprintf(problem, sizeof(problem), "%s: %s", what,
				 err_text(err));
	}
	if (*problem)
		findings_free(&found);
	status = tell(&found, *problem ? problem : NULL, json);
	findings_free(&found);
	snapshot_free(&s);
	return status;
}
