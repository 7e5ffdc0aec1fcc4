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

#define FILES_FEW      64
#define FILES_PROGRAMS 1024 /* what a program may have that a role starts */

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

static bool cap_is_kept(const struct role *role, int cap)
{
	switch (cap) {
	case CAP_NET_ADMIN:
		return role->keep_net_admin;
	case CAP_SETUID:
	case CAP_SETGID:
	case CAP_KILL:
		return role->keep_users;
	default:
		return false;
	}
}

static enum haunt_err caps_drop(const struct role *role, uid_t uid, gid_t gid)
{
	capng_flags_t flags = CAPNG_DROP_SUPP_GRP;

	/* What a program with rights of its own gets is bounded by it. */
	if (!role->keep_users)
		flags |= CAPNG_CLEAR_BOUNDING;
	capng_clear(role->keep_users ? CAPNG_SELECT_CAPS : CAPNG_SELECT_BOTH);
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++) {
		if (cap_is_kept(role, cap) &&
		    capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
				 (unsigned int)cap) < 0)
			return HAUNT_ESYS;
	}
	if (capng_change_id((int)uid, (int)gid, flags) < 0)
		return HAUNT_ESYS;
	return HAUNT_OK;
}

/* Looks at what is left; a drop that did not work must not go unnoticed. */
static bool dropped(const struct role *role, uid_t uid, gid_t gid)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	if (getresuid(&ruid, &euid, &suid) < 0 ||
	    getresgid(&rgid, &egid, &sgid) < 0)
		return false;
	if (ruid != uid || euid != uid || suid != uid || rgid != gid ||
	    egid != gid || sgid != gid)
		return false;
	if (uid != 0 && !role->keep_users && setuid(0) == 0)
		return false;
	capng_get_caps_process();
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++) {
		bool has = capng_have_capability(CAPNG_PERMITTED,
						 (unsigned int)cap) > 0;

		if (has && !cap_is_kept(role, cap))
			return false;
	}
	return true;
}

/* Becomes user for good: ids, supplementary groups, capabilities. ENOENT: no
 * such user. EDENIED: some right is left. */
static enum haunt_err role_drop(const struct role *role, const char *user)
{
	const struct passwd *pw = getpwnam(user);
	enum haunt_err err;
	uid_t uid;
	gid_t gid;

	if (!pw)
		return HAUNT_ENOENT;
	uid = pw->pw_uid;
	gid = pw->pw_gid;
	err = caps_drop(role, uid, gid);
	if (err != HAUNT_OK)
		return err;
	return dropped(role, uid, gid) ? HAUNT_OK : HAUNT_EDENIED;
}

static rlim_t rlim_min(rlim_t a, rlim_t b)
{
	return a < b ? a : b;
}

/* As many descriptors as it needs, or may have. The hard limit is what the
 * programs of a role that starts some may have. */
static bool files_limit(const struct role *role)
{
	rlim_t files = role->files ? role->files : FILES_FEW;
	struct rlimit now;

	if (getrlimit(RLIMIT_NOFILE, &now) < 0)
		return false;
	now.rlim_max = rlim_min(now.rlim_max,
				role->keep_users ? FILES_PROGRAMS : files);
	now.rlim_cur = rlim_min(now.rlim_max, files);
	return setrlimit(RLIMIT_NOFILE, &now) == 0;
}

/* No way back, nothing to be looked into, and no life after the monitor. */
static bool role_confine(const struct role *role)
{
	/* The change of uid cleared the last: die with the monitor. */
	if (files_limit(role) &&
	    (role->keep_users || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) &&
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
	enum haunt_err err = role_drop(role, user);

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
	    !role_become(role, setup) || !role_confine(role))
		return EXIT_FAILURE;
	return role->loop(state);
}
