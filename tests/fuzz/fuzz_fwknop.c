/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwknop's three kinds of files, the kind in the first byte: whatever they
 * hold, an import ends, and what it writes can be scanned line by line; every
 * line that is a directive has its verdict.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/fwknop_out.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int claim)
{
	if (!claim)
		abort();
}

static const char *keep(void *arg, struct fwknop_out *out, const char *name,
			const struct fwknop_keys *keys)
{
	(void)arg;
	(void)out;
	must(*name && (keys->key || keys->hmac));
	return "/k";
}

static const char *keep_text(void *arg, struct fwknop_out *out,
			     const char *name, const struct fwknop_entry *text)
{
	(void)arg;
	(void)out;
	must(*name && text->value);
	return "/k";
}

/* Nothing of a file's bytes steers a terminal, or ends a line. */
static void check_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		must((text[i] >= 0x20 && text[i] <= 0x7e) || text[i] == '\n' ||
		     text[i] == '\t');
}

static size_t entries_count(const struct fwknop_conf *conf)
{
	size_t n = 0;

	for (size_t i = 0; i < conf->len; i++)
		n += conf->parts[i].len;
	return n;
}

static void import(enum fwknop_kind kind, const struct fwknop_conf *conf)
{
	static const struct fwknop_conf none = { .len = 0 };
	char *text = NULL, *report = NULL;
	size_t text_len = 0, report_len = 0;
	struct fwknop_out out = { .keep = keep, .keep_text = keep_text };
	size_t verdicts;

	out.conf = open_memstream(&text, &text_len);
	out.report = open_memstream(&report, &report_len);
	must(out.conf && out.report);
	if (kind == FWKNOP_RC)
		must(!fwknop_import_client(&out, conf));
	else if (kind == FWKNOP_DAEMON)
		must(!fwknop_import_server(&out, &none, conf));
	else
		must(!fwknop_import_server(&out, conf, &none));
	must(!fclose(out.conf) && !fclose(out.report));
	check_text(text, text_len);
	check_text(report, report_len);
	verdicts = out.counts[FWKNOP_TRANSLATED] + out.counts[FWKNOP_UNNEEDED] +
		   out.counts[FWKNOP_REFUSED];
	/* A [default] that nobody inherits from has none. */
	must(kind == FWKNOP_RC || verdicts >= entries_count(conf));
	free(text);
	free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fwknop_conf conf = { .len = 0 };
	struct fwknop_reading r = { .conf = &conf };
	enum haunt_err err;

	if (!size || memchr(data, '\0', size))
		return 0; /* as import_text() refuses them */
	r.kind = (enum fwknop_kind)(data[0] % 3);
	err = fwknop_read(&r, "fuzz", rd_of(data + 1, size - 1), 0);
	must(err == HAUNT_OK || err == HAUNT_ELENGTH);
	if (!err)
		import(r.kind, &conf);
	fwknop_clear(&conf);
	return 0;
}
