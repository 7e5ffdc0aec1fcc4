/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a running hauntd is found and what it runs with: by its control
 * socket, and by the sealed copy of its configuration that it holds.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "doctor/look.h"

#define ANSWER_MAX 4096
#define WAIT_S	   3

static const char question[] = "{\"command\":\"status\"}\n";

static int control_connect(const char *path)
{
	static const struct timeval wait = { .tv_sec = WAIT_S };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(un.sun_path))
		return -1;
	strcpy(un.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) < 0 ||
	    connect(fd, (struct sockaddr *)&un, sizeof(un)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Asks for its status; false if there is no whole answer in time. */
static bool status_ask(int fd, struct snap_daemon *out)
{
	char buf[ANSWER_MAX];
	size_t len = 0;
	ssize_t n = send(fd, question, sizeof(question) - 1, MSG_NOSIGNAL);
	json_t *answer;
	const char *version;

	if (n != (ssize_t)sizeof(question) - 1)
		return false;
	while (!memchr(buf, '\n', len) && len < sizeof(buf)) {
		n = recv(fd, buf + len, sizeof(buf) - len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	answer = json_loadb(buf, len, 0, NULL);
	version = json_string_value(json_object_get(answer, "version"));
	if (version)
		snprintf(out->version, sizeof(out->version), "%s", version);
	json_decref(answer);
	return version;
}

/* Compares a file of /proc with the text. */
static bool text_same(const char *path, const char *text)
{
	FILE *f = fopen(path, "re");
	size_t left = strlen(text);
	bool same = f;

	while (same) {
		char buf[4096];
		size_t n = fread(buf, 1, sizeof(buf), f);

		if (n == 0)
			break;
		same = n <= left && memcmp(buf, text, n) == 0;
		if (same) {
			text += n;
			left -= n;
		}
	}
	if (f)
		fclose(f);
	return same && left == 0;
}

/* The sealed configuration among a process's descriptors. */
static enum snap_same sealed_compare(pid_t pid, const char *text)
{
	enum snap_same same = SAME_UNKNOWN;
	char pattern[64];
	glob_t found = { .gl_pathc = 0 };

	snprintf(pattern, sizeof(pattern), "/proc/%d/fd/*", (int)pid);
	(void)glob(pattern, GLOB_NOSORT, NULL, &found);
	for (size_t i = 0; same == SAME_UNKNOWN && i < found.gl_pathc; i++) {
		static const char name[] = "/memfd:hauntd.conf";
		char link[sizeof(name)] = "";
		ssize_t n = readlink(found.gl_pathv[i], link, sizeof(link) - 1);

		if (n == (ssize_t)sizeof(name) - 1 && strcmp(link, name) == 0)
			same = text_same(found.gl_pathv[i], text) ? SAME_YES
								  : SAME_NO;
	}
	globfree(&found);
	return same;
}

static pid_t parent_of(pid_t pid)
{
	char path[64], line[128];
	FILE *f;
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && !parent && fgets(line, sizeof(line), f))
		(void)sscanf(line, "PPid: %d", &parent);
	if (f)
		fclose(f);
	return parent;
}

enum haunt_err look_daemon(struct snapshot *s, const char **what)
{
	struct ucred peer = { .pid = 0 };
	socklen_t len = sizeof(peer);
	int fd;

	*what = "control socket";
	s->daemon.systemd = access("/run/systemd/system", F_OK) == 0;
	fd = control_connect(s->config->control_socket);
	if (fd < 0)
		return HAUNT_OK;
	s->daemon.running = true;
	s->daemon.answers = status_ask(fd, &s->daemon);
	/* The one who listens: gate, whose parent is the monitor. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	    peer.pid > 0) {
		s->daemon.pid = parent_of(peer.pid);
		s->daemon.same = sealed_compare(peer.pid, s->files.text);
		if (s->daemon.same == SAME_UNKNOWN && s->daemon.pid > 1)
			s->daemon.same =
				sealed_compare(s->daemon.pid, s->files.text);
	}
	close(fd);
	return HAUNT_OK;
}
