/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the file that packets are saved in. */
#include "client/save.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* In one piece: what others append at the same time comes before or after. */
static enum haunt_err line_write(int fd, const char *text, size_t len)
{
	char newline[] = "\n";
	struct iovec parts[2] = { { .iov_len = len },
				  { .iov_base = newline, .iov_len = 1 } };
	struct stat st;
	ssize_t n;

	memcpy(&parts[0].iov_base, &text, sizeof(text));
	if (fstat(fd, &st) < 0)
		return HAUNT_ESYS;
	if (!S_ISREG(st.st_mode))
		return HAUNT_EFORMAT;
	n = writev(fd, parts, 2);
	if (n >= 0 && (size_t)n != len + 1)
		errno = ENOSPC;
	return n >= 0 && (size_t)n == len + 1 ? HAUNT_OK : HAUNT_ESYS;
}

enum haunt_err packet_save(const char *path, bool append, const char *text,
			   size_t len)
{
	/* Not blocking: a FIFO must not hang us. */
	const int fd = open(path,
			    O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY |
				    O_NONBLOCK | (append ? O_APPEND : O_EXCL),
			    S_IRUSR | S_IWUSR);
	enum haunt_err err;
	int saved;

	if (fd < 0)
		return errno == EEXIST ? HAUNT_EEXIST : HAUNT_ESYS;
	err = line_write(fd, text, len);
	saved = errno;
	if (close(fd) < 0 && !err) {
		saved = errno;
		err = HAUNT_ESYS;
	}
	/* Half a packet is none, and would be in the way of the next. */
	if (err && !append)
		unlink(path);
	errno = saved;
	return err;
}
