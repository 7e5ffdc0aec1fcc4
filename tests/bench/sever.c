/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long from the wish to cut a client until its sessions are dead, while
 * conntrack is full of others. Three sessions of one client, OTHERS of another;
 * the server talks to all of them a thousand times a second. ENTRIES flows of
 * strangers fill the table first.
 *
 *	sever VICTIM-KEY OTHER-KEY GATEWAY PORT FIRST-ADDRESS OTHERS ENTRIES
 *	      CONTROL-SOCKET VICTIM-NAME
 *
 * Prints answer_ms (hauntctl would return), dead_ms (the last session's end
 * has reached the client) and the others that went on.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/bench/knock.h"

#define SESSIONS    3
#define PATIENCE_NS 5000000000u
#define ADDRESSES   100000u	/* that strangers come from, in turn */
#define STRANGERS   0xc6124000u /* 198.18.64.0 */
#define CLOSED_PORT 9

struct plan {
	struct sockaddr_in to;
	uint32_t gateway;
	int knocker;
};

static void let_in(const struct plan *p, struct haunt_key *key, uint32_t from)
{
	struct knock knock;

	knock_seal(key, from, ntohs(p->to.sin_port), 600, &knock);
	knock_send(p->knocker, from, p->gateway, &knock);
	if (door_race(from, &p->to, 100, now_ns() + PATIENCE_NS) == 0)
		die("the door did not open");
}

static int session(const struct plan *p, uint32_t from)
{
	struct sockaddr_in here = address_make(from, 0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&here, sizeof(here)) != 0 ||
	    connect(fd, (const struct sockaddr *)&p->to, sizeof(p->to)) != 0)
		die("session");
	if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		die("fcntl");
	return fd;
}

/* Reads what there is; false if it has ended. */
static bool session_drain(int fd)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		;
	return n < 0 && errno == EAGAIN;
}

static void fill(const struct plan *p, uint32_t entries)
{
	for (uint32_t i = 0; i < entries; i++) {
		struct sockaddr_in to = address_make(
			p->gateway, (uint16_t)(CLOSED_PORT + i / ADDRESSES));

		send_from(p->knocker, STRANGERS + i % ADDRESSES, &to, "x", 1);
	}
}

static int control_open(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	if (fd < 0 ||
	    connect(fd, (const struct sockaddr *)&un, sizeof(un)) != 0)
		die("control socket");
	return fd;
}

static void control_ask(int fd, const char *client)
{
	char text[256];
	int n = snprintf(text, sizeof(text),
			 "{\"command\":\"revoke\",\"client\":\"%s\","
			 "\"cut\":true}\n",
			 client);

	if (write(fd, text, (size_t)n) != n)
		die("control socket");
}

static void control_answer(int fd)
{
	char text[4096];
	ssize_t n = read(fd, text, sizeof(text) - 1);

	if (n <= 0)
		die("control socket");
	text[n] = '\0';
	if (strstr(text, "\"ok\":true") == NULL) {
		fputs(text, stderr);
		exit(1);
	}
}

/* Waits for the answer and for the end of all three. */
static void measure(int control, const int fds[SESSIONS], const char *client)
{
	struct pollfd p[SESSIONS + 1] = { { .fd = control, .events = POLLIN } };
	uint64_t start, answer = 0, dead = 0;
	unsigned int left = SESSIONS;

	for (unsigned int i = 0; i < SESSIONS; i++)
		p[i + 1] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	start = now_ns();
	control_ask(control, client);
	while (left > 0 || answer == 0) {
		if (poll(p, SESSIONS + 1, (int)(PATIENCE_NS / 1000000)) <= 0)
			die("still alive");
		if (p[0].revents && answer == 0) {
			control_answer(control);
			answer = now_ns();
			p[0].fd = -1;
		}
		for (unsigned int i = 1; i <= SESSIONS; i++) {
			if (!p[i].revents || session_drain(p[i].fd))
				continue;
			dead = now_ns();
			p[i].fd = -1;
			left--;
		}
	}
	printf("answer_ms %.3f\n", (double)(answer - start) / 1e6);
	printf("dead_ms %.3f\n", (double)(dead - start) / 1e6);
}

/* How many still hear the server. */
static uint32_t count_alive(const int *fds, uint32_t n)
{
	uint32_t alive = 0;

	for (uint32_t i = 0; i < n; i++)
		(void)session_drain(fds[i]);
	for (uint32_t i = 0; i < n; i++) {
		struct pollfd p = { .fd = fds[i], .events = POLLIN };

		alive += poll(&p, 1, 1000) == 1 && session_drain(fds[i]);
	}
	return alive;
}

int main(int argc, char **argv)
{
	struct rlimit files = { .rlim_cur = 65536, .rlim_max = 65536 };
	struct plan p = { .knocker = knock_socket() };
	struct haunt_key *victim, *other;
	uint32_t first, others;
	int three[SESSIONS], *fds, control;

	if (argc != 10) {
		fputs("usage: sever VICTIM-KEY OTHER-KEY GATEWAY PORT FIRST "
		      "OTHERS ENTRIES CONTROL-SOCKET VICTIM-NAME\n",
		      stderr);
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &files);
	victim = knock_key(argv[1]);
	other = knock_key(argv[2]);
	p.gateway = address_parse(argv[3]);
	p.to = address_make(p.gateway, (uint16_t)number_parse(argv[4]));
	first = address_parse(argv[5]);
	others = number_parse(argv[6]);
	fds = calloc(others + 1, sizeof(*fds));
	if (fds == NULL)
		die("others");
	let_in(&p, victim, first);
	for (unsigned int i = 0; i < SESSIONS; i++)
		three[i] = session(&p, first);
	for (uint32_t i = 0; i < others; i++) {
		let_in(&p, other, first + 1 + i);
		fds[i] = session(&p, first + 1 + i);
	}
	fill(&p, number_parse(argv[7]));
	control = control_open(argv[8]);
	measure(control, three, argv[9]);
	printf("others %u\n", count_alive(fds, others));
	haunt_key_free(victim);
	haunt_key_free(other);
	free(fds);
	return 0;
}
