/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the bytes of the monitor's one message. */
#include "core/base/news.h"

#include <string.h>

void news_put(struct wr *w, const struct news *n)
{
	size_t len = strnlen(n->text, sizeof(n->text));

	if (len == sizeof(n->text)) {
		w->failed = true;
		return;
	}
	wr_u32(w, n->generation);
	wr_u32(w, n->reloads);
	wr_u8(w, n->busy);
	wr_u8(w, (uint8_t)n->result);
	wr_u8(w, (uint8_t)n->cloak);
	wr_u64(w, n->cloak_until_ms);
	wr_u64(w, n->takeover_ns);
	wr_u16(w, (uint16_t)len);
	wr_bytes(w, n->text, len);
}

enum haunt_err news_get(struct rd *r, struct news *out)
{
	uint32_t generation = rd_u32(r), reloads = rd_u32(r);
	uint8_t busy = rd_u8(r), result = rd_u8(r), cloak = rd_u8(r);
	uint64_t until_ms = rd_u64(r), takeover_ns = rd_u64(r);
	uint16_t len = rd_u16(r);
	const uint8_t *text = rd_bytes(r, len);

	if (!text)
		return HAUNT_ESHORT;
	if (!rd_done(r) || busy > 1 || result >= NEWS_RESULT_COUNT ||
	    cloak >= NEWS_CLOAK_COUNT || len >= NEWS_TEXT_MAX ||
	    memchr(text, 0, len))
		return HAUNT_EFORMAT;
	*out = (struct news){ .generation = generation,
			      .reloads = reloads,
			      .busy = busy,
			      .result = (enum news_result)result,
			      .cloak = (enum news_cloak)cloak,
			      .cloak_until_ms = until_ms,
			      .takeover_ns = takeover_ns };
	memcpy(out->text, text, len);
	return HAUNT_OK;
}

const char *news_result_text(enum news_result result)
{
	static const char *const texts[NEWS_RESULT_COUNT] = {
		[NEWS_NONE] = "none",
		[NEWS_DONE] = "done",
		[NEWS_REFUSED] = "refused",
	};

	return result < NEWS_RESULT_COUNT ? texts[result] : "?";
}
