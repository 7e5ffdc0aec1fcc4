/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Somebody else who changes the ruleset all the time: commits to a table of
 * its own, one transaction after the other, and so interrupts whatever dump
 * of the ruleset is under way.
 *
 *	nftwriter TABLE SECONDS
 *
 * Says "ready" after the first. Ends after so many seconds or with SIGTERM,
 * deletes the table and prints how many transactions there were.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "nat/nft_elem.h"
#include "nat/nft_table.h"

#include <linux/netfilter/nf_tables.h>

static volatile sig_atomic_t stop;

static void on_term(int number)
{
	(void)number;
	stop = 1;
}

/* An element comes, or goes. */
static void change(struct nft_batch *b, const char *table, bool add)
{
	struct nft_elem e = nft_elem_grace(6, 60000);
	struct nft_run run;

	nft_run_begin(&run, b, add ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM,
		      e.set);
	run.table = table;
	nft_run_put(&run, &e);
	nft_run_end(&run);
}

static unsigned long write_on(struct nft_batch *b, const char *table,
			      uint64_t until_ms)
{
	struct fw_error why;
	unsigned long n = 0;

	while (!stop && clock_mono_ms(clock_system()) < until_ms) {
		nft_batch_begin(b);
		if (n == 0) {
			nft_table_add(b, table, 0, NULL);
			nft_table_set(b, table, NFT_SET_GRACE, 0);
		}
		change(b, table, n % 2 == 0);
		if (nft_batch_commit(b, &why) != HAUNT_OK) {
			fprintf(stderr, "nftwriter: %s\n",
				nl_errno_name(why.error));
			exit(1);
		}
		if (n++ == 0) {
			puts("ready");
			fflush(stdout);
		}
	}
	nft_batch_begin(b);
	nft_table_delete(b, table);
	if (nft_batch_commit(b, &why) != HAUNT_OK)
		exit(1);
	return n;
}

int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = on_term };
	struct nft_batch *b = NULL;
	struct nl *nl = NULL;

	if (argc != 3) {
		fputs("usage: nftwriter TABLE SECONDS\n", stderr);
		return 2;
	}
	sigaction(SIGTERM, &act, NULL);
	if (nl_open(NETLINK_NETFILTER, 0, &nl) != HAUNT_OK ||
	    nft_batch_new(nl, &b) != HAUNT_OK) {
		perror("nftwriter");
		return 1;
	}
	printf("%lu\n", write_on(b, argv[1],
				 clock_mono_ms(clock_system()) +
					 strtoul(argv[2], NULL, 10) * 1000));
	nft_batch_free(b);
	nl_close(nl);
	return 0;
}
