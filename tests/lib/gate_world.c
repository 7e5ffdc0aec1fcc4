/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the queues; messages pass through put and get as they do in life. */
#include "tests/lib/gate_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/gate/control.h"
#include "core/gate/messages.h"
#include "nat/nat_core.h"
#include "tests/lib/check.h"

static enum haunt_err queue_put(struct world_queue *q, uint16_t type,
				const struct wr *body)
{
	struct world_message *m;

	if (q->len == WORLD_QUEUE)
		return HAUNT_EBUSY;
	assert_false(body->failed);
	m = &q->ring[(q->head + q->len++) % WORLD_QUEUE];
	m->type = type;
	m->len = (uint16_t)body->len;
	memcpy(m->body, body->start, body->len);
	return HAUNT_OK;
}

static struct world_message *queue_take(struct world_queue *q)
{
	struct world_message *m = &q->ring[q->head];

	if (!q->len)
		return NULL;
	q->head = (q->head + 1) % WORLD_QUEUE;
	q->len--;
	return m;
}

static enum haunt_err send_nat(void *arg, uint16_t type, const struct wr *body)
{
	struct world *w = arg;

	return w->full ? HAUNT_EBUSY : queue_put(&w->to_nat, type, body);
}

static enum haunt_err send_gate(void *arg, uint16_t type, const struct wr *body)
{
	struct world *w = arg;

	return queue_put(&w->to_gate, type, body);
}

static void nat_read(struct world *w, const struct world_message *m)
{
	struct rd r = rd_of(m->body, m->len);

	for (size_t i = 0; i < nat_permits_len; i++) {
		if (nat_permits[i].type != m->type)
			continue;
		assert_in_range(m->len, nat_permits[i].min, nat_permits[i].max);
		check_ok(nat_permits[i].handle(w->nat, &r));
		(void)jobs_run(nat_jobs(w->nat));
		return;
	}
	fail_msg("nat does not know message %x", m->type);
}

static enum haunt_err gate_read(struct world *w, const struct world_message *m)
{
	struct rd r = rd_of(m->body, m->len);

	for (size_t i = 0; i < gate_right_len; i++) {
		enum haunt_err err;

		if (gate_right[i].type != m->type)
			continue;
		assert_in_range(m->len, gate_right[i].min, gate_right[i].max);
		err = gate_right[i].handle(w->core, &r);
		assert_true(err || rd_done(&r));
		return err;
	}
	fail_msg("the gate does not know message %x", m->type);
	return HAUNT_EFORMAT;
}

static void note(struct world *w, enum haunt_err err)
{
	if (err && !w->ended)
		w->ended = err;
}

/* As nat's loop does it when the gate has nothing to say. */
static bool part_tell(struct world *w)
{
	if (w->hold || !nat_busy(w->nat) || (w->slow && !w->parts))
		return false;
	w->parts -= w->slow;
	check_ok(nat_step(w->nat));
	return true;
}

/* One message each way; false if there was none. */
static bool world_step(struct world *w)
{
	const struct world_message *m = w->hold ? NULL : queue_take(&w->to_nat);
	bool any = m != NULL;

	if (m)
		nat_read(w, m);
	else
		any = part_tell(w);
	m = queue_take(&w->to_gate);
	if (m)
		note(w, gate_read(w, m));
	return any || m;
}

void world_settle(struct world *w)
{
	uint64_t next;

	do {
		(void)jobs_run(nat_jobs(w->nat));
		note(w, gate_core_tick(w->core, &w->next_ms));
	} while (!w->ended && world_step(w));
	next = jobs_next_ms(nat_jobs(w->nat));
	if (next < w->next_ms)
		w->next_ms = next;
}

static void world_begin(struct world *w)
{
	const struct gate_parts parts = { .config = w->kit.config,
					  .clock = &w->kit.clock.clock,
					  .clients = w->kit.clients,
					  .replay = w->kit.replay,
					  .send = send_nat,
					  .arg = w };
	struct nat_port port = { .clock = &w->kit.clock.clock,
				 .ops = &fw_fake,
				 .send = send_gate,
				 .arg = w };

	w->ended = HAUNT_OK;
	w->to_nat.len = 0;
	w->to_gate.len = 0;
	fw_fake_use(&w->kernel);
	check_ok(fw_fake.open(
		&(struct fw_setup){ .config = w->kit.config, .try_ms = -1 },
		&w->fw));
	port.fw = w->fw;
	check_ok(nat_new(w->kit.config, &port, &w->nat));
	check_ok(gate_core_new(&parts, &w->core));
	check_ok(gate_core_start(w->core));
	world_settle(w);
}

static void world_end(struct world *w)
{
	gate_core_free(w->core);
	nat_free(w->nat);
	fw_fake.close(w->fw);
}

void world_open(struct world *w, const char *config)
{
	*w = (struct world){ .hold = false };
	kit_open(&w->kit, config);
	w->kernel.clock = &w->kit.clock.clock;
	w->kernel.max = FW_FAKE_ELEMENTS;
	w->to_nat.ring = calloc(WORLD_QUEUE, sizeof(struct world_message));
	w->to_gate.ring = calloc(WORLD_QUEUE, sizeof(struct world_message));
	assert_non_null(w->to_nat.ring);
	assert_non_null(w->to_gate.ring);
	world_begin(w);
}

void world_close(struct world *w)
{
	world_end(w);
	kit_close(&w->kit);
	free(w->to_nat.ring);
	free(w->to_gate.ring);
}

void world_restart(struct world *w)
{
	world_end(w);
	kit_reopen_store(&w->kit);
	world_begin(w);
}

void world_advance(struct world *w, uint64_t ms)
{
	struct clock_fake *clock = &w->kit.clock;
	uint64_t until = KIT_MONO_MS + ms;

	while (clock->mono_ms < until) {
		uint64_t next = w->next_ms < until ? w->next_ms : until;
		uint64_t step;

		if (next <= clock->mono_ms)
			next = clock->mono_ms + 1;
		step = next - clock->mono_ms;
		clock->mono_ms += step;
		clock->wall_s =
			KIT_WALL_S +
			(int64_t)((clock->mono_ms - KIT_MONO_MS) / 1000);
		world_settle(w);
	}
}

void world_datagram(struct world *w, const struct datagram *d)
{
	assert_true(gate_core_hungry(w->core));
	note(w, gate_core_datagram(w->core, d));
	world_settle(w);
}

char *world_control(struct world *w, const char *line)
{
	struct control_reply reply = { .state = CONTROL_NONE };
	char buf[CONTROL_FILL_MIN];
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	control_command(w->core, line, strlen(line), &reply);
	world_settle(w);
	while (reply.state != CONTROL_NONE) {
		size_t n = control_fill(w->core, &reply, buf, sizeof(buf));

		assert_int_equal(fwrite(buf, 1, n, f), n);
		/* The next part comes from nat. */
		if (reply.state == CONTROL_WAITING && reply.inquiry)
			world_settle(w);
		if (reply.state == CONTROL_WAITING)
			break;
	}
	if (reply.state == CONTROL_WAITING) {
		fputs("waiting\n", f);
		control_drop(&reply);
	}
	fclose(f);
	return text;
}
