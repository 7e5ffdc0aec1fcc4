/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an SPA packet looks like from outside. Where others' traffic comes by,
 * too, this keeps it from the gate; whether it is one is for keys to say.
 */
#ifndef HAUNT_CAPTURE_TEXT_H
#define HAUNT_CAPTURE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_MIN 140 /* bytes of the shortest SPA packet */
#define TEXT_MAX 1500

/* True for TEXT_MIN to TEXT_MAX characters of base64, `=` among them: that
 * none belongs there is the gate's to judge. */
bool text_is_packet(const uint8_t *text, size_t len);

/* In HTTP - and _ stand for + and /. Copies n characters, also within one
 * array towards its front; false if one is neither base64 nor these. */
bool text_from_path(const uint8_t *path, size_t n, uint8_t *out);

#endif
