/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/snapshot.h"

#include <stdlib.h>
#include <string.h>

const struct snap_link *snap_link(const struct snapshot *s, const char *name)
{
	for (size_t i = 0; i < s->net.links_len; i++) {
		if (strcmp(s->net.links[i].name, name) == 0)
			return &s->net.links[i];
	}
	return NULL;
}

const struct snap_link *snap_link_at(const struct snapshot *s,
				     unsigned int index)
{
	for (size_t i = 0; i < s->net.links_len; i++) {
		if (s->net.links[i].index == index)
			return &s->net.links[i];
	}
	return NULL;
}

const struct snap_path *snap_path(const struct snapshot *s,
				  const struct ip_addr *to)
{
	for (size_t i = 0; i < s->net.paths_len; i++) {
		if (addr_equal(&s->net.paths[i].to, to))
			return &s->net.paths[i];
	}
	return NULL;
}

struct ip_addr snap_sample(const struct ip_prefix *p)
{
	/* Nobody's own: whatever is not known goes by the default route. */
	static const uint8_t anywhere[4] = { 128, 0, 0, 1 };
	struct ip_addr a = p->addr;

	if (p->len == 0)
		return addr_from_v4(anywhere);
	if (p->len < 128)
		a.b[15] |= 1;
	return a;
}

static void files_free(struct snap_files *files)
{
	for (size_t i = 0; i < files->mistakes_len; i++)
		free(files->mistakes[i].text);
	free(files->mistakes);
	free(files->keys);
	free(files->text);
}

void snapshot_free(struct snapshot *s)
{
	files_free(&s->files);
	free(s->net.links);
	free(s->net.paths);
	free(s->sockets.at);
	host_forget(&s->fw.host);
	ruleset_forget(&s->fw.rules);
	free(s->fw.cloaked.at);
	config_free(s->config);
	*s = (struct snapshot){ .config = NULL };
}
