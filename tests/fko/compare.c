/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides what two contexts are compared by. */
#include "tests/fko/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRACE 8192
#define STATE 8192

struct fko_api api[2];

static char trace[TRACE];
static unsigned long seed, checks;

void compare_seed(unsigned long value)
{
	seed = value;
}

unsigned long compare_count(void)
{
	return checks;
}

void traced_none(void)
{
	trace[0] = '\0';
}

unsigned int draw(unsigned int below)
{
	seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	return (unsigned int)(seed >> 33) % below;
}

void traced(const char *what, const char *text, long number)
{
	const size_t len = strlen(trace);

	snprintf(trace + len, sizeof(trace) - len, "  %s \"%.300s\" %ld\n",
		 what, text ? text : "(null)", number);
}

static void differ(const char *what, const char *ours, const char *theirs)
{
	printf("%s:\n  ours   %s\n  theirs %s\nafter:\n%s", what, ours, theirs,
	       trace);
	exit(1);
}

void same_number(const char *what, long ours, long theirs)
{
	char a[32], b[32];

	checks++;
	if (ours == theirs)
		return;
	snprintf(a, sizeof(a), "%ld", ours);
	snprintf(b, sizeof(b), "%ld", theirs);
	differ(what, a, b);
}

static void text_of(const struct fko_api *a, fko_ctx_t ctx, const char *name,
		    int (*get)(fko_ctx_t, char **), char out[STATE])
{
	const size_t len = strlen(out);
	char *text = NULL;
	int rc = get(ctx, &text);

	(void)a;
	snprintf(out + len, STATE - len, "%s=%d:%s ", name, rc,
		 rc || !text ? "" : text);
}

/* Packets differ by their salt: only their length counts. */
static void packet_of(const struct fko_api *a, fko_ctx_t ctx, char out[STATE])
{
	size_t len = strlen(out);
	char *text = NULL;
	int rc = a->get_spa_data(ctx, &text);

	snprintf(out + len, STATE - len, "data=%d:%zu ", rc,
		 rc || !text ? 0 : strlen(text));
	text = NULL;
	rc = a->get_spa_hmac(ctx, &text);
	len = strlen(out);
	snprintf(out + len, STATE - len, "hmac=%d:%zu ", rc,
		 rc || !text ? 0 : strlen(text));
}

#define NUMBER(member, type)                                             \
	do {                                                             \
		type value = 77;                                         \
		const int rc = a->get_##member(ctx, &value);             \
		const size_t len = strlen(out);                          \
		snprintf(out + len, STATE - len, #member "=%d:%ld ", rc, \
			 (long)value);                                   \
	} while (0)

static void numbers_of(const struct fko_api *a, fko_ctx_t ctx, char out[STATE])
{
	NUMBER(timestamp, time_t);
	NUMBER(spa_message_type, short);
	NUMBER(spa_client_timeout, int);
	NUMBER(spa_digest_type, short);
	NUMBER(raw_spa_digest_type, short);
	NUMBER(spa_hmac_type, short);
	NUMBER(spa_encryption_type, short);
	NUMBER(spa_encryption_mode, int);
	NUMBER(gpg_signature_verify, unsigned char);
	NUMBER(gpg_ignore_verify_error, unsigned char);
	NUMBER(gpg_signature_summary, int);
	NUMBER(gpg_signature_status, int);
}

static void state_of(const struct fko_api *a, fko_ctx_t ctx, char out[STATE])
{
	out[0] = '\0';
	numbers_of(a, ctx, out);
	packet_of(a, ctx, out);
	text_of(a, ctx, "rand", a->get_rand_value, out);
	text_of(a, ctx, "user", a->get_username, out);
	text_of(a, ctx, "version", a->get_version, out);
	text_of(a, ctx, "message", a->get_spa_message, out);
	text_of(a, ctx, "nat", a->get_spa_nat_access, out);
	text_of(a, ctx, "auth", a->get_spa_server_auth, out);
	text_of(a, ctx, "encoded", a->get_encoded_data, out);
	text_of(a, ctx, "digest", a->get_spa_digest, out);
	text_of(a, ctx, "exe", a->get_gpg_exe, out);
	text_of(a, ctx, "home", a->get_gpg_home_dir, out);
	text_of(a, ctx, "recipient", a->get_gpg_recipient, out);
	text_of(a, ctx, "signer", a->get_gpg_signer, out);
}

void same_state(fko_ctx_t ctx[2])
{
	static char state[2][STATE];

	state_of(&api[0], ctx[0], state[0]);
	state_of(&api[1], ctx[1], state[1]);
	checks++;
	if (strcmp(state[0], state[1]) != 0)
		differ("state", state[0], state[1]);
}
