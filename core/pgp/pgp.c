/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the loop: a job in, GnuPG at work, an answer out, one after the other.
 */
#include "core/pgp/pgp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/config.h"
#include "core/base/ipc.h"
#include "core/base/log.h"
#include "core/base/secret.h"
#include "core/pgp/home.h"
#include "core/pgp/job.h"
#include "core/pgp/keys.h"
#include "core/pgp/warden.h"

#define START_S 20 /* for the look at the keys */

struct pgp_role {
	const struct config *config;
	struct secret *passphrase;
	struct haunt_pgp *pgp;
	struct warden warden;
	int fd;
	/* too large for the stack together */
	struct pgp_job job;
	struct pgp_answer answer;
};

/* What GnuPG finds in its environment is this and no more. */
static bool environment_set(const char *home)
{
	return clearenv() == 0 &&
	       setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1) == 0 &&
	       setenv("HOME", home, 1) == 0 && setenv("LC_ALL", "C", 1) == 0;
}

/* What this process starts shall inherit none of them. */
static void descriptors_keep(void)
{
	for (int fd = ROLE_FD_CONFIG; fd <= ROLE_FD_LAST; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static enum haunt_err pgp_open(const struct role_setup *setup, void **state)
{
	struct pgp_role *p = calloc(1, sizeof(*p));

	if (!p)
		return HAUNT_ENOMEM;
	p->config = setup->config;
	p->fd = setup->left;
	if (!pgp_home_check(p->config) ||
	    !pgp_passphrase_read(p->config, &p->passphrase) ||
	    !environment_set(p->config->gpg_home)) {
		secret_free(p->passphrase);
		free(p);
		return HAUNT_EDENIED;
	}
	descriptors_keep();
	*state = p;
	return HAUNT_OK;
}

/* An answer that the gate has no room for is one that it waits for no more. */
static enum haunt_err answer_send(struct pgp_role *p)
{
	uint8_t body[PGP_ANSWER_MAX];
	struct wr w = wr_of(body, sizeof(body));
	enum haunt_err err;

	pgp_answer_put(&w, &p->answer);
	err = ipc_send(p->fd, PGP_ANSWER, &w);
	secret_wipe(body, sizeof(body));
	return err == HAUNT_EBUSY ? HAUNT_OK : err;
}

static enum haunt_err on_job(void *arg, struct rd *body)
{
	struct pgp_role *p = arg;
	struct pgp_answer *a = &p->answer;
	enum haunt_err err = pgp_job_get(body, &p->job);

	if (err)
		return err;
	memset(a, 0, sizeof(*a));
	a->id = p->job.id;
	warden_job_begins(&p->warden, PGP_JOB_S);
	a->err = pgp_decrypt(p->pgp, p->job.message, p->job.len, &a->plain);
	warden_job_ends(&p->warden);
	if (a->err)
		log_event(LOG_LEVEL_DEBUG, "gpg", "error=\"%s\"",
			  haunt_pgp_error(p->pgp));
	err = answer_send(p);
	secret_wipe(a, sizeof(*a));
	return err;
}

static enum haunt_err hello(const struct pgp_role *p)
{
	struct wr none = wr_of(NULL, 0);

	return ipc_send(p->fd, PGP_HELLO, &none);
}

static enum haunt_err serve(struct pgp_role *p)
{
	static const struct ipc_permit permits[] = {
		{ PGP_JOB, PGP_JOB_HEAD + 1, PGP_JOB_MAX, on_job },
	};
	enum haunt_err err = hello(p);

	while (!err || err == HAUNT_ENOENT) {
		struct pollfd fds = { .fd = p->fd, .events = POLLIN };

		if (err == HAUNT_ENOENT)
			(void)poll(&fds, 1, -1);
		err = ipc_dispatch(p->fd, permits, 1, p);
	}
	return err;
}

static bool gnupg_begin(struct pgp_role *p)
{
	const struct haunt_pgp_spec spec = {
		.home = p->config->gpg_home,
		.passphrase = secret_bytes(p->passphrase),
		.passphrase_len = secret_len(p->passphrase),
	};
	enum haunt_err err = haunt_pgp_new(&spec, &p->pgp);

	if (err == HAUNT_OK)
		return pgp_keys_look(p->config, p->pgp);
	log_event(LOG_LEVEL_ERROR, "gpg", "error=%s",
		  err == HAUNT_EUNSUPPORTED ? "no-gnupg" : haunt_strerror(err));
	return false;
}

static int pgp_loop(void *state)
{
	struct pgp_role *p = state;
	const char *home = p->config->gpg_home;
	enum haunt_err err;

	/* One that was killed has left its agent, which may hang. */
	pgp_home_clear(home);
	err = warden_start(&p->warden, home);
	if (!err) {
		warden_job_begins(&p->warden, START_S);
		err = gnupg_begin(p) ? HAUNT_OK : HAUNT_EDENIED;
		warden_job_ends(&p->warden);
	}
	if (!err) {
		role_ready();
		err = serve(p);
		log_event(LOG_LEVEL_ERROR, "stop", "where=gate error=%s",
			  err == HAUNT_ESYS ? strerrorname_np(errno)
					    : haunt_strerror(err));
	}
	haunt_pgp_free(p->pgp);
	secret_free(p->passphrase);
	pgp_home_clear(home);
	return EXIT_FAILURE;
}

static const char *pgp_user(const struct config *config)
{
	return config->user_pgp;
}

const struct role role_pgp = {
	.name = "pgp",
	.keep_net_admin = false,
	.user = pgp_user,
	.open = pgp_open,
	.loop = pgp_loop,
};
