/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hauntctl: asks the daemon, and shows the answer to a person or a program.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "client/args.h"
#include "client/control.h"
#include "client/import.h"
#include "client/steps.h"
#include "client/tell.h"
#include "core/proto/haunt.h"
#include "doctor/doctor.h"
#include "explain/explain.h"

#define COMMAND_WORDS 4 /* with the command's name */

struct words {
	const char *socket;
	const char *config;
	const char *json;
	const char *here;
	const char *cut;
	const char *to;
	const char *in;
	struct import_words import;
	const char *help;
	const char *version;
};

static const struct arg args_known[] = {
	{ "--socket", "the path of a socket", offsetof(struct words, socket) },
	{ "-c", "a file", offsetof(struct words, config) },
	{ "--config", "a file", offsetof(struct words, config) },
	{ "--json", NULL, offsetof(struct words, json) },
	{ CONTROL_CUT, NULL, offsetof(struct words, cut) },
	{ "--here", NULL, offsetof(struct words, here) },
	{ "--to", "an address of this gateway", offsetof(struct words, to) },
	{ "--in", "the name of an interface", offsetof(struct words, in) },
	{ "-o", "a file", offsetof(struct words, import.output) },
	{ "--keys", "a directory", offsetof(struct words, import.keys) },
	{ "--ports", "ports as in tcp/22,udp/53",
	  offsetof(struct words, import.ports) },
	{ "--public", "ports as in tcp/80,tcp/443, or none",
	  offsetof(struct words, import.public) },
	{ "--strict", NULL, offsetof(struct words, import.strict) },
	{ "--help", NULL, offsetof(struct words, help) },
	{ "--version", NULL, offsetof(struct words, version) },
};

static const char usage[] =
	"usage: hauntctl [--socket PATH] [--json] COMMAND\n"
	"  status                what the daemon is doing\n"
	"  grants                what is open, for whom, and for how long\n"
	"  sessions              what connections live that began under a grant\n"
	"  watch                 grants and sessions as they come and go\n"
	"  revoke CLIENT|GRANT   close it now\n"
	"    --cut               and end what came in by it\n"
	"  confirm [--here]      keep a cloak that is tried\n"
	"  reload                take the configuration anew\n"
	"  client list [-c FILE]\n"
	"                        the clients in the configuration file\n"
	"  client remove CLIENT [-c FILE]\n"
	"                        close all it has, and take it out of the file\n"
	"  doctor [-c FILE]      what is wrong with this machine\n"
	"  explain ADDRESS PROTO/PORT [--to ADDRESS] [--in INTERFACE]\n"
	"                        what would happen to a new connection, and why\n"
	"  import-fwknop ACCESS.CONF [FWKNOPD.CONF [OVERRIDE,…]] --keys DIR\n"
	"      [-o FILE] [--ports LIST] [--public LIST|none] [--strict]\n"
	"                        a configuration that does what fwknopd did\n";

static enum status run(const char *path, const json_t *request, bool json)
{
	json_t *answer = NULL;
	enum haunt_err err = control_ask(path, request, &answer);
	const char *refusal;

