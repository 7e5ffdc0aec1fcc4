/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the beginning, the end, and what happens when somebody else changes
 * the firewall in between.
 */
#include "nat/nft_fw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glob.h>
#include <linux/filter.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "nat/host_survive.h"
#include "nat/integrate.h"
#include "nat/nft_query.h"
#include "nat/nft_table.h"

#define GROUP_BIT(group) (1u << ((group)-1))
/* Events that are read before what they are about is looked at. */
#define WATCH_MAX 4096

struct cloak_look nft_look_for(const struct host *host, bool v4)
{
	struct cloak_look look = { .cloak = CLOAK_REJECT };
	enum host_end end = host_input_end(host, v4, &look.words);

	if (end == HOST_END_DROP)
		look.cloak = CLOAK_DROP;
	else if (end == HOST_END_REJECT)
		look.cloak = CLOAK_HOST;
	/* Nobody's words are to make a difference where none are said. */
	if (look.cloak != CLOAK_HOST)
		look.words = (struct host_words){ .reset = false };
	return look;
}

static const char *yes_no(bool is)
{
	return is ? "yes" : "no";
}

/* Our own changes are no news: the kernel drops them before they wake us. */
static enum haunt_err watch_filter(struct fw *fw)
{
	/* Loads are in network order, the number is not. */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct nlmsghdr, nlmsg_pid)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(nl_portid(fw->nl)), 0,
			 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]),
				      .filter = code };

	return setsockopt(nl_fd(fw->watch), SOL_SOCKET, SO_ATTACH_FILTER,
			  &program, sizeof(program)) < 0
		       ? HAUNT_ESYS
		       : HAUNT_OK;
}

static enum haunt_err features_find(struct fw *fw, const char *missing)
{
	enum haunt_err err =
		nft_probe(fw->nl, fw->batch, NFT_SCRATCH, missing, &fw->have);

	if (err == HAUNT_EFORMAT)
		log_event(LOG_LEVEL_ERROR, "features", "error=unknown-feature");
	else if (err != HAUNT_OK)
		nft_log_failure(fw, "features", "probe", err);
	else
		log_event(LOG_LEVEL_INFO, "features",
			  "persist=%s update=%s destroy=%s ctfilter=%s",
			  yes_no(fw->have.persist), yes_no(fw->have.update),
			  yes_no(fw->have.destroy), yes_no(fw->have.ctfilter));
	return err;
}

/* Decides how cloaked ports are to look, once: the decision stays until the
 * next start, whatever the host's firewall does meanwhile. */
static enum haunt_err cloak_decide(struct fw *fw, const struct host *host)
{
	struct cloak_look look4 = nft_look_for(host, true);
	struct cloak_look look6 = nft_look_for(host, false);
	enum haunt_err err = skeleton_new(fw->config, &look4, &look6,
					  fw->have.persist, &fw->skeleton);

	if (err != HAUNT_OK)
		return err;
	fw->seen4 = look4.cloak;
	fw->seen6 = look6.cloak;
	log_event(LOG_LEVEL_INFO, "cloak", "ipv4=%s ipv6=%s ports=%zu",
		  cloak_name(look4.cloak), cloak_name(look6.cloak),
		  fw->skeleton->cloaked_len);
	return HAUNT_OK;
}

/* A host whose firewall came or went since: told, not followed. In the midst
 * of a reload there is none for a moment, and that must not lift a cloak, nor
 * is it worth a word before it lasts. */
static void cloak_compare(struct fw *fw, const struct host *host)
{
	enum cloak cloak4 = nft_look_for(host, true).cloak;
	enum cloak cloak6 = nft_look_for(host, false).cloak;
	uint64_t now = clock_mono_ms(clock_system());

	if (cloak4 == fw->seen4 && cloak6 == fw->seen6) {
		fw->differs_ms = 0;
		return;
	}
	if (!fw->differs_ms)
		fw->differs_ms = now;
	if (now - fw->differs_ms < FW_SETTLED_MS)
		return;
	fw->differs_ms = 0;
	fw->seen4 = cloak4;
	fw->seen6 = cloak6;
	log_event(LOG_LEVEL_WARNING, "cloak",
		  "ipv4=%s ipv6=%s host-ipv4=%s host-ipv6=%s%s",
		  cloak_name(fw->skeleton->look4.cloak),
		  cloak_name(fw->skeleton->look6.cloak), cloak_name(cloak4),
		  cloak_name(cloak6),
		  cloak4 == fw->skeleton->look4.cloak &&
				  cloak6 == fw->skeleton->look6.cloak
			  ? ""
			  : " hint=restart-to-follow");
}

