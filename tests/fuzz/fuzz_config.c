/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The gateway's configuration: what is refused has a mistake to show for it;
 * what is accepted prints to a text that is accepted and prints the same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int claim)
{
	if (!claim)
		abort();
}

static void count(void *arg, const char *name, unsigned int line,
		  const char *text)
{
	size_t *n = arg;

	must(name && text && *text && line < 1u << 30);
	(*n)++;
}

static char *print(const struct config *c)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	must(to != NULL);
	must(config_print(c, to) == HAUNT_OK);
	must(fclose(to) == 0);
	return text;
}

static struct config *parse(const char *text, size_t *mistakes)
{
	struct config *c = NULL;
	enum haunt_err err = config_parse(text, "fuzz", count, mistakes, &c);

	must(err == HAUNT_OK || (err == HAUNT_EFORMAT && *mistakes));
	must((err == HAUNT_OK) == (c != NULL));
	return c;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *first, *second;
	size_t mistakes = 0;
	struct config *c;

	must(text != NULL);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	c = parse(text, &mistakes);
	free(text);
	if (!c)
		return 0;
	must(mistakes == 0);
	first = print(c);
	config_free(c);
	c = parse(first, &mistakes);
	must(c && mistakes == 0);
	second = print(c);
	must(!strcmp(first, second));
	config_free(c);
	free(first);
	free(second);
	return 0;
}
