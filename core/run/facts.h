/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a program that is started is told, in its environment, and what the log
 * calls it. Nothing in it comes from outside as it was: names are the
 * configuration's, addresses and numbers are written anew.
 */
#ifndef HAUNT_RUN_FACTS_H
#define HAUNT_RUN_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/config.h"
#include "core/run/job.h"

#define FACTS_MAX	16
#define FACTS_TEXT_MAX	1024
#define FACTS_LABEL_MAX 224

/* An environment for execve(); `at` points into `text`, so it stays where it
 * is. */
struct facts {
	char *at[FACTS_MAX + 1];
	size_t len;
	size_t used;
	char text[FACTS_TEXT_MAX];
};

/* True if the configuration has what the job's indexes say, and it is one that
 * the client may have. */
bool job_known(const struct config *config, const struct run_job *job);
/* The job must be known. */
void facts_make(const struct config *config, const struct run_job *job,
		struct facts *out);
/* "command=restart-web client=alice address=…" */
const char *job_label(const struct config *config, const struct run_job *job,
		      char buf[FACTS_LABEL_MAX]);

#endif
