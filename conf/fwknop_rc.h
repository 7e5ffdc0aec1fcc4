/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A section of .fwknoprc, read: what is handed to who prints it. */
#ifndef HAUNT_CONF_FWKNOP_RC_H
#define HAUNT_CONF_FWKNOP_RC_H

#include "conf/client_conf.h"
#include "conf/fwknop_out.h"

#define OFFSET_MAX_S 86400

/* Texts are lent by entries and valid; NULL, 0 or "": not given. */
struct section {
	const char *host;
	uint16_t port;
	uint16_t source_port;
	const char *carrier;
	const char *allow; /* "source", "resolve" or an address */
	const char *url;   /* without a scheme */
	bool url_plain;	   /* which is http */
	const char *user;
	const char *spoof;
	const char *agent;
	const char *recipient;
	const char *signer;
	const char *gpg_home;
	bool gpg;
	int mode;
	int hmac;
	int digest;
	int32_t offset_s;
	uint32_t lifetime_s;
	struct fwknop_ranges access;
	char nat_host[FWKNOP_LINE_MAX + 1];
	uint16_t nat_host_port; /* 0: that of access */
	uint16_t nat_port;
};

#endif
