/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one error type. Every function that can fail returns it; outputs are
 * written only when it is HAUNT_OK. HAUNT_ESYS means that errno says more.
 *
 * The enumeration is part of the library's public face: the installed haunt.h
 * carries it, so values are only ever added at the end.
 */
#ifndef HAUNT_BASE_ERR_H
#define HAUNT_BASE_ERR_H

enum haunt_err {
	HAUNT_OK = 0,
	HAUNT_ESHORT,  /* the input ends before the value does */
	HAUNT_EFORMAT, /* the input does not follow its grammar */
	HAUNT_ELENGTH, /* a length is out of its bounds */
	HAUNT_EAUTH,   /* not made with this key */
	HAUNT_EDIGEST, /* decrypted, but the digest inside does not match */
	HAUNT_ESTALE,  /* outside the age window */
	HAUNT_EREPLAY, /* seen before */
	HAUNT_EDENIED, /* authentic, and not allowed */
	HAUNT_EBUSY,   /* a table, a queue or a buffer is full */
	HAUNT_ENOENT,  /* there is no such thing */
	HAUNT_EEXIST,  /* it is there already */
	HAUNT_EUNSUPPORTED, /* known, and not possible here */
	HAUNT_ENOMEM,	    /* no memory */
	HAUNT_ESYS,	    /* a system call failed; errno is set */
	HAUNT_ECLOSED,	    /* the peer has gone away */
	HAUNT_ERR_COUNT
};

#if defined(__GNUC__)
#define HAUNT_MUST_CHECK __attribute__((warn_unused_result))
#else
#define HAUNT_MUST_CHECK
#endif

#endif
