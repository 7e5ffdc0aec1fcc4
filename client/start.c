/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the environment and the placeholders, and what exec returns.
 */
#include "client/start.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/tell.h"

#define PORT_TEXT_MAX 8

struct placeholder {
	const char *name;
	const char *value;
};

static size_t count(const char *text, const char *name)
{
	size_t n = 0;

	while ((text = strstr(text, name))) {
		text += strlen(name);
		n++;
	}
	return n;
}

/* NULL: no memory. */
static char *replaced(const char *text, const struct placeholder *p)
{
	size_t name = strlen(p->name), value = strlen(p->value);
	char *out = malloc(strlen(text) + count(text, p->name) * value + 1);
	char *to = out;

	if (!out)
		return NULL;
	while (*text) {
		if (strncmp(text, p->name, name)) {
			*to++ = *text++;
			continue;
		}
		memcpy(to, p->value, value);
		to += value;
		text += name;
	}
	*to = '\0';
	return out;
}

static enum haunt_err environment_set(const struct way *way, const char *port)
{
	const struct placeholder all[] = {
		{ "HAUNT_GATEWAY", way->gateway },
		{ "HAUNT_SERVICE", way->service },
		{ "HAUNT_ADDRESS", way->address },
		{ "HAUNT_PORT", port },
		{ "HAUNT_PORTS", way->doors },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (setenv(all[i].name, all[i].value, 1))
			return HAUNT_ENOMEM;
	return HAUNT_OK;
}

enum haunt_err start_prepare(const struct way *way, char *const *argv,
			     char ***out)
{
	char port[PORT_TEXT_MAX] = "";
	const struct placeholder address = { "{address}", way->address };
	const struct placeholder number = { "{port}", port };
	size_t n = 0;
	char **made;

	while (argv[n])
		n++;
	made = calloc(n + 1, sizeof(*made));
	if (!made)
		return HAUNT_ENOMEM;
	if (way->port)
		snprintf(port, sizeof(port), "%u", way->port);
	for (size_t i = 0; i < n; i++) {
		char *half = replaced(argv[i], &address);

		made[i] = half ? replaced(half, &number) : NULL;
		free(half);
		if (!made[i])
			goto no_memory;
	}
	if (environment_set(way, port))
		goto no_memory;
	*out = made;
	return HAUNT_OK;
no_memory:
	start_free(made);
	return HAUNT_ENOMEM;
}

void start_free(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}

enum cmd_status start_become(char *const *argv)
{
	enum cmd_status status = CMD_NOT_STARTED;

	execvp(argv[0], argv);
	if (errno == ENOENT)
		status = CMD_NOT_FOUND;
	tell("%s: %s", argv[0], strerror(errno));
	return status;
}
