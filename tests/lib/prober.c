/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knocks at TCP ports by plain connections, again and again and many at a
 * time, so that not even a short moment in which one is let in is missed.
 *
 *	prober watch PORT ADDRESS…
 *	prober wait MILLISECONDS PORT ADDRESS [TEXT]
 *
 * watch: until its input ends; prints "open ADDRESS PORT" for each connection
 * that was made, and at last "tried N open N".
 * wait: until a connection is made, and its server's first bytes are TEXT if
 * that is given; prints after how many milliseconds; fails if none is.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TRIES	      128 /* at a time */
#define WATCH_EACH_MS 2
#define WAIT_EACH_MS  20 /* a server that is let in to begins a process */
#define TO_MAX	      8

struct target {
	const char *name;
	const char *port;
	struct sockaddr_storage addr;
	socklen_t len;
};

struct prober {
	struct target to[TO_MAX];
	size_t to_len;
	const char *text; /* NULL: a connection is enough */
	int each_ms;
	struct pollfd tries[TRIES + 1];
	bool made[TRIES]; /* and waits for TEXT */
	uint64_t tried;
	uint64_t open;
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u;
}

static bool target_read(struct target *to, const char *name, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *found;

	if (getaddrinfo(name, port, &hints, &found) != 0) {
		fprintf(stderr, "prober: %s %s: not an address\n", name, port);
		return false;
	}
	to->name = name;
	to->port = port;
	memcpy(&to->addr, found->ai_addr, found->ai_addrlen);
	to->len = found->ai_addrlen;
	freeaddrinfo(found);
	return true;
}

static void slot_close(struct prober *p, size_t i)
{
	/* Without the wait that a normal end would leave behind. */
	struct linger hard = { .l_onoff = 1 };

	if (p->tries[i].fd < 0)
		return;
	(void)setsockopt(p->tries[i].fd, SOL_SOCKET, SO_LINGER, &hard,
			 sizeof(hard));
	close(p->tries[i].fd);
	p->tries[i].fd = -1;
	p->made[i] = false;
}

static void slot_open(struct prober *p, size_t i)
{
	const struct target *to = &p->to[p->tried % p->to_len];
	int fd = socket(to->addr.ss_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	slot_close(p, i);
	if (fd < 0) {
		perror("prober: socket");
		exit(2);
	}
	p->tried++;
	if (connect(fd, (const struct sockaddr *)&to->addr, to->len) < 0 &&
	    errno != EINPROGRESS) {
		close(fd);
		return;
	}
	p->tries[i] = (struct pollfd){ .fd = fd, .events = POLLOUT };
}

/* Looks at what became of a try; true if it is what was wanted. */
static bool slot_look(struct prober *p, size_t i)
{
	char said[64];
	ssize_t n;
	int error = 0;
	socklen_t len = sizeof(error);

	if (p->tries[i].fd < 0 || !p->tries[i].revents)
		return false;
	if (!p->made[i]) {
		if (getsockopt(p->tries[i].fd, SOL_SOCKET, SO_ERROR, &error,
			       &len) < 0 ||
		    error) {
			slot_close(p, i);
			return false;
		}
		if (!p->text)
			return true;
		p->made[i] = true;
		p->tries[i].events = POLLIN;
		return false;
	}
	n = recv(p->tries[i].fd, said, sizeof(said), 0);
	if (n >= (ssize_t)strlen(p->text) &&
	    memcmp(said, p->text, strlen(p->text)) == 0)
		return true;
	slot_close(p, i);
	return false;
}

static void opened(struct prober *p, size_t i)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	const char *name = "?";

	if (getpeername(p->tries[i].fd, (struct sockaddr *)&peer, &len) == 0)
		for (size_t j = 0; j < p->to_len; j++)
			if (p->to[j].addr.ss_family == peer.ss_family)
				name = p->to[j].name;
	p->open++;
	printf("open %s %s\n", name, p->to[0].port);
	fflush(stdout);
	slot_close(p, i);
}

/* One round: a try begins, all are looked at. True if one was made. */
static bool round_go(struct prober *p, uint64_t n)
{
	bool made = false;

	slot_open(p, n % TRIES);
	if (poll(p->tries, TRIES + 1, 0) < 0)
		return false;
	for (size_t i = 0; i < TRIES; i++) {
		if (!slot_look(p, i))
			continue;
		opened(p, i);
		made = true;
	}
	(void)poll(&p->tries[TRIES], 1, p->each_ms);
	return made;
}

static void prober_new(struct prober *p)
{
	memset(p, 0, sizeof(*p));
	for (size_t i = 0; i <= TRIES; i++)
		p->tries[i].fd = -1;
}

static int watch(struct prober *p)
{
	char byte;

	p->each_ms = WATCH_EACH_MS;
	p->tries[TRIES] =
		(struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	for (uint64_t n = 0;; n++) {
		(void)round_go(p, n);
		if (p->tries[TRIES].revents && read(STDIN_FILENO, &byte, 1) < 1)
			break;
	}
	printf("tried %llu open %llu\n", (unsigned long long)p->tried,
	       (unsigned long long)p->open);
	return p->open ? 1 : 0;
}

static int wait_for(struct prober *p, uint64_t ms)
{
	uint64_t start = now_ms();

	p->each_ms = WAIT_EACH_MS;
	for (uint64_t n = 0; now_ms() - start < ms; n++) {
		if (round_go(p, n)) {
			printf("after %llu ms\n",
			       (unsigned long long)(now_ms() - start));
			return 0;
		}
	}
	printf("not within %llu ms, tried %llu\n", (unsigned long long)ms,
	       (unsigned long long)p->tried);
	return 1;
}

int main(int argc, char **argv)
{
	struct prober p;

	prober_new(&p);
	if (argc > 3 && argc - 3 <= TO_MAX && strcmp(argv[1], "watch") == 0) {
		for (int i = 3; i < argc; i++)
			if (!target_read(&p.to[p.to_len++], argv[i], argv[2]))
				return 2;
		return watch(&p);
	}
	if ((argc == 5 || argc == 6) && strcmp(argv[1], "wait") == 0) {
		p.text = argv[5];
		if (!target_read(&p.to[p.to_len++], argv[4], argv[3]))
			return 2;
		return wait_for(&p, strtoul(argv[2], NULL, 10));
	}
	fprintf(stderr, "usage: prober watch PORT ADDRESS...\n"
			"       prober wait MS PORT ADDRESS [TEXT]\n");
	return 2;
}
