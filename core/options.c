/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides getopt, and the texts for people who ask. */
#include "core/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "conf/parse.h"
#include "config.h"

#define TRY_MIN_S 10
#define TRY_MAX_S 3600

static const char usage_text[] =
	"usage: hauntd [-c FILE] [-n | -p] [--dry-run] [--uninstall]\n"
	"              [--try SECONDS] [--force]\n"
	"  -c, --config FILE   the configuration (" HAUNT_SYSCONFDIR
	"/hauntd.conf)\n"
	"  -n, --check         check the configuration and exit\n"
	"  -p, --print         print the configuration in effect and exit\n"
	"      --dry-run       change nothing in the kernel, log what would be "
	"done\n"
	"      --uninstall     take every rule of haunt out of the kernel and "
	"exit\n"
	"      --try SECONDS       lift the cloak then, unless hauntctl confirm "
	"comes\n"
	"      --force             start although that shuts out who is here\n"
	"      --assume-missing LIST\n"
	"                      do without these kernel features (see "
	"hauntd(8))\n"
	"  -V, --version       print the version and exit\n"
	"  -h, --help          print this and exit\n";

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, 'n' },
	{ "print", no_argument, NULL, 'p' },
	{ "dry-run", no_argument, NULL, 'd' },
	{ "uninstall", no_argument, NULL, 'u' },
	{ "assume-missing", required_argument, NULL, 'm' },
	{ "try", required_argument, NULL, 't' },
	{ "force", no_argument, NULL, 'f' },
	{ "try-left", required_argument, NULL, 'l' }, /* for roles */
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void usage_exit(FILE *to, int status)
{
	fputs(usage_text, to);
	exit(status);
}

static uint32_t try_read(const char *text)
{
	uint32_t seconds = 0;

	if (parse_u32(text, TRY_MIN_S, TRY_MAX_S, &seconds) == HAUNT_OK)
		return seconds;
	fprintf(stderr, "hauntd: --try wants %d to %d seconds, not '%s'\n",
		TRY_MIN_S, TRY_MAX_S, text);
	exit(EXIT_FAILURE);
}

void options_read(int argc, char **argv, struct options *o)
{
	int c;

	*o = (struct options){ .path = HAUNT_SYSCONFDIR "/hauntd.conf",
			       .try_left_ms = -1 };
	while ((c = getopt_long(argc, argv, "c:r:npVh", long_options, NULL)) >=
	       0) {
		switch (c) {
		case 'c':
			o->path = optarg;
			break;
		case 'r':
			o->role = optarg;
			break;
		case 'n':
			o->check = true;
			break;
		case 'p':
			o->print = true;
			break;
		case 'd':
			o->dry_run = true;
			break;
		case 'u':
			o->uninstall = true;
			break;
		case 'm':
			o->assume_missing = optarg;
			break;
		case 't':
			o->try_s = try_read(optarg);
			break;
		case 'f':
			o->force = true;
			break;
		case 'l':
			o->try_left_ms = strtoll(optarg, NULL, 10);
			break;
		case 'V':
			puts("hauntd " PACKAGE_VERSION);
			exit(EXIT_SUCCESS);
		case 'h':
			usage_exit(stdout, EXIT_SUCCESS);
			break;
		default:
			usage_exit(stderr, EXIT_FAILURE);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "hauntd: unexpected argument: %s\n",
			argv[optind]);
		usage_exit(stderr, EXIT_FAILURE);
	}
}
