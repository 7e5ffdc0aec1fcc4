/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides when the question is repeated, and whose datagrams count. */
#include "client/stun_ask.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/base/clock.h"
#include "core/proto/random.h"
#include "core/proto/sock.h"

struct talk {
	int fd; /* connected: the kernel drops what others send */
	struct stun_id id;
	uint8_t request[STUN_REQUEST_LEN];
};

/* Hears until a time. ENOENT: nothing that counts came. */
static enum haunt_err talk_hear(const struct talk *t, uint64_t until_ms,
				struct stun_answer *out)
{
	uint8_t buf[STUN_ANSWER_MAX];

	for (;;) {
		const uint64_t now = clock_mono_ms(clock_system());
		struct pollfd p = { .fd = t->fd, .events = POLLIN };
		struct rd r;
		ssize_t n;

		if (now >= until_ms)
			return HAUNT_ENOENT;
		if (poll(&p, 1, (int)(until_ms - now)) < 0 && errno != EINTR)
			return HAUNT_ESYS;
		n = recv(t->fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return HAUNT_ESYS;
		if (n <= 0)
			continue;
		r = rd_of(buf, (size_t)n);
		if (!stun_answer_get(&r, &t->id, out))
			return HAUNT_OK;
	}
}

static enum haunt_err talk_run(const struct talk *t, struct stun_answer *out)
{
	const uint64_t start = clock_mono_ms(clock_system());
	uint64_t gap = STUN_FIRST_MS, until = start;
	enum haunt_err err = HAUNT_ENOENT;

	for (int i = 1; i <= STUN_SENDS && err == HAUNT_ENOENT; i++) {
		until = i < STUN_SENDS ? until + gap : start + STUN_LAST_MS;
		gap *= 2;
		err = sock_send(t->fd, t->request, sizeof(t->request));
		if (!err)
			err = talk_hear(t, until, out);
	}
	if (err == HAUNT_ENOENT) {
		errno = ETIMEDOUT;
		err = HAUNT_ESYS;
	}
	return err;
}

enum haunt_err stun_ask(const struct haunt_route *server,
			struct stun_answer *out)
{
	const struct sock_plan plan = {
		.type = SOCK_DGRAM,
		.there = { .addr = addr_from_v6(server->gateway),
			   .port = server->port },
	};
	const char *step;
	struct talk talk;
	struct wr w = wr_of(talk.request, sizeof(talk.request));
	enum haunt_err err = random_bytes(talk.id.b, sizeof(talk.id.b));

	if (err)
		return err;
	stun_request_put(&w, &talk.id);
	err = sock_connect(&plan, &talk.fd, &step);
	if (err)
		return err;
	err = talk_run(&talk, out);
	sock_close(talk.fd);
	return err;
}
