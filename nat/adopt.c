/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides when the reading is complete. A pass over what is in force misses
 * something only if elements went while it was under way, or the kernel moved
 * them all into a larger or a smaller table. Both show in how many there are
 * before and after. Where they do, there is another pass, up to one that was
 * not disturbed, or two in a row that found nothing new.
 */
#include "nat/adopt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "nat/nl.h"

#define PASSES_MAX 16
#define CALM_MAX   2 /* passes without news that are enough */
#define ID_BITS	   (GRANT_ID_MAX + 1u)
#define BITS	   32u

/* One reading from end to end. */
struct pass {
	bool counted; /* the kernel tells how many there are */
	size_t before;
	size_t came; /* elements that we have added */
	size_t went; /* ... ended, or put others in their place */
	size_t news;
	bool torn; /* in several parts */
};

struct adopt {
	const struct nat_port *port;
	bool watching; /* the gate may be wrong about a door */
	bool busy;
	uint32_t seq;
	uint64_t began_ms;
	unsigned int passes;
	unsigned int calm; /* passes in a row that found nothing new */
	size_t told;
	struct pass pass;
	size_t coming;	    /* doors of the batch at hand that were shut */
	size_t going;	    /* ... at which somebody is displaced */
	uint32_t *told_ids; /* a bit for each id */
	uint32_t *made_ids; /* by the gate itself: no news */
};

enum haunt_err adopt_new(const struct nat_port *port, struct adopt **out)
{
	struct adopt *a = calloc(1, sizeof(*a));

	if (!a)
		return HAUNT_ENOMEM;
	a->port = port;
	*out = a;
	return HAUNT_OK;
}

void adopt_free(struct adopt *a)
{
	if (!a)
		return;
	adopt_end(a);
	free(a);
}

static bool bit_get(const uint32_t *bits, uint32_t id)
{
	return bits[id / BITS] >> id % BITS & 1;
}

static void bit_set(uint32_t *bits, uint32_t id)
{
	bits[id / BITS] |= 1u << id % BITS;
}

static enum haunt_err rule_tell(struct adopt *a, const struct rule *r,
				uint32_t replaces)
{
	uint8_t buf[GRANT_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));
	struct grant g = { .id = r->id,
			   .replaces = replaces,
			   .lifetime_ms = r->lifetime_ms,
			   .service = r->service,
			   .client = r->client,
			   .address = r->address,
			   .proto = r->proto,
			   .port = r->outer };

	if (!bit_get(a->told_ids, r->id) && !bit_get(a->made_ids, r->id)) {
		a->pass.news++;
		a->told++;
	}
	bit_set(a->told_ids, r->id);
	grant_put(&w, &g);
	return a->port->send(a->port->arg, NAT_RULE, &w);
}

static enum haunt_err result_tell(struct adopt *a, enum haunt_err err,
				  int error)
{
	struct nat_result result = { .seq = a->seq,
				     .err = (uint8_t)err,
				     .at = NAT_RESULT_AT_NONE };

	if (err == HAUNT_ESYS)
		result.error = (uint32_t)error;
	a->busy = false;
	return nat_answer(a->port, &result);
}

static enum haunt_err failed(struct adopt *a, enum haunt_err err)
{
	int error = errno;

	log_event(LOG_LEVEL_ERROR, "list", "error=%s",
		  err == HAUNT_ESYS ? nl_errno_name(error) : "no-memory");
	return result_tell(a, err, error);
}

static enum haunt_err pass_begin(struct adopt *a)
{
	const struct fw_ops *ops = a->port->ops;
	enum haunt_err err;

	a->passes++;
	a->pass = (struct pass){ .counted = true };
	err = ops->count(a->port->fw, &a->pass.before);
	if (err == HAUNT_EUNSUPPORTED) {
		a->pass.counted = false;
		err = HAUNT_OK;
	}
	return err == HAUNT_OK ? ops->scan_begin(a->port->fw) : err;
}

enum haunt_err adopt_begin(struct adopt *a, uint32_t seq)
{
	enum haunt_err err;

	a->seq = seq;
	a->began_ms = clock_mono_ms(clock_system());
	a->passes = 0;
	a->calm = 0;
	a->told = 0;
	adopt_end(a);
	a->told_ids = calloc(ID_BITS / BITS, sizeof(a->told_ids[0]));
	a->made_ids = calloc(ID_BITS / BITS, sizeof(a->made_ids[0]));
	if (!a->told_ids || !a->made_ids) {
		adopt_end(a);
		return failed(a, HAUNT_ENOMEM);
	}
	a->watching = true;
	a->busy = true;
	err = pass_begin(a);
	return err == HAUNT_OK ? err : failed(a, err);
}

