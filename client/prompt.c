/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the terminal: raw while a secret is typed, so that neither the screen
 * nor the line editor sees it, and as it was before whatever happens.
 */
#include "client/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PROMPT_MAX 128

enum key {
	KEY_INTERRUPT = 0x03,
	KEY_END = 0x04,
	KEY_BACKSPACE = 0x08,
	KEY_KILL = 0x15,
	KEY_DELETE = 0x7f,
};

struct line {
	char text[PROMPT_MAX];
	size_t len;
	size_t max;
};

static void say(int tty, const char *text)
{
	size_t len = strlen(text);

	while (len) {
		ssize_t n = write(tty, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

/* Takes one character; *done when the line is complete. */
static enum haunt_err line_take(struct line *line, unsigned char c, bool *done)
{
	switch (c) {
	case '\r':
	case '\n':
		*done = true;
		return HAUNT_OK;
	case KEY_INTERRUPT:
	case KEY_END:
		return HAUNT_EDENIED;
	case KEY_KILL:
		line->len = 0;
		return HAUNT_OK;
	case KEY_BACKSPACE:
	case KEY_DELETE:
		if (line->len)
			line->len--;
		return HAUNT_OK;
	default:
		if (line->len == line->max)
			return HAUNT_ELENGTH;
		line->text[line->len++] = (char)c;
		return HAUNT_OK;
	}
}

static enum haunt_err line_read(int tty, struct line *line)
{
	enum haunt_err err = HAUNT_OK;
	bool done = false;

	while (!err && !done) {
		unsigned char c = 0;
		ssize_t n = read(tty, &c, 1);

		if (n == 1)
			err = line_take(line, c, &done);
		else if (n == 0)
			err = HAUNT_EDENIED;
		else if (errno != EINTR)
			err = HAUNT_ESYS;
	}
	return err;
}

enum haunt_err prompt_secret(const char *question, size_t max,
			     struct secret **out)
{
	struct line line = { .max = max < PROMPT_MAX ? max : PROMPT_MAX };
	struct termios before, raw;
	enum haunt_err err;
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (tty < 0)
		return HAUNT_ENOENT;
	if (tcgetattr(tty, &before)) {
		close(tty);
		return HAUNT_ENOENT;
	}
	raw = before;
	raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(tty, TCSAFLUSH, &raw)) {
		close(tty);
		return HAUNT_ESYS;
	}
	say(tty, question);
	err = line_read(tty, &line);
	say(tty, "\n");
	tcsetattr(tty, TCSAFLUSH, &before);
	close(tty);
	if (!err)
		err = secret_new(line.text, line.len, out);
	secret_wipe(&line, sizeof(line));
	return err;
}
