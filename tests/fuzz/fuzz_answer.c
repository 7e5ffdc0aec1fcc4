/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An HTTP answer, whole or not, and the text of a resolver. */
#include <stdlib.h>
#include <string.h>

#include "client/resolve.h"
#include "core/proto/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int claim)
{
	if (!claim)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct haunt_answer a = { .status = 1 };
	struct rd r = rd_of(data, size);
	struct ip_addr found;

	if (http_answer_get(&r, &a)) {
		must(a.status == 1);
	} else {
		must(a.status >= 100 && a.status <= 999);
		must(memchr(a.error, '\0', sizeof(a.error)) != NULL);
		for (const char *c = a.error; *c; c++)
			must(*c == '_' || (*c >= '0' && *c <= '9') ||
			     (*c >= 'A' && *c <= 'Z'));
	}
	if (!resolve_text((const char *)data, size, &found))
		must(addr_is_v4(&found));
	return 0;
}
