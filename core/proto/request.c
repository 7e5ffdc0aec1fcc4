/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the order and the encoding of the fields, and how many there may be
 * for which message type. Reading is not the exact inverse of writing: some
 * spellings of a number or of base64 are taken that are never written.
 */
#include "core/proto/request.h"

#include "core/base/secret.h"
#include "core/proto/b64.h"
#include "core/proto/digest.h"
#include "core/proto/message.h"
#include "core/proto/random.h"
#include "core/proto/token.h"

enum { /* the fields that every request has, by their place */
       FIELD_RANDOM,
       FIELD_USER,
       FIELD_TIME,
       FIELD_VERSION,
       FIELD_TYPE,
       FIELD_MESSAGE,
       FIELDS_MIN,
       FIELDS_MAX = FIELDS_MIN + 3, /* NAT target, server_auth, lifetime */
};

enum haunt_err request_complete(struct haunt_request *request)
{
	if (!request->version[0])
		memcpy(request->version, REQUEST_VERSION,
		       sizeof(REQUEST_VERSION));
	if (request->digest == HAUNT_DIGEST_NONE)
		request->digest = HAUNT_DIGEST_SHA256;
	if (request->random[0])
		return HAUNT_OK;
	return random_digits(request->random);
}

static void b64_field_put(struct wr *w, const void *data, size_t len)
{
	wr_u8(w, ':');
	b64_put(w, data, len);
}

static void number_field_put(struct wr *w, uint64_t number)
{
	wr_u8(w, ':');
	token_number_put(w, number);
}

static void message_field_put(struct wr *w, const struct haunt_request *request,
			      void (*put)(struct wr *,
					  const struct haunt_request *))
{
	uint8_t buf[MESSAGE_MAX];
	struct wr message = wr_of(buf, sizeof(buf));

	put(&message, request);
	w->failed |= message.failed;
	b64_field_put(w, buf, message.len);
}

void request_put(struct wr *w, const struct haunt_request *request)
{
	wr_bytes(w, request->random, strlen(request->random));
	b64_field_put(w, request->user, strlen(request->user));
	number_field_put(w, request->time_s);
	wr_u8(w, ':');
	wr_bytes(w, request->version, strlen(request->version));
	number_field_put(w, (uint64_t)request->type);
	message_field_put(w, request, message_put);
	if (message_has_nat(request->type))
		message_field_put(w, request, message_nat_put);
	if (request->server_auth[0])
		b64_field_put(w, request->server_auth,
			      strlen(request->server_auth));
	if (message_has_lifetime(request->type))
		number_field_put(w, request->lifetime_s);
}

/* Decodes a base64 field into a string of at most cap - 1 bytes. */
static enum haunt_err text_field_get(struct rd field, char *out, size_t cap)
{
	struct wr w = wr_of(out, cap - 1);
	enum haunt_err err =
		b64_get_lenient((const char *)field.at, field.left, &w);

	if (err != HAUNT_OK)
		return err;
	/* A NUL would hide what follows it from every later reader. */
	if (!w.len || memchr(out, 0, w.len))
		return HAUNT_EFORMAT;
	out[w.len] = '\0';
	return HAUNT_OK;
}

static enum haunt_err plain_field_get(struct rd field, char *out, size_t cap)
{
	if (!field.left || field.left >= cap)
		return HAUNT_ELENGTH;
	if (memchr(field.at, 0, field.left))
		return HAUNT_EFORMAT;
	memcpy(out, field.at, field.left);
	out[field.left] = '\0';
	return HAUNT_OK;
}

static enum haunt_err message_field_get(
	struct rd field, struct haunt_request *out,
	enum haunt_err (*get)(const char *, size_t, struct haunt_request *))
{
	uint8_t buf[MESSAGE_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	enum haunt_err err =
		b64_get_lenient((const char *)field.at, field.left, &w);

	if (err != HAUNT_OK)
		return err;
	return get((const char *)buf, w.len, out);
}

static enum haunt_err head_get(const struct rd f[], struct haunt_request *out)
{
	uint64_t type;
	enum haunt_err err;

	err = plain_field_get(f[FIELD_RANDOM], out->random,
			      sizeof(out->random));
	if (err != HAUNT_OK)
		return err;
	err = text_field_get(f[FIELD_USER], out->user, sizeof(out->user));
	if (err != HAUNT_OK)
		return err;
	err = token_number(f[FIELD_TIME], 12, REQUEST_TIME_MAX, &out->time_s);
	if (err != HAUNT_OK)
		return err;
	err = plain_field_get(f[FIELD_VERSION], out->version,
			      sizeof(out->version));
	if (err != HAUNT_OK)
		return err;
	err = token_number(f[FIELD_TYPE], 2, HAUNT_TYPE_LOCAL_NAT_TIMEOUT,
			   &type);
	if (err != HAUNT_OK)
		return err;
	out->type = (enum haunt_type)type;
	return message_field_get(f[FIELD_MESSAGE], out, message_get);
}

/*
 * The fields after the message: the NAT target, if the type has one, comes
 * first; the lifetime, if the type has one, comes last; one field between
 * them is server_auth.
 */
static enum haunt_err tail_get(const struct rd *f, size_t count,
			       struct haunt_request *out)
{
	const bool lifetime = message_has_lifetime(out->type);
	uint64_t seconds;
	enum haunt_err err;