/* True if the host forwards what comes in by any of its interfaces. */
static bool host_forwards(bool v4)
{
	glob_t found = { .gl_pathc = 0 };
	bool on = false;

	(void)glob(v4 ? "/proc/sys/net/ipv4/conf/*/forwarding"
		      : "/proc/sys/net/ipv6/conf/*/forwarding",
		   0, NULL, &found);
	for (size_t i = 0; !on && i < found.gl_pathc; i++) {
		FILE *f = fopen(found.gl_pathv[i], "re");

		on = f && fgetc(f) == '1';
		if (f)
			fclose(f);
	}
	globfree(&found);
	return on;
}

/* Said once for each family: what leads to other hosts leads nowhere. */
static void forwarding_check(const struct config *config)
{
	bool told[2] = { false, false };

	for (size_t i = 0; i < 2 * config->services_len; i++) {
		const struct service *s = &config->services[i / 2];
		bool v4 = i % 2 == 0;

		if (s->local || s->hidden || told[v4] || host_forwards(v4) ||
		    (!s->internet && !s->named &&
		     addr_is_v4(&s->target.addr) != v4))
			continue;
		told[v4] = true;
		log_event(LOG_LEVEL_WARNING, "forwarding",
			  "service=%s family=%s result=off hint=sysctl-%s=1",
			  s->name, v4 ? "ipv4" : "ipv6",
			  v4 ? "net.ipv4.ip_forward"
			     : "net.ipv6.conf.all.forwarding");
	}
}

static enum haunt_err sockets_open(struct fw *fw)
{
	enum haunt_err err = nl_open(NETLINK_NETFILTER, 0, &fw->nl);

	if (err == HAUNT_OK)
		err = nl_open(NETLINK_NETFILTER, 0, &fw->scan.nl);
	if (err == HAUNT_OK)
		err = nl_open(NETLINK_NETFILTER, GROUP_BIT(NFNLGRP_NFTABLES),
			      &fw->watch);
	if (err == HAUNT_OK)
		err = watch_filter(fw);
	if (err == HAUNT_OK)
		err = nft_batch_new(fw->nl, &fw->batch);
	if (err == HAUNT_OK)
		err = outbox_new(&fw->outbox);
	if (err != HAUNT_OK)
		log_event(LOG_LEVEL_ERROR, "netlink", "error=%s",
			  err == HAUNT_ESYS ? nl_errno_name(errno)
					    : "no-memory");
	return err;
}

/* Said when it begins, and when it is over. */
static enum haunt_err survival_look(struct fw *fw)
{
	bool was = fw->at_risk;
	enum haunt_err err = host_survive(fw->nl, !was, &fw->at_risk);

	if (err == HAUNT_OK && was && !fw->at_risk)
		log_event(LOG_LEVEL_INFO, "survival", "result=ok");
	return err;
}

static enum haunt_err ruleset_open(struct fw *fw)
{
	struct host host;
	enum haunt_err err = host_look(fw->nl, &host);

	if (err != HAUNT_OK) {
		nft_log_failure(fw, "host", "look", err);
		return err;
	}
	host_legacy_look(&fw->legacy);
	host.legacy = fw->legacy;
	forwarding_check(fw->config);
	err = cloak_decide(fw, &host);
	if (err != HAUNT_OK)
		nft_log_failure(fw, "cloak", "decide", err);
	else
		err = nft_install(fw);
	if (err == HAUNT_OK) {
		err = integrate(fw->batch, &host, fw->config->integration);
		if (err != HAUNT_OK)
			nft_log_failure(fw, "integrate", "commit", err);
	}
	if (err == HAUNT_OK)
		integrate_tell_legacy(&fw->legacy);
	host_forget(&host);
	if (err == HAUNT_OK) {
		err = survival_look(fw);
		if (err != HAUNT_OK)
			nft_log_failure(fw, "survival", "look", err);
	}
	return err;
}

