/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides what becomes of answers, good and bad. */
#include "core/gate/beside.h"

#include "core/base/ipc.h"
#include "core/base/log.h"
#include "core/gate/messages.h"

#define AT_ONCE 64

void beside_waiting(struct gate_core *core, struct intake *intake)
{
	uint32_t answered, waits;

	gate_core_waiting(core, &answered, &waits);
	if (answered)
		intake_renumber(intake, answered, waits);
}

void beside_unburden(struct gate_core *core, struct intake *intake)
{
	uint32_t seq;

	if (!intake_is_full(intake))
		return;
	for (size_t i = 0; (seq = gate_core_pgp_waits(core, i)); i++)
		intake_renumber(intake, seq, 0);
}

/* An answer that was taken away and means nothing: the job is given up in
 * time. */
static bool is_malformed(enum haunt_err err)
{
	return err == HAUNT_EFORMAT || err == HAUNT_ELENGTH ||
	       err == HAUNT_ESHORT;
}

static void on_answer(struct ev_loop *loop, ev_io *w, int events)
{
	struct beside *b = w->data;

	(void)loop, (void)events;
	for (int i = 0; i < AT_ONCE; i++) {
		enum haunt_err err =
			ipc_dispatch(b->fd, gate_pgp, gate_pgp_len, b->core);

		if (err == HAUNT_ENOENT)
			return;
		if (is_malformed(err)) {
			log_event(LOG_LEVEL_ERROR, "gpg",
				  "error=malformed-answer");
			continue;
		}
		if (err) {
			b->fail(b->arg, "core", err);
			return;
		}
		beside_waiting(b->core, b->intake);
	}
}

void beside_start(struct beside *b, struct ev_loop *loop)
{
	ev_io_init(&b->io, on_answer, b->fd, EV_READ);
	b->io.data = b;
	ev_io_start(loop, &b->io);
}

enum haunt_err beside_send(const struct beside *b, uint16_t type,
			   const struct wr *body)
{
	return ipc_send(b->fd, type, body);
}
