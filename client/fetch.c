/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides libcurl. */
#include "client/fetch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/wire.h"
#include "core/proto/haunt.h"

#define AGENT_MAX 32

struct transfer {
	CURL *curl;
	CURLcode code; /* of the first option that was refused */
	struct wr text;
	char said[CURL_ERROR_SIZE];
};

/* What does not fit ends the transfer. */
static size_t text_take(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	wr_bytes(&t->text, data, size * n);
	return t->text.failed ? 0 : size * n;
}

static void set_long(struct transfer *t, CURLoption option, long value)
{
	if (!t->code)
		t->code = curl_easy_setopt(t->curl, option, value);
}

static void set_text(struct transfer *t, CURLoption option, const char *value)
{
	if (!t->code)
		t->code = curl_easy_setopt(t->curl, option, value);
}

/* Whom to trust: the system's authorities, or those of a file. */
static void set_trust(struct transfer *t)
{
	const char *file = secure_getenv("SSL_CERT_FILE");

	if (!file || !*file)
		return;
	set_text(t, CURLOPT_CAINFO, file);
	set_text(t, CURLOPT_CAPATH, NULL);
}

static void transfer_set(struct transfer *t, const char *url)
{
	char agent[AGENT_MAX];

	snprintf(agent, sizeof(agent), "haunt/%s", haunt_version());
	set_text(t, CURLOPT_URL, url);
	set_text(t, CURLOPT_PROTOCOLS_STR, "http,https");
	set_text(t, CURLOPT_PROXY, "");
	set_text(t, CURLOPT_USERAGENT, agent);
	set_long(t, CURLOPT_FOLLOWLOCATION, 0);
	set_long(t, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
	set_long(t, CURLOPT_TIMEOUT_MS, FETCH_LAST_MS);
	set_long(t, CURLOPT_NOSIGNAL, 1);
	set_trust(t);
	if (!t->code)
		t->code = curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION,
					   text_take);
	if (!t->code)
		t->code = curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
	if (!t->code)
		t->code =
			curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, t->said);
}

/* What went wrong. An answer that is no good counts before its length. */
static enum haunt_err transfer_judge(const struct transfer *t, long status,
				     char why[FETCH_WHY_MAX])
{
	if (status && status != 200) {
		snprintf(why, FETCH_WHY_MAX,
			 "the server answers with status %ld", status);
		return HAUNT_ENOENT;
	}
	if (t->text.failed) {
		snprintf(why, FETCH_WHY_MAX,
			 "the answer has more than %d bytes", FETCH_TEXT_MAX);
		return HAUNT_ELENGTH;
	}
	if (t->code || !status) {
		snprintf(why, FETCH_WHY_MAX, "%s",
			 *t->said ? t->said : curl_easy_strerror(t->code));
		return t->code == CURLE_OUT_OF_MEMORY ? HAUNT_ENOMEM
						      : HAUNT_ENOENT;
	}
	return HAUNT_OK;
}

static enum haunt_err transfer_run(struct transfer *t, struct fetched *out)
{
	enum haunt_err err;
	long status = 0;

	if (!t->code)
		t->code = curl_easy_perform(t->curl);
	if (curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status))
		status = 0;
	err = transfer_judge(t, status, out->why);
	if (!err)
		out->len = t->text.len;
	return err;
}

enum haunt_err fetch_text(const char *url, struct fetched *out)
{
	struct transfer t = { .curl = NULL };
	enum haunt_err err = HAUNT_ENOMEM;

	memset(out, 0, sizeof(*out));
	t.text = wr_of(out->text, FETCH_TEXT_MAX);
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return HAUNT_ENOMEM;
	t.curl = curl_easy_init();
	if (t.curl) {
		transfer_set(&t, url);
		err = transfer_run(&t, out);
		curl_easy_cleanup(t.curl);
	}
	curl_global_cleanup();
	return err;
}
