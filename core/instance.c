/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the memory file, the lock file and the service manager's socket. */
#include "core/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/base/log.h"

#define LOCK_PATH_MAX	  (sizeof(((struct sockaddr_un *)0)->sun_path) + 24)
#define ROLES_PATIENCE_MS 5000
#define ROLES_PAUSE_MS	  5

static void log_sys(const char *event, const char *what)
{
	log_event(LOG_LEVEL_ERROR, event, "what=%s error=%s", what,
		  strerrorname_np(errno));
}

int instance_memory(void)
{
	return memfd_create("hauntd.conf", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

bool instance_seal_fd(int fd)
{
	return fcntl(fd, F_ADD_SEALS,
		     F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK |
			     F_SEAL_SEAL) == 0;
}

int instance_seal(const char *text, size_t len)
{
	int fd = instance_memory();
	size_t done = 0;

	if (fd < 0)
		return -1;
	while (done < len) {
		ssize_t n = write(fd, text + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			goto fail;
		done += (size_t)n;
	}
	if (!instance_seal_fd(fd))
		goto fail;
	return fd;
fail:
	close(fd);
	return -1;
}

/* A lock is a file next to the control socket. Returns its descriptor; -1, and
 * a log line, if that is not to be had. */
static int lock_open(const char *control_socket, const char *name,
		     char path[LOCK_PATH_MAX])
{
	const char *slash = strrchr(control_socket, '/');
	size_t len = slash ? (size_t)(slash - control_socket) : 0;
	int fd;

	if (len == 0 || len + strlen(name) + 2 > LOCK_PATH_MAX) {
		log_event(LOG_LEVEL_ERROR, "lock",
			  "error=control-socket-path-unusable");
		return -1;
	}
	memcpy(path, control_socket, len);
	path[len] = '\0';
	if (mkdir(path, 0755) < 0 && errno != EEXIST) {
		log_sys("lock", path);
		return -1;
	}
	path[len] = '/';
	strcpy(path + len + 1, name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		log_sys("lock", path);
	return fd;
}

bool instance_lock(const char *control_socket)
{
	char path[LOCK_PATH_MAX];
	int fd = lock_open(control_socket, "hauntd.lock", path);

	if (fd < 0)
		return false;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	log_event(LOG_LEVEL_ERROR, "lock", "path=%s error=already-running",
		  path);
	close(fd);
	return false;
}

int instance_lock_roles(const char *control_socket)
{
	const struct timespec pause = { .tv_nsec = ROLES_PAUSE_MS * 1000000L };
	char path[LOCK_PATH_MAX];
	int fd = lock_open(control_socket, "hauntd-roles.lock", path);

	for (int waited = 0; fd >= 0 && waited <= ROLES_PATIENCE_MS;
	     waited += ROLES_PAUSE_MS) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		if (waited == 0)
			log_event(LOG_LEVEL_WARNING, "lock",
				  "path=%s wait=roles-of-another-hauntd", path);
		nanosleep(&pause, NULL);
	}
	if (fd >= 0) {
		log_event(LOG_LEVEL_ERROR, "lock",
			  "path=%s error=roles-of-another-hauntd-live", path);
		close(fd);
	}
	return -1;
}

void instance_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (len < 2 || len >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, len);
	if (to.sun_path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		     (struct sockaddr *)&to,
		     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

void instance_notify_reloading(void)
{
	char state[64];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
		 (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	instance_notify(state);
}
