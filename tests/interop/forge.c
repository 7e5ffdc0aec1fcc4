/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes SPA packets of any content, also such as no client would send. It is
 * written from the description of the format and shares nothing with
 * libhaunt, so that a mistake of libhaunt's is not repeated here. AES-256-CBC
 * and SHA-256 only.
 *
 *	forge [-bdnopr] KEYFILE FIELD...
 *
 * The fields are joined by colons and the digest is added. A FIELD is plain
 * text, @TEXT to be encoded in base64, "rand" for 16 digits, "now" with an
 * optional +SECONDS or -SECONDS and any text behind.
 *	-b  break the digest	-d  leave the digest out
 *	-n  no HMAC		-o  HMAC over what is sent, without the prefix
 *	-p  leave the constant prefix in place
 *	-r  no padding block where the text fills its last block
 */
#include <gcrypt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TEXT_MAX   1024
#define PREFIX_LEN 10 /* base64 characters that are the same in all packets */

struct keys {
	unsigned char enc[128];
	size_t enc_len;
	unsigned char mac[256];
	size_t mac_len;
};

struct options {
	bool bad_digest, no_digest, no_hmac, odd_hmac, prefix, unpadded;
};

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void die(const char *why)
{
	fprintf(stderr, "forge: %s\n", why);
	exit(2);
}

/* Base64 without the '=' at its end. */
static void b64_put(char *out, const unsigned char *in, size_t len)
{
	unsigned int bits = 0, have = 0;

	for (size_t i = 0; i < len; i++) {
		bits = (bits << 8 | in[i]) & 0xffffff;
		for (have += 8; have >= 6; have -= 6)
			*out++ = alphabet[bits >> (have - 6) & 63];
	}
	if (have)
		*out++ = alphabet[bits << (6 - have) & 63];
	*out = '\0';
}

static size_t b64_get(unsigned char *out, size_t max, const char *in)
{
	unsigned int bits = 0, have = 0;
	const char *at;
	size_t len = 0;

	for (; *in && (at = strchr(alphabet, *in)); in++) {
		bits = (bits << 6 | (unsigned int)(at - alphabet)) & 0xffffff;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (len == max)
			die("key too long");
		out[len++] = (unsigned char)(bits >> have);
	}
	return len;
}

static void keys_load(struct keys *keys, const char *path)
{
	FILE *f = fopen(path, "r");
	char line[512];

	if (!f)
		die(path);
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "KEY_BASE64: ", 12))
			keys->enc_len = b64_get(keys->enc, sizeof(keys->enc),
						line + 12);
		if (!strncmp(line, "HMAC_KEY_BASE64: ", 17))
			keys->mac_len = b64_get(keys->mac, sizeof(keys->mac),
						line + 17);
	}
	fclose(f);
	if (!keys->enc_len)
		die("no key in the key file");
}

static void append(char *text, const char *more)
{
	if (strlen(text) + strlen(more) >= TEXT_MAX / 2)
		die("too long");
	strcat(text, more);
}

static void field_put(char *text, const char *field)
{
	char buf[TEXT_MAX];
	unsigned char digit[16];
	char *end;

	if (field[0] == '@') {
		if (strlen(field) > TEXT_MAX / 2)
			die("too long");
		b64_put(buf, (const unsigned char *)field + 1,
			strlen(field + 1));
	} else if (!strcmp(field, "rand")) {
		gcry_create_nonce(digit, sizeof(digit));
		for (size_t i = 0; i < sizeof(digit); i++)
			buf[i] = (char)('0' + digit[i] % 10);
		buf[sizeof(digit)] = '\0';
	} else if (!strncmp(field, "now", 3)) {
		long long shift = strtoll(field + 3, &end, 10);

		snprintf(buf, sizeof(buf), "%lld%s", time(NULL) + shift, end);
	} else {
		snprintf(buf, sizeof(buf), "%s", field);
	}
	append(text, buf);
}

