/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides what a verdict looks like, and fwknop's small grammars. */
#include "conf/fwknop_out.h"

#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf/parse.h"

#define TEXT_MAX   1024
#define NAME_SHOWN 40 /* bytes of a directive's name */

void fwknop_put(FILE *to, const char *text)
{
	for (; *text; text++)
		fputc(*text < 0x20 || *text > 0x7e ? '?' : *text, to);
}

bool fwknop_quotable(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e || *text == '"' ||
		    *text == '\\')
			return false;
	return true;
}

void fwknop_say(struct fwknop_out *out, const struct fwknop_entry *e,
		enum fwknop_verdict verdict, const char *format, ...)
{
	static const char *const verdicts[] = {
		[FWKNOP_TRANSLATED] = "translated to",
		[FWKNOP_UNNEEDED] = "not needed:",
		[FWKNOP_REFUSED] = "NOT translated:",
		[FWKNOP_WARNING] = "warning:",
	};
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fwknop_put(out->report, e->file);
	fprintf(out->report, ":%u: ", e->line);
	/* A name that is none may be what was meant as a value: a key. */
	if (e->what == FWKNOP_PAIR) {
		char name[NAME_SHOWN + 1];
		size_t len = strcspn(e->name, ":=");

		snprintf(name, sizeof(name), "%.*s",
			 len < NAME_SHOWN ? (int)len : NAME_SHOWN, e->name);
		fwknop_put(out->report, name);
		fputs(": ", out->report);
	}
	fprintf(out->report, "%s ", verdicts[verdict]);
	fwknop_put(out->report, text);
	fputc('\n', out->report);
	out->counts[verdict]++;
}

const struct fwknop_word *fwknop_word(const struct fwknop_words *words,
				      const char *name)
{
	for (size_t i = 0; i < words->len; i++)
		if (!strcmp(words->words[i].name, name))
			return &words->words[i];
	return NULL;
}

static void judge_word(struct fwknop_out *out, const struct fwknop_words *words,
		       const struct fwknop_entry *e, void *into)
{
	const struct fwknop_word *word = fwknop_word(words, e->name);

	if (!word)
		fwknop_say(out, e, FWKNOP_REFUSED,
			   "%s has no such directive, and fwknop ignores or "
			   "refuses it",
			   words->whose);
	else if (!word->take || word->take(out, into, e))
		fwknop_say(out, e, word->verdict, "%s", word->text);
}

void fwknop_judge(struct fwknop_out *out, const struct fwknop_words *words,
		  const struct fwknop_part *part, void *into)
{
	for (size_t i = 0; i < part->len; i++) {
		const struct fwknop_entry *e = &part->entries[i];
		const struct fwknop_entry *last;

		if (e->what == FWKNOP_BAD) {
			fwknop_say(out, e, FWKNOP_REFUSED, "it has no value");
			continue;
		}
		if (e->what == FWKNOP_LONG) {
			fwknop_say(out, e, FWKNOP_REFUSED,
				   "the line is longer than the %d bytes that "
				   "fwknop reads of one",
				   FWKNOP_LINE_MAX);
			continue;
		}
		last = fwknop_find(part, e->name);
		if (last == e)
			judge_word(out, words, e, into);
		else
			fwknop_say(out, e, FWKNOP_UNNEEDED,
				   "%s:%u says it again, and fwknop takes the "
				   "last one",
				   last->file, last->line);
	}
}

bool fwknop_switched(struct fwknop_out *out, const struct fwknop_entry *e)
{
	if (e->value[0] == 'Y' || e->value[0] == 'y')
		return true;
	fwknop_say(out, e, FWKNOP_UNNEEDED, "it is off");
	return false;
}

int64_t fwknop_number(const char *text)
{
	int64_t n = 0;

	if (*text < '0' || *text > '9')
		return -1;
	for (; *text >= '0' && *text <= '9'; text++)
		if (n < INT32_MAX)
			n = n * 10 + (*text - '0');
	return n;
}

bool fwknop_item(const char **list, char buf[FWKNOP_LINE_MAX + 1])
{
	const char *from = *list + strspn(*list, " \t,");
	size_t len = strcspn(from, ",");

	*list = from + len;
	while (len && (from[len - 1] == ' ' || from[len - 1] == '\t'))
		len--;
	if (!len || len > FWKNOP_LINE_MAX)
		return false;
	memcpy(buf, from, len);
	buf[len] = '\0';
	return true;
}

enum haunt_err fwknop_ports(const char *text, struct fwknop_ranges *out)
{
	char item[FWKNOP_LINE_MAX + 1];

	*out = (struct fwknop_ranges){ .len = 0 };
	while (fwknop_item(&text, item)) {
		struct port_range range = { 0 };

		/* "tcp/22 # ssh" is tcp/22 to fwknopd. */
		item[strcspn(item, " \t#")] = '\0';
		if (parse_port_range(item, &range) || range.first != range.last)
			return HAUNT_EFORMAT;
		if (out->len == FWKNOP_RANGES_MAX)
			return HAUNT_EBUSY;
		if (!fwknop_ranges_have(out, &range))
			out->at[out->len++] = range;
	}
	return out->len ? HAUNT_OK : HAUNT_EFORMAT;
}

bool fwknop_ranges_have(const struct fwknop_ranges *r,
			const struct port_range *p)
{
	for (size_t i = 0; i < r->len; i++)
		if (r->at[i].proto == p->proto && r->at[i].first == p->first &&
		    r->at[i].last == p->last)
			return true;
	return false;
}

/* ---- names ---- */

static bool name_taken(const struct fwknop_names *names, const char *name)
{
	for (size_t i = 0; i < names->len; i++)
		if (!strcmp(names->taken[i], name))
			return true;
	return false;
}

static void name_fit(const char *wanted, char out[CONFIG_NAME_MAX + 1])
{
	size_t n = 0;

	for (; *wanted && n < CONFIG_NAME_MAX; wanted++) {
		char c = *wanted;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_')
			c = '-';
		out[n++] = c;
	}
	if (!n)
		out[n++] = '-';
	out[n] = '\0';
}

enum haunt_err fwknop_name(struct fwknop_names *names, const char *wanted,
			   char out[CONFIG_NAME_MAX + 1])
{
	char(*grown)[CONFIG_NAME_MAX + 1] =
		realloc(names->taken, (names->len + 1) * sizeof(*grown));
	char base[CONFIG_NAME_MAX + 1];

	if (!grown)
		return HAUNT_ENOMEM;
	names->taken = grown;
	name_fit(wanted, base);
	strcpy(out, base);
	for (unsigned int n = 2; name_taken(names, out); n++) {
		char end[12];
		int len = snprintf(end, sizeof(end), "-%u", n);

		snprintf(out, CONFIG_NAME_MAX + 1, "%.*s%s",
			 CONFIG_NAME_MAX - len, base, end);
	}
	memcpy(grown[names->len++], out, CONFIG_NAME_MAX + 1);
	return HAUNT_OK;
}

void fwknop_names_free(struct fwknop_names *names)
{
	free(names->taken);
	*names = (struct fwknop_names){ .len = 0 };
}

const struct fwknop_words *fwknop_words(enum fwknop_kind kind)
{
	switch (kind) {
	case FWKNOP_DAEMON:
		return &fwknop_daemon_words;
	case FWKNOP_ACCESS:
		return &fwknop_access_words;
	case FWKNOP_RC:
		break;
	}
	return &fwknop_rc_words;
}
