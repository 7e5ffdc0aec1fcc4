/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture role without its neighbours: opens, drops to nobody and loops in
 * a child, while the parent plays the gate and prints what it is told.
 *
 *	capture_probe LISTENER...	INTERFACE=ITEM[,ITEM...] or
 *					udp=ADDRESS:PORT, tcp=…, http=…
 *
 * An ITEM is a UDP port, tPORT for a TCP port, FIRST-LAST or tFIRST-LAST for
 * ranges of them, or icmp.
 */
#include "core/capture/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conf/config.h"
#include "conf/parse.h"
#include "core/base/ipc.h"
#include "core/base/log.h"
#include "core/capture/datagram.h"

#define FD_FREE 10 /* above those that roles are given */

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "capture_probe: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static void item_parse(const char *text, struct listener *l)
{
	struct port_list *list = *text == 't' ? &l->tcp : &l->udp;

	if (strcmp(text, "icmp") == 0) {
		l->icmp = true;
		return;
	}
	if (parse_ports(text + (*text == 't'), &list->at[list->len++]))
		die(text);
}

static void listener_parse(char *text, struct listener *l)
{
	static const char *const kinds[] = { NULL, "udp", "tcp", "http" };
	char *value = strchr(text, '=');

	if (!value || (size_t)(value - text) >= sizeof(l->interface))
		die(text);
	*value++ = '\0';
	for (unsigned int i = LISTENER_UDP; i <= LISTENER_HTTP; i++) {
		if (strcmp(text, kinds[i]) != 0)
			continue;
		l->kind = (enum listener_kind)i;
		if (endpoint_parse(value, strlen(value), &l->address))
			die(value);
		return;
	}
	l->kind = LISTENER_SNIFF;
	strcpy(l->interface, text);
	for (char *p = strtok(value, ","); p; p = strtok(NULL, ","))
		item_parse(p, l);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static enum haunt_err print_datagram(void *arg, struct rd *body)
{
	char source[ADDR_TEXT_MAX], destination[ADDR_TEXT_MAX];
	uint64_t now = now_ns();
	struct datagram d;
	enum haunt_err err = datagram_get(body, &d);

	(void)arg;
	if (err != HAUNT_OK)
		return err;
	printf("datagram source=%s destination=%s len=%u tag=%.4s carrier=%s "
	       "latency_us=%.1f\n",
	       endpoint_format(&d.source, source),
	       endpoint_format(&d.destination, destination), (unsigned)d.len,
	       (const char *)d.payload, carrier_name(d.carrier),
	       (double)(now - d.when_ns) / 1000);
	return HAUNT_OK;
}

static enum haunt_err print_stats(void *arg, struct rd *body)
{
	struct capture_stats s;
	enum haunt_err err = capture_stats_get(body, &s);

	(void)arg;
	if (err != HAUNT_OK)
		return err;
	printf("stats passed=%llu malformed=%llu dropped=%llu\n",
	       (unsigned long long)s.passed, (unsigned long long)s.malformed,
	       (unsigned long long)s.dropped);
	return HAUNT_OK;
}

static _Noreturn void child(const struct config *config, int ready, int gate)
{
	struct role_setup setup = { .config = config, .left = -1, .shelf = -1 };

	ready = fcntl(ready, F_DUPFD_CLOEXEC, FD_FREE);
	setup.right = fcntl(gate, F_DUPFD_CLOEXEC, FD_FREE);
	if (ready < 0 || setup.right < 0 ||
	    fcntl(setup.right, F_SETFL, O_NONBLOCK) < 0 ||
	    dup2(ready, ROLE_FD_READY) < 0)
		die("descriptors");
	close(ready);
	for (int fd = ROLE_FD_READY + 1; fd < FD_FREE; fd++)
		close(fd);
	close(ROLE_FD_CONFIG);
	log_open("hauntd", "capture", LOG_SINK_STDERR, LOG_LEVEL_DEBUG);
	exit(role_run(&role_capture, &setup));
}

static int parent(pid_t pid, int ready, int gate)
{
	static const struct ipc_permit permits[] = {
		{ CAPTURE_DATAGRAM, DATAGRAM_HEAD + 1, DATAGRAM_MAX,
		  print_datagram },
		{ CAPTURE_STATS, 24, 24, print_stats },
	};
	char byte;
	int status;

	if (fcntl(gate, F_SETFL, 0) < 0)
		die("blocking");
	if (read(ready, &byte, 1) == 1)
		printf("ready pid=%ld\n", (long)pid);
	while (ipc_dispatch(gate, permits, 2, NULL) == HAUNT_OK)
		;
	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	printf("ended status=%d signal=%d\n", WEXITSTATUS(status),
	       WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	static struct listener listeners[CONFIG_LISTENERS_MAX];
	static char user[] = "nobody";
	const struct config config = { .listeners = listeners,
				       .listeners_len = (size_t)argc - 1,
				       .user_capture = user };
	int fds[2], ready[2];
	pid_t pid;

	if (argc < 2 || argc > CONFIG_LISTENERS_MAX)
		return EXIT_FAILURE;
	for (int i = 1; i < argc; i++)
		listener_parse(argv[i], &listeners[i - 1]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (ipc_pair(fds) != HAUNT_OK || pipe(ready) < 0)
		die("descriptors");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		child(&config, ready[1], fds[0]);
	close(ready[1]);
	close(fds[0]);
	return parent(pid, ready[0], fds[1]);
}
