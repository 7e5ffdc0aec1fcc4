/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how the vectors are written: a word and its value on each line. */
#include "tests/lib/vectors.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/wire.h"
#include "core/proto/b64.h"
#include "tests/lib/check.h"

static FILE *file_open(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/data/%s", srcdir ? srcdir : ".",
		 name);
	f = fopen(path, "r");
	assert_non_null(f);
	return f;
}

FILE *vectors_open(void)
{
	return file_open("fwknop3.vec");
}

FILE *vectors_open_pgp(void)
{
	return file_open("pgp.vec");
}

static size_t bytes_get(const char *text, uint8_t *out, size_t cap)
{
	struct wr w = wr_of(out, cap);

	check_ok(b64_get_lenient(text, strlen(text), &w));
	return w.len;
}

static void string_get(const char *text, char *out, size_t cap)
{
	assert_true(strlen(text) < cap);
	strcpy(out, text);
}

/* A packet; \n stands for a line feed. */
static void packet_get(const char *text, char *out, size_t cap)
{
	char *escape;

	string_get(text, out, cap);
	escape = strstr(out, "\\n");
	if (escape)
		strcpy(escape, "\n");
}

static void hmac_get(char *text, struct vector *v)
{
	char *space = strchr(text, ' ');

	assert_non_null(space);
	*space = '\0';
	check_ok(haunt_digest_parse(text, &v->hmac_type));
	v->hmac_len = bytes_get(space + 1, v->hmac, sizeof(v->hmac));
}

static void salt_get(const char *text, struct vector *v)
{
	assert_int_equal(strlen(text), 2 * sizeof(v->salt));
	for (size_t i = 0; i < sizeof(v->salt); i++) {
		unsigned int byte;

		assert_int_equal(sscanf(text + 2 * i, "%2x", &byte), 1);
		v->salt[i] = (uint8_t)byte;
	}
	v->reseals = true;
}

static bool envelope_word(const char *word, char *text, struct vector *v)
{
	if (!strcmp(word, "id"))
		string_get(text, v->id, sizeof(v->id));
	else if (!strcmp(word, "mode"))
		check_ok(haunt_mode_parse(text, &v->mode));
	else if (!strcmp(word, "key"))
		v->key_len = bytes_get(text, v->key, sizeof(v->key));
	else if (!strcmp(word, "hmac"))
		hmac_get(text, v);
	else if (!strcmp(word, "packet"))
		packet_get(text, v->packet, sizeof(v->packet));
	else if (!strcmp(word, "refuse"))
		string_get(text, v->refuse, sizeof(v->refuse));
	else if (!strcmp(word, "signer"))
		string_get(text, v->signer, sizeof(v->signer));
	else if (!strcmp(word, "prefix"))
		string_get(text, v->prefix, sizeof(v->prefix));
	else if (!strcmp(word, "salt"))
		salt_get(text, v);
	else
		return false;
	return true;
}

static bool request_word(const char *word, const char *text, struct vector *v)
{
	struct haunt_request *r = &v->want;

	if (!strcmp(word, "random"))
		string_get(text, r->random, sizeof(r->random));
	else if (!strcmp(word, "user"))
		string_get(text, r->user, sizeof(r->user));
	else if (!strcmp(word, "time"))
		r->time_s = strtoull(text, NULL, 10);
	else if (!strcmp(word, "version"))
		string_get(text, r->version, sizeof(r->version));
	else if (!strcmp(word, "type"))
		r->type = (enum haunt_type)strtoul(text, NULL, 10);
	else if (!strcmp(word, "digest"))
		check_ok(haunt_digest_parse(text, &r->digest));
	else if (!strcmp(word, "message"))
		string_get(text, v->message, sizeof(v->message));
	else if (!strcmp(word, "nat"))
		string_get(text, v->nat, sizeof(v->nat));
	else if (!strcmp(word, "auth"))
		string_get(text, r->server_auth, sizeof(r->server_auth));
	else if (!strcmp(word, "lifetime"))
		r->lifetime_s = (uint32_t)strtoul(text, NULL, 10);
	else
		return false;
	return true;
}

bool vectors_next(FILE *file, struct vector *out)
{
	char line[2048];

	memset(out, 0, sizeof(*out));
	while (fgets(line, sizeof(line), file)) {
		char *space;

		line[strcspn(line, "\n")] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		if (!strcmp(line, "end"))
			return true;
		space = strchr(line, ' ');
		assert_non_null(space);
		*space++ = '\0';
		if (!envelope_word(line, space, out) &&
		    !request_word(line, space, out))
			fail_msg("unknown word %s", line);
	}
	return false;
}

struct haunt_key *vectors_key(const struct vector *vector)
{
	const struct haunt_key_spec spec = {
		.key = vector->key,
		.key_len = vector->key_len,
		.hmac = vector->hmac_len ? vector->hmac : NULL,
		.hmac_len = vector->hmac_len,
		.mode = vector->mode,
		.hmac_type = vector->hmac_type,
	};
	struct haunt_key *key;

	check_ok(haunt_key_new(&spec, &key));
	return key;
}
