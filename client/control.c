/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the socket and the lines on it.
 */
#include "client/control.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client/control_socket.h"

#define READ_STEP 16384

static json_t *request_revoke(const char *what, bool cut)
{
	size_t len = strlen(what);
	bool number = strspn(what, "0123456789") == len && len <= 8;
	json_t *request = json_pack(
		"{s:s, s:o}", "command", "revoke", number ? "grant" : "client",
		number ? json_integer(strtol(what, NULL, 10))
		       : json_string(what));

	if (request && cut)
		json_object_set_new(request, "cut", json_true());
	return request;
}

enum haunt_err control_request(const char *const *words, size_t n, json_t **out)
{
	json_t *request = NULL;

	bool cut = n == 3 && !strcmp(words[2], CONTROL_CUT);

	if ((n == 2 || cut) && !strcmp(words[0], "revoke") && *words[1])
		request = request_revoke(words[1], cut);
	else if (n == 1 &&
		 (!strcmp(words[0], "status") || !strcmp(words[0], "grants") ||
		  !strcmp(words[0], "sessions") || !strcmp(words[0], "watch")))
		request = json_pack("{s:s}", "command", words[0]);
	else
		return HAUNT_EFORMAT;
	if (!request) /* no memory, or text that is not UTF-8 */
		return HAUNT_EFORMAT;
	*out = request;
	return HAUNT_OK;
}

int control_connect(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd, saved;

	if (strlen(path) >= sizeof(un.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(un.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || !connect(fd, (struct sockaddr *)&un, sizeof(un)))
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

enum haunt_err control_send(int fd, const json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT);
	enum haunt_err err = HAUNT_OK;
	size_t len, sent = 0;

	if (!text)
		return HAUNT_ENOMEM;
	len = strlen(text);
	text[len++] = '\n'; /* in place of the NUL */
	while (sent < len && !err) {
		ssize_t n = send(fd, text + sent, len - sent, MSG_NOSIGNAL);

		if (n > 0)
			sent += (size_t)n;
		else if (n < 0 && errno != EINTR)
			err = HAUNT_ESYS;
	}
	free(text);
	return err;
}

/* Up to the newline, which stays away. */
static enum haunt_err read_line(int fd, char **line, size_t *line_len)
{
	char *text = NULL;
	size_t len = 0, cap = 0;
	enum haunt_err err = HAUNT_OK;

	while (!err && !(len && text[len - 1] == '\n')) {
		ssize_t n;

		if (cap - len < READ_STEP) {
			char *more = realloc(text, cap * 2 + READ_STEP);

			if (!more) {
				err = HAUNT_ENOMEM;
				break;
			}
			text = more;
			cap = cap * 2 + READ_STEP;
		}
		n = read(fd, text + len, READ_STEP);
		if (n > 0)
			len += (size_t)n;
		else if (n == 0)
			err = HAUNT_ECLOSED;
		else if (errno != EINTR)
			err = HAUNT_ESYS;
		if (len > CONTROL_ANSWER_MAX)
			err = HAUNT_ELENGTH;
	}
	if (err) {
		free(text);
		return err;
	}
	*line = text;
	*line_len = len - 1;
	return HAUNT_OK;
}

enum haunt_err control_ask(const char *path, const json_t *request,
			   json_t **out)
{
	char *line = NULL;
	size_t len = 0;
	json_t *answer;
	int fd = control_connect(path);
	enum haunt_err err;

	if (fd < 0)
		return HAUNT_ESYS;
	err = control_send(fd, request);
	if (!err)
		err = read_line(fd, &line, &len);
	if (err)
		goto out;
	answer = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(answer)) {
		*out = answer;
	} else {
		json_decref(answer);
		err = HAUNT_EFORMAT;
	}
out:
	free(line);
	close(fd);
	return err;
}

const char *control_error(const json_t *answer)
{
	const char *text = json_string_value(json_object_get(answer, "error"));

	if (json_is_true(json_object_get(answer, "ok")))
		return NULL;
	return text ? text : "refused, and no reason given";
}
