/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages between gate and nat: the first byte chooses which. What
 * decodes must encode to the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "nat/grant.h"
#include "nat/lookup.h"

#define BUF_MAX 4096

static enum haunt_err origin_again(struct rd *r, struct wr *w)
{
	struct origin x;
	enum haunt_err err = origin_get(r, &x);

	if (err == HAUNT_OK)
		origin_put(w, &x);
	return err;
}

static enum haunt_err ask_again(struct rd *r, struct wr *w)
{
	struct sessions_ask x;
	enum haunt_err err = sessions_ask_get(r, &x);

	if (err == HAUNT_OK)
		sessions_ask_put(w, &x);
	return err;
}

static enum haunt_err told_again(struct rd *r, struct wr *w)
{
	struct nat_told x;
	enum haunt_err err = nat_told_get(r, &x);

	if (err == HAUNT_OK)
		nat_told_put(w, &x);
	return err;
}

static enum haunt_err watch_again(struct rd *r, struct wr *w)
{
	struct nat_watch x;
	enum haunt_err err = nat_watch_get(r, &x);

	if (err == HAUNT_OK)
		nat_watch_put(w, &x);
	return err;
}

static enum haunt_err lookup_again(struct rd *r, struct wr *w)
{
	struct lookup l;
	enum haunt_err err = lookup_get(r, &l);

	if (err == HAUNT_OK)
		lookup_put(w, &l);
	return err;
}

static enum haunt_err lead_again(struct rd *r, struct wr *w)
{
	struct lead l;
	enum haunt_err err = lead_get(r, &l);

	if (err == HAUNT_OK)
		lead_put(w, &l);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

typedef enum haunt_err again_fn(struct rd *r, struct wr *w);

static enum haunt_err grant_again(struct rd *r, struct wr *w)
{
	struct grant g;
	enum haunt_err err = grant_get(r, &g);

	/* A grant alone does not know where its message ends. */
	if (err == HAUNT_OK && !rd_done(r))
		return HAUNT_EFORMAT;
	if (err == HAUNT_OK)
		grant_put(w, &g);
	return err;
}

static enum haunt_err batch_again(struct rd *r, struct wr *w)
{
	static struct grant_batch b;
	enum haunt_err err = grant_batch_get(r, &b);

	if (err == HAUNT_OK)
		grant_batch_put(w, &b);
	return err;
}

static enum haunt_err query_again(struct rd *r, struct wr *w)
{
	struct nat_query q;
	enum haunt_err err = nat_query_get(r, &q);

	if (err == HAUNT_OK)
		nat_query_put(w, &q);
	return err;
}

static enum haunt_err survey_again(struct rd *r, struct wr *w)
{
	static struct grant_survey s;
	enum haunt_err err = grant_survey_get(r, &s);

	if (err == HAUNT_OK)
		grant_survey_put(w, &s);
	return err;
}

static enum haunt_err result_again(struct rd *r, struct wr *w)
{
	struct nat_result s;
	enum haunt_err err = nat_result_get(r, &s);

	if (err == HAUNT_OK)
		nat_result_put(w, &s);
	return err;
}

static enum haunt_err session_again(struct rd *r, struct wr *w)
{
	struct session s;
	enum haunt_err err = session_get(r, &s);

	if (err == HAUNT_OK)
		session_put(w, &s);
	return err;
}

static enum haunt_err confirm_again(struct rd *r, struct wr *w)
{
	struct nat_confirm c;
	enum haunt_err err = nat_confirm_get(r, &c);

	if (err == HAUNT_OK)
		nat_confirm_put(w, &c);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static again_fn *const all[] = {
		grant_again,  batch_again,   query_again,   survey_again,
		result_again, session_again, origin_again,  ask_again,
		told_again,   watch_again,   confirm_again, lookup_again,
		lead_again,
	};
	static uint8_t buf[BUF_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r;

	if (len < 1)
		return 0;
	r = rd_of(data + 1, len - 1);
	if (all[data[0] % (sizeof(all) / sizeof(all[0]))](&r, &w) != HAUNT_OK)
		return 0;
	if (w.failed || w.len != len - 1 || memcmp(buf, data + 1, len - 1) != 0)
		abort();
	return 0;
}
