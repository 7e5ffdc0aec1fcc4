/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that nothing is written before everything is known, and that what was
 * written goes again if the rest fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/import.h"
#include "client/tell.h"
#include "core/proto/haunt.h"

/* The output as a file that was not there, or stdout. */
static FILE *output_open(const char *path)
{
	int fd;
	FILE *to;

	if (!path)
		return stdout;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0) {
		tell("%s: %s", path,
		     errno == EEXIST ? "it is there already; nothing is "
				       "overwritten"
				     : strerror(errno));
		return NULL;
	}
	to = fdopen(fd, "w");
	if (!to)
		close(fd);
	return to;
}

/* True if all of it is where it belongs. */
static bool output_close(FILE *to, const char *path)
{
	bool done = fflush(to) == 0 && !ferror(to);

	if (!done)
		tell("%s: %s", path ? path : "standard output",
		     strerror(errno));
	if (path && fclose(to) != 0 && done) {
		tell("%s: %s", path, strerror(errno));
		done = false;
	}
	return done;
}

static enum haunt_err all_write(const char *path, const char *text,
				const struct import_keys *keys)
{
	FILE *to = output_open(path);
	enum haunt_err err;

	if (!to)
		return HAUNT_ESYS;
	err = import_keys_write(keys);
	if (err) {
		if (path)
			fclose(to);
	} else {
		fputs(text, to);
		if (!output_close(to, path)) {
			import_keys_remove(keys);
			err = HAUNT_ESYS;
		}
	}
	if (err && path)
		unlink(path);
	return err;
}

static enum haunt_err made(const struct import_job *job,
			   struct import_keys *keys, const char *text)
{
	const char *path = job->words->output;
	enum haunt_err err = all_write(path, text, keys);

	if (err)
		return err;
	return job->valid(path ? path : "the result", text) ? HAUNT_OK
							    : HAUNT_EFORMAT;
}

static void count_tell(const struct fwknop_out *out)
{
	tell("%zu translated, %zu not needed, %zu NOT translated, %zu warnings",
	     out->counts[FWKNOP_TRANSLATED], out->counts[FWKNOP_UNNEEDED],
	     out->counts[FWKNOP_REFUSED], out->counts[FWKNOP_WARNING]);
}

enum haunt_err import_run(const struct import_job *job)
{
	struct fwknop_ranges ports;
	struct import_keys *keys = NULL;
	char *text = NULL;
	size_t len = 0;
	struct fwknop_out out = {
		.report = stderr,
		.strict = job->words->strict,
		.ports = job->words->ports,
		.public = job->words->public,
		.keep = import_keys_keep,
		.keep_text = import_keys_keep_text,
	};
	enum haunt_err err;

	if (out.ports && fwknop_ports(out.ports, &ports)) {
		tell("--ports: expected a list as in tcp/22,udp/53, found '%s'",
		     out.ports);
		return HAUNT_EDENIED;
	}
	if (out.public && fwknop_public_parse(out.public, &ports)) {
		tell("--public: expected a list as in tcp/80,tcp/443, or none, "
		     "found '%s'",
		     out.public);
		return HAUNT_EDENIED;
	}
	if (import_keys_new(job->words->keys, &keys))
		return HAUNT_EDENIED;
	out.arg = keys;
	out.conf = open_memstream(&text, &len);
	err = out.conf ? job->make(&out, job->arg) : HAUNT_ENOMEM;
	if (out.conf && fclose(out.conf) != 0 && !err)
		err = HAUNT_ENOMEM;
	if (err)
		tell("%s", haunt_strerror(err));
	else
		err = made(job, keys, text);
	if (!err || err == HAUNT_EFORMAT)
		count_tell(&out);
	import_keys_free(keys);
	free(text);
	return err;
}
