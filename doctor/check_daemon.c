/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * That hauntd runs, is the one that this program belongs to, and has read the
 * file as it is now.
 */
#include <string.h>

#include "core/proto/haunt.h"
#include "doctor/check.h"

void fix_restart(const struct snapshot *s, struct finding *f)
{
	char word[SHELL_WORD_MAX];
	bool running = s->daemon.running && s->daemon.pid > 1;

	shell_word(s->files.path, word);
	if (s->daemon.systemd)
		finding_fix(f, "systemctl restart hauntd");
	else if (running)
		finding_fix(f,
			    "kill %d && tail --pid=%d -f /dev/null; hauntd -c "
			    "%s",
			    (int)s->daemon.pid, (int)s->daemon.pid, word);
	else
		finding_fix(f, "hauntd -c %s", word);
}

void check_daemon(const struct snapshot *s, struct findings *out)
{
	const struct snap_daemon *d = &s->daemon;
	struct finding *f;

	if (!d->running) {
		f = finding_add(out, FOUND_NOT_RUNNING);
		finding_where(f, "%s", s->config->control_socket);
		finding_text(f, "no hauntd listens at the control socket: "
				"nothing is opened for anybody");
		fix_restart(s, f);
		return;
	}
	if (!d->answers) {
		f = finding_add(out, FOUND_NOT_ANSWERING);
		finding_where(f, "%s", s->config->control_socket);
		finding_text(f, "hauntd runs, and does not answer");
		fix_restart(s, f);
		return;
	}
	if (d->same == SAME_NO) {
		f = finding_add(out, FOUND_CONFIG_NEWER);
		finding_where(f, "%s", s->files.path);
		finding_text(f, "hauntd runs with another configuration than "
				"what this file says now");
		fix_restart(s, f);
	}
	if (strcmp(d->version, haunt_version()) != 0) {
		f = finding_add(out, FOUND_OTHER_VERSION);
		finding_where(f, "hauntd");
		finding_text(f, "hauntd is version %s, hauntctl is %s",
			     d->version, haunt_version());
		fix_restart(s, f);
	}
}
