/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides where the connection is written that a command is typed through: in
 * the environment, or, since sudo and su leave it out, in that of a process
 * further up.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/control.h"
#include "client/steps.h"
#include "client/tell.h"
#include "core/base/wire.h"
#include "core/proto/haunt.h"

#define NAME	    "SSH_CONNECTION="
#define ENVIRON_MAX 131072
#define UP_MAX	    16 /* processes that are asked */
#define TEXT_MAX    160

/* The parent of a process; 0 if it cannot be told. */
static long parent_of(long pid)
{
	char path[64], line[512];
	const char *end;
	long parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	/* The name, in parentheses, may hold anything. */
	if (fgets(line, sizeof(line), f)) {
		end = strrchr(line, ')');
		if (!end || sscanf(end + 1, " %*c %ld", &parent) != 1)
			parent = 0;
	}
	fclose(f);
	return parent;
}

static bool environ_find(const char *bytes, size_t len, char out[TEXT_MAX])
{
	struct rd r = rd_of(bytes, len);

	while (r.left) {
		size_t n = strnlen((const char *)r.at, r.left);
		const char *entry = (const char *)rd_bytes(&r, n);

		(void)rd_u8(&r);
		if (n < sizeof(NAME) - 1 ||
		    n - (sizeof(NAME) - 1) >= TEXT_MAX ||
		    memcmp(entry, NAME, sizeof(NAME) - 1) != 0)
			continue;
		memcpy(out, entry + sizeof(NAME) - 1, n - (sizeof(NAME) - 1));
		out[n - (sizeof(NAME) - 1)] = '\0';
		return true;
	}
	return false;
}

static bool process_find(long pid, char out[TEXT_MAX])
{
	char *bytes = malloc(ENVIRON_MAX);
	bool found = false;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/environ", pid);
	f = bytes ? fopen(path, "re") : NULL;
	if (f) {
		size_t n = fread(bytes, 1, ENVIRON_MAX, f);

		found = environ_find(bytes, n, out);
		fclose(f);
	}
	free(bytes);
	return found;
}

static bool connection_find(char out[TEXT_MAX])
{
	const char *own = getenv("SSH_CONNECTION");
	long pid = getppid();

	if (own && *own) {
		snprintf(out, TEXT_MAX, "%s", own);
		return true;
	}
	for (int i = 0; i < UP_MAX && pid > 1; i++) {
		if (process_find(pid, out))
			return true;
		pid = parent_of(pid);
	}
	return false;
}

static json_t *question(bool here)
{
	char text[TEXT_MAX];

	if (here)
		return json_pack("{s:s,s:b}", "command", "confirm", "here", 1);
	if (!connection_find(text)) {
		tell("there is no SSH_CONNECTION: confirm through a new SSH "
		     "connection, or, at a console, with --here");
		return NULL;
	}
	return json_pack("{s:s,s:s}", "command", "confirm", "connection", text);
}

enum status steps_confirm(const struct steps *s, bool here)
{
	json_t *request = question(here);
	json_t *answer = NULL;
	const char *refusal;
	enum haunt_err err;

	if (!request)
		return STATUS_REFUSED;
	err = control_ask(s->socket, request, &answer);
	json_decref(request);
	if (err) {
		steps_unreachable(s->socket, err);
		return STATUS_DAEMON;
	}
	refusal = control_error(answer);
	if (s->json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (refusal) {
		tell("%s", refusal);
	} else {
		puts("confirmed; the cloak is in force");
	}
	json_decref(answer);
	return refusal ? STATUS_REFUSED : STATUS_OK;
}
