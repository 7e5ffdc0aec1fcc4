/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of a configuration of fwknop: text in our words, and a verdict
 * on each of its lines.
 */
#ifndef HAUNT_CONF_FWKNOP_OUT_H
#define HAUNT_CONF_FWKNOP_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "conf/config.h"
#include "conf/fwknop.h"

enum fwknop_verdict {
	FWKNOP_TRANSLATED, /* the text is our word */
	FWKNOP_UNNEEDED,   /* the text says why */
	FWKNOP_REFUSED,	   /* likewise */
	FWKNOP_WARNING,	   /* besides a verdict: what it meant was unsafe */
};

/* Keys as they stand in fwknop's file, at least one; lent by its entries. */
struct fwknop_keys {
	const struct fwknop_entry *key; /* KEY, KEY_BASE64 or KEY_FILE; or
					   NULL */
	const struct fwknop_entry *hmac;
	const char *server; /* whose line of a KEY_FILE counts; or NULL */
};

struct fwknop_out {
	FILE *conf;	    /* gets our configuration */
	FILE *report;	    /* gets the verdicts */
	bool strict;	    /* leave out what is unsafe, even if it worked */
	const char *ports;  /* what a stanza without OPEN_PORTS may open, as
			       OPEN_PORTS would say it; NULL: any */
	const char *public; /* ports that stay open to everybody, or "none";
			       NULL: those where public servers usually are */
	/* Keeps keys under a name: the path of their file, or NULL: told. */
	const char *(*keep)(void *arg, struct fwknop_out *out, const char *name,
			    const struct fwknop_keys *keys);
	/* Keeps another secret likewise. */
	const char *(*keep_text)(void *arg, struct fwknop_out *out,
				 const char *name,
				 const struct fwknop_entry *text);
	void *arg;
	const char *gpg_home; /* set by fwknop_import_server() */
	/* How many of each there were. */
	size_t counts[FWKNOP_WARNING + 1];
};

/* "FILE:LINE: NAME: verdict text" in the report. */
void fwknop_say(struct fwknop_out *out, const struct fwknop_entry *e,
		enum fwknop_verdict verdict, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Text without what could steer a terminal or begin a line. */
void fwknop_put(FILE *to, const char *text);

/* True for printable characters that need no backslash in quotes. */
bool fwknop_quotable(const char *text);

/* A directive that fwknop knows, and what becomes of it. take, if there is
 * one, is called first: false, if it has said the verdict itself. */
struct fwknop_word {
	const char *name;
	enum fwknop_verdict verdict;
	const char *text;
	bool (*take)(struct fwknop_out *out, void *into,
		     const struct fwknop_entry *e);
};

struct fwknop_words {
	const struct fwknop_word *words;
	size_t len;
	const char *whose; /* "fwknopd's configuration" */
};

extern const struct fwknop_words fwknop_daemon_words;
extern const struct fwknop_words fwknop_access_words;
extern const struct fwknop_words fwknop_rc_words;
/* The words of each kind of file. */
const struct fwknop_words *fwknop_words(enum fwknop_kind kind);
const struct fwknop_word *fwknop_word(const struct fwknop_words *words,
				      const char *name);

/* Says a verdict on each entry of the part, and has those that count taken.
 */
void fwknop_judge(struct fwknop_out *out, const struct fwknop_words *words,
		  const struct fwknop_part *part, void *into);

/* For a switch: says that it is off, and returns false, unless it is on. */
bool fwknop_switched(struct fwknop_out *out, const struct fwknop_entry *e);

/* A number as fwknop reads it: digits, and whatever follows. -1: none. */
int64_t fwknop_number(const char *text);

#define FWKNOP_RANGES_MAX 256

struct fwknop_ranges {
	struct port_range at[FWKNOP_RANGES_MAX];
	size_t len;
};

/* "tcp/22,udp/53". EFORMAT: something else is in it. EBUSY: too many. */
enum haunt_err fwknop_ports(const char *text,
			    struct fwknop_ranges *out) HAUNT_MUST_CHECK;
/* Likewise, or "none". */
enum haunt_err fwknop_public_parse(const char *text,
				   struct fwknop_ranges *out) HAUNT_MUST_CHECK;
bool fwknop_ranges_have(const struct fwknop_ranges *r,
			const struct port_range *p);

/*
 * The next item of a list with commas, without the blanks around it; false
 * at the end. buf gets at most FWKNOP_LINE_MAX bytes and a NUL.
 */
bool fwknop_item(const char **list, char buf[FWKNOP_LINE_MAX + 1]);

/* A PCAP_FILTER that fwknopd is likely to have. */
struct fwknop_filter {
	struct fwknop_ranges ports; /* tcp and udp */
	bool icmp;
};
/* EFORMAT: it says something else than ports joined by "or". */
enum haunt_err fwknop_filter_parse(const char *text,
				   struct fwknop_filter *out) HAUNT_MUST_CHECK;

/* $NAME at the beginning of a value: buf gets the value of fwknopd.conf with
 * its variable replaced. EFORMAT: it knows no such variable, as fwknopd then
 * takes no notice of the line; ELENGTH. */
enum haunt_err fwknop_expand(const struct fwknop_part *daemon,
			     const char *value,
			     char buf[FWKNOP_LINE_MAX + 1]) HAUNT_MUST_CHECK;
/* "listen" and the options of the whole file. */
void fwknop_daemon_print(struct fwknop_out *out,
			 const struct fwknop_part *daemon);

/* Names that are ours: made from wanted, and not among the taken ones. */
struct fwknop_names {
	char (*taken)[CONFIG_NAME_MAX + 1];
	size_t len;
};
/* ENOMEM. out gets the name, which is then taken. */
enum haunt_err fwknop_name(struct fwknop_names *names, const char *wanted,
			   char out[CONFIG_NAME_MAX + 1]) HAUNT_MUST_CHECK;
void fwknop_names_free(struct fwknop_names *names);

/* hauntd.conf of fwknopd.conf and access.conf. ENOMEM. */
enum haunt_err fwknop_import_server(
	struct fwknop_out *out, const struct fwknop_conf *access,
	const struct fwknop_conf *daemon) HAUNT_MUST_CHECK;
/* haunt.conf of .fwknoprc. ENOMEM. */
enum haunt_err fwknop_import_client(
	struct fwknop_out *out, const struct fwknop_conf *rc) HAUNT_MUST_CHECK;

#endif
