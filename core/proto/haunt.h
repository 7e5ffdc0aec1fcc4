/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libhaunt: seal and open Single Packet Authorization packets.
 *
 * A request is a value: what somebody asks a gateway for. A key is an object:
 * what seals a request into a packet, and opens a packet into a request. The
 * library keeps no global state, prints nothing, and touches the network only
 * in haunt_resolve(), haunt_send() and haunt_deliver(). A key may be used by
 * one thread at a time; different keys are independent.
 *
 * The packet format here is fwknop's 3.0.0, with symmetric keys or, by way of
 * GnuPG, with OpenPGP keys.
 */
#ifndef HAUNT_H
#define HAUNT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HAUNT_PACKET_MIN   140	/* bytes of the shortest packet */
#define HAUNT_PACKET_MAX   1500 /* bytes of the longest packet */
#define HAUNT_PORTS_MAX	   31	/* port specifications in one request */
#define HAUNT_PORT_DEFAULT 62201
#define HAUNT_KEY_MAX	   32 /* bytes of an encryption key */
#define HAUNT_HMAC_KEY_MAX 128

/* Hash functions, for the digest inside and for the HMAC outside. */
enum haunt_digest {
	HAUNT_DIGEST_NONE = 0, /* as an HMAC type: no HMAC */
	HAUNT_DIGEST_MD5 = 1,
	HAUNT_DIGEST_SHA1 = 2,
	HAUNT_DIGEST_SHA256 = 3,
	HAUNT_DIGEST_SHA384 = 4,
	HAUNT_DIGEST_SHA512 = 5,
	HAUNT_DIGEST_SHA3_256 = 6,
	HAUNT_DIGEST_SHA3_512 = 7,
};

enum haunt_mode {
	HAUNT_MODE_ECB = 1,
	HAUNT_MODE_CBC = 2, /* the usual one */
	HAUNT_MODE_CFB = 3,
	HAUNT_MODE_OFB = 5,
	HAUNT_MODE_CTR = 6,
	HAUNT_MODE_LEGACY = 8, /* CBC with the key treatment before 2.5 */
};

enum haunt_type {
	HAUNT_TYPE_COMMAND = 0,
	HAUNT_TYPE_ACCESS = 1,
	HAUNT_TYPE_NAT = 2,
	HAUNT_TYPE_ACCESS_TIMEOUT = 3,
	HAUNT_TYPE_NAT_TIMEOUT = 4,
	HAUNT_TYPE_LOCAL_NAT = 5,
	HAUNT_TYPE_LOCAL_NAT_TIMEOUT = 6,
};

struct haunt_port {
	uint8_t proto; /* IPPROTO_TCP or IPPROTO_UDP */
	uint16_t port; /* 1 to 65535, host order */
};

/* What is asked for. Unused text is empty, unused numbers are 0. */
struct haunt_request {
	uint64_t time_s; /* when it was made, seconds since 1970 */
	enum haunt_type type;
	enum haunt_digest digest;
	char random[17];   /* 16 decimal digits; empty: haunt_seal draws them */
	char user[49];	   /* 1 to 48 printable characters */
	char version[9];   /* "3.0.0"; what an old client says is kept */
	uint8_t allow[16]; /* who may come in, IPv4-mapped; all zeros:
			      whoever the packet comes from */
	uint8_t ports_len; /* types 1 to 6: at least 1 */
	struct haunt_port ports[HAUNT_PORTS_MAX]; /* [0] is what NAT uses */
	char nat_host[255]; /* types 2, 4, 5, 6: where it leads */
	uint16_t nat_port;
	char command[193];    /* type 0; with the address at most 191 bytes */
	char server_auth[65]; /* carried, never acted upon */
	uint32_t lifetime_s;  /* types 3, 4, 6: 0 to 65536; 0: default */
};

/* How a key is used. */
struct haunt_key_spec {
	const void *key; /* 1 to HAUNT_KEY_MAX bytes */
	size_t key_len;
	const void *hmac; /* 1 to HAUNT_HMAC_KEY_MAX bytes, or NULL */
	size_t hmac_len;
	enum haunt_mode mode;
	enum haunt_digest hmac_type; /* HAUNT_DIGEST_NONE exactly if no hmac */
};

struct haunt_key;

/* A short English text, static; never NULL. */
const char *haunt_strerror(enum haunt_err err);
/* "1.2.3", the version of the library at run time; static. */
const char *haunt_version(void);

/* "sha256" to its number and back. NULL or EFORMAT when there is none. */
const char *haunt_digest_name(enum haunt_digest digest);
enum haunt_err haunt_digest_parse(const char *name, enum haunt_digest *out);
/* "cbc" to its number and back. */
const char *haunt_mode_name(enum haunt_mode mode);
enum haunt_err haunt_mode_parse(const char *name, enum haunt_mode *out);

