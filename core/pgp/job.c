/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how jobs and answers become bytes. */
#include "core/pgp/job.h"

#include "core/base/fingerprint.h"

void pgp_job_put(struct wr *w, const struct pgp_job *job)
{
	wr_u64(w, job->id);
	wr_bytes(w, job->message, job->len);
}

enum haunt_err pgp_job_get(struct rd *r, struct pgp_job *out)
{
	out->id = rd_u64(r);
	if (r->failed)
		return HAUNT_ESHORT;
	if (!r->left || r->left > sizeof(out->message))
		return HAUNT_ELENGTH;
	out->len = (uint16_t)r->left;
	rd_copy(r, out->message, out->len);
	return HAUNT_OK;
}

static void fingerprint_put(struct wr *w, const char *text)
{
	const size_t len = strlen(text);

	wr_u8(w, (uint8_t)len);
	wr_bytes(w, text, len);
}

/* Nothing, or exactly what fingerprint_parse() makes of it. */
static bool fingerprint_get(struct rd *r, char out[HAUNT_FINGERPRINT_MAX])
{
	char text[UINT8_MAX + 1], same[FINGERPRINT_MAX];
	const uint8_t len = rd_u8(r);

	rd_copy(r, text, len);
	text[len] = '\0';
	out[0] = '\0';
	if (!len || r->failed)
		return true;
	if (strlen(text) != len || fingerprint_parse(text, same) != HAUNT_OK ||
	    strcmp(text, same) != 0)
		return false;
	memcpy(out, same, strlen(same) + 1);
	return true;
}

void pgp_answer_put(struct wr *w, const struct pgp_answer *answer)
{
	const struct pgp_plain *p = &answer->plain;

	wr_u64(w, answer->id);
	wr_u8(w, (uint8_t)answer->err);
	wr_u8(w, (uint8_t)p->signature);
	fingerprint_put(w, p->signer);
	fingerprint_put(w, p->primary);
	wr_u16(w, (uint16_t)p->len);
	wr_bytes(w, p->text, p->len);
}

static bool is_answer(uint8_t err)
{
	switch (err) {
	case HAUNT_OK:
	case HAUNT_EAUTH:
	case HAUNT_EFORMAT:
	case HAUNT_ELENGTH:
	case HAUNT_EDENIED:
	case HAUNT_ENOENT:
	case HAUNT_EEXIST:
	case HAUNT_ENOMEM:
	case HAUNT_EUNSUPPORTED:
	case HAUNT_ESYS:
		return true;
	default:
		return false;
	}
}

static bool is_empty(const struct pgp_plain *p)
{
	return !p->len && !p->signer[0] && !p->primary[0] &&
	       p->signature == HAUNT_PGP_GOOD;
}

enum haunt_err pgp_answer_get(struct rd *r, struct pgp_answer *out)
{
	struct pgp_plain *p = &out->plain;
	uint8_t err, signature;
	bool valid;

	out->id = rd_u64(r);
	err = rd_u8(r);
	signature = rd_u8(r);
	valid = is_answer(err) && signature < HAUNT_PGP_SIGNATURE_COUNT;
	valid &= fingerprint_get(r, p->signer);
	valid &= fingerprint_get(r, p->primary);
	p->len = rd_u16(r);
	if (!r->failed && p->len > sizeof(p->text))
		return HAUNT_ELENGTH;
	rd_copy(r, p->text, r->failed ? 0 : p->len);
	out->err = (enum haunt_err)err;
	p->signature = (enum haunt_pgp_signature)signature;
	return rd_verdict(r, valid && (err == HAUNT_OK || is_empty(p)));
}
