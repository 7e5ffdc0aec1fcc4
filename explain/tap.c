/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the device that makes interfaces.
 */
#include "explain/tap.h"

#include <errno.h>
#include <fcntl.h>
/* Before <linux/if_tun.h>, which brings another struct ifreq. */
#include <net/if.h>

#include <linux/if_tun.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define DEVICE "/dev/net/tun"

/* One descriptor each: a host may have more interfaces than that. */
static void files_allow(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

enum haunt_err taps_new(struct taps *taps, size_t n)
{
	taps->fds = calloc(n + 1, sizeof(taps->fds[0]));
	if (!taps->fds)
		return HAUNT_ENOMEM;
	taps->len = n;
	for (size_t i = 0; i < n; i++)
		taps->fds[i] = -1;
	files_allow();
	return HAUNT_OK;
}

void taps_free(struct taps *taps)
{
	for (size_t i = 0; i < taps->len; i++)
		if (taps->fds[i] >= 0)
			close(taps->fds[i]);
	free(taps->fds);
	*taps = (struct taps){ .len = 0 };
}

enum haunt_err tap_make(const char *name, uint32_t index, bool ether, int *fd)
{
	struct ifreq ifr = { .ifr_flags = IFF_NO_PI };
	unsigned int wanted = index;
	int made = open(DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	int error;

	if (made < 0)
		return HAUNT_ESYS;
	ifr.ifr_flags |= ether ? IFF_TAP : IFF_TUN;
	strncpy(ifr.ifr_name, name, sizeof(ifr.ifr_name) - 1);
	/* It goes with its namespace: without it the kernel would wait for each
	 * one that is closed. */
	if ((!index || ioctl(made, TUNSETIFINDEX, &wanted) == 0) &&
	    ioctl(made, TUNSETIFF, &ifr) == 0 &&
	    ioctl(made, TUNSETPERSIST, 1) == 0) {
		*fd = made;
		return HAUNT_OK;
	}
	error = errno;
	close(made);
	errno = error;
	return HAUNT_ESYS;
}

enum haunt_err tap_write(int fd, const void *packet, size_t len)
{
	ssize_t n;

	do {
		n = write(fd, packet, len);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)len ? HAUNT_OK : HAUNT_ESYS;
}
