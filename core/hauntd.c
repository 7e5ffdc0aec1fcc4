/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hauntd: options, the configuration, and the table of roles. The only file
 * that knows every room.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/config.h"
#include "config.h"
#include "core/base/log.h"
#include "core/base/role.h"
#include "core/capture/capture.h"
#include "core/gate/clients.h"
#include "core/gate/gate.h"
#include "core/instance.h"
#include "core/monitor.h"
#include "nat/nat.h"

#define CONFIG_TEXT_MAX (16 * 1024 * 1024)

static const struct role *const roles[] = { &role_capture, &role_gate,
					    &role_nat };

struct options {
	const char *path;
	const char *role;
	const char *assume_missing;
	bool check;
	bool print;
	bool dry_run;
	bool uninstall;
};

static const char usage_text[] =
	"usage: hauntd [-c FILE] [-n | -p] [--dry-run] [--uninstall]\n"
	"  -c, --config FILE   the configuration (" HAUNT_SYSCONFDIR
	"/hauntd.conf)\n"
	"  -n, --check         check the configuration and exit\n"
	"  -p, --print         print the configuration in effect and exit\n"
	"      --dry-run       change nothing in the kernel, log what would be "
	"done\n"
	"      --uninstall     take every rule of haunt out of the kernel and "
	"exit\n"
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
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void usage_exit(FILE *to, int status)
{
	fputs(usage_text, to);
	exit(status);
}

static void options_read(int argc, char **argv, struct options *o)
{
	int c;

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

/* The whole of a file as text, or NULL with errno set. */
static char *text_read(FILE *f, size_t *len)
{
	size_t used = 0, cap = 4096;
	char *text = malloc(cap);

	while (text) {
		size_t n = fread(text + used, 1, cap - used - 1, f);
		char *more;

		used += n;
		if (n == 0)
			break;
		if (used + 1 < cap)
			continue;
		if (cap >= CONFIG_TEXT_MAX) {
			free(text);
			errno = EFBIG;
			return NULL;
		}
		cap *= 2;
		more = realloc(text, cap);
		if (!more)
			free(text);
		text = more;
	}
	if (text && ferror(f)) {
		free(text);
		return NULL;
	}
	if (text) {
		text[used] = '\0';
		*len = used;
	}
	return text;
}

static char *config_text(const struct options *o, size_t *len)
{
	char sealed[32];
	char *text = NULL;
	FILE *f;

	/* A role opens the sealed text anew: a descriptor that it shares with
	 * the other roles would share the place in the file, too. */
	snprintf(sealed, sizeof(sealed), "/proc/self/fd/%d", ROLE_FD_CONFIG);
	f = fopen(o->role ? sealed : o->path, "re");
	if (f)
		text = text_read(f, len);
	if (!text)
		fprintf(stderr, "hauntd: %s: %s\n", o->path, strerror(errno));
	if (f)
		fclose(f);
	/* What follows a NUL would not be read, and nothing would be said. */
	if (text && strlen(text) != *len) {
		fprintf(stderr, "hauntd: %s: there is a NUL in it\n", o->path);
		free(text);
		return NULL;
	}
	return text;
}

static void mistake_print(void *arg, const char *name, unsigned int line,
			  const char *text)
{
	(void)arg;
	if (line)
		fprintf(stderr, "%s:%u: %s\n", name, line, text);
	else
		fprintf(stderr, "%s: %s\n", name, text);
}

static const struct role *role_find(const char *name)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (strcmp(roles[i]->name, name) == 0)
			return roles[i];
	}
	return NULL;
}

static int role_main(const struct options *o, const struct config *config)
{
	const struct role *role = role_find(o->role);
	struct role_setup setup = {
		.config = config,
		.left = ROLE_FD_LEFT,
		.right = ROLE_FD_RIGHT,
		.dry_run = o->dry_run,
		.assume_missing = o->assume_missing,
	};
	char name[16];
	struct stat st;

	/* A role without its sockets was started by hand. */
	if (!role || fstat(ROLE_FD_READY, &st) < 0) {
		fprintf(stderr, "hauntd: -r is for hauntd itself\n");
		return EXIT_FAILURE;
	}
	log_open("hauntd", role->name, config->log_sink, config->log_level);
	/* Otherwise it would be called "exe" after what was executed. */
	snprintf(name, sizeof(name), "hauntd-%s", role->name);
	prctl(PR_SET_NAME, name, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
	umask(0077);
	return role_run(role, &setup);
}

static void mistake_ignore(void *arg, const char *name, unsigned int line,
			   const char *text)
{
	(void)arg, (void)name, (void)line, (void)text;
}

/* False if a hauntd with this configuration runs. Without one that can be read
 * there is nothing to go by. */
static bool uninstall_free(const struct options *o)
{
	struct config *config = NULL;
	char *text = NULL;
	bool is_free = true;
	size_t len = 0;

	if (access(o->path, R_OK) == 0)
		text = config_text(o, &len);
	if (text && config_parse(text, o->path, mistake_ignore, NULL,
				 &config) == HAUNT_OK)
		is_free = instance_lock(config->control_socket);
	config_free(config);
	free(text);
	return is_free;
}

static int uninstall_main(const struct options *o)
{
	log_open("hauntd", "uninstall", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	/* It would put back at once what it finds missing. */
	if (!uninstall_free(o))
		return EXIT_FAILURE;
	return nat_uninstall() == HAUNT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* What is opened later must not become stdout or stderr. */
static bool standard_open(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		return close(fd) == 0;
	fprintf(stderr, "hauntd: /dev/null: %s\n", strerror(errno));
	return false;
}

/* What a start would stumble over besides: keys that cannot be used. */
static int check_main(const struct config *config)
{
	struct clients *clients = NULL;
	enum haunt_err err;

	log_open("hauntd", "check", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	err = clients_new(config, &clients);
	clients_free(clients);
	return err == HAUNT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int monitor_main(const struct options *o, const struct config *config,
			const char *text, size_t len)
{
	struct monitor_setup setup = {
		.config = config,
		.text = text,
		.len = len,
		.path = o->path,
		.dry_run = o->dry_run,
		.assume_missing = o->assume_missing,
	};

	if (geteuid() != 0) {
		fprintf(stderr, "hauntd: must be started as root (it gives up "
				"its rights by itself)\n");
		return EXIT_FAILURE;
	}
	log_open("hauntd", "monitor", config->log_sink, config->log_level);
	umask(0022);
	return monitor_run(&setup);
}

int main(int argc, char **argv)
{
	struct options o = { .path = HAUNT_SYSCONFDIR "/hauntd.conf" };
	struct config *config = NULL;
	int status = EXIT_FAILURE;
	size_t len = 0;
	char *text;

	if (!standard_open())
		return EXIT_FAILURE;
	options_read(argc, argv, &o);
	if (o.uninstall)
		return uninstall_main(&o);
	text = config_text(&o, &len);
	if (!text)
		return EXIT_FAILURE;
	if (config_parse(text, o.path, mistake_print, NULL, &config) !=
	    HAUNT_OK)
		goto out;
	if (o.print)
		status = config_print(config, stdout) == HAUNT_OK
				 ? EXIT_SUCCESS
				 : EXIT_FAILURE;
	else if (o.check)
		status = check_main(config);
	else if (o.role)
		status = role_main(&o, config);
	else
		status = monitor_main(&o, config, text, len);
out:
	config_free(config);
	free(text);
	return status;
}
