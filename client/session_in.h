/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files behind client/session.h share. */
#ifndef HAUNT_CLIENT_SESSION_IN_H
#define HAUNT_CLIENT_SESSION_IN_H

#include "client/session.h"

/* An error in words; errno's for ESYS. */
const char *session_why(enum haunt_err err);
void session_tell_key(const char *path, enum haunt_err err, unsigned int line);

/* A session with OpenPGP keys: gets ready for GnuPG. Told. */
enum cmd_status session_pgp_get(struct session *s);
/* Seals out->request. Told. */
enum cmd_status session_pgp_seal(struct session *s, struct session_packet *out);

#endif
