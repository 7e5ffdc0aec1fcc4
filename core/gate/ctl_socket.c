/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a socket comes to be where it belongs, with the right owner from
 * the first moment on, and how the kernel is asked who is at its other end.
 */
#include "core/gate/ctl_socket.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define GROUPS_MAX 256
#define BACKLOG	   16

enum haunt_err ctl_group(const char *name, gid_t *out)
{
	const struct group *gr;

	*out = CTL_NO_GROUP;
	if (!name)
		return HAUNT_OK;
	gr = getgrnam(name);
	if (!gr)
		return HAUNT_ENOENT;
	*out = gr->gr_gid;
	return HAUNT_OK;
}

static enum haunt_err address_of(const char *path, struct sockaddr_un *out)
{
	size_t len = strlen(path);

	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (len >= sizeof(out->sun_path)) {
		errno = ENAMETOOLONG;
		return HAUNT_ESYS;
	}
	memcpy(out->sun_path, path, len);
	return HAUNT_OK;
}

static enum haunt_err dir_make(const char *path)
{
	char dir[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (!len)
		return HAUNT_OK;
	memcpy(dir, path, len);
	dir[len] = '\0';
	return mkdir(dir, 0755) == 0 || errno == EEXIST ? HAUNT_OK : HAUNT_ESYS;
}

/* A socket that somebody listens on takes a connection, or has a full queue;
 * one whose owner is dead refuses, and so does what is no socket. */
static enum haunt_err stale_remove(const struct sockaddr_un *sun)
{
	enum haunt_err err = HAUNT_ESYS;
	struct stat st;
	int fd, rc;

	if (lstat(sun->sun_path, &st) < 0)
		return errno == ENOENT ? HAUNT_OK : HAUNT_ESYS;
	if (!S_ISSOCK(st.st_mode)) {
		errno = ENOTSOCK;
		return HAUNT_ESYS;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return HAUNT_ESYS;
	rc = connect(fd, (const struct sockaddr *)sun, sizeof(*sun));
	if (rc == 0 || errno == EAGAIN)
		err = HAUNT_EEXIST;
	else if (errno == ECONNREFUSED)
		err = unlink(sun->sun_path) == 0 ? HAUNT_OK : HAUNT_ESYS;
	close(fd);
	return err;
}

static bool socket_open_to(const char *path, gid_t group)
{
	if (group == CTL_NO_GROUP)
		return true;
	return chown(path, (uid_t)-1, group) == 0 && chmod(path, 0660) == 0;
}

enum haunt_err ctl_listen(const char *path, const char *group, int *out)
{
	struct sockaddr_un sun;
	enum haunt_err err = address_of(path, &sun);
	gid_t gid;
	mode_t mask;
	int fd, rc;

	if (!err)
		err = ctl_group(group, &gid);
	if (!err)
		err = dir_make(path);
	if (!err)
		err = stale_remove(&sun);
	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return HAUNT_ESYS;
	/* Nobody but root, until the group is right. */
	mask = umask(0177);
	rc = bind(fd, (struct sockaddr *)&sun, sizeof(sun));
	umask(mask);
	if (rc < 0 || !socket_open_to(path, gid) || listen(fd, BACKLOG) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return HAUNT_ESYS;
	}
	*out = fd;
	return HAUNT_OK;
}

bool ctl_admits(const struct ucred *peer, const gid_t *groups, size_t n,
		gid_t group)
{
	if (peer->uid == 0)
		return true;
	if (group == CTL_NO_GROUP)
		return false;
	if (peer->gid == group)
		return true;
	for (size_t i = 0; i < n; i++) {
		if (groups[i] == group)
			return true;
	}
	return false;
}

/* The permissions of the file say it already; this holds where they were
 * changed by hand. */
bool ctl_peer_admitted(int fd, gid_t group)
{
	gid_t groups[GROUPS_MAX];
	struct ucred peer;
	socklen_t len = sizeof(peer);
	socklen_t size = sizeof(groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return false;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		size = 0;
	return ctl_admits(&peer, groups, size / sizeof(groups[0]), group);
}
