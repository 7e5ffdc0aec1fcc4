/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the order in which a plan is put to work, and puts every way in which
 * that can fail into words: here ends what the library returns.
 */
#include "client/session_in.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/dispatch.h"
#include "client/profile.h"
#include "client/prompt.h"
#include "client/random_port.h"
#include "client/resolve.h"
#include "client/save.h"
#include "client/tell.h"
#include "conf/parse.h"
#include "core/base/clock.h"
#include "core/base/secret.h"

#define EXTERNAL_MS (5u * 60u * 1000u) /* to the next look at it */

const char *session_why(enum haunt_err err)
{
	return err == HAUNT_ESYS ? strerror(errno) : haunt_strerror(err);
}

static struct ask session_ask(const struct session *s)
{
	return (struct ask){
		.gateway = &s->plan.gateway,
		.service = &s->plan.service,
		.route = &s->route,
		.login = s->login,
		.outer = s->outer,
	};
}

static enum cmd_status find_proxy(struct session *s)
{
	const struct client_send *send = &s->plan.gateway.send;
	enum haunt_err err;

	if (!send->proxy_port)
		return CMD_OK;
	err = haunt_resolve(send->proxy_host, send->proxy_port, AF_UNSPEC,
			    &s->proxy);
	if (!err)
		return CMD_OK;
	tell("http-proxy %s: %s", send->proxy_host,
	     err == HAUNT_ENOENT ? "no such host" : session_why(err));
	return CMD_NETWORK;
}

static enum cmd_status find_route(struct session *s)
{
	const struct client_gateway *g = &s->plan.gateway;
	struct ask ask;
	enum haunt_err err =
		haunt_resolve(g->address, g->port, s->plan.family, &s->route);

	if (err) {
		tell("%s: %s", g->address,
		     err == HAUNT_ENOENT ? "no such host, or no address of "
					   "that family"
					 : session_why(err));
		return CMD_NETWORK;
	}
	if (find_proxy(s) != CMD_OK)
		return CMD_NETWORK;
	ask = session_ask(s);
	if (ask_is_unbound_by_ipv6(&ask) && !s->plan.quiet)
		tell("the packet format has no room for an IPv6 address: this "
		     "one says 0.0.0.0, whoever it comes from; the gateway "
		     "takes that from clients with allow-unbound-address");
	return CMD_OK;
}

/* ---- keys ---- */

void session_tell_key(const char *path, enum haunt_err err, unsigned int line)
{
	if (err == HAUNT_EDENIED)
		tell("%s: a key file must be its owner's alone: mode 0600, "
		     "yours or root's",
		     path);
	else if (line)
		tell("%s:%u: %s", path, line, session_why(err));
	else
		tell("%s: %s", path, session_why(err));
}

static enum cmd_status load_key(struct session *s, struct haunt_key_spec *spec)
{
	unsigned int line = 0;
	enum haunt_err err =
		haunt_key_load(s->plan.key_path, spec, &s->key, &line);

	if (!err)
		return CMD_OK;
	session_tell_key(s->plan.key_path, err, line);
	return CMD_KEY;
}

/* Whoever gave us the descriptor need not find it open again. */
static enum cmd_status read_key(struct session *s, struct haunt_key_spec *spec)
{
	const int fd = s->plan.key_fd;
	unsigned int line = 0;
	char name[32];
	enum haunt_err err = haunt_key_read(fd, spec, &s->key, &line);

	snprintf(name, sizeof(name), "--key-fd %d", fd);
	if (err)
		session_tell_key(name, err, line);
	if (fd > STDERR_FILENO)
		close(fd);
	return err ? CMD_KEY : CMD_OK;
}

static enum haunt_err ask_secrets(const struct haunt_key_spec *spec,
				  struct secret **key, struct secret **hmac)
{
	enum haunt_err err =
		prompt_secret("encryption key: ", HAUNT_KEY_MAX, key);

	if (!err && spec->hmac_type != HAUNT_DIGEST_NONE)
		err = prompt_secret("HMAC key (empty for none): ",
				    HAUNT_HMAC_KEY_MAX, hmac);
	return err;
}

static enum cmd_status ask_key(struct session *s, struct haunt_key_spec *spec)
{
	struct secret *key = NULL, *hmac = NULL;
	enum haunt_err err = ask_secrets(spec, &key, &hmac);

	if (err == HAUNT_ENOENT) {
		tell("no key: there is no terminal to ask on; name a key file "
		     "with --key or in the configuration");
		goto out;
	}
	if (!err) {
		spec->key = secret_bytes(key);
		spec->key_len = secret_len(key);
		if (hmac && secret_len(hmac)) {
			spec->hmac = secret_bytes(hmac);
			spec->hmac_len = secret_len(hmac);
		} else {
			spec->hmac_type = HAUNT_DIGEST_NONE;
		}
		err = haunt_key_new(spec, &s->key);
	}
	if (err)
		tell("key: %s", err == HAUNT_EDENIED ? "none was typed"
						     : session_why(err));
out:
	secret_free(key);
	secret_free(hmac);
	return err ? CMD_KEY : CMD_OK;
}

static enum cmd_status get_key(struct session *s)
{
	struct haunt_key_spec spec = {
		.mode = (enum haunt_mode)s->plan.gateway.mode,
		.hmac_type = (enum haunt_digest)s->plan.gateway.hmac_type,
	};

