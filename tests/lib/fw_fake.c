/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides a list that is searched from end to end; it is never long. */
#include "tests/lib/fw_fake.h"

#include <errno.h>
#include <stdlib.h>

struct fw {
	struct fw_fake *fake;
};

static struct fw_fake *in_use;

void fw_fake_use(struct fw_fake *f)
{
	in_use = f;
}

static void forget(struct fw_fake *f, size_t i)
{
	f->elements[i] = f->elements[--f->len];
}

/* What time has ended is gone. */
static void expire(struct fw_fake *f)
{
	uint64_t now = clock_mono_ms(f->clock);

	for (size_t i = f->len; i-- > 0;) {
		if (f->elements[i].ends_ms <= now)
			forget(f, i);
	}
}

static size_t find(const struct fw_fake *f, const struct ip_addr *address,
		   uint8_t proto, uint16_t port)
{
	size_t i = 0;

	for (; i < f->len; i++) {
		const struct rule *r = &f->elements[i].rule;

		if (r->outer == port && r->proto == proto &&
		    addr_equal(&r->address, address))
			break;
	}
	return i;
}

const struct fw_fake_element *fw_fake_find(struct fw_fake *f,
					   const struct ip_addr *address,
					   uint8_t proto, uint16_t port)
{
	size_t i;

	expire(f);
	i = find(f, address, proto, port);
	return i < f->len ? &f->elements[i] : NULL;
}

size_t fw_fake_count(struct fw_fake *f)
{
	expire(f);
	return f->len;
}

static enum haunt_err fake_open(const struct fw_setup *setup, struct fw **out)
{
	struct fw *fw = calloc(1, sizeof(*fw));

	(void)setup;
	if (!fw)
		return HAUNT_ENOMEM;
	fw->fake = in_use;
	*out = fw;
	return HAUNT_OK;
}

static enum haunt_err refuse(struct fw_error *why, int error, size_t at)
{
	why->error = error;
	why->at = at;
	errno = error;
	return error == ENFILE ? HAUNT_EBUSY : HAUNT_ESYS;
}

/* Puts one rule into the copy on which a transaction works. */
static int put(struct fw_fake *f, const struct rule *rule)
{
	size_t i = find(f, &rule->address, rule->proto, rule->outer);

	if (i < f->len && rule->replaces != f->elements[i].rule.id)
		return EEXIST;
	if (i == f->len && f->len == f->max)
		return ENFILE;
	if (i == f->len)
		f->len++;
	f->elements[i] = (struct fw_fake_element){
		.rule = *rule,
		.ends_ms = clock_mono_ms(f->clock) + rule->lifetime_ms,
	};
	return 0;
}

static enum haunt_err failure(struct fw_fake *f, const struct fw_error *why)
{
	bool unknown = f->fail_unknown;

	f->fail_unknown = false;
	if (unknown)
		return HAUNT_ESTALE;
	return why->error == ENFILE ? HAUNT_EBUSY : HAUNT_ESYS;
}

static bool fails_on_order(struct fw_fake *f, struct fw_error *why)
{
	int error = f->fail_errno;

	f->fail_errno = 0;
	*why = (struct fw_error){ .at = FW_AT_NONE };
	why->error = error;
	errno = error;
	return error != 0;
}

static enum haunt_err fake_apply(struct fw *fw, const struct rule *rules,
				 size_t n, struct fw_error *why)
{
	struct fw_fake *f = fw->fake;
	struct fw_fake *copy;

	if (fails_on_order(f, why))
		return failure(f, why);
	copy = malloc(sizeof(*copy));
	if (!copy)
		return HAUNT_ENOMEM;
	expire(f);
	*copy = *f;
	for (size_t i = 0; i < n; i++) {
		int error = put(copy, &rules[i]);

		if (error) {
			free(copy);
			return refuse(why, error, i);
		}
	}
	*f = *copy;
	free(copy);
	return HAUNT_OK;
}

static enum haunt_err fake_revoke(struct fw *fw, const struct rule *rules,
				  size_t n, bool cut, struct fw_error *why)
{
	struct fw_fake *f = fw->fake;

	if (fails_on_order(f, why))
		return failure(f, why);
	expire(f);
	for (size_t i = 0; cut && i < n; i++)
		f->stopped++;
	for (size_t i = 0; i < n; i++) {
		size_t at = find(f, &rules[i].address, rules[i].proto,
				 rules[i].outer);

		if (at < f->len)
			forget(f, at);
	}
	return HAUNT_OK;
}

static enum haunt_err fake_stop(struct fw *fw, const uint32_t *ids, size_t n,
				struct fw_error *why)
{
	(void)ids;
	if (fails_on_order(fw->fake, why))
		return HAUNT_ESYS;
	fw->fake->stopped += (unsigned int)n;
	return HAUNT_OK;
}

/* Takes them out of those that live. */
static enum haunt_err fake_cut(struct fw *fw, const struct session *sessions,
			       size_t n)
{
	struct fw_fake *f = fw->fake;

	f->sessions_cut += n;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = f->sessions_len; j-- > 0;) {
			if (f->sessions[j].ct_id == sessions[i].ct_id)
				f->sessions[j] = f->sessions[--f->sessions_len];
		}
	}
	return HAUNT_OK;
}

static enum haunt_err fake_scan_begin(struct fw *fw)
{
	struct fw_fake *f = fw->fake;

