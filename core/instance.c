/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the memory file, the lock file and the service manager's socket. */
#include "core/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/log.h"

static void log_sys(const char *event, const char *what)
{
	log_event(LOG_LEVEL_ERROR, event, "what=%s error=%s", what,
		  strerrorname_np(errno));
}

int instance_seal(const char *text, size_t len)
{
	int fd = memfd_create("hauntd.conf", MFD_CLOEXEC | MFD_ALLOW_SEALING);
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
	if (fcntl(fd, F_ADD_SEALS,
		  F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		goto fail;
	return fd;
fail:
	close(fd);
	return -1;
}

bool instance_lock(const char *control_socket)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 16];
	const char *slash = strrchr(control_socket, '/');
	size_t len = slash ? (size_t)(slash - control_socket) : 0;
	int fd;

	if (len == 0 || len + sizeof("/hauntd.lock") > sizeof(path)) {
		log_event(LOG_LEVEL_ERROR, "lock",
			  "error=control-socket-path-unusable");
		return false;
	}
	memcpy(path, control_socket, len);
	path[len] = '\0';
	if (mkdir(path, 0755) < 0 && errno != EEXIST) {
		log_sys("lock", path);
		return false;
	}
	strcpy(path + len, "/hauntd.lock");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		log_sys("lock", path);
		return false;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	log_event(LOG_LEVEL_ERROR, "lock", "path=%s error=already-running",
		  path);
	close(fd);
	return false;
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