	if (err) {
		steps_unreachable(path, err);
		return STATUS_DAEMON;
	}
	refusal = control_error(answer);
	if (json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (refusal) {
		tell("%s", refusal);
	} else {
		control_print(request, answer, stdout);
	}
	json_decref(answer);
	return refusal ? STATUS_REFUSED : STATUS_OK;
}

/* As the daemon answers. */
static void print_error(const char *why)
{
	json_t *answer = json_pack("{s:b, s:s}", "ok", 0, "error", why);

	if (!answer) { /* it quotes what is not UTF-8 */
		tell("%s", why);
		return;
	}
	json_dumpf(answer, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(answer);
}

/* Commands that are more than one question to the daemon, or none: their
 * names, how many words follow, and what they do. */
struct here {
	const char *name;
	const char *second; /* what the first of these words must be, or NULL */
	size_t words;
	enum status (*run)(const struct words *options,
			   const char *const *words);
};

static enum status here_explain(const struct words *options,
				const char *const *words)
{
	static const enum status statuses[] = {
		[EXPLAIN_OPEN] = STATUS_OK,
		[EXPLAIN_USAGE] = STATUS_USAGE,
		[EXPLAIN_UNKNOWN] = STATUS_DAEMON,
		[EXPLAIN_SHUT] = STATUS_BAD,
	};
	const struct explain_ask ask = { .address = words[0],
					 .door = words[1],
					 .to = options->to,
					 .in = options->in,
					 .json = options->json };
	char why[EXPLAIN_WHY_MAX];
	enum explain_end end = explain_run(&ask, stdout, why);

	if (why[0] && options->json)
		print_error(why);
	else if (why[0])
		tell("%s", why);
	return statuses[end];
}

static enum status here_doctor(const struct words *options,
			       const char *const *words)
{
	static const enum status statuses[] = {
		[DOCTOR_OK] = STATUS_OK,
		[DOCTOR_BLIND] = STATUS_DAEMON,
		[DOCTOR_FINDINGS] = STATUS_BAD,
	};
	const char *path = options->config ? options->config
					   : HAUNT_SYSCONFDIR "/hauntd.conf";

	(void)words;
	return statuses[doctor_run(path, options->json)];
}

static struct steps steps_of(const struct words *options)
{
	return (struct steps){
		.socket = options->socket ? options->socket
					  : HAUNT_RUNDIR "/control",
		.config = options->config ? options->config
					  : HAUNT_SYSCONFDIR "/hauntd.conf",
		.json = options->json,
		.here = options->here,
	};
}

static enum status here_reload(const struct words *options,
			       const char *const *words)
{
	const struct steps s = steps_of(options);

	(void)words;
	return steps_reload(&s, false);
}

static enum status here_confirm(const struct words *options,
				const char *const *words)
{
	const struct steps s = steps_of(options);

	(void)words;
	return steps_confirm(&s, s.here);
}

static enum status here_list(const struct words *options,
			     const char *const *words)
{
	const struct steps s = steps_of(options);

	(void)words;
	return steps_client_list(&s);
}

static enum status here_remove(const struct words *options,
			       const char *const *words)
{
	const struct steps s = steps_of(options);

	return steps_client_remove(&s, words[1]);
}

static enum status here_import(const struct words *options,
			       const char *const *words)
{
	return steps_import(&options->import, words[0], words[1],
			    words[1] ? words[2] : NULL);
}

static const struct here heres[] = {
	{ "import-fwknop", NULL, 1, here_import },
	{ "import-fwknop", NULL, 2, here_import },
	{ "import-fwknop", NULL, 3, here_import },
	{ "reload", NULL, 0, here_reload },
	{ "confirm", NULL, 0, here_confirm },
	{ "client", "list", 1, here_list },
	{ "client", "remove", 2, here_remove },
	{ "explain", NULL, 2, here_explain },
	{ "doctor", NULL, 0, here_doctor },
};

/* NULL: the daemon is to be asked. */
static const struct here *here_find(const char *const *command, size_t n)
{
	for (size_t i = 0; i < sizeof(heres) / sizeof(heres[0]); i++)
		if (n == heres[i].words + 1 &&
		    !strcmp(command[0], heres[i].name) &&
		    (!heres[i].second || !strcmp(command[1], heres[i].second)))
			return &heres[i];
	return NULL;
}

/* Prints until somebody ends it. */
static enum status watch(const char *path, const json_t *request, bool json)
{
	json_t *answer = NULL;
	enum haunt_err err =
		control_watch(path, request, json, stdout, &answer);

	if (!err) {
		tell("%s", control_error(answer));
		json_decref(answer);
		return STATUS_REFUSED;
	}
	if (err == HAUNT_ESYS && errno == EPIPE)
		return STATUS_OK;
	if (err == HAUNT_ECLOSED)
		tell("%s: hauntd has ended", path);
	else
		steps_unreachable(path, err);
	return STATUS_DAEMON;
}

static enum status ask(const struct words *options, const char *const *command,
		       size_t n)
{
	json_t *request = NULL;
	enum status status;
	const char *path;

	if (options->to || options->in || options->config ||
	    control_request(command, n, &request)) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	path = options->socket ? options->socket : HAUNT_RUNDIR "/control";
	if (strcmp(command[0], "watch") == 0)
		status = watch(path, request, options->json);
	else
		status = run(path, request, options->json);
	json_decref(request);
	return status;
}

int main(int argc, char **argv)
{
	struct words words = { .socket = NULL };
	const struct args args = {
		.tables = { { args_known,
			      sizeof(args_known) / sizeof(args_known[0]),
			      &words } },
		.words_max = COMMAND_WORDS,
	};
	/* And the option that is a word to the daemon. */
	const char *command[COMMAND_WORDS + 1] = { NULL };
	const struct here *here;
	size_t n = 0;

	(void)argc;
	if (args_parse(&args, argv, command, &n))
		return STATUS_USAGE;
	if (words.version) {
		printf("hauntctl %s\n", haunt_version());
		return STATUS_OK;
	}
	if (words.help) {
		fputs(usage, stdout);
		fputs("options:\n", stdout);
		args_help(&args, stdout);
		return STATUS_OK;
	}
	if (words.cut)
		command[n++] = CONTROL_CUT;
	here = here_find(command, n);
	if (!here && n == COMMAND_WORDS) {
		tell("too many words: '%s'", command[n - 1]);
		return STATUS_USAGE;
	}
	return (int)(here ? here->run(&words, command + 1)
			  : ask(&words, command, n));
}
