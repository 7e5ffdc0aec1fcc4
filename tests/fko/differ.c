/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two libfkos do the same things, drawn at random, and are compared after each
 * of them: the result code, and everything that a context can be asked.
 *
 *	differ OURS THEIRS [SEED [ROUNDS]]
 *
 * What is not drawn is where ours differs on purpose; docs/libfko.md has the
 * list.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fko/compare.h"
#include "tests/fko/draw.h"

#define OPS 30 /* of one context */

static const char *const users[] = {
	"a",
	"alice",
	"-x",
	"a b",
	":a",
	"a:b",
	"a\"",
	"\x01",
	"a\x7f",
	"\xc3\xa9",
	"x.y@z",
	"a$",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
};

static const char *const messages[] = {
	NULL,
	"",
	"x",
	"1.2.3.4",
	"1.2.3.4,",
	"1.2.3.4,tcp/22",
	"1.2.3.4,tcp/22,udp/53",
	"1.2.3.4,tcp/22,",
	"1.2.3.4,tcp/0",
	"1.2.3.4,tcp/65535",
	"1.2.3.4,tcp/65536",
	"1.2.3.4,tcp/00022",
	"1.2.3.4,tcp/000022",
	"1.2.3.4,icmp/8",
	"1.2.3.4,none/0",
	"1.2.3.4,TCP/22",
	"1.2.3,tcp/22",
	"1.2.3.4.5,tcp/22",
	"256.1.1.1,tcp/22",
	"010.0.0.1,tcp/22",
	"0.0.0.0,tcp/22",
	"0.0.0.00,tcp/22",
	"255.255.255.255,tcp/1",
	"255.255.255.0255,tcp/1",
	"1.1.1.09,tcp/1",
	"::1,tcp/22",
	",tcp/22",
	"1.2.3.4,ls -l",
	"1.2.3.4,tcp/22,x",
	"1.2.3.4 ,tcp/22",
};

static const char *const nats[] = {
	NULL,
	"",
	"10.0.0.5,22",
	"host,22",
	"host",
	"host,",
	"h,0",
	"h,65536",
	"h,00022",
	"h,000022",
	"h,2,3",
	",22",
	"h h,22",
	"h/,22",
	"h',22",
	"h?,22",
	"h;,22",
	"h:,22",
	"h\\,22",
	"h,22x",
	"h,-2",
	"h, 2",
	"\xc3,2",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,1",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,1",
};

static const char *const auths[] = { NULL, "", "x", "a:b", "\xc3" };

/* Long text of a length around the limits. */
static const char *long_text(const char *head)
{
	static const unsigned int lens[] = { 62,  63,	64,   65,  126, 127,
					     128, 129,	254,  255, 256, 257,
					     400, 1399, 1400, 1500 };
	static char text[2048];
	const size_t len = lens[draw(COUNT(lens))];

	memset(text, 'a', len);
	memcpy(text, head, strlen(head));
	text[len] = '\0';
	return text;
}