/*
 * Prepares a key; the bytes are copied. ELENGTH: a key is empty or too long.
 * EFORMAT: an HMAC key without a type, a type without a key, or both keys the
 * same. EUNSUPPORTED: the mode or type is unknown. ENOMEM.
 */
enum haunt_err haunt_key_new(const struct haunt_key_spec *spec,
			     struct haunt_key **out) HAUNT_MUST_CHECK;

/*
 * Reads a key file: lines `KEY_BASE64: …` and `HMAC_KEY_BASE64: …` (or KEY
 * and HMAC_KEY with plain text to the end of the line, less the blanks around
 * it), as `haunt keygen` and `fwknop --key-gen` write them; '#' begins a
 * comment line. spec gives mode and hmac_type, its keys are ignored; without
 * an HMAC key in the file the type is HAUNT_DIGEST_NONE, whatever spec says.
 *
 * ESYS: errno says why. EDENIED: others than the owner can read the file, or
 * the owner is neither root nor the caller. EFORMAT, ELENGTH: see *line, from
 * 1, or 0 where no single line is to blame. line may be NULL.
 */
enum haunt_err haunt_key_load(const char *path,
			      const struct haunt_key_spec *spec,
			      struct haunt_key **out,
			      unsigned int *line) HAUNT_MUST_CHECK;

/*
 * The same from a descriptor, to its end, whoever can read it. It is not
 * closed. ESYS: errno says why.
 */
enum haunt_err haunt_key_read(int fd, const struct haunt_key_spec *spec,
			      struct haunt_key **out,
			      unsigned int *line) HAUNT_MUST_CHECK;

/*
 * Draws both keys at random (32 bytes, and as many as the HMAC's block has
 * up to 128; none for HAUNT_DIGEST_NONE) and writes them to a new file of
 * mode 0600. EEXIST: the path is taken; nothing is ever overwritten. ESYS:
 * errno says why; no file is left. EUNSUPPORTED: the type is unknown.
 */
enum haunt_err haunt_key_create(const char *path,
				enum haunt_digest hmac_type) HAUNT_MUST_CHECK;

/* haunt_key_load() for languages that build no structures. */
enum haunt_err haunt_key_load_as(const char *path, enum haunt_mode mode,
				 enum haunt_digest hmac_type,
				 struct haunt_key **out) HAUNT_MUST_CHECK;

/* Wipes and frees. NULL is fine. */
void haunt_key_free(struct haunt_key *key);

/* HAUNT_DIGEST_NONE: packets of this key carry no HMAC. */
enum haunt_digest haunt_key_hmac_type(const struct haunt_key *key);

/*
 * Checks a request against the format's limits. EFORMAT, ELENGTH; *field is
 * then the name of the member at fault, static. field may be NULL.
 */
enum haunt_err haunt_request_check(const struct haunt_request *request,
				   const char **field) HAUNT_MUST_CHECK;

/*
 * A request for languages that build no structures: made with all members
 * unset, and written and read as text. The names are those of the members but
 * "nat", which is HOST,PORT, and stands for two. Numbers are decimal; digest
 * has the names of haunt_digest_parse(); allow is an IPv4 address, 0.0.0.0
 * for whoever the packet comes from; ports are PROTO/PORT,PROTO/PORT…
 */

/* NULL: out of memory. */
struct haunt_request *haunt_request_new(void);
/* NULL is fine. */
void haunt_request_free(struct haunt_request *request);
/* Empty text unsets a member. ENOENT: there is none of that name. EFORMAT,
 * ELENGTH: the value is none for it; nothing changes. Whether the values fit
 * each other is for haunt_request_check() to say. */
enum haunt_err haunt_request_set(struct haunt_request *request,
				 const char *name,
				 const char *value) HAUNT_MUST_CHECK;
/* Writes the text and a NUL; a member that is unset is empty, a number 0.
 * ENOENT. EBUSY: cap is too small; HAUNT_VALUE_MAX is enough for all. */
enum haunt_err haunt_request_get(const struct haunt_request *request,
				 const char *name, char *out,
				 size_t cap) HAUNT_MUST_CHECK;
#define HAUNT_VALUE_MAX 512

/*
 * Seals a request into a packet of at most HAUNT_PACKET_MAX characters plus
 * a NUL; *len counts without the NUL. An empty random is drawn, an empty
 * version is "3.0.0", digest NONE is SHA-256; time_s is taken as it is.
 * EFORMAT, ELENGTH: as haunt_request_check(); also ELENGTH if a very small
 * time_s or a short version makes a packet below HAUNT_PACKET_MIN. EBUSY: cap
 * is too small. ESYS: the kernel gives no random bytes. ENOMEM. EUNSUPPORTED:
 * libgcrypt refuses a hash function, as it does MD5 in FIPS mode.
 *
 * fwknopd refuses packets of 400 characters and more, libhaunt does not.
 */