bool adopt_busy(const struct adopt *a)
{
	return a->busy;
}

/* The kernel's table grows when it is three quarters full, to twice its size,
 * a power of two. */
static bool grows(size_t before, size_t after)
{
	for (size_t size = 4; size / 4 * 3 <= after && size; size *= 2) {
		if (size / 4 * 3 >= before)
			return true;
	}
	return false;
}

static enum haunt_err pass_disturbed(const struct adopt *a, bool *out)
{
	const struct pass *p = &a->pass;
	enum haunt_err err;
	size_t after = 0;

	*out = p->torn;
	if (!p->torn || !p->counted)
		return HAUNT_OK;
	err = a->port->ops->count(a->port->fw, &after);
	*out = err != HAUNT_OK || p->went || after != p->before + p->came ||
	       (p->came && grows(p->before, after));
	return err;
}

static enum haunt_err pass_end(struct adopt *a)
{
	bool disturbed;
	enum haunt_err err = pass_disturbed(a, &disturbed);

	if (err != HAUNT_OK)
		return failed(a, err);
	a->calm = a->pass.news ? 0 : a->calm + 1;
	if (disturbed && a->calm < CALM_MAX && a->passes < PASSES_MAX) {
		err = pass_begin(a);
		return err == HAUNT_OK ? err : failed(a, err);
	}
	if (disturbed && a->calm < CALM_MAX)
		log_event(LOG_LEVEL_WARNING, "list",
			  "passes=%u reason=never-undisturbed", a->passes);
	log_event(LOG_LEVEL_INFO, "list", "rules=%zu passes=%u ms=%llu",
		  a->told, a->passes,
		  (unsigned long long)(clock_mono_ms(clock_system()) -
				       a->began_ms));
	return result_tell(a, HAUNT_OK, 0);
}

static enum haunt_err rule_found(void *arg, const struct rule *r)
{
	struct adopt *a = arg;

	return bit_get(a->told_ids, r->id) ? HAUNT_OK : rule_tell(a, r, 0);
}

enum haunt_err adopt_step(struct adopt *a)
{
	struct fw_scanned part = { .more = false };
	enum haunt_err err =
		a->port->ops->scan_next(a->port->fw, rule_found, a, &part);

	if (err == HAUNT_ECLOSED)
		return err;
	/* Made anew under our hands: what it holds must be read again. */
	if (err == HAUNT_ESTALE && a->passes < PASSES_MAX)
		err = pass_begin(a);
	if (err != HAUNT_OK)
		return failed(a, err);
	a->pass.torn = a->pass.torn || part.torn;
	a->pass.went += part.ended;
	return part.more ? HAUNT_OK : pass_end(a);
}

/* What the gate thinks of a door, and what is there. */
static enum haunt_err door_check(struct adopt *a, const struct rule *r,
				 bool *wrong)
{
	struct rule now;
	enum haunt_err err = a->port->ops->find(a->port->fw, r, &now);

	*wrong = false;
	if (err == HAUNT_ENOENT) {
		a->coming++;
		return HAUNT_OK;
	}
	if (err != HAUNT_OK)
		return err;
	*wrong = now.id != r->replaces;
	if (*wrong)
		return rule_tell(a, &now, now.id);
	/* Those that count their connections are made anew each time. */
	a->going += now.id != r->id || r->connections;
	return HAUNT_OK;
}

enum haunt_err adopt_check(struct adopt *a, const struct rule *rules, size_t n,
			   size_t *at)
{
	enum haunt_err verdict = HAUNT_OK;

	a->coming = 0;
	a->going = 0;
	for (size_t i = 0; a->watching && i < n; i++) {
		bool wrong;
		enum haunt_err err = door_check(a, &rules[i], &wrong);

		if (err != HAUNT_OK)
			return err;
		if (wrong && verdict == HAUNT_OK) {
			verdict = HAUNT_ESTALE;
			*at = i;
		}
	}
	return verdict;
}

void adopt_applied(struct adopt *a, const struct rule *rules, size_t n)
{
	if (!a->watching)
		return;
	a->pass.came += a->coming;
	a->pass.went += a->going;
	for (size_t i = 0; i < n; i++)
		bit_set(a->made_ids, rules[i].id);
}

void adopt_end(struct adopt *a)
{
	a->watching = false;
	free(a->told_ids);
	free(a->made_ids);
	a->told_ids = NULL;
	a->made_ids = NULL;
}
