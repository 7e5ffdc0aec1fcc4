/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person is told on stderr. */
#ifndef HAUNT_CLIENT_TELL_H
#define HAUNT_CLIENT_TELL_H

/* One line, after the program's name. Control characters become '?'. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
