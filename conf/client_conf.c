/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how the client's file becomes a struct client_conf, and how a gateway
 * or a service is found in it.
 */
#include "conf/client_conf.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf/client_schema.h"
#include "conf/reader.h"

enum haunt_err client_conf_parse(const struct client_conf_text *in,
				 config_mistake_fn *fn, void *arg,
				 struct client_conf **out)
{
	struct reading reading = {
		.conf = calloc(1, sizeof(*reading.conf)),
		.home = in->home,
	};
	struct reader_calls calls = {
		.mistake = fn,
		.mistake_arg = arg,
		.name = in->name,
		.arg = &reading,
	};
	struct reader *r = NULL;
	enum haunt_err err = HAUNT_ENOMEM;

	if (!reading.conf)
		goto out;
	reading.conf->history = true;
	err = reader_new(&calls, &r);
	if (err)
		goto out;
	err = reader_run(r, in->text, &client_schema_root);
	if (!err)
		err = reader_finish(r);
	if (err)
		goto out;
	*out = reading.conf;
	reading.conf = NULL;
out:
	reader_free(r);
	client_conf_free(reading.conf);
	return err;
}

void client_conf_free(struct client_conf *conf)
{
	if (!conf)
		return;
	for (size_t i = 0; i < conf->gateways_len; i++) {
		free(conf->gateways[i].key_path);
		free(conf->gateways[i].gpg_home);
		free(conf->gateways[i].gpg_passphrase_path);
		free(conf->gateways[i].resolvers);
		free(conf->gateways[i].services);
	}
	free(conf->gateways);
	free(conf);
}

const struct client_gateway *client_conf_gateway(const struct client_conf *conf,
						 const char *name)
{
	for (size_t i = 0; i < conf->gateways_len; i++)
		if (!strcmp(conf->gateways[i].name, name))
			return &conf->gateways[i];
	return NULL;
}

const struct client_gateway *client_conf_match(const struct client_conf *conf,
					       const char *host)
{
	const struct client_gateway *g = client_conf_gateway(conf, host);

	for (size_t i = 0; i < conf->gateways_len && !g; i++)
		if (!strcasecmp(conf->gateways[i].address, host))
			g = &conf->gateways[i];
	return g;
}

const struct client_service *client_gateway_service(
	const struct client_gateway *gateway, const char *name)
{
	for (size_t i = 0; i < gateway->services_len; i++)
		if (!strcmp(gateway->services[i].name, name))
			return &gateway->services[i];
	return NULL;
}