	if (f->fail_list) {
		f->fail_list = false;
		errno = EPERM;
		return HAUNT_ESYS;
	}
	f->scanned = 0;
	f->scans++;
	return HAUNT_OK;
}

/* As the kernel does it: goes on where as many are behind as were before. */
static enum haunt_err fake_scan_next(struct fw *fw, fw_rule_fn *fn, void *arg,
				     struct fw_scanned *out)
{
	struct fw_fake *f = fw->fake;
	size_t part = f->part ? f->part : FW_FAKE_ELEMENTS;
	enum haunt_err err = HAUNT_OK;
	size_t i;

	expire(f);
	i = f->scanned;
	out->torn = i > 0;
	out->ended = 0;
	for (; !err && part && i < f->len; i++, part--) {
		struct rule r = f->elements[i].rule;

		r.lifetime_ms = (uint32_t)(f->elements[i].ends_ms -
					   clock_mono_ms(f->clock));
		err = fn(arg, &r);
	}
	f->scanned = i;
	out->more = i < f->len;
	return err;
}

static enum haunt_err fake_count(struct fw *fw, size_t *out)
{
	struct fw_fake *f = fw->fake;

	expire(f);
	if (f->uncounted)
		return HAUNT_EUNSUPPORTED;
	*out = f->len;
	return HAUNT_OK;
}

static enum haunt_err fake_find(struct fw *fw, const struct rule *at,
				struct rule *out)
{
	const struct fw_fake_element *e =
		fw_fake_find(fw->fake, &at->address, at->proto, at->outer);

	if (!e)
		return HAUNT_ENOENT;
	*out = e->rule;
	out->lifetime_ms =
		(uint32_t)(e->ends_ms - clock_mono_ms(fw->fake->clock));
	return HAUNT_OK;
}

static enum haunt_err fake_cut_stale(struct fw *fw, const struct rule *rules,
				     size_t n)
{
	(void)rules;
	fw->fake->cuts += (unsigned int)n;
	return HAUNT_OK;
}

/* It never ends by itself, and is silent since it began. */
static struct sight sight_of(const struct fw_fake *f, size_t i)
{
	struct sight s = { .session = f->sessions[i],
			   .left_ms = 432000000,
			   .least_ms = 10000,
			   .assured = true };

	s.session.accounted = f->accounting;
	if (!f->accounting) {
		s.session.bytes_in = 0;
		s.session.bytes_out = 0;
	}
	return s;
}

static enum haunt_err fake_sessions(struct fw *fw, fw_sight_fn *fn, void *arg)
{
	struct fw_fake *f = fw->fake;
	enum haunt_err err = HAUNT_OK;
	size_t from = f->blind;

	f->blind = 0;
	if (f->fail_sessions) {
		f->fail_sessions = false;
		errno = ENOBUFS;
		return HAUNT_ESYS;
	}
	for (size_t i = from; !err && i < f->sessions_len; i++) {
		struct sight s = sight_of(f, i);

		err = fn(arg, &s);
	}
	return err;
}

static enum haunt_err fake_session(struct fw *fw, const struct session *s,
				   struct sight *out)
{
	struct fw_fake *f = fw->fake;

	for (size_t i = 0; i < f->sessions_len; i++) {
		if (f->sessions[i].ct_id != s->ct_id)
			continue;
		*out = sight_of(f, i);
		return HAUNT_OK;
	}
	return HAUNT_ENOENT;
}

static bool fake_accounting(struct fw *fw)
{
	return fw->fake->accounting;
}

static enum haunt_err fake_events(struct fw *fw, bool on, int *fd)
{
	fw->fake->events = on;
	*fd = -1;
	return HAUNT_OK;
}

static enum haunt_err fake_hear(struct fw *fw, fw_event_fn *fn, void *arg)
{
	(void)fw;
	(void)fn;
	(void)arg;
	return HAUNT_OK;
}

static enum haunt_err fake_origin(struct fw *fw, const struct origin *o)
{
	struct fw_fake *f = fw->fake;
	size_t i = 0;

	while (i < f->origins_len && f->origins[i].id != o->id)
		i++;
	if (o->over) {
		if (i < f->origins_len)
			f->origins[i] = f->origins[--f->origins_len];
		return HAUNT_OK;
	}
	if (i == FW_FAKE_SESSIONS) {
		errno = ENFILE;
		return HAUNT_ESYS;
	}
	f->origins[i] = *o;
	f->origins_len += i == f->origins_len;
	return HAUNT_OK;
}

static enum haunt_err fake_origins(struct fw *fw, fw_origin_fn *fn, void *arg)
{
	struct fw_fake *f = fw->fake;
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; !err && i < f->origins_len; i++)
		err = fn(arg, &f->origins[i]);
	return err;
}

static bool fake_at_risk(const struct fw *fw)
{
	return fw->fake->at_risk;
}

static void fake_close(struct fw *fw)
{
	free(fw);
}

const struct fw_ops fw_fake = {
	.open = fake_open,
	.apply = fake_apply,
	.revoke = fake_revoke,
	.stop = fake_stop,
	.scan_begin = fake_scan_begin,
	.scan_next = fake_scan_next,
	.count = fake_count,
	.find = fake_find,
	.cut_stale = fake_cut_stale,
	.cut = fake_cut,
	.sessions = fake_sessions,
	.session = fake_session,
	.accounting = fake_accounting,
	.events = fake_events,
	.hear = fake_hear,
	.origin = fake_origin,
	.origins = fake_origins,
	.at_risk = fake_at_risk,
	.close = fake_close,
};
