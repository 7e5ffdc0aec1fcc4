/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides what the log says of a directory or a group that is not there. */
#include "core/gate/prepare.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>

#include "core/base/log.h"
#include "core/gate/ctl_socket.h"
#include "core/gate/replay.h"
#include "core/proto/haunt.h"

static const char *error_text(enum haunt_err err)
{
	return err == HAUNT_ESYS ? strerrorname_np(errno) : haunt_strerror(err);
}

enum haunt_err prepare_state(const struct config *config)
{
	const struct passwd *pw = getpwnam(config->user_gate);
	enum haunt_err err;

	if (!pw) {
		log_event(LOG_LEVEL_ERROR, "open", "user=%s error=no-such-user",
			  config->user_gate);
		return HAUNT_ENOENT;
	}
	err = replay_prepare(config->state_dir, pw->pw_uid, pw->pw_gid);
	if (err)
		log_event(LOG_LEVEL_ERROR, "open", "state-dir=%s error=%s",
			  config->state_dir, error_text(err));
	return err;
}

enum haunt_err prepare_socket(const struct config *config, const char **group,
			      int *listen_fd)
{
	const char *path = config->control_socket;
	const char *admits = config->control_group;
	enum haunt_err err = ctl_listen(path, admits, listen_fd);

	if (err == HAUNT_ENOENT) {
		log_event(LOG_LEVEL_WARNING, "control",
			  "group=%s error=no-such-group admits=root", admits);
		admits = NULL;
		err = ctl_listen(path, NULL, listen_fd);
	}
	if (err)
		log_event(LOG_LEVEL_ERROR, "control", "socket=%s error=%s",
			  path, error_text(err));
	else
		*group = admits;
	return err;
}