	if (message_has_nat(out->type)) {
		if (!count)
			return HAUNT_EFORMAT;
		err = message_field_get(*f, out, message_nat_get);
		if (err != HAUNT_OK)
			return err;
		f++;
		count--;
	}
	if (count < (lifetime ? 1 : 0) || count > (lifetime ? 2 : 1))
		return HAUNT_EFORMAT;
	if (lifetime) {
		err = token_number(f[--count], 12, REQUEST_LIFETIME_MAX,
				   &seconds);
		if (err != HAUNT_OK)
			return err;
		out->lifetime_s = (uint32_t)seconds;
	}
	if (!count)
		return HAUNT_OK;
	return text_field_get(*f, out->server_auth, sizeof(out->server_auth));
}

enum haunt_err request_get(const void *text, size_t len,
			   struct haunt_request *out)
{
	struct rd r = rd_of(text, len), fields[FIELDS_MAX];
	struct haunt_request request = { .time_s = 0 };
	size_t count = 0;
	bool more = true;
	enum haunt_err err;

	while (more) {
		if (count == FIELDS_MAX)
			return HAUNT_EFORMAT;
		more = token_take(&r, ':', &fields[count++]);
	}
	if (count < FIELDS_MIN)
		return HAUNT_EFORMAT;
	err = head_get(fields, &request);
	if (err == HAUNT_OK)
		err = tail_get(fields + FIELDS_MIN, count - FIELDS_MIN,
			       &request);
	if (err == HAUNT_OK)
		err = haunt_request_check(&request, NULL);
	if (err == HAUNT_OK)
		*out = request;
	return err;
}

enum haunt_err request_text_put(struct wr *w,
				const struct haunt_request *request)
{
	uint8_t digest[DIGEST_LEN_MAX];
	const size_t start = w->len;
	enum haunt_err err;

	request_put(w, request);
	if (w->failed)
		return HAUNT_EBUSY;
	err = digest_compute(request->digest, w->start + start, w->len - start,
			     digest);
	if (err != HAUNT_OK)
		return err;
	b64_field_put(w, digest, digest_len(request->digest));
	return w->failed ? HAUNT_EBUSY : HAUNT_OK;
}

/* True if given is the base64 of the fields' digest of that type. */
static bool digest_matches(enum haunt_digest type, struct rd fields,
			   struct rd given)
{
	uint8_t digest[DIGEST_LEN_MAX];
	char text[DIGEST_CHARS_MAX];
	struct wr w = wr_of(text, sizeof(text));

	if (given.left != b64_chars(digest_len(type)) ||
	    digest_compute(type, fields.at, fields.left, digest) != HAUNT_OK)
		return false;
	b64_put(&w, digest, digest_len(type));
	return secret_memequal(text, given.at, given.left);
}

/* SHA-2 and SHA-3 results have the same lengths; the one that fits is it. */
static enum haunt_digest digest_find(struct rd fields, struct rd given)
{
	for (int i = HAUNT_DIGEST_MD5; i <= HAUNT_DIGEST_SHA3_512; i++) {
		if (digest_matches((enum haunt_digest)i, fields, given))
			return (enum haunt_digest)i;
	}
	return HAUNT_DIGEST_NONE;
}

static bool begins_like_request(const uint8_t *text, size_t len)
{
	if (len <= REQUEST_RANDOM_LEN || text[REQUEST_RANDOM_LEN] != ':')
		return false;
	for (size_t i = 0; i < REQUEST_RANDOM_LEN; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	return true;
}

enum haunt_err request_text_get(const void *text, size_t len,
				struct haunt_request *out)
{
	struct rd r = rd_of(text, len), fields;
	const uint8_t *colon;
	enum haunt_digest digest;
	enum haunt_err err;

	if (!begins_like_request(r.at, len))
		return HAUNT_EAUTH;
	colon = memrchr(text, ':', len);
	fields = rd_sub(&r, (size_t)(colon - r.at));
	rd_u8(&r);
	digest = digest_find(fields, r);
	if (digest == HAUNT_DIGEST_NONE)
		return HAUNT_EDIGEST;
	err = request_get(fields.at, fields.left, out);
	if (err == HAUNT_OK)
		out->digest = digest;
	return err;
}