enum haunt_err nft_open(const struct fw_setup *setup, struct fw **out)
{
	struct fw *fw = calloc(1, sizeof(*fw));
	enum haunt_err err;

	if (!fw) {
		log_event(LOG_LEVEL_ERROR, "open", "error=no-memory");
		return HAUNT_ENOMEM;
	}
	fw->config = setup->config;
	fw->tried = setup->try_ms >= 0;
	if (fw->tried)
		fw->try_until_ms =
			clock_mono_ms(clock_system()) + (uint64_t)setup->try_ms;
	err = sockets_open(fw);
	if (err == HAUNT_OK)
		err = features_find(fw, setup->missing);
	if (err == HAUNT_OK) {
		err = ct_open(fw->have.ctfilter, &fw->ct);
		if (err != HAUNT_OK)
			nft_log_failure(fw, "conntrack", "open", err);
	}
	if (err == HAUNT_OK)
		err = ruleset_open(fw);
	if (err != HAUNT_OK) {
		nft_close(fw);
		return err;
	}
	*out = fw;
	return HAUNT_OK;
}

void nft_close(struct fw *fw)
{
	if (!fw)
		return;
	ct_close(fw->ct);
	outbox_free(fw->outbox);
	skeleton_free(fw->skeleton);
	nft_batch_free(fw->batch);
	nl_close(fw->watch);
	nl_close(fw->scan.nl);
	nl_close(fw->nl);
	free(fw);
}

int nft_watch(const struct fw *fw)
{
	return nl_fd(fw->watch);
}

/* Empties the watch. What happened does not matter, nor whether an event was
 * lost: what there is now is looked at. Who changes things faster than they
 * are read is not waited for: what stays in the watch wakes us again. */
static void watch_drain(struct fw *fw)
{
	const struct nlmsghdr *h;
	enum haunt_err err;
	size_t size;
	int i = 0;

	do {
		err = nl_recv(fw->watch, &h, &size);
	} while ((err == HAUNT_OK || errno == ENOBUFS) && ++i < WATCH_MAX);
}

/* Why our tables need repair; NULL if they do not. */
static const char *damage(struct fw *fw, enum haunt_err *err)
{
	struct nft_table_state table, anchor;
	size_t rules = 0;

	*err = nft_query_table(fw->nl, NFT_TABLE, &table);
	if (*err == HAUNT_OK)
		*err = nft_query_table(fw->nl, NFT_ANCHOR, &anchor);
	if (*err != HAUNT_OK)
		return NULL;
	/* Not known after a change whose answer was lost: then it is ours. */
	if (fw->handle)
		fw->restored = table.present && table.handle != fw->handle;
	else if (table.present && !fw->restored)
		fw->handle = table.handle;
	/* Until it is told: the table may be back when we look again. */
	fw->lost = fw->lost || !table.present || fw->restored;
	if (fw->restored)
		return "put-back-by-another-process";
	if (!table.present || !anchor.present)
		return "removed-by-another-process";
	/* What we own nobody else can write. */
	if (fw->have.persist)
		return NULL;
	*err = nft_query_rules(fw->nl, &rules);
	return *err == HAUNT_OK && rules != nft_rules_count(fw->skeleton)
		       ? "changed-by-another-process"
		       : NULL;
}

enum haunt_err nft_repair(struct fw *fw)
{
	struct host host;
	enum haunt_err err;
	const char *reason;

	watch_drain(fw);
	reason = damage(fw, &err);
	if (reason) {
		log_event(LOG_LEVEL_WARNING, "table", "result=lost reason=%s",
			  reason);
		err = nft_install(fw);
	}
	if (err == HAUNT_OK && fw->lost)
		return HAUNT_ESTALE;
	if (err == HAUNT_OK)
		err = host_look(fw->nl, &host);
	if (err != HAUNT_OK)
		return err;
	host.legacy = fw->legacy;
	cloak_compare(fw, &host);
	if (fw->config->integration == INTEGRATION_AUTO)
		err = integrate_again(fw->batch, &host);
	host_forget(&host);
	return err == HAUNT_OK ? survival_look(fw) : err;
}
