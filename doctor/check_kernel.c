/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel and the rest of the machine: conntrack, features, the clock, and
 * who else has a hand in the firewall.
 */
#include <string.h>

#include "doctor/check.h"
#include "doctor/words.h"

#define FILL_PERCENT	80
#define CHAIN_LENGTH	8 /* entries a bucket, when the table is full */
#define YEAR_MIN	2024
#define AGE_WINDOW_MIN	30 /* seconds */
#define AGE_WINDOW_GOOD 120

static void knob_off(struct findings *out, enum finding_id id, const char *knob,
		     const char *text)
{
	struct finding *f = finding_add(out, id);

	finding_where(f, "%s", knob);
	finding_text(f, "%s", text);
	finding_fix(f, "sysctl -w %s=1", knob);
}

static void check_room(const struct snap_net *net, struct findings *out)
{
	struct finding *f;

	if (net->ct_max <= 0)
		return;
	if (net->ct_count > net->ct_max / 100 * FILL_PERCENT) {
		f = finding_add(out, FOUND_CONNTRACK_FULL);
		finding_where(f, "net.netfilter.nf_conntrack_max");
		finding_text(f,
			     "%d of %d entries are in use; where there is no "
			     "room, new connections are dropped",
			     net->ct_count, net->ct_max);
		finding_fix(f, "sysctl -w net.netfilter.nf_conntrack_max=%lld",
			    2LL * net->ct_max);
	}
	if (net->ct_buckets <= 0 ||
	    net->ct_max / net->ct_buckets <= CHAIN_LENGTH)
		return;
	f = finding_add(out, FOUND_CONNTRACK_BUCKETS);
	finding_where(f, "net.netfilter.nf_conntrack_buckets");
	finding_text(f,
		     "%d entries may have to share %d buckets: every packet "
		     "becomes slow",
		     net->ct_max, net->ct_buckets);
	finding_fix(f, "sysctl -w net.netfilter.nf_conntrack_buckets=%d",
		    net->ct_max);
}

void check_conntrack(const struct snapshot *s, struct findings *out)
{
	const struct snap_net *net = &s->net;

	check_room(net, out);
	if (net->ct_acct == 0)
		knob_off(out, FOUND_CONNTRACK_ACCT_OFF,
			 "net.netfilter.nf_conntrack_acct",
			 "conntrack does not count: sessions are shown "
			 "without packets and bytes");
	if (net->ct_timestamp == 0)
		knob_off(out, FOUND_CONNTRACK_TIMESTAMP_OFF,
			 "net.netfilter.nf_conntrack_timestamp",
			 "conntrack keeps no times: nobody can tell when a "
			 "session began");
	if (s->config && s->config->session_events && net->ct_events == 0)
		knob_off(out, FOUND_CONNTRACK_EVENTS_OFF,
			 "net.netfilter.nf_conntrack_events",
			 "session-events is set, and conntrack tells of none");
	if (net->ct_loose == 0)
		knob_off(out, FOUND_CONNTRACK_STRICT,
			 "net.netfilter.nf_conntrack_tcp_loose",
			 "connections that conntrack has lost are not picked "
			 "up again: all end when its table is flushed");
}

void check_kernel(const struct snapshot *s, struct findings *out)
{
	const struct {
		const char *name;
		bool has;
		const char *text;
	} features[] = {
		{ "persist", s->fw.have.persist,
		  "others can write haunt's tables, and a flush of the ruleset "
		  "takes them away until hauntd puts them back (kernel 6.9 "
		  "has it)" },
		{ "update", s->fw.have.update,
		  "a grant is renewed by taking it away and putting it back in "
		  "one step (kernel 6.12 can do without)" },
		{ "destroy", s->fw.have.destroy,
		  "what is gone cannot be deleted without an error, so that "
		  "hauntd looks first (kernel 6.3 has it)" },
	};

	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		struct finding *f;

		if (features[i].has)
			continue;
		f = finding_add(out, FOUND_KERNEL_WITHOUT);
		finding_where(f, "kernel feature %s", features[i].name);
		finding_text(f, "%s", features[i].text);
		finding_fix(f, "%s", "");
	}
}

void check_clock(const struct snapshot *s, struct findings *out)
{
	struct finding *f;

	if (s->clock.year < YEAR_MIN) {
		f = finding_add(out, FOUND_CLOCK_WRONG);
		finding_where(f, "clock");
		finding_text(f,
			     "it says that this is %d: every packet is stale",
			     s->clock.year);
		finding_fix(f, s->daemon.systemd ? "timedatectl set-ntp true"
						 : "chronyd -q");
	} else if (!s->clock.synchronised) {
		f = finding_add(out, FOUND_CLOCK_UNSYNCHRONISED);
		finding_where(f, "clock");
		finding_text(f, "nothing keeps it right; when it is off by "
				"more than age-window, every packet is stale");
		finding_fix(f, s->daemon.systemd ? "timedatectl set-ntp true"
						 : "chronyd");
	}
	if (!s->config || s->config->age_window_s >= AGE_WINDOW_MIN)
		return;
	f = finding_add(out, FOUND_AGE_WINDOW_SMALL);
	finding_where(f, "age-window");
	finding_text(f,
		     "clients whose clocks are off by %u seconds are refused",
		     s->config->age_window_s);
	finding_fix(f, "age-window = \"%ds\"", AGE_WINDOW_GOOD);
}

/* ---- others ---- */

/* Signs of programs that write firewalls: a table's or a chain's name. */
static const struct manager {
	const char *name;
	const char *table; /* NULL: any */
	const char *chain; /* how its name begins */
	const char *text;
} managers[] = {
	{ "firewalld", "firewalld", "",
	  "firewalld writes this firewall anew at each reload; hauntd puts its "
	  "tagged rule back at once" },
	{ "ufw", NULL, "ufw",
	  "ufw writes this firewall anew at each reload; hauntd puts its "
	  "tagged rule back at once" },
	{ "Docker", NULL, "DOCKER",
	  "Docker leads published ports to containers and takes no notice of "
	  "input rules; haunt's cloak comes before" },
};

static bool manager_seen(const struct snapshot *s, const struct manager *m)
{
	for (size_t i = 0; i < s->fw.rules.chains_len; i++) {
		const struct rs_chain *c = &s->fw.rules.chains[i];

		if ((!m->table || strcmp(c->table, m->table) == 0) &&
		    strncmp(c->name, m->chain, strlen(m->chain)) == 0)
			return true;
	}
	return false;
}

void check_manager(const struct snapshot *s, struct findings *out)
{
	struct finding *f;

	for (size_t i = 0; i < sizeof(managers) / sizeof(managers[0]); i++) {
		if (!manager_seen(s, &managers[i]))
			continue;
		f = finding_add(out, FOUND_MANAGER);
		finding_where(f, "%s", managers[i].name);
		finding_text(f, "%s", managers[i].text);
		finding_fix(f, "%s", "");
	}
	if (s->fw.flush_service && !s->fw.have.persist) {
		f = finding_add(out, FOUND_FLUSH_SERVICE);
		finding_where(f, "nftables.service");
		finding_text(f, "a start or reload of it flushes haunt's "
				"tables, too; hauntd puts them back at once");
		finding_fix(f, "%s", "");
	}
	if (!s->fw.rules.cut)
		return;
	f = finding_add(out, FOUND_RULESET_CUT);
	finding_where(f, "nf_tables");
	finding_text(f,
		     "there are more than %d rules; what is beyond was not "
		     "looked at",
		     RULESET_RULES_MAX);
	finding_fix(f, "%s", "");
}
