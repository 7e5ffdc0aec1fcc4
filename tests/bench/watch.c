/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch latency CONTROL ADDRESS PORT COUNT: begins that many connections, one
 * after the other, and measures for each how long after it was established
 * hauntd's watch told of it.
 *
 * watch rate ADDRESS PORT RATE SECONDS: begins and resets connections at that
 * rate, and says how many it made.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define COUNT_MAX 10000
#define WAIT_MS	  30000

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static FILE *watch_open(const char *path)
{
	static const char line[] = "{\"command\":\"watch\"}\n";
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char answer[256];
	FILE *f;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&un, sizeof(un)) < 0)
		die(path);
	if (write(fd, line, strlen(line)) < 0)
		die("write");
	f = fdopen(fd, "r");
	if (!f || !fgets(answer, sizeof(answer), f) ||
	    !strstr(answer, "\"ok\":true"))
		die("watch");
	return f;
}

static int tcp_connect(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
		die("connect");
	return fd;
}

/* What its line holds. */
static void from_format(int fd, char *text, size_t cap)
{
	struct sockaddr_in me;
	socklen_t len = sizeof(me);
	char address[INET_ADDRSTRLEN];

	if (getsockname(fd, (struct sockaddr *)&me, &len) < 0)
		die("getsockname");
	inet_ntop(AF_INET, &me.sin_addr, address, sizeof(address));
	snprintf(text, cap, "\"from\":\"%s:%u\"", address,
		 (unsigned int)ntohs(me.sin_port));
}

static double one(FILE *watch, const struct sockaddr_in *to)
{
	int fd = tcp_connect(to);
	double begun = now_ms();
	char from[64], line[2048];

	from_format(fd, from, sizeof(from));
	do {
		if (!fgets(line, sizeof(line), watch))
			die("watch ended");
		if (now_ms() - begun > WAIT_MS) {
			fprintf(stderr, "not told of %s\n", from);
			exit(1);
		}
	} while (!strstr(line, "session-open") || !strstr(line, from));
	close(fd);
	return now_ms() - begun;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int latency(const char *path, const struct sockaddr_in *to, size_t n)
{
	static double took[COUNT_MAX];
	FILE *watch = watch_open(path);
	const struct timespec pause = { .tv_nsec = 50000000 };

	for (size_t i = 0; i < n; i++) {
		nanosleep(&pause, NULL);
		took[i] = one(watch, to);
	}
	qsort(took, n, sizeof(took[0]), compare);
	printf("median_ms %.2f\np99_ms %.2f\n", took[n / 2],
	       took[n * 99 / 100]);
	fclose(watch);
	return 0;
}

static int rate(const struct sockaddr_in *to, size_t per_s, size_t seconds)
{
	static const struct linger reset = { .l_onoff = 1 };
	double begun = now_ms();
	size_t made = 0;

	while (made < per_s * seconds) {
		double due = begun + (double)made * 1000 / (double)per_s;
		double wait = due - now_ms();
		struct timespec t = { .tv_nsec = (long)(wait * 1e6) };
		int fd;

		if (wait > 0 && wait < 1000)
			nanosleep(&t, NULL);
		fd = tcp_connect(to);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(fd);
		made++;
	}
	printf("made %zu\nper_s %.0f\n", made,
	       (double)made * 1000 / (now_ms() - begun));
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	bool timing = argc == 6 && !strcmp(argv[1], "latency");
	char **at = argv + (timing ? 3 : 2);
	size_t n, m;

	if (argc != 6 || (!timing && strcmp(argv[1], "rate") != 0) ||
	    inet_pton(AF_INET, at[0], &to.sin_addr) != 1) {
		fputs("usage: watch latency CONTROL ADDRESS PORT COUNT\n"
		      "       watch rate ADDRESS PORT RATE SECONDS\n",
		      stderr);
		return 2;
	}
	to.sin_port = htons((uint16_t)atoi(at[1]));
	n = (size_t)atoi(at[2]);
	if (!timing) {
		m = (size_t)atoi(at[3]);
		return rate(&to, n, m);
	}
	return n >= 1 && n <= COUNT_MAX ? latency(argv[2], &to, n) : 2;
}
