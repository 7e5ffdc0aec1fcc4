/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides how a process gives up its rights: the order matters, and each step
 * is checked afterwards instead of believed.
 */
#include "core/base/role.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/log.h"

#define FILES_FEW 64

void role_ready(void)
{
	ssize_t n;

	do {
		n = write(ROLE_FD_READY, "", 1);
	} while (n < 0 && errno == EINTR);
	/* Nobody listens: the monitor died before it could be noticed. */
	if (n < 0)
		_exit(EXIT_FAILURE);
	close(ROLE_FD_READY);
}

/* Before anything secret is read. */
static bool cores_forbid(void)
{
	static const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) == 0)
		return true;
	log_event(LOG_LEVEL_ERROR, "limits", "error=%s",
		  strerrorname_np(errno));
	return false;
}

static enum haunt_err caps_drop(uid_t uid, gid_t gid, bool keep_net_admin)
{
	capng_clear(CAPNG_SELECT_BOTH);
	if (keep_net_admin &&
	    capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
			 CAP_NET_ADMIN) < 0)
		return HAUNT_ESYS;
	if (capng_change_id((int)uid, (int)gid,
			    CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING) < 0)
		return HAUNT_ESYS;
	return HAUNT_OK;
}

/* Looks at what is left; a drop that did not work must not go unnoticed. */
static bool dropped(uid_t uid, gid_t gid, bool keep_net_admin)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	if (getresuid(&ruid, &euid, &suid) < 0 ||
	    getresgid(&rgid, &egid, &sgid) < 0)
		return false;
	if (ruid != uid || euid != uid || suid != uid || rgid != gid ||
	    egid != gid || sgid != gid)
		return false;
	if (uid != 0 && setuid(0) == 0)
		return false;
	capng_get_caps_process();
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++) {
		bool has = capng_have_capability(CAPNG_PERMITTED,
						 (unsigned int)cap) > 0;

		if (has && !(keep_net_admin && cap == CAP_NET_ADMIN))
			return false;
	}
	return true;
}

/* Becomes user for good: ids, supplementary groups, capabilities. ENOENT: no
 * such user. EDENIED: some right is left. */
static enum haunt_err role_drop(const char *user, bool keep_net_admin)
{
	const struct passwd *pw = getpwnam(user);
	enum haunt_err err;
	uid_t uid;
	gid_t gid;

	if (!pw)
		return HAUNT_ENOENT;
	uid = pw->pw_uid;
	gid = pw->pw_gid;
	err = caps_drop(uid, gid, keep_net_admin);
	if (err != HAUNT_OK)
		return err;
	return dropped(uid, gid, keep_net_admin) ? HAUNT_OK : HAUNT_EDENIED;
}

/* As many descriptors as it needs, or may have. */
static bool files_limit(rlim_t files)
{
	struct rlimit now;

	if (getrlimit(RLIMIT_NOFILE, &now) < 0)
		return false;
	if (now.rlim_max > files)
		now.rlim_max = files;
	now.rlim_cur = now.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &now) == 0;
}

/* No way back, nothing to be looked into, and no life after the monitor. */
static bool role_confine(unsigned int files)
{
	/* The change of uid cleared the last: die with the monitor. */
	if (files_limit(files ? files : FILES_FEW) &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	    prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) == 0)
		return true;
	log_event(LOG_LEVEL_ERROR, "confine", "error=%s",
		  strerrorname_np(errno));
	return false;
}

static bool role_become(const struct role *role, const struct role_setup *setup)
{
	const char *user = role->user(setup->config);
	enum haunt_err err = role_drop(user, role->keep_net_admin);

	if (err == HAUNT_OK)
		return true;
	if (err == HAUNT_ENOENT)
		log_event(LOG_LEVEL_ERROR, "drop", "user=%s error=no-such-user",
			  user);
	else
		log_event(LOG_LEVEL_ERROR, "drop", "user=%s error=%s", user,
			  err == HAUNT_ESYS ? strerrorname_np(errno)
					    : "rights-remain");
	return false;
}

int role_run(const struct role *role, const struct role_setup *setup)
{
	void *state = NULL;

	if (!cores_forbid() || role->open(setup, &state) != HAUNT_OK ||
	    !role_become(role, setup) || !role_confine(role->files))
		return EXIT_FAILURE;
	return role->loop(state);
}
