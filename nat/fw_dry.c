/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that nothing happens: a firewall that says what it would do.
 */
#include <stdlib.h>

#include "core/base/log.h"
#include "nat/fw.h"

struct fw {
	const struct config *config;
};

static enum haunt_err dry_open(const struct fw_setup *setup, struct fw **out)
{
	struct fw *fw = calloc(1, sizeof(*fw));

	if (!fw)
		return HAUNT_ENOMEM;
	fw->config = setup->config;
	log_event(LOG_LEVEL_INFO, "dry-run", "would=install services=%zu",
		  setup->config->services_len);
	*out = fw;
	return HAUNT_OK;
}

static const char *kind_name(enum rule_kind kind)
{
	switch (kind) {
	case RULE_ACCEPT:
		return "accept";
	case RULE_REDIRECT:
		return "redirect";
	case RULE_FORWARD:
		return "forward";
	case RULE_INTERNET:
		return "internet";
	default:
		return "none";
	}
}

static void rules_log(const struct fw *fw, const char *would,
		      const struct rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct rule *r = &rules[i];
		char address[ADDR_TEXT_MAX], inner[ADDR_TEXT_MAX];

		log_event(LOG_LEVEL_INFO, "dry-run",
			  "would=%s grant=%u kind=%s client=%s service=%s "
			  "address=%s door=%s/%u target=%s lifetime=%ums",
			  would, r->id, kind_name(r->kind),
			  fw->config->clients[r->client].name,
			  fw->config->services[r->service].name,
			  addr_format(&r->address, address),
			  r->proto == IPPROTO_TCP ? "tcp" : "udp", r->outer,
			  endpoint_format(&r->inner, inner), r->lifetime_ms);
	}
}

static enum haunt_err dry_apply(struct fw *fw, const struct rule *rules,
				size_t n, struct fw_error *why)
{
	(void)why;
	rules_log(fw, "grant", rules, n);
	return HAUNT_OK;
}

static enum haunt_err dry_revoke(struct fw *fw, const struct rule *rules,
				 size_t n, bool cut, struct fw_error *why)
{
	(void)why;
	rules_log(fw, cut ? "revoke-and-cut" : "revoke", rules, n);
	return HAUNT_OK;
}

static enum haunt_err dry_stop(struct fw *fw, const uint32_t *ids, size_t n,
			       struct fw_error *why)
{
	(void)fw;
	(void)why;
	for (size_t i = 0; i < n; i++)
		log_event(LOG_LEVEL_INFO, "dry-run", "would=cut grant=%u",
			  ids[i]);
	return HAUNT_OK;
}

static enum haunt_err dry_cut(struct fw *fw, const struct session *sessions,
			      size_t n)
{
	(void)fw;
	(void)sessions;
	(void)n;
	return HAUNT_OK;
}

static enum haunt_err dry_scan_begin(struct fw *fw)
{
	(void)fw;
	return HAUNT_OK;
}

static enum haunt_err dry_scan_next(struct fw *fw, fw_rule_fn *fn, void *arg,
				    struct fw_scanned *out)
{
	(void)fw;
	(void)fn;
	(void)arg;
	*out = (struct fw_scanned){ .more = false };
	return HAUNT_OK;
}

static enum haunt_err dry_count(struct fw *fw, size_t *out)
{
	(void)fw;
	*out = 0;
	return HAUNT_OK;
}

static enum haunt_err dry_find(struct fw *fw, const struct rule *at,
			       struct rule *out)
{
	(void)fw;
	(void)at;
	(void)out;
	return HAUNT_ENOENT;
}

static enum haunt_err dry_cut_stale(struct fw *fw, const struct rule *rules,
				    size_t n)
{
	rules_log(fw, "cut-stale", rules, n);
	return HAUNT_OK;
}

static enum haunt_err dry_sessions(struct fw *fw, fw_sight_fn *fn, void *arg)
{
	(void)fw;
	(void)fn;
	(void)arg;
	return HAUNT_OK;
}

static enum haunt_err dry_session(struct fw *fw, const struct session *s,
				  struct sight *out)
{
	(void)fw;
	(void)s;
	(void)out;
	return HAUNT_ENOENT;
}

static bool dry_accounting(struct fw *fw)
{
	(void)fw;
	return false;
}

static enum haunt_err dry_events(struct fw *fw, bool on, int *fd)
{
	(void)fw;
	(void)on;
	*fd = -1;
	return HAUNT_OK;
}

static enum haunt_err dry_hear(struct fw *fw, fw_event_fn *fn, void *arg)
{
	(void)fw;
	(void)fn;
	(void)arg;
	return HAUNT_OK;
}

static enum haunt_err dry_origin(struct fw *fw, const struct origin *o)
{
	(void)fw;
	(void)o;
	return HAUNT_OK;
}

static enum haunt_err dry_origins(struct fw *fw, fw_origin_fn *fn, void *arg)
{
	(void)fw;
	(void)fn;
	(void)arg;
	return HAUNT_OK;
}

static bool dry_at_risk(const struct fw *fw)
{
	(void)fw;
	return false;
}

static void dry_close(struct fw *fw)
{
	free(fw);
}

const struct fw_ops fw_dry = {
	.open = dry_open,
	.apply = dry_apply,
	.revoke = dry_revoke,
	.stop = dry_stop,
	.scan_begin = dry_scan_begin,
	.scan_next = dry_scan_next,
	.count = dry_count,
	.find = dry_find,
	.cut_stale = dry_cut_stale,
	.cut = dry_cut,
	.sessions = dry_sessions,
	.session = dry_session,
	.accounting = dry_accounting,
	.events = dry_events,
	.hear = dry_hear,
	.origin = dry_origin,
	.origins = dry_origins,
	.at_risk = dry_at_risk,
	.close = dry_close,
};