	if (s->plan.gateway.gpg_recipient[0])
		return session_pgp_get(s);
	if (s->plan.key_fd >= 0)
		return read_key(s, &spec);
	return s->plan.key_path ? load_key(s, &spec) : ask_key(s, &spec);
}

/* ---- the session ---- */

static enum cmd_status find_external(struct session *s)
{
	struct client_gateway *g = &s->plan.gateway;
	const struct resolve_ask ask = {
		.resolvers = s->plan.resolvers,
		.gateway = addr_from_v6(s->route.gateway),
		.quiet = s->plan.quiet,
	};

	if (g->allow != CLIENT_ALLOW_RESOLVE)
		return CMD_OK;
	s->asked_ms = clock_mono_ms(clock_system());
	return resolve_external(&ask, &g->allow_address) ? CMD_NETWORK : CMD_OK;
}

enum cmd_status session_open(struct session *s, const struct plan *plan)
{
	enum cmd_status status;
	enum haunt_err err;

	*s = (struct session){ .plan = *plan };
	profile_login(s->login);
	err = ask_outer(&s->plan.service, &s->outer);
	if (err) {
		tell("drawing a port: %s", session_why(err));
		return CMD_NETWORK;
	}
	status = find_route(s);
	if (status == CMD_OK)
		status = get_key(s);
	return status == CMD_OK ? find_external(s) : status;
}

void session_close(struct session *s)
{
	haunt_key_free(s->key);
	haunt_pgp_free(s->pgp);
	s->key = NULL;
	s->pgp = NULL;
}

/* What others see may have changed if this host's own address did, and now and
 * then without that; only in the first case is the old one no good. */
static enum cmd_status renew_external(struct session *s, bool moved)
{
	const uint64_t age = clock_mono_ms(clock_system()) - s->asked_ms;

	if (!moved && age < EXTERNAL_MS)
		return CMD_OK;
	return find_external(s) != CMD_OK && moved ? CMD_NETWORK : CMD_OK;
}

enum cmd_status session_reroute(struct session *s)
{
	struct haunt_route route;
	bool moved;
	char text[ADDR_TEXT_MAX];
	/* By address, so that no resolver is waited for. */
	enum haunt_err err = haunt_resolve(session_gateway(s, text),
					   s->route.port, AF_UNSPEC, &route);

	if (err) {
		tell("sending to %s: %s", text, session_why(err));
		return CMD_NETWORK;
	}
	moved = memcmp(route.source, s->route.source, sizeof(route.source)) !=
		0;
	s->route = route;
	return renew_external(s, moved);
}

static enum haunt_err draw_port(struct session *s)
{
	const struct client_gateway *g = &s->plan.gateway;

	if (!g->send.port_last)
		return HAUNT_OK;
	return random_port(g->port, g->send.port_last, random_system, NULL,
			   &s->route.port);
}

/* A packet that cannot be saved is not sent. */
static enum cmd_status save(struct session *s, const struct session_packet *p)
{
	const struct plan *plan = &s->plan;
	enum haunt_err err;

	if (!plan->save_path)
		return CMD_OK;
	err = packet_save(plan->save_path, plan->save_append || s->saved,
			  p->text, p->len);
	s->saved = true;
	if (!err)
		return CMD_OK;
	tell("--save-packet %s: %s; nothing was sent", plan->save_path,
	     err == HAUNT_EEXIST ? "it is there already; see "
				   "--save-packet-append"
				 : session_why(err));
	return CMD_USAGE;
}

static uint64_t packet_time(const struct session *s)
{
	const int64_t t = clock_wall_s(clock_system()) +
			  s->plan.gateway.send.time_offset_s;

	return t > 0 ? (uint64_t)t : 0;
}

enum cmd_status session_seal(struct session *s, struct session_packet *out)
{
	const struct ask ask = session_ask(s);
	const char *field = NULL;
	enum haunt_err err;

	err = draw_port(s);
	if (err) {
		tell("drawing a port: %s", session_why(err));
		return CMD_NETWORK;
	}
	ask_request(&ask, packet_time(s), &out->request);
	err = haunt_request_check(&out->request, &field);
	if (err) {
		tell("a packet cannot carry this %s: %s",
		     field ? field : "request", session_why(err));
		return CMD_USAGE;
	}
	if (s->pgp) {
		enum cmd_status status = session_pgp_seal(s, out);

		return status == CMD_OK ? save(s, out) : status;
	}
	err = haunt_seal(s->key, &out->request, out->text, sizeof(out->text),
			 &out->len);
	if (!err)
		return save(s, out);
	tell("sealing: %s", session_why(err));
	return CMD_KEY;
}

enum cmd_status session_send(const struct session *s,
			     const struct session_packet *packet)
{
	const struct dispatch d = {
		.gateway = &s->plan.gateway,
		.route = &s->route,
		.proxy = s->proxy.port ? &s->proxy : NULL,
		.quiet = s->plan.quiet,
	};

	return dispatch_packet(&d, packet->text, packet->len);
}

enum haunt_digest session_hmac_type(const struct session *s)
{
	return s->pgp ? haunt_pgp_hmac_type(s->pgp)
		      : haunt_key_hmac_type(s->key);
}

const char *session_gateway(const struct session *s, char buf[ADDR_TEXT_MAX])
{
	struct ip_addr a = addr_from_v6(s->route.gateway);

	return addr_format(&a, buf);
}
