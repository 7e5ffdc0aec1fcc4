/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages from the gate to run, and what programs say: the first byte
 * chooses. What decodes must encode to the same bytes; what is quoted has no
 * character that ends a line or the quotes. */
#include <stdlib.h>
#include <string.h>

#include "core/run/job.h"
#include "core/run/output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void quote_check(const char *text, size_t len)
{
	static char buf[4096];
	size_t n;

	output_quote(text, len, buf, sizeof(buf));
	n = strlen(buf);
	if (n < 2 || buf[0] != '"' || buf[n - 1] != '"')
		abort();
	for (size_t i = 1; i < n - 1; i++) {
		if (buf[i] < 0x20 || buf[i] > 0x7e || buf[i] == '"')
			abort();
		if (buf[i] == '\\')
			i++;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));
	struct run_job job;
	struct rd r;
	bool is_hook;

	if (len < 1)
		return 0;
	if (data[0] % 3 == 2) {
		quote_check((const char *)data + 1, len - 1);
		return 0;
	}
	is_hook = data[0] % 3 == 1;
	r = rd_of(data + 1, len - 1);
	if ((is_hook ? run_hook_get(&r, &job) : run_command_get(&r, &job)) !=
	    HAUNT_OK)
		return 0;
	if (is_hook)
		run_hook_put(&w, &job);
	else
		run_command_put(&w, &job);
	if (w.failed || w.len != len - 1 || memcmp(buf, data + 1, len - 1) != 0)
		abort();
	return 0;
}
