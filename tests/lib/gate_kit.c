/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides files and keys; every failure in here is a failure of the test. */
#include "tests/lib/gate_kit.h"

#include <dirent.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/log.h"
#include "tests/lib/check.h"

static void mistake(void *arg, const char *name, unsigned int line,
		    const char *text)
{
	(void)arg;
	print_message("# %s:%u: %s\n", name, line, text);
}

struct config *kit_config(const char *text, const char *dir)
{
	struct config *config = NULL;
	char *full = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&full, &size);

	assert_non_null(f);
	for (; *text; text++) {
		if (*text == '@')
			fputs(dir, f);
		else
			fputc(*text, f);
	}
	fclose(f);
	check_ok(config_parse(full, "kit", mistake, NULL, &config));
	free(full);
	return config;
}

static void key_make(struct kit *kit, size_t i)
{
	const struct client *c = &kit->config->clients[i];
	struct haunt_key_spec spec = {
		.mode = (enum haunt_mode)c->mode,
		.hmac_type = (enum haunt_digest)c->hmac_type,
	};

	check_ok(haunt_key_create(c->key_path, spec.hmac_type));
	check_ok(haunt_key_load(c->key_path, &spec, &kit->keys[i], NULL));
}

static void store_open(struct kit *kit)
{
	const struct replay_spec spec = {
		.dir = kit->store,
		.window_s = kit->config->age_window_s,
		.now_s = kit->clock.wall_s,
	};

	check_ok(replay_new(&spec, &kit->replay));
}

void kit_open(struct kit *kit, const char *text)
{
	*kit = (struct kit){ .dir = "/tmp/haunt-test-XXXXXX" };
	clock_fake_init(&kit->clock, KIT_WALL_S, KIT_MONO_MS);
	assert_non_null(mkdtemp(kit->dir));
	snprintf(kit->store, sizeof(kit->store), "%s/state", kit->dir);
	kit->config = kit_config(text, kit->dir);
	kit->keys = calloc(kit->config->clients_len, sizeof(*kit->keys));
	assert_non_null(kit->keys);
	for (size_t i = 0; i < kit->config->clients_len; i++)
		key_make(kit, i);
	check_ok(clients_new(kit->config, &kit->clients));
	check_ok(replay_prepare(kit->store, geteuid(), getegid()));
	store_open(kit);
}

void kit_reopen_store(struct kit *kit)
{
	replay_free(kit->replay);
	store_open(kit);
}

static void dir_remove(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d))) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	closedir(d);
	rmdir(path);
}

void kit_close(struct kit *kit)
{
	clients_free(kit->clients);
	replay_free(kit->replay);
	for (size_t i = 0; i < kit->config->clients_len; i++)
		haunt_key_free(kit->keys[i]);
	free(kit->keys);
	config_free(kit->config);
	dir_remove(kit->store);
	dir_remove(kit->dir);
}

struct ip_addr kit_address(const char *text)
{
	struct ip_addr a;

	check_ok(addr_parse(text, strlen(text), &a));
	return a;
}

static void ports_parse(const char *text, struct haunt_request *out)
{
	unsigned int port;
	char proto[4];
	int used;

	while (*text) {
		assert_int_equal(
			sscanf(text, "%3[a-z]/%u%n", proto, &port, &used), 2);
		out->ports[out->ports_len++] = (struct haunt_port){
			.proto = proto[0] == 'u' ? IPPROTO_UDP : IPPROTO_TCP,
			.port = (uint16_t)port,
		};
		text += used;
		text += *text == ',';
	}
}

struct haunt_request kit_request(const struct kit *kit, const char *allow,
				 const char *ports)
{
	struct haunt_request r = { .time_s = (uint64_t)kit->clock.wall_s,
				   .type = HAUNT_TYPE_ACCESS,
				   .digest = HAUNT_DIGEST_SHA256,
				   .user = "somebody" };
	struct ip_addr a = kit_address(allow);

	if (!addr_is_any(&a))
		memcpy(r.allow, a.b, sizeof(r.allow));
	ports_parse(ports, &r);
	return r;
}

struct datagram kit_packet(const struct kit *kit, const char *client,
			   const struct haunt_request *request,
			   const char *source)
{
	size_t i = config_client(kit->config, client);
	struct datagram d = { .source = { kit_address(source), 40000 } };
	char text[HAUNT_PACKET_MAX + 1];
	size_t len;

	assert_true(i < kit->config->clients_len);
	check_ok(haunt_seal(kit->keys[i], request, text, sizeof(text), &len));
	d.len = (uint16_t)len;
	memcpy(d.payload, text, len);
	return d;
}

/* The log goes to stderr; so stderr goes into memory. */
static int kept_stderr = -1;
static int log_fd = -1;
static char log_buffer[1 << 18];

void kit_log_begin(void)
{
	fflush(stderr);
	kept_stderr = dup(STDERR_FILENO);
	log_fd = memfd_create("log", MFD_CLOEXEC);
	assert_true(kept_stderr >= 0 && log_fd >= 0);
	assert_true(dup2(log_fd, STDERR_FILENO) >= 0);
}

const char *kit_log_end(void)
{
	ssize_t n = pread(log_fd, log_buffer, sizeof(log_buffer) - 1, 0);

	dup2(kept_stderr, STDERR_FILENO);
	close(kept_stderr);
	close(log_fd);
	assert_true(n >= 0);
	log_buffer[n] = '\0';
	return log_buffer;
}
