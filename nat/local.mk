# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libnat.la
libnat_la_SOURCES = %D%/grant.h %D%/grant.c %D%/session.h %D%/session.c %D%/lookup.h %D%/lookup.c %D%/names.h %D%/names.c %D%/nat_names.h %D%/nat_names.c \
	%D%/rule.h %D%/rule.c %D%/fw.h \
	%D%/nl.h %D%/nl.c %D%/nl_attr.c %D%/nl_ask.h %D%/nl_ask.c \
	%D%/nft_batch.h %D%/nft_batch.c \
	%D%/nft_line.h %D%/nft_line.c %D%/nft_set.h %D%/nft_set.c \
	%D%/nft_elem.h %D%/nft_elem.c %D%/nft_run.c \
	%D%/nft_query.h %D%/nft_query.c %D%/nft_probe.h %D%/nft_probe.c \
	%D%/skeleton.h %D%/skeleton.c %D%/nft_table.h %D%/nft_table.c \
	%D%/nft_rules.h %D%/nft_rules.c %D%/nft_rules_check.c %D%/nft_rules_way.c \
	%D%/nft_rules_end.c %D%/nft_rules_cloak.c %D%/host.h %D%/host.c \
	%D%/host_rules.h %D%/host_rules.c %D%/host_step.h %D%/host_step.c \
	%D%/host_legacy.c \
	%D%/legacy.h %D%/legacy.c %D%/host_words.h %D%/host_words.c \
	%D%/integrate.h %D%/integrate.c \
	%D%/ct_entry.h %D%/ct_entry.c %D%/ct.h %D%/ct_own.h %D%/ct.c \
	%D%/ct_cut.c %D%/ct_way.c %D%/ct_room.c %D%/nft_cut.h %D%/nft_cut.c \
	%D%/nft_fw.h %D%/nft_install.c %D%/nft_open.c %D%/nft.c %D%/nft_doubt.c \
	%D%/nft_cloak.h %D%/nft_cloak.c %D%/nft_scan.c %D%/adopt.h %D%/adopt.c \
	%D%/fw_dry.c %D%/jobs.h %D%/jobs_work.h %D%/jobs.c %D%/jobs_work.c \
	%D%/nat_core.h %D%/nat_core.c %D%/host_survive.h %D%/host_survive.c \
	%D%/ct_sight.h %D%/ct_sight.c %D%/ct_sessions.c \
	%D%/terms.h %D%/terms.c %D%/picture.h %D%/picture_item.h \
	%D%/picture.c %D%/picture_news.c %D%/live.h %D%/live_own.h %D%/live.c \
	%D%/live_hear.c \
	%D%/nft_origin.h %D%/nft_origin.c %D%/port.h %D%/port.c \
	%D%/nat.h %D%/nat.c %D%/uninstall.c \
	%D%/ruleset.h %D%/ruleset.c %D%/ruleset_read.h %D%/ruleset_sets.c \
	%D%/ruleset_match.c %D%/ruleset_rule.c %D%/ruleset_xt.c \
	%D%/ruleset_walk.c
libnat_la_CFLAGS = $(AM_CFLAGS) $(MNL_CFLAGS) $(NFTNL_CFLAGS) $(NFCT_CFLAGS)
libnat_la_LIBADD = libconf.la librole.la $(MNL_LIBS) $(NFTNL_LIBS) $(NFCT_LIBS) \
	-lpthread
