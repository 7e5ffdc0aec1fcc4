/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides what packets and other text are drawn from. */
#include "tests/fko/draw.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/fko/seal.h"

/* The fields of a message, most of them good. */
static const char *const fields[][16] = {
	{ "1234567890123456", "1234567890123456", "0000000000000000",
	  "123456789012345", "12345678901234567", "aaaaaaaaaaaaaaaa", NULL },
	{ "YWxpY2U", "YWxpY2U", "YQ", "", "A", "!!", "YTpi", "OmI", "YQBi",
	  "YWxpY2U=", "YWFh=x",
	  "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh",
	  "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ",
	  NULL },
	{ "1795905491", "1795905491", "0", "", "x", "12x", "-1", "+5", " 5",
	  "2147483647", "1234567890123", NULL },
	{ "3.0.0", "3.0.0", "", "1", "12345678", "123456789", "a b", NULL },
	{ "0", "1", "2", "3", "4", "5", "6", "1", "7", "", "01", "001", "x",
	  "1x", "-1", NULL },
	{ "MS4yLjMuNCx0Y3AvMjI", "MS4yLjMuNCx0Y3AvMjI", "MS4yLjMuNCxscw",
	  "MS4yLjMuNCx0Y3AvMjIsdWRwLzUz", "", "A", "!!", "bHM",
	  "MS4yLjMuNCx0Y3AvMA", "MS4yLjMsdGNwLzIy",
	  "MS4yLjMuNCx0Y3AvMjI==", "MS4yLjMuNCx0Y3AvMjIAeA", NULL },
	{ "aCwyMg", "YXV0aA", "5", "60", "", "!!", "65536", "65537", "00060",
	  "5x", "-5", "99999999999999999999", "aA", "A", NULL },
};

static const char *field_draw(size_t place)
{
	const char *const *list =
		fields[place < COUNT(fields) ? place : COUNT(fields) - 1];
	unsigned int n = 0;

	while (list[n])
		n++;
	return list[draw(3) ? draw(2) : draw(n)];
}

static void message_draw(char text[SEAL_CAP])
{
	const unsigned int count = draw(4) ? 6 + draw(4) : draw(14);

	text[0] = '\0';
	for (unsigned int i = 0; i < count; i++) {
		if (i)
			strcat(text, ":");
		strcat(text, i == 4 ? fields[4][draw(draw(4) ? 7 : 15)]
				    : field_draw(i));
	}
}

/* A message behind a good envelope, with or without a good digest. */
void plaintext(void)
{
	char text[SEAL_CAP], packet[SEAL_CAP];
	const bool mac = draw(2);
	size_t len;

	traced_none();
	message_draw(text);
	if (draw(10))
		seal_digest(text, sizeof(text));
	len = strlen(text);
	for (unsigned int i = draw(20) ? 0 : 1 + draw(3); i > 0 && len; i--)
		text[draw((unsigned int)len)] = (char)draw(256);
	traced("plaintext", text, (long)len);
	seal(text, len, true, mac, packet);
	cross(packet, SEAL_KEY, sizeof(SEAL_KEY) - 1, HAUNT_MODE_CBC,
	      mac ? SEAL_MAC : NULL, mac ? sizeof(SEAL_MAC) - 1 : 0,
	      mac ? HAUNT_DIGEST_SHA256 : 0);
}

/* Text that is hardly a packet. */
void junk(void)
{
	static const char alphabet[] = "ABCabc0189+/+/89!= \n";
	static const unsigned int lens[] = {
		0, 1, 35, 36, 37, 100, 139, 140, 399, 400, 401, 499, 1499, 1500
	};
	const bool foreign = draw(2);
	char packet[SEAL_CAP];
	const unsigned int len = PICK(lens);

	traced_none();
	for (unsigned int i = 0; i < len; i++)
		packet[i] = alphabet[draw(foreign ? sizeof(alphabet) - 1 : 14)];
	/* The second of theirs crashes on NULs and takes '='. */
	for (unsigned int i = 0; i < len; i++)
		if (packet[i] == '=')
			packet[i] = '!';
	packet[len] = '\0';
	same_number("encryption_type", api[0].encryption_type(packet),
		    api[1].encryption_type(packet));
	cross(packet, NULL, 0, (int)draw(11) - 1, NULL, 0, (int)draw(10) - 1);
	cross(packet, NULL, 0, 2, "mac", (int)draw(4) - 1, (int)draw(10) - 1);
}

void base64(void)
{
	static const char alphabet[] = "ABCxyz0189+/=-";
	unsigned char bytes[64], out[2][128];
	char text[64], encoded[2][128];
	const unsigned int len = draw(40);
	int n[2];

	traced_none();
	for (unsigned int i = 0; i < len; i++) {
		text[i] = alphabet[draw(draw(9) ? 12 : 14)];
		bytes[i] = (unsigned char)draw(256);
	}
	text[len] = '\0';
	traced("base64_decode", text, (long)len);
	for (int i = 0; i < 2; i++)
		n[i] = api[i].base64_decode(text, out[i]);
	same_number("base64_decode", n[0], n[1]);
	if (n[0] >= 0)
		same_number("decoded", memcmp(out[0], out[1], (size_t)n[0] + 1),
			    0);
	for (int i = 0; i < 2; i++)
		n[i] = api[i].base64_encode(bytes, encoded[i], (int)len);
	same_number("base64_encode", n[0], n[1]);
	same_number("encoded", strcmp(encoded[0], encoded[1]), 0);
}

void key_gen(void)
{
	static const int lens[] = { -1, 0, 1, 16, 32, 33, 64, 128, 129 };
	const int key_len = PICK(lens), mac_len = PICK(lens);
	int type = (int)draw(10) - 1, rc[2];
	char key[2][512] = { "", "" }, mac[2][512] = { "", "" };

	/* Theirs has no usual length for SHA-3. */
	if (mac_len == 0 && (type == 6 || type == 7))
		type = 3;
	traced_none();
	traced("key_gen", "", key_len * 1000 + mac_len);
	for (int i = 0; i < 2; i++)
		rc[i] = api[i].key_gen(key[i], key_len, mac[i], mac_len, type);
	same_number("key_gen", rc[0], rc[1]);
	same_number("key", (long)strlen(key[0]), (long)strlen(key[1]));
	same_number("mac", (long)strlen(mac[0]), (long)strlen(mac[1]));
}
