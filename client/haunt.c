/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * haunt: the table of its subcommands, and nothing else. No subcommand takes
 * a key on its command line or from its environment.
 */
#include <stdio.h>
#include <string.h>

#include "client/cmd.h"
#include "client/tell.h"
#include "core/proto/haunt.h"

struct subcommand {
	const char *name;
	enum cmd_status (*run)(char **argv);
	const char *what;
};

static const struct subcommand subcommands[] = {
	{ "open", cmd_open, "ask a gateway to open a service for you" },
	{ "ssh", cmd_ssh, "do so and run ssh(1), by the way that opens" },
	{ "proxy", cmd_proxy, "do so and connect (OpenSSH ProxyCommand)" },
	{ "list", cmd_list, "the gateways and services that you have" },
	{ "last", cmd_last, "what was asked for last, or that once more" },
	{ "keygen", cmd_keygen, "make a key file" },
	{ "import", cmd_import, "make a configuration of a .fwknoprc" },
};

static void usage(FILE *to)
{
	fputs("usage: haunt COMMAND …\n", to);
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]);
	     i++)
		fprintf(to, "  %-8s %s\n", subcommands[i].name,
			subcommands[i].what);
	fputs("haunt COMMAND --help, haunt --version; haunt(1) says more\n",
	      to);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
		usage(stdout);
		return CMD_OK;
	}
	if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
		printf("haunt %s\n", haunt_version());
		return CMD_OK;
	}
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]);
	     i++)
		if (!strcmp(subcommands[i].name, name))
			return (int)subcommands[i].run(argv + 1);
	if (*name)
		tell("there is no command '%s'", name);
	usage(stderr);
	return CMD_USAGE;
}
