/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the reading process and what cannot change while hauntd runs. */
#include "core/reload.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/instance.h"

#define PATIENCE_MS 30000
#define MORE	    "(and more)\n"

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Adds to what is said, in whole lines as long as they fit. */
__attribute__((format(printf, 2, 3))) static void say(struct reload *c,
						      const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(c->said + c->len, sizeof(c->said) - c->len, format, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(c->said) - c->len)
		c->len += (size_t)n;
	else
		c->said[c->len] = '\0';
}

static void reader_exec(const char *path, int text_fd, int said_fd)
{
	const char *args[] = {
		"hauntd", "-r", RELOAD_READER, "-c", path, NULL
	};
	int text = fcntl(text_fd, F_DUPFD, 32);
	sigset_t none;

	dup2(said_fd, STDERR_FILENO);
	dup2(text, RELOAD_TEXT_FD);
	close_range(RELOAD_TEXT_FD + 1, ~0u, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	execv("/proc/self/exe", (char *const *)(uintptr_t)args);
	_exit(EXIT_FAILURE);
}

bool reload_start(struct reload *c, const char *path)
{
	int said[2] = { -1, -1 };
	int text = instance_memory();

	*c = (struct reload){ .said_fd = -1, .text_fd = -1 };
	if (text < 0 || pipe2(said, O_CLOEXEC) < 0)
		goto fail;
	c->pid = fork();
	if (c->pid < 0)
		goto fail;
	if (c->pid == 0)
		reader_exec(path, text, said[1]);
	close(said[1]);
	(void)fcntl(said[0], F_SETFL, O_NONBLOCK);
	c->said_fd = said[0];
	c->text_fd = text;
	c->until_ms = clock_mono_ms(clock_system()) + PATIENCE_MS;
	return true;
fail:
	log_event(LOG_LEVEL_ERROR, "reload", "step=read error=%s",
		  strerrorname_np(errno));
	c->pid = 0;
	fd_close(&text);
	fd_close(&said[0]);
	fd_close(&said[1]);
	return false;
}

bool reload_begun(const struct reload *c)
{
	return c->text_fd >= 0;
}

/* What does not fit is cut after a whole line. */
static void said_cut(struct reload *c)
{
	size_t keep = sizeof(c->said) - sizeof(MORE);

	while (keep && c->said[keep - 1] != '\n')
		keep--;
	memcpy(c->said + keep, MORE, sizeof(MORE));
	c->len = keep + sizeof(MORE) - 1;
	fd_close(&c->said_fd);
}

void reload_read(struct reload *c)
{
	size_t room = sizeof(c->said) - 1 - c->len;
	ssize_t n = read(c->said_fd, c->said + c->len, room);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		fd_close(&c->said_fd);
		return;
	}
	/* It goes into messages and terminals. */
	for (size_t i = c->len; i < c->len + (size_t)n; i++) {
		unsigned char b = (unsigned char)c->said[i];

		if ((b < 0x20 && b != '\n') || b >= 0x7f)
			c->said[i] = '?';
	}
	c->len += (size_t)n;
	c->said[c->len] = '\0';
	if (c->len == sizeof(c->said) - 1)
		said_cut(c);
}

bool reload_reaped(struct reload *c, pid_t pid, int status)
{
	if (!c->pid || c->pid != pid)
		return false;
	c->pid = 0;
	c->failed = !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS;
	return true;
}

void reload_tick(struct reload *c, uint64_t now_ms)
{
	if (!reload_begun(c) || now_ms < c->until_ms)
		return;
	if (c->pid)
		kill(c->pid, SIGKILL);
	fd_close(&c->said_fd);
	c->until_ms = UINT64_MAX;
	say(c, "it could not be read within %d seconds\n", PATIENCE_MS / 1000);
}

bool reload_ended(const struct reload *c)
{
	return reload_begun(c) && !c->pid && c->said_fd < 0;
}

static void mistake_say(void *arg, const char *name, unsigned int line,
			const char *text)
{
	say(arg, "%s:%u: %s\n", name, line, text);
}

/* The text that the reader left, parsed as the roles will parse it. */
static struct config *text_parse(struct reload *c, const char *path)
{
	struct config *config = NULL;
	struct stat st;
	char *text = NULL;

	if (!instance_seal_fd(c->text_fd) || fstat(c->text_fd, &st) < 0) {
		say(c, "%s: %s\n", path, strerror(errno));
		return NULL;
	}
	text = malloc((size_t)st.st_size + 1);
	if (text && pread(c->text_fd, text, (size_t)st.st_size, 0) ==
			    (ssize_t)st.st_size) {
		text[st.st_size] = '\0';
		if (config_parse(text, path, mistake_say, c, &config))
			config = NULL;
	} else {
		say(c, "%s: %s\n", path, strerror(errno));
	}
	free(text);
	return config;
}

/* The lock lies beside the one, the memory of packets in the other. */
static bool stays(struct reload *c, const char *path, const struct config *now,
		  const struct config *next)
{
	size_t len = c->len;

	if (strcmp(now->control_socket, next->control_socket))
		say(c, "%s: control-socket cannot change while hauntd runs\n",
		    path);
	if (strcmp(now->state_dir, next->state_dir))
		say(c, "%s: state-dir cannot change while hauntd runs\n", path);
	return c->len == len;
}

bool reload_take(struct reload *c, const char *path, const struct edition *now,
		 struct edition *out)
{
	struct config *next = NULL;

	if (!c->failed)
		next = text_parse(c, path);
	if (next && !stays(c, path, now->config, next)) {
		config_free(next);
		next = NULL;
	}
	if (!next && !c->len)
		say(c, "the process that reads it died\n");
	if (next)
		*out = (struct edition){ .config = next, .fd = c->text_fd };
	else
		close(c->text_fd);
	c->text_fd = -1;
	return next;
}

static bool list_equal(const struct port_list *a, const struct port_list *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		if (a->at[i].first != b->at[i].first ||
		    a->at[i].last != b->at[i].last)
			return false;
	}
	return true;
}

static bool listener_equal(const struct listener *a, const struct listener *b)
{
	return a->kind == b->kind && !strcmp(a->interface, b->interface) &&
	       a->address.port == b->address.port &&
	       addr_equal(&a->address.addr, &b->address.addr) &&
	       list_equal(&a->udp, &b->udp) && list_equal(&a->tcp, &b->tcp) &&
	       a->icmp == b->icmp;
}

/* Capture reads the list of X-Forwarded-For by them. */
static bool proxies_equal(const struct config *a, const struct config *b)
{
	if (a->trusted_proxies_len != b->trusted_proxies_len)
		return false;
	for (size_t i = 0; i < a->trusted_proxies_len; i++) {
		if (a->trusted_proxies[i].len != b->trusted_proxies[i].len ||
		    a->trusted_proxies[i].v6 != b->trusted_proxies[i].v6 ||
		    !addr_equal(&a->trusted_proxies[i].addr,
				&b->trusted_proxies[i].addr))
			return false;
	}
	return true;
}

bool reload_moves_capture(const struct config *a, const struct config *b)
{
	if (a->listeners_len != b->listeners_len ||
	    strcmp(a->user_capture, b->user_capture) ||
	    a->log_sink != b->log_sink || a->log_level != b->log_level ||
	    !proxies_equal(a, b))
		return true;
	for (size_t i = 0; i < a->listeners_len; i++) {
		if (!listener_equal(&a->listeners[i], &b->listeners[i]))
			return true;
	}
	return false;
}