#define DO(name, text, ...)                                          \
	do {                                                         \
		traced(#name, text, (long)n);                        \
		same_number(#name, api[0].name(ctx[0], __VA_ARGS__), \
			    api[1].name(ctx[1], __VA_ARGS__));       \
	} while (0)
#define DO_NONE(name)                                                         \
	do {                                                                  \
		traced(#name, "", 0);                                         \
		same_number(#name, api[0].name(ctx[0]), api[1].name(ctx[1])); \
	} while (0)

static void op_text(fko_ctx_t ctx[2])
{
	const char *text;
	int n = 0;

	switch (draw(8)) {
	case 0:
		text = draw(2) ? "1234567890123456" : long_text("1");
		DO(set_rand_value, text, text);
		break;
	case 1:
		text = PICK(users);
		DO(set_username, text, text);
		break;
	case 2:
		text = long_text(draw(2) ? "1.2.3.4,ls" : "1.2.3.4,tcp/1,");
		DO(set_spa_message, text, text);
		break;
	case 3:
	case 4:
		text = PICK(messages);
		DO(set_spa_message, text, text);
		break;
	case 5:
	case 6:
		text = draw(5) ? PICK(nats) : long_text("h,");
		DO(set_spa_nat_access, text, text);
		break;
	default:
		text = draw(2) ? PICK(auths) : long_text("x");
		DO(set_spa_server_auth, text, text);
	}
}

static void op_number(fko_ctx_t ctx[2])
{
	static const int timeouts[] = { -1, 0, 1, 60, 65536, 65537, INT32_MAX };
	int n = (int)draw(12) - 2;

	switch (draw(8)) {
	case 0:
		DO(set_spa_message_type, "", (short)n);
		break;
	case 1:
		n = PICK(timeouts);
		DO(set_spa_client_timeout, "", n);
		break;
	case 2:
		DO(set_spa_digest_type, "", (short)n);
		break;
	case 3:
		DO(set_raw_spa_digest_type, "", (short)n);
		break;
	case 4:
		DO(set_spa_hmac_type, "", (short)n);
		break;
	case 5:
		n = draw(8) ? (int)draw(2) : n;
		/* Asking GnuPG is another test's business. */
		DO(set_spa_encryption_type, "", (short)(n == 2 ? 1 : n));
		break;
	case 6:
		/* Modes in which theirs encrypts nothing. */
		n = n == 0 || n == 4 || n == 7 ? 2 : n;
		DO(set_spa_encryption_mode, "", n);
		break;
	default:
		DO(set_gpg_signature_verify, "", (unsigned char)(n & 3));
		DO(set_gpg_ignore_verify_error, "", (unsigned char)(n & 2));
	}
}

static void op_gpg(fko_ctx_t ctx[2])
{
	static const char *const paths[] = { NULL,	    "",
					     "/nowhere",    "/tmp",
					     "/etc/passwd", "/bin/sh" };
	const char *text = PICK(paths);
	unsigned char out = 9;
	int n = 0;

	DO(set_gpg_exe, text, text);
	DO(set_gpg_home_dir, text, text);
	DO(set_gpg_recipient, text, text);
	DO(set_gpg_signer, text, text);
	DO(gpg_signature_id_match, text, text, &out);
	DO(gpg_signature_fpr_match, text, text, &out);
}

/* The packet that one context holds, opened by both libraries. */
void cross(const char *packet, const char *key, int key_len, int mode,
	   const char *mac, int mac_len, int type)
{
	fko_ctx_t ctx[2] = { NULL, NULL };
	int rc[2];

	traced("new_with_data", packet, mode);
	for (int i = 0; i < 2; i++)
		rc[i] = api[i].new_with_data(&ctx[i], packet, key, key_len,
					     mode, mac, mac_len, type);
	same_number("new_with_data", rc[0], rc[1]);
	same_number("context", ctx[0] != NULL, ctx[1] != NULL);
	if (ctx[0] && ctx[1])
		same_state(ctx);
	for (int i = 0; i < 2; i++)
		if (ctx[i])
			api[i].destroy(ctx[i]);
}

static void op_crypt(fko_ctx_t ctx[2])
{
	static const char key[] = "0123456789012345678901234567890123456789";
	static const char mac[140] = "mac";
	static const int key_lens[] = { -1, 0, 1, 15, 16, 17, 32, 33 };
	static const int mac_lens[] = { -1, 0, 1, 64, 65, 128, 129, 136, 137 };
	const int len = PICK(key_lens), mac_len = PICK(mac_lens);
	const char *no_key = draw(8) ? key : NULL,
		   *no_mac = draw(8) ? mac : NULL;
	short type = 0;
	int n = len, mode = 0;

	if (draw(3) == 0) {
		DO(encrypt_spa_data, no_key, no_key, len);
		DO(set_spa_hmac, no_mac, no_mac, mac_len);
		return;
	}
	traced("spa_data_final", no_mac, mac_len);
	DO(spa_data_final, no_key, no_key, len, no_mac, mac_len);
	api[0].get_spa_encryption_mode(ctx[0], &mode);
	api[0].get_spa_hmac_type(ctx[0], &type);
	for (int i = 0; i < 2; i++) {
		char *packet;

		if (api[i].get_spa_data(ctx[i], &packet))
			continue;
		cross(packet, key, len, mode, type ? mac : NULL, mac_len, type);
		cross(packet, "other", 5, mode, type ? mac : NULL, mac_len,
		      type);
		cross(packet, key, len, mode, type ? "x" : NULL, 1, type);
		cross(packet, NULL, 0, mode, type ? mac : NULL, mac_len, type);
	}
}

static void op_plain(fko_ctx_t ctx[2])
{
	switch (draw(4)) {
	case 0:
		DO_NONE(set_spa_digest);
		break;
	case 1:
		DO_NONE(set_raw_spa_digest);
		break;
	default:
		DO_NONE(encode_spa_data);
		if (!draw(4))
			DO_NONE(decode_spa_data);
	}
}

/* Both contexts get the same time and random value. */
static void begin(fko_ctx_t ctx[2])
{
	time_t at[2];

	traced_none();
	do {
		for (int i = 0; i < 2; i++) {
			same_number("new", api[i].new(&ctx[i]), 0);
			api[i].set_rand_value(ctx[i], "6543210987654321");
			api[i].get_timestamp(ctx[i], &at[i]);
		}
		if (at[0] != at[1])
			for (int i = 0; i < 2; i++)
				api[i].destroy(ctx[i]);
	} while (at[0] != at[1]);
}

static void sequence(void)
{
	static void (*const ops[])(fko_ctx_t[2]) = { op_text,	op_text,
						     op_number, op_number,
						     op_plain,	op_crypt };
	fko_ctx_t ctx[2];

	begin(ctx);
	same_state(ctx);
	if (!draw(8))
		op_gpg(ctx);
	for (unsigned int i = draw(OPS); i > 0; i--) {
		ops[draw(COUNT(ops))](ctx);
		same_state(ctx);
	}
	for (int i = 0; i < 2; i++)
		same_number("destroy", api[i].destroy(ctx[i]), 0);
}

int main(int argc, char **argv)
{
	static void (*const rounds[])(void) = { sequence,  sequence, plaintext,
						plaintext, junk,     base64,
						key_gen };
	unsigned long count = argc > 4 ? strtoul(argv[4], NULL, 10) : 20000;

	if (argc < 3)
		return 2;
	compare_seed(argc > 3 ? strtoul(argv[3], NULL, 10) : 1);
	setenv("SPOOF_USER", "alice", 1);
	api_load(argv[1], &api[0]);
	api_load(argv[2], &api[1]);
	while (count--)
		rounds[draw(COUNT(rounds))]();
	printf("%lu comparisons\n", compare_count());
	return 0;
}
