/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file of `haunt last`: what is accepted can be shown on a terminal and
 * carried out again, and is accepted again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/history.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int claim)
{
	if (!claim)
		abort();
}

static void check_line(const json_t *entry, const char *name)
{
	const char *text = json_string_value(json_object_get(entry, name));

	must(text && strlen(text) <= HISTORY_TEXT_MAX);
	for (; *text; text++)
		must((unsigned char)*text >= ' ' && *text != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *all = NULL, *again = NULL;
	char *text;

	if (history_parse((const char *)data, size, &all))
		return 0;
	must(json_array_size(all) <= HISTORY_ENTRIES_MAX);
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *entry = json_array_get(all, i);
		const json_t *words = json_object_get(entry, "words");

		check_line(entry, "gateway");
		check_line(entry, "service");
		check_line(entry, "address");
		check_line(entry, "ports");
		must(json_array_size(words) >= 1 &&
		     json_array_size(words) <= HISTORY_WORDS_MAX);
		must(json_integer_value(json_object_get(entry, "time")) >= 0);
	}
	text = json_dumps(all, 0);
	must(text && history_parse(text, strlen(text), &again) == HAUNT_OK);
	must(json_equal(all, again));
	json_decref(again);
	free(text);
	json_decref(all);
	return 0;
}
