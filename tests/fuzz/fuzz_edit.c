/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking a section out of a configuration: the rest is a part before it and a
 * part after it, and a text that was without mistakes still has no client of
 * that name afterwards.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/config.h"
#include "conf/edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void mistake_ignore(void *arg, const char *name, unsigned int line,
			   const char *text)
{
	(void)arg, (void)name, (void)line, (void)text;
}

static void check_parts(const char *text, const char *rest)
{
	size_t len = strlen(text), left = strlen(rest), same = 0;

	if (left >= len)
		abort();
	while (same < left && text[same] == rest[same])
		same++;
	for (size_t before = same + 1; before-- > 0;) {
		if (memcmp(text + len - (left - before), rest + before,
			   left - before) == 0)
			return;
	}
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1), *rest = NULL;
	struct config *config = NULL;

	if (!text)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	if (edit_client_remove(text, "alice", &rest) == HAUNT_OK) {
		check_parts(text, rest);
		if (config_parse(text, "", mistake_ignore, NULL, &config) ==
		    HAUNT_OK) {
			config_free(config);
			config = NULL;
			if (config_parse(rest, "", mistake_ignore, NULL,
					 &config) == HAUNT_OK &&
			    config_client(config, "alice") != SIZE_MAX)
				abort();
		}
		config_free(config);
	}
	free(rest);
	free(text);
	return 0;
}
