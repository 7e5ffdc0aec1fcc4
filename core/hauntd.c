/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hauntd: options, the configuration, and the table of roles. The only file
 * that knows every room.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/base/role.h"
#include "core/capture/capture.h"
#include "core/gate/clients.h"
#include "core/gate/gate.h"
#include "core/instance.h"
#include "core/lockout.h"
#include "core/monitor.h"
#include "core/names/names.h"
#include "core/options.h"
#include "core/pgp/home.h"
#include "core/pgp/pgp.h"
#include "core/reload.h"
#include "core/run/programs.h"
#include "core/run/run.h"
#include "nat/nat.h"

#define CONFIG_TEXT_MAX (16 * 1024 * 1024)
#define EXIT_LOCKOUT	4

static const struct role *const roles[] = { &role_capture, &role_gate,
					    &role_nat,	   &role_runs,
					    &role_names,   &role_pgp };

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

static bool is_reader(const struct options *o)
{
	return o->role && strcmp(o->role, RELOAD_READER) == 0;
}

static char *config_text(const struct options *o, size_t *len)
{
	char sealed[32];
	char *text = NULL;
	FILE *f;

	/* A role opens the sealed text anew: a descriptor that it shares with
	 * the other roles would share the place in the file, too. */
	snprintf(sealed, sizeof(sealed), "/proc/self/fd/%d", ROLE_FD_CONFIG);
	f = fopen(o->role && !is_reader(o) ? sealed : o->path, "re");
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
		.shelf = ROLE_FD_SHELF,
		.dry_run = o->dry_run,
		.assume_missing = o->assume_missing,
		.try_ms = o->try_left_ms,
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

static bool pgp_check(const struct config *config)
{
	struct secret *passphrase = NULL;
	bool ok = pgp_home_check(config) &&
		  pgp_passphrase_read(config, &passphrase);

	secret_free(passphrase);
	return ok;
}

static bool user_check(const char *path, const char *name)
{
	if (getpwnam(name))
		return true;
	fprintf(stderr, "%s: there is no user '%s'\n", path, name);
	return false;
}

/* Who the processes become, of those that there will be. */
static bool users_check(const char *path, const struct config *config)
{
	const char *const names[] = {
		config->user_capture,
		config->user_gate,
		config->user_nat,
		config_runs(config) ? config->user_run : NULL,
		config_has_names(config) ? config->user_names : NULL,
		config_needs_pgp(config) ? config->user_pgp : NULL,
	};
	bool ok = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ok = (!names[i] || user_check(path, names[i])) && ok;
	return ok;
}

/* What a start would stumble over besides: users that are not there, keys that
 * cannot be used, programs that are not root's. */
static int check_main(const struct options *o, const struct config *config)
{
	struct clients *clients = NULL;
	bool ok = users_check(o->path, config);

	log_open("hauntd", "check", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	ok = clients_new(config, &clients) == HAUNT_OK && ok;
	clients_free(clients);
	ok = (!config_needs_pgp(config) || pgp_check(config)) && ok;
	ok = programs_check(config) && ok;
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The new text for a monitor that reloads, if it is as a start wants it. */
static int reader_main(const struct options *o, const struct config *config,
		       const char *text, size_t len)
{
	struct stat st;
	FILE *to;

	if (fstat(RELOAD_TEXT_FD, &st) < 0 || !S_ISREG(st.st_mode)) {
		fprintf(stderr, "hauntd: -r is for hauntd itself\n");
		return EXIT_FAILURE;
	}
	if (check_main(o, config) != EXIT_SUCCESS)
		return EXIT_FAILURE;
	to = fdopen(RELOAD_TEXT_FD, "w");
	if (to && fwrite(text, 1, len, to) == len && fclose(to) == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "hauntd: %s\n", strerror(errno));
	return EXIT_FAILURE;
}

/* A cloak that is in the kernel already shuts nobody out who is here. */
static bool is_lockout(const struct options *o, const struct config *config)
{
	return !o->force && !o->dry_run && !nat_installed() &&
	       lockout_told(config);
}

/* Takes the configuration. */
static int monitor_main(const struct options *o, struct config *config,
			const char *text, size_t len)
{
	struct monitor_setup setup = {
		.config = config,
		.text = text,
		.len = len,
		.path = o->path,
		.dry_run = o->dry_run,
		.assume_missing = o->assume_missing,
		.try_s = o->try_s,
	};

	if (geteuid() != 0) {
		fprintf(stderr, "hauntd: must be started as root (it gives up "
				"its rights by itself)\n");
		config_free(config);
		return EXIT_FAILURE;
	}
	log_open("hauntd", "monitor", config->log_sink, config->log_level);
	if (is_lockout(o, config)) {
		config_free(config);
		return EXIT_LOCKOUT;
	}
	umask(0022);
	return monitor_run(&setup);
}

int main(int argc, char **argv)
{
	struct options o;
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
	if (config_parse(text, o.path, config_mistake_print, NULL, &config) !=
	    HAUNT_OK)
		goto out;
	if (o.print)
		status = config_print(config, stdout) == HAUNT_OK
				 ? EXIT_SUCCESS
				 : EXIT_FAILURE;
	else if (o.check)
		status = check_main(&o, config);
	else if (is_reader(&o))
		status = reader_main(&o, config, text, len);
	else if (o.role)
		status = role_main(&o, config);
	else {
		status = monitor_main(&o, config, text, len);
		config = NULL;
	}
out:
	config_free(config);
	free(text);
	return status;
}
