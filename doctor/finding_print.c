/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how findings are shown, to a person and to a program.
 */
#include "doctor/finding.h"

#include <jansson.h>
#include <string.h>

static const char *const severities[] = {
	[SEVERITY_ERROR] = "error",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_NOTE] = "note",
};

static size_t count(const struct findings *list, enum severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < list->len; i++)
		n += finding_severity(list->at[i].id) == severity;
	return n;
}

static void print_counts(const struct findings *list, FILE *to)
{
	const char *comma = "";

	for (size_t i = 0; i < sizeof(severities) / sizeof(severities[0]);
	     i++) {
		size_t n = count(list, (enum severity)i);

		if (!n)
			continue;
		fprintf(to, "%s%zu %s%s", comma, n, severities[i],
			n == 1 ? "" : "s");
		comma = ", ";
	}
	fputs(*comma ? "\n" : "nothing found\n", to);
}

void findings_print(const struct findings *list, FILE *to)
{
	for (size_t s = 0; s < sizeof(severities) / sizeof(severities[0]);
	     s++) {
		for (size_t i = 0; i < list->len; i++) {
			const struct finding *f = &list->at[i];

			if (finding_severity(f->id) != (enum severity)s)
				continue;
			fprintf(to, "%s %s: %s\n    %s\n", severities[s],
				finding_name(f->id), f->where, f->text);
			if (*f->fix)
				fprintf(to, "    fix: %s\n", f->fix);
		}
	}
	print_counts(list, to);
}

/* Text that is not UTF-8 without what makes it so. */
static json_t *text_json(char *text)
{
	json_t *value = json_string(text);

	if (value)
		return value;
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	}
	return json_string(text);
}

static json_t *finding_json(const struct finding *f)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "name",
			 finding_name(f->id), "severity",
			 severities[finding_severity(f->id)], "where",
			 text_json(f->where), "text", text_json(f->text), "fix",
			 text_json(f->fix));
}

enum haunt_err findings_print_json(const struct findings *list,
				   const char *problem, FILE *to)
{
	json_t *array = json_array();
	json_t *all =
		json_pack("{s:b, s:o}", "ok", !problem && findings_ok(list),
			  "findings", array);
	enum haunt_err err = all ? HAUNT_OK : HAUNT_ENOMEM;

	for (size_t i = 0; err == HAUNT_OK && i < list->len; i++) {
		if (json_array_append_new(array, finding_json(&list->at[i])))
			err = HAUNT_ENOMEM;
	}
	if (err == HAUNT_OK && problem &&
	    json_object_set_new(all, "error", json_string(problem)))
		err = HAUNT_ENOMEM;
	if (err == HAUNT_OK &&
	    (json_dumpf(all, to, JSON_COMPACT) || putc('\n', to) == EOF))
		err = HAUNT_ESYS;
	json_decref(all);
	return err;
}
