/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose sessions are whose, who is told what of them, and long lists. */
#include "core/gate/sessions.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/gate/control.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_world.h"

static const char config[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" at = {\"tcp/22\"} }\n"
	"client \"alice\" { key = \"@/alice\" services = {\"ssh\"} }\n";

static void owners(void **state)
{
	struct sessions *s;
	struct session one = { .id = 7, .since_ms = 5000 };
	struct owner *owner;
	struct origin o;

	(void)state;
	check_ok(sessions_new(&s));
	check_ok(sessions_open(s, &one, &owner));
	assert_string_equal(owner->origin.client, "?");
	/* Nobody keeps what has no name. */
	assert_false(sessions_unsent(s, &o));
	sessions_name(s, owner, "ssh", "alice");
	assert_true(sessions_unsent(s, &o));
	assert_int_equal(o.id, 7);
	assert_int_equal(o.since_ms, 5000);
	assert_false(o.over);
	sessions_sent(s, &o);
	assert_false(sessions_unsent(s, &o));
	one.since_ms = 9000;
	check_ok(sessions_open(s, &one, &owner));
	assert_int_equal(sessions_count(s), 2);
	sessions_close(s, &one);
	assert_false(sessions_unsent(s, &o));
	/* The last one takes the name along, once nat was told. */
	sessions_close(s, &one);
	assert_non_null(sessions_owner(s, 7));
	assert_true(sessions_unsent(s, &o));
	assert_true(o.over);
	sessions_sent(s, &o);
	assert_null(sessions_owner(s, 7));
	assert_int_equal(sessions_count(s), 0);
	sessions_free(s);
}

/* What was kept from before is forgotten where nothing lives. */
static void swept(void **state)
{
	struct sessions *s;
	struct session one = { .id = 7 };
	struct origin o = { .service = "ssh", .client = "alice" };
	struct owner *owner;

	(void)state;
	check_ok(sessions_new(&s));
	for (o.id = 1; o.id <= 1000; o.id++)
		check_ok(sessions_adopt(s, &o));
	check_ok(sessions_open(s, &one, &owner));
	assert_true(owner->named);
	sessions_sweep(s);
	for (int i = 0; i < 999; i++) {
		assert_true(sessions_unsent(s, &o));
		assert_true(o.over && o.id != 7);
		sessions_sent(s, &o);
	}
	assert_false(sessions_unsent(s, &o));
	sessions_renew(s);
	assert_true(sessions_unsent(s, &o));
	assert_int_equal(o.id, 7);
	sessions_free(s);
}

static void woken(void *arg)
{
	++*(int *)arg;
}

/* A slow watcher misses, is told how much, and goes on. */
static void watchers(void **state)
{
	static struct watcher slow, quick;
	struct watchers all = { .len = 0 };
	struct watch_event e = { .kind = WATCH_GRANTED }, out;
	uint64_t missed = 0;
	int wakes = 0;

	(void)state;
	slow.wake = woken;
	slow.arg = &wakes;
	watch_add(&all, &slow);
	watch_add(&all, &quick);
	for (uint32_t i = 0; i < WATCH_QUEUE + 10; i++) {
		e.grant.id = i;
		watch_tell(&all, &e);
		assert_true(watch_next(&quick, &out, &missed));
		assert_int_equal(out.grant.id, i);
	}
	assert_int_equal(wakes, 1);
	for (uint32_t i = 0; i < WATCH_QUEUE; i++) {
		assert_true(watch_next(&slow, &out, &missed));
		assert_int_equal(out.grant.id, i);
	}
	assert_false(watch_next(&slow, &out, &missed));
	assert_int_equal(missed, 10);
	watch_tell(&all, &e);
	assert_int_equal(wakes, 2);
	assert_true(watch_next(&slow, &out, &missed));
	watch_remove(&all, &slow);
	assert_int_equal(all.len, 1);
	watch_tell(&all, &e);
	assert_int_equal(slow.len, 0);
}

/* Sessions beyond what one answer of nat holds. */
static void long_list(void **state)
{
	static struct world w;
	size_t rows = 0;
	char *text;

	(void)state;
	world_open(&w, config);
	for (uint32_t i = 0; i < FW_FAKE_SESSIONS; i++) {
		w.kernel.sessions[i] = (struct session){
			.id = 9,
			.ct_id = i + 1,
			.proto = IPPROTO_TCP,
			.state = SESSION_LIVES,
			.client = { kit_address("198.51.100.7"),
				    (uint16_t)(i + 1) },
			.outer = { kit_address("203.0.113.1"), 22 },
			.inner = { kit_address("203.0.113.1"), 22 },
			.back = { kit_address("198.51.100.7"),
				  (uint16_t)(i + 1) },
		};
	}
	w.kernel.sessions_len = FW_FAKE_SESSIONS;
	text = world_control(&w, "{\"command\":\"sessions\"}");
	for (const char *at = text; (at = strstr(at, "\"client\":\"?\"")); at++)
		rows++;
	assert_int_equal(rows, FW_FAKE_SESSIONS);
	assert_int_equal(strncmp(text, "{\"ok\":true,", 11), 0);
	assert_string_equal(text + strlen(text) - 4, "}]}\n");
	free(text);
	w.kernel.fail_sessions = true;
	text = world_control(&w, "{\"command\":\"sessions\"}");
	assert_string_equal(
		text, "{\"ok\":false,\"error\":\"conntrack cannot be read: No "
		      "buffer space available\",\"sessions\":[]}\n");
	free(text);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners),
		cmocka_unit_test(swept),
		cmocka_unit_test(watchers),
		cmocka_unit_test(long_list),
	};

	log_open("test", NULL, LOG_SINK_STDERR, LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
