/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides which addresses, ports, hosts and names libfko lets pass. */
#include "fko/grammar.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/base/wire.h"
#include "core/proto/haunt.h"
#include "core/proto/token.h"
#include "fko/code.h"

#define ADDRESS_CAP 16
#define HOST_MAX    70

static bool name_character(char c)
{
	return c >= 0x20 && c <= 0x7e && !strchr("\"/\\[]:;|=,+*?<>", c);
}

int grammar_user(const char *name)
{
	if (!*name)
		return FKO_ERROR_INVALID_DATA_USER_MISSING;
	if (!name_character(*name))
		return FKO_ERROR_INVALID_DATA_USER_FIRSTCHAR_VALIDFAIL;
	while (*++name) {
		if (!name_character(*name))
			return FKO_ERROR_INVALID_DATA_USER_REMCHAR_VALIDFAIL;
	}
	return FKO_SUCCESS;
}

/* A dotted quad. inet_aton() decides what it means, so that octal digits are
 * taken here as everybody takes them who reads the text afterwards. */
static bool address_valid(struct rd token)
{
	char text[ADDRESS_CAP];
	struct in_addr address;
	unsigned int dots = 0;

	if (token.left < 7 || token.left >= sizeof(text))
		return false;
	for (size_t i = 0; i < token.left; i++) {
		if (token.at[i] == '.')
			dots++;
		else if (token.at[i] < '0' || token.at[i] > '9')
			return false;
	}
	memcpy(text, token.at, token.left);
	text[token.left] = '\0';
	return dots == 3 && inet_aton(text, &address);
}

static bool port_valid(struct rd token)
{
	uint64_t port;

	return token_number(token, 5, UINT16_MAX, &port) == HAUNT_OK && port;
}

static bool port_spec_valid(struct rd token)
{
	struct rd proto;

	return token_take(&token, '/', &proto) && proto.left == 3 &&
	       (memcmp(proto.at, "tcp", 3) == 0 ||
		memcmp(proto.at, "udp", 3) == 0) &&
	       port_valid(token);
}

static int access_check(struct rd message)
{
	struct rd token;
	bool more = token_take(&message, ',', &token);

	if (!address_valid(token))
		return FKO_ERROR_INVALID_ALLOW_IP;
	if (!more)
		return FKO_ERROR_INVALID_SPA_ACCESS_MSG;
	while (more) {
		more = token_take(&message, ',', &token);
		if (!port_spec_valid(token))
			return FKO_ERROR_INVALID_SPA_ACCESS_MSG;
	}
	return FKO_SUCCESS;
}

static int command_check(struct rd message)
{
	struct rd address;

	if (!token_take(&message, ',', &address) || !message.left ||
	    !address_valid(address))
		return FKO_ERROR_INVALID_SPA_COMMAND_MSG;
	return FKO_SUCCESS;
}

int grammar_message(int type, const char *message)
{
	const struct rd r = rd_of(message, strlen(message));

	return type == HAUNT_TYPE_COMMAND ? command_check(r) : access_check(r);
}

int grammar_nat(const char *nat)
{
	struct rd port = rd_of(nat, strlen(nat)), host;

	if (!token_take(&port, ',', &host) || host.left > HOST_MAX ||
	    !port_valid(port))
		return FKO_ERROR_INVALID_SPA_NAT_ACCESS_MSG;
	for (size_t i = 0; i < host.left; i++) {
		if (strchr(" /?\"'\\", host.at[i]))
			return FKO_ERROR_INVALID_SPA_NAT_ACCESS_MSG;
	}
	return FKO_SUCCESS;
}