/* D1, D2 are the key and D3 the initialisation vector. */
static void derive(const struct keys *keys, const unsigned char *salt,
		   unsigned char *out)
{
	unsigned char buf[16 + sizeof(keys->enc) + 8];
	size_t len = 0;

	for (int i = 0; i < 3; i++) {
		memcpy(buf + len, keys->enc, keys->enc_len);
		memcpy(buf + len + keys->enc_len, salt, 8);
		gcry_md_hash_buffer(GCRY_MD_MD5, out + 16 * i, buf,
				    len + keys->enc_len + 8);
		memcpy(buf, out + 16 * i, 16);
		len = 16;
	}
}

static size_t encrypt(const struct keys *keys, const struct options *opt,
		      const char *plain, unsigned char *out)
{
	unsigned char derived[48];
	gcry_cipher_hd_t hd;
	size_t len = strlen(plain), pad = 16 - len % 16;

	if (opt->unpadded && pad == 16)
		pad = 0;
	memcpy(out, "Salted__", 8);
	gcry_create_nonce(out + 8, 8);
	memcpy(out + 16, plain, len);
	memset(out + 16 + len, (int)pad, pad);
	derive(keys, out + 8, derived);
	if (gcry_cipher_open(&hd, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CBC,
			     0) ||
	    gcry_cipher_setkey(hd, derived, 32) ||
	    gcry_cipher_setiv(hd, derived + 32, 16) ||
	    gcry_cipher_encrypt(hd, out + 16, len + pad, NULL, 0))
		die("cipher");
	gcry_cipher_close(hd);
	return 16 + len + pad;
}

static void tag_put(const struct keys *keys, const char *over, char *out)
{
	gcry_md_hd_t hd;

	if (!keys->mac_len)
		die("no HMAC key in the key file");
	if (gcry_md_open(&hd, GCRY_MD_SHA256, GCRY_MD_FLAG_HMAC) ||
	    gcry_md_setkey(hd, keys->mac, keys->mac_len))
		die("hmac");
	gcry_md_write(hd, over, strlen(over));
	b64_put(out, gcry_md_read(hd, GCRY_MD_SHA256), 32);
	gcry_md_close(hd);
}

static void digest_add(char *text, const struct options *opt)
{
	unsigned char hash[32];
	char b64[48];

	gcry_md_hash_buffer(GCRY_MD_SHA256, hash, text, strlen(text));
	hash[7] ^= opt->bad_digest;
	b64_put(b64, hash, sizeof(hash));
	append(text, ":");
	append(text, b64);
}

static struct options options_get(int argc, char **argv)
{
	struct options opt = { 0 };

	for (int c; (c = getopt(argc, argv, "+bdnopr")) != -1;) {
		opt.bad_digest |= c == 'b';
		opt.no_digest |= c == 'd';
		opt.no_hmac |= c == 'n';
		opt.odd_hmac |= c == 'o';
		opt.prefix |= c == 'p';
		opt.unpadded |= c == 'r';
		if (c == '?')
			exit(2);
	}
	return opt;
}

int main(int argc, char **argv)
{
	struct options opt = options_get(argc, argv);
	char text[TEXT_MAX] = "", packet[TEXT_MAX], tag[64] = "";
	unsigned char raw[TEXT_MAX];
	struct keys keys = { 0 };
	const char *sent = packet;

	if (argc - optind < 2 || !gcry_check_version(NULL))
		die("usage: forge [-bdnopr] KEYFILE FIELD...");
	keys_load(&keys, argv[optind]);
	for (int i = optind + 1; i < argc; i++) {
		if (i > optind + 1)
			append(text, ":");
		field_put(text, argv[i]);
	}
	if (!opt.no_digest)
		digest_add(text, &opt);
	b64_put(packet, raw, encrypt(&keys, &opt, text, raw));
	if (!opt.prefix)
		sent += PREFIX_LEN;
	if (!opt.no_hmac)
		tag_put(&keys, opt.odd_hmac ? sent : packet, tag);
	printf("%s%s\n", sent, tag);
	return 0;
}