enum haunt_err haunt_seal(struct haunt_key *key,
			  const struct haunt_request *request, char *packet,
			  size_t cap, size_t *len) HAUNT_MUST_CHECK;

/*
 * Opens a packet. Nothing is decrypted before the HMAC, if the key has one,
 * is right. Age, replay and policy are the caller's business. ELENGTH and
 * EFORMAT: this is no packet. EAUTH: it was not made with this key. EDIGEST:
 * it decrypts, but was altered. EFORMAT, ELENGTH after that: a field breaks
 * its rules. ENOMEM, EUNSUPPORTED: as haunt_seal().
 */
enum haunt_err haunt_open(struct haunt_key *key, const void *packet, size_t len,
			  struct haunt_request *out) HAUNT_MUST_CHECK;

/* Where a packet goes, and the address it will come from. */
struct haunt_route {
	uint8_t gateway[16]; /* IPv4-mapped */
	uint8_t source[16];  /* this host's address on the way there */
	uint16_t port;
};

/*
 * Resolves a gateway and asks the kernel for the route. family: AF_INET,
 * AF_INET6, or AF_UNSPEC for the resolver's first that has a route. ENOENT:
 * no such host, or none of that family. ESYS: no route, or the resolver has
 * no answer now (EAGAIN); errno says why. EUNSUPPORTED: a link-local address
 * with a zone. ENOMEM. Blocks in DNS.
 */
enum haunt_err haunt_resolve(const char *host, uint16_t port, int family,
			     struct haunt_route *out) HAUNT_MUST_CHECK;

/* Sends one UDP datagram. ESYS: errno says why. */
enum haunt_err haunt_send(const struct haunt_route *route, const void *packet,
			  size_t len) HAUNT_MUST_CHECK;

/* How a packet travels. The raw ones need CAP_NET_RAW. */
enum haunt_carrier {
	HAUNT_CARRIER_UDP = 0,	   /* a datagram */
	HAUNT_CARRIER_TCP = 1,	   /* the first bytes of a connection */
	HAUNT_CARRIER_HTTP = 2,	   /* a GET request, as fwknop writes it */
	HAUNT_CARRIER_ICMP = 3,	   /* raw: behind an ICMP or ICMPv6 header */
	HAUNT_CARRIER_UDP_RAW = 4, /* raw: a datagram */
	HAUNT_CARRIER_TCP_RAW = 5, /* raw: in a SYN that nothing follows */
};

/* What fwknopd takes a GET request from. */
#define HAUNT_USER_AGENT  "Fwknop/2.6.10"
#define HAUNT_AGENT_MAX	  99	/* characters of a user agent */
#define HAUNT_TIMEOUT_MS  10000 /* to connect, unless told */
#define HAUNT_ANSWER_MS	  3000	/* to wait for an HTTP answer, at most */
#define HAUNT_ANSWER_TEXT 64

/* Unused members are zeros. The texts are lent for the call. */
struct haunt_delivery {
	enum haunt_carrier carrier;
	struct haunt_route route;	 /* to the gateway */
	const struct haunt_route *proxy; /* HTTP: through it; NULL: direct */
	const char *host; /* HTTP: the gateway's name; NULL: its address */
	const char *user_agent; /* HTTP; NULL: HAUNT_USER_AGENT */
	uint8_t source[16];	/* raw: whom to pass for; zeros: route.source */
	uint16_t source_port;	/* not ICMP; 0: any */
	uint8_t icmp_set;	/* 0: an echo request */
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint32_t timeout_ms; /* TCP, HTTP: to connect; 0: HAUNT_TIMEOUT_MS */
};

/* What an HTTP server or proxy said; no other carrier has an answer. */
struct haunt_answer {
	uint16_t status;	       /* 100 to 999; 0: nothing */
	char error[HAUNT_ANSWER_TEXT]; /* Squid's name of it, or empty */
};

/*
 * Sends a packet by any carrier. An HTTP answer is waited for HAUNT_ANSWER_MS
 * at most, 1 s without a proxy, and that none came is no error; answer may be
 * NULL. On an error *step, which may be NULL, names what failed, static.
 *
 * EFORMAT: *step is the member that does not fit the carrier, or is no text
 * for HTTP, or is of another family than the gateway. ELENGTH: the packet is
 * empty or too long. EDENIED: a raw socket needs CAP_NET_RAW. ESYS: errno says
 * why; ETIMEDOUT after timeout_ms.
 */
enum haunt_err haunt_deliver(const struct haunt_delivery *delivery,
			     const void *packet, size_t len,
			     struct haunt_answer *answer,
			     const char **step) HAUNT_MUST_CHECK;

/* "udp" to its number and back. NULL or EFORMAT when there is none. */
const char *haunt_carrier_name(enum haunt_carrier carrier);
enum haunt_err haunt_carrier_parse(const char *name, enum haunt_carrier *out);

#ifdef __cplusplus
}
#endif

#include "core/proto/haunt_pgp.h"

#endif
