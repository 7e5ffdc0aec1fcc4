/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets with OpenPGP messages, and the messages between gate and pgp: the
 * first byte chooses which. What decodes must encode to the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "core/pgp/job.h"
#include "core/proto/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static uint8_t buf[4096];

static void check_same(const struct wr *w, const uint8_t *data, size_t len)
{
	if (w->failed || w->len != len || memcmp(w->start, data, len) != 0)
		abort();
}

static void packet_try(struct haunt_key *mac, const uint8_t *data, size_t len)
{
	static uint8_t message[PGP_MESSAGE_MAX];
	static struct pgp_packet p;
	struct wr m = wr_of(message, sizeof(message));
	struct wr w = wr_of(buf, sizeof(buf));

	if (pgp_parse(data, len, &p) != HAUNT_OK ||
	    pgp_verify(mac, &p) != HAUNT_OK || pgp_message(&p, &m) != HAUNT_OK)
		return;
	if (pgp_text_put(mac, message, m.len, &w) != HAUNT_OK)
		abort();
	check_same(&w, data, len);
}

static void packets_try(const uint8_t *data, size_t len)
{
	struct haunt_key *none, *some;

	if (key_mac_new(NULL, 0, HAUNT_DIGEST_NONE, &none) != HAUNT_OK ||
	    key_mac_new("hmac-key-for-tests", 18, HAUNT_DIGEST_SHA256, &some) !=
		    HAUNT_OK)
		abort();
	packet_try(none, data, len);
	packet_try(some, data, len);
	haunt_key_free(none);
	haunt_key_free(some);
}

static void job_try(const uint8_t *data, size_t len)
{
	static struct pgp_job job;
	struct rd r = rd_of(data, len);
	struct wr w = wr_of(buf, sizeof(buf));

	if (pgp_job_get(&r, &job) != HAUNT_OK)
		return;
	pgp_job_put(&w, &job);
	check_same(&w, data, len);
}

static void answer_try(const uint8_t *data, size_t len)
{
	static struct pgp_answer answer;
	struct rd r = rd_of(data, len);
	struct wr w = wr_of(buf, sizeof(buf));
	struct haunt_request request;
	uint8_t id[PGP_ID_LEN];

	if (pgp_answer_get(&r, &answer) != HAUNT_OK)
		return;
	pgp_answer_put(&w, &answer);
	check_same(&w, data, len);
	if (pgp_request(&answer.plain, &request, id) == HAUNT_OK &&
	    haunt_request_check(&request, NULL) != HAUNT_OK)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 1)
		return 0;
	if (data[0] % 3 == 0)
		packets_try(data + 1, len - 1);
	else if (data[0] % 3 == 1)
		job_try(data + 1, len - 1);
	else
		answer_try(data + 1, len - 1);
	return 0;
}
