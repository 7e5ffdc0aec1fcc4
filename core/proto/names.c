/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the words for errors, hash functions and modes, and the version. */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "core/proto/haunt.h"

struct name {
	int value;
	const char *text;
};

static const char *const errors[HAUNT_ERR_COUNT] = {
	[HAUNT_OK] = "success",
	[HAUNT_ESHORT] = "the input ends too early",
	[HAUNT_EFORMAT] = "malformed input",
	[HAUNT_ELENGTH] = "length or number out of bounds",
	[HAUNT_EAUTH] = "not made with this key",
	[HAUNT_EDIGEST] = "altered: the digest inside does not match",
	[HAUNT_ESTALE] = "outside the age window",
	[HAUNT_EREPLAY] = "seen before",
	[HAUNT_EDENIED] = "not allowed",
	[HAUNT_EBUSY] = "full",
	[HAUNT_ENOENT] = "no such thing",
	[HAUNT_EEXIST] = "exists already",
	[HAUNT_EUNSUPPORTED] = "not supported here",
	[HAUNT_ENOMEM] = "out of memory",
	[HAUNT_ESYS] = "system call failed",
	[HAUNT_ECLOSED] = "closed by the peer",
};

static const struct name digests[] = {
	{ HAUNT_DIGEST_MD5, "md5" },
	{ HAUNT_DIGEST_SHA1, "sha1" },
	{ HAUNT_DIGEST_SHA256, "sha256" },
	{ HAUNT_DIGEST_SHA384, "sha384" },
	{ HAUNT_DIGEST_SHA512, "sha512" },
	{ HAUNT_DIGEST_SHA3_256, "sha3_256" },
	{ HAUNT_DIGEST_SHA3_512, "sha3_512" },
	{ HAUNT_DIGEST_NONE, "none" },
	{ 0, NULL },
};

static const struct name modes[] = {
	{ HAUNT_MODE_ECB, "ecb" },
	{ HAUNT_MODE_CBC, "cbc" },
	{ HAUNT_MODE_CFB, "cfb" },
	{ HAUNT_MODE_OFB, "ofb" },
	{ HAUNT_MODE_CTR, "ctr" },
	{ HAUNT_MODE_LEGACY, "legacy" },
	{ 0, NULL },
};

static const struct name carriers[] = {
	{ HAUNT_CARRIER_UDP, "udp" },
	{ HAUNT_CARRIER_TCP, "tcp" },
	{ HAUNT_CARRIER_HTTP, "http" },
	{ HAUNT_CARRIER_ICMP, "icmp" },
	{ HAUNT_CARRIER_UDP_RAW, "udpraw" },
	{ HAUNT_CARRIER_TCP_RAW, "tcpraw" },
	{ 0, NULL },
};

static const struct name *by_value(const struct name *n, int value)
{
	while (n->text && n->value != value)
		n++;
	return n;
}

static const struct name *by_text(const struct name *n, const char *text)
{
	while (n->text && strcmp(n->text, text) != 0)
		n++;
	return n;
}

const char *haunt_strerror(enum haunt_err err)
{
	if ((int)err < 0 || err >= HAUNT_ERR_COUNT)
		return "unknown error";
	return errors[err];
}

const char *haunt_version(void)
{
	return PACKAGE_VERSION;
}

const char *haunt_digest_name(enum haunt_digest digest)
{
	return by_value(digests, (int)digest)->text;
}

enum haunt_err haunt_digest_parse(const char *name, enum haunt_digest *out)
{
	const struct name *n = by_text(digests, name);

	if (!n->text)
		return HAUNT_EFORMAT;
	*out = (enum haunt_digest)n->value;
	return HAUNT_OK;
}

const char *haunt_mode_name(enum haunt_mode mode)
{
	return by_value(modes, (int)mode)->text;
}

enum haunt_err haunt_mode_parse(const char *name, enum haunt_mode *out)
{
	const struct name *n = by_text(modes, name);

	if (!n->text)
		return HAUNT_EFORMAT;
	*out = (enum haunt_mode)n->value;
	return HAUNT_OK;
}

const char *haunt_carrier_name(enum haunt_carrier carrier)
{
	return by_value(carriers, (int)carrier)->text;
}

enum haunt_err haunt_carrier_parse(const char *name, enum haunt_carrier *out)
{
	const struct name *n = by_text(carriers, name);

	if (!n->text)
		return HAUNT_EFORMAT;
	*out = (enum haunt_carrier)n->value;
	return HAUNT_OK;
}
