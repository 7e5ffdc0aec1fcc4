/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a gateway is without its daemon: kills processes, knocks every two
 * milliseconds from an address that has no grant until a connection is
 * accepted, and waits until LOG has a line with WORDS.
 *
 *	revive KEYFILE GATEWAY PORT ADDRESS LOG WORDS PID...
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/knock.h"

#define EVERY_NS    2000000u
#define PATIENCE_NS 300000000000u

static _Noreturn void knock_for_ever(const char *path, uint32_t from,
				     uint32_t gateway, uint16_t port)
{
	struct haunt_key *key = knock_key(path);
	int fd = knock_socket();

	for (uint64_t due = now_ns();; due += EVERY_NS) {
		struct knock knock;

		sleep_until(due);
		knock_seal(key, from, port, 60, &knock);
		knock_send(fd, from, gateway, &knock);
	}
}

/* True if a line after the first skip bytes has the words. */
static bool log_has(const char *path, long skip, const char *words)
{
	char line[1024];
	bool found = false;
	FILE *f = fopen(path, "r");

	if (f == NULL || fseek(f, skip, SEEK_SET) != 0)
		die(path);
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = strstr(line, words) != NULL;
	fclose(f);
	return found;
}

static long log_size(const char *path)
{
	FILE *f = fopen(path, "r");
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0)
		die(path);
	size = ftell(f);
	fclose(f);
	return size;
}

static uint64_t log_wait(const char *path, long skip, const char *words,
			 uint64_t start)
{
	while (!log_has(path, skip, words)) {
		if (now_ns() - start > PATIENCE_NS)
			return 0;
		sleep_until(now_ns() + EVERY_NS);
	}
	return now_ns();
}

static void tell(const char *what, uint64_t start, uint64_t end)
{
	if (end == 0)
		printf("%s never\n", what);
	else
		printf("%s %.0f\n", what, (double)(end - start) / 1e6);
	fflush(stdout);
}

static pid_t fork_or_die(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	return pid;
}

int main(int argc, char **argv)
{
	uint32_t gateway, from;
	struct sockaddr_in to;
	pid_t knocker, racer;
	uint64_t start;
	long size;

	if (argc < 7) {
		fputs("usage: revive KEYFILE GATEWAY PORT ADDRESS LOG WORDS "
		      "PID...\n",
		      stderr);
		return 2;
	}
	gateway = address_parse(argv[2]);
	to = address_make(gateway, (uint16_t)number_parse(argv[3]));
	from = address_parse(argv[4]);
	size = log_size(argv[5]);
	start = now_ns();
	for (int i = 7; i < argc; i++) {
		if (kill((pid_t)number_parse(argv[i]), SIGKILL) != 0)
			die(argv[i]);
	}
	knocker = fork_or_die();
	if (knocker == 0)
		knock_for_ever(argv[1], from, gateway, ntohs(to.sin_port));
	racer = fork_or_die();
	if (racer == 0) {
		tell("first_ms", start,
		     door_race(from, &to, 1000, start + PATIENCE_NS));
		return 0;
	}
	waitpid(racer, NULL, 0);
	kill(knocker, SIGKILL);
	waitpid(knocker, NULL, 0);
	tell("adopted_ms", start, log_wait(argv[5], size, argv[6], start));
	return 0;
}
