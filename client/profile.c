/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides where a person's file is, and whose login is whose.
 */
#include "client/profile.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/tell.h"
#include "conf/reader.h"

const char *profile_home(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;

	if (home && *home == '/')
		return home;
	pw = getpwuid(geteuid());
	return pw ? pw->pw_dir : "/";
}

static char *default_path(void)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	char *path = NULL;
	int made;

	if (config && *config == '/')
		made = asprintf(&path, "%s/haunt/haunt.conf", config);
	else
		made = asprintf(&path, "%s/.config/haunt/haunt.conf",
				profile_home());
	return made < 0 ? NULL : path;
}

/* All of a file, with a NUL behind it. ESYS; EFORMAT: it holds NULs, or is
 * larger than any configuration. */
static enum haunt_err file_read(const char *path, char **out)
{
	FILE *from = fopen(path, "re");
	char *text = NULL;
	size_t len = 0;
	ssize_t n;
	enum haunt_err err = HAUNT_OK;

	if (!from)
		return HAUNT_ESYS;
	errno = 0;
	n = getdelim(&text, &len, '\0', from);
	if (n < 0 && (errno || ferror(from)))
		err = HAUNT_ESYS;
	else if (n > 0 && ((size_t)n > READER_TEXT_MAX || !text[n - 1]))
		err = HAUNT_EFORMAT;
	else if (n < 0 && text)
		text[0] = '\0';
	fclose(from);
	if (!err && !text)
		err = HAUNT_ENOMEM;
	if (err)
		free(text);
	else
		*out = text;
	return err;
}

/* An empty configuration: what the default file is if it does not exist. */
static enum haunt_err empty(struct client_conf **out)
{
	struct client_conf *conf = calloc(1, sizeof(*conf));

	if (!conf)
		return HAUNT_ENOMEM;
	conf->history = true;
	*out = conf;
	return HAUNT_OK;
}

enum haunt_err profile_read(const char *path, struct client_conf **out)
{
	char *found = path ? strdup(path) : default_path();
	struct client_conf_text in = { .name = found, .home = profile_home() };
	char *text = NULL;
	enum haunt_err err;

	if (!found)
		return HAUNT_ENOMEM;
	err = file_read(found, &text);
	if (err == HAUNT_ESYS && errno == ENOENT && !path) {
		err = empty(out);
		goto out;
	}
	if (err == HAUNT_ESYS)
		tell("%s: %s", found, strerror(errno));
	else if (err == HAUNT_EFORMAT)
		tell("%s: not a configuration file", found);
	if (err)
		goto out;
	in.text = text;
	err = client_conf_parse(&in, config_mistake_print, NULL, out);
out:
	if (err == HAUNT_ENOMEM)
		tell("%s: no memory", found);
	free(text);
	free(found);
	return err;
}

void profile_login(char login[CLIENT_USER_MAX + 1])
{
	const struct passwd *pw = getpwuid(geteuid());
	struct client_gateway g = { .port = 0 };

	if (!pw || client_parse_user(pw->pw_name, &g))
		memcpy(g.user, "haunt", sizeof("haunt"));
	memcpy(login, g.user, sizeof(g.user));
}
