/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides where they are; /proc/sys/net shows those of the namespace that the
 * process is in.
 */
#include "explain/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nat/nl.h"

#define ROOT "/proc/sys/net/"

static const char *const of_links[] = {
	"ipv4/conf/%s/forwarding",     "ipv4/conf/%s/rp_filter",
	"ipv4/conf/%s/route_localnet", "ipv4/conf/%s/accept_local",
	"ipv4/conf/%s/src_valid_mark", "ipv6/conf/%s/disable_ipv6",
	"ipv6/conf/%s/forwarding",     "ipv6/conf/%s/force_forwarding",
};

static const char *const of_all[] = {
	"ipv4/fib_multipath_hash_policy",
	"ipv6/fib_multipath_hash_policy",
	"ipv4/tcp_early_demux",
	"netfilter/nf_conntrack_tcp_loose",
};

static int file_open(const char *path, int flags)
{
	char name[sizeof(ROOT) + SYSCTL_PATH_MAX];

	snprintf(name, sizeof(name), ROOT "%s", path);
	return open(name, flags | O_CLOEXEC);
}

static bool value_read(const char *path, char value[SYSCTL_VALUE_MAX])
{
	int fd = file_open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, value, SYSCTL_VALUE_MAX - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	value[n] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return true;
}

bool sysctl_write(const char *path, const char *value)
{
	int fd = file_open(path, O_WRONLY);
	size_t len = strlen(value);
	bool done = fd >= 0 && write(fd, value, len) == (ssize_t)len;

	if (fd >= 0)
		close(fd);
	return done;
}

long sysctl_number(const char *path)
{
	char value[SYSCTL_VALUE_MAX];

	return value_read(path, value) ? strtol(value, NULL, 10) : 0;
}

static enum haunt_err one_read(struct sysctls *s, const struct sysctl *which)
{
	struct sysctl one = *which;

	if (!value_read(one.path, one.value))
		return HAUNT_OK;
	if (s->len == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 64;
		struct sysctl *more =
			reallocarray(s->at, cap, sizeof(s->at[0]));

		if (!more)
			return HAUNT_ENOMEM;
		s->at = more;
		s->cap = cap;
	}
	s->at[s->len++] = one;
	return HAUNT_OK;
}

enum haunt_err sysctls_read_link(struct sysctls *s, const char *link)
{
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; !err && i < sizeof(of_links) / sizeof(of_links[0]);
	     i++) {
		struct sysctl which = { .value = "" };
		const char *rest = strstr(of_links[i], "%s");

		snprintf(which.path, sizeof(which.path), "%.*s%s%s",
			 (int)(rest - of_links[i]), of_links[i], link,
			 rest + 2);
		err = one_read(s, &which);
	}
	return err;
}

enum haunt_err sysctls_read_all(struct sysctls *s)
{
	enum haunt_err err = sysctls_read_link(s, "all");

	if (!err)
		err = sysctls_read_link(s, "default");
	for (size_t i = 0; !err && i < sizeof(of_all) / sizeof(of_all[0]);
	     i++) {
		struct sysctl which = { .value = "" };

		snprintf(which.path, sizeof(which.path), "%s", of_all[i]);
		err = one_read(s, &which);
	}
	return err;
}

static bool is_of_all(const struct sysctl *one)
{
	return strstr(one->path, "/all/") != NULL;
}

void sysctls_write(const struct sysctls *s, struct notes *missing)
{
	for (int all = 1; all >= 0; all--) {
		for (size_t i = 0; i < s->len; i++) {
			const struct sysctl *one = &s->at[i];
			char now[SYSCTL_VALUE_MAX] = "";

			if (is_of_all(one) != all)
				continue;
			/* Not all may be written in a namespace. */
			if (value_read(one->path, now) &&
			    !strcmp(now, one->value))
				continue;
			if (!sysctl_write(one->path, one->value))
				notes_add(missing, "net/%s = %s: %s", one->path,
					  one->value, nl_errno_name(errno));
		}
	}
}

void sysctls_free(struct sysctls *s)
{
	free(s->at);
	*s = (struct sysctls){ .len = 0 };
}
