/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The judgement of machines that are made up here: one that is well, and each
 * time one thing of it that is not. */
#include "doctor/check.h"

#include <linux/netfilter.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/proto/haunt.h"
#include "nat/nft_elem.h"
#include "nat/nft_fw.h"
#include "nat/nft_table.h"
#include "tests/lib/check.h"

static const char text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" at = {\"tcp/22\", \"tcp/80\"} }\n"
	"service \"db\" { target = \"192.0.2.2 tcp/5432\" at = {\"tcp/15432\"} }\n"
	"client \"alice\" { key = \"/k/alice\" services = {\"ssh\", \"db\"}\n"
	"from = {\"198.51.100.0/24\"} }\n";

struct machine {
	struct snapshot s;
	struct findings found;
};

static void mistake(void *arg, const char *name, unsigned int line,
		    const char *words)
{
	(void)arg;
	fail_msg("%s:%u: %s", name, line, words);
}

static void files_make(struct snap_files *files)
{
	files->path = "/etc/haunt/hauntd.conf";
	files->text = strdup(text);
	files->keys = calloc(1, sizeof(files->keys[0]));
	assert_non_null(files->keys);
	files->keys[0].has_hmac = true;
	files->config.mode = S_IFREG | 0644;
	files->users[0] = files->users[1] = files->users[2] = true;
	files->users[3] = true;
	files->group = true;
	files->gate_uid = 100;
	files->state_dir.mode = S_IFDIR | 0700;
	files->state_dir.uid = 100;
	files->control.mode = S_IFSOCK | 0660;
}

static void net_make(struct snap_net *net)
{
	static const struct snap_link eth0 = {
		.name = "eth0",
		.index = 2,
		.up = true,
		.has4 = true,
		.forwarding4 = 1,
	};

	net->links = calloc(2, sizeof(net->links[0]));
	net->paths = calloc(2, sizeof(net->paths[0]));
	assert_true(net->links && net->paths);
	net->links_len = net->paths_len = 2;
	net->links[0] = net->links[1] = eth0;
	strcpy(net->links[1].name, "eth1");
	net->links[1].index = 3;
	net->ip_forward = net->ip6_forwarding = 1;
	check_ok(addr_parse("192.0.2.2", 9, &net->paths[0].to));
	net->paths[0].oif = 3;
	check_ok(addr_parse("198.51.100.1", 12, &net->paths[1].to));
	net->paths[1].oif = 2;
	net->port_first = 61000;
	net->port_last = 65535;
	net->ct_max = net->ct_buckets = 1000;
	net->ct_acct = net->ct_timestamp = net->ct_loose = net->ct_events = 1;
}

static void sockets_make(struct snap_sockets *sockets)
{
	sockets->at = calloc(4, sizeof(sockets->at[0]));
	assert_non_null(sockets->at);
	sockets->cap = 4;
	sockets->len = 2;
	for (size_t i = 0; i < 2; i++) {
		struct snap_socket *k = &sockets->at[i];

		*k = (struct snap_socket){ .proto = IPPROTO_TCP,
					   .v4 = true,
					   .v6 = true,
					   .pid = (pid_t)(100 + i) };
		k->at.port = i ? 80 : 22;
		strcpy(k->name, i ? "nginx" : "sshd");
	}
}

static void firewall_make(struct snapshot *s)
{
	const struct cloak_look look = { .cloak = CLOAK_REJECT };
	struct snap_firewall *fw = &s->fw;
	struct skeleton *skeleton;
	char name[SKELETON_NAME_MAX];

	check_ok(skeleton_new(s->config, &look, &look, true, &skeleton));
	fw->table = (struct nft_table_state){ .present = true, .flags = 6 };
	strcpy(fw->table.comment, skeleton_name(skeleton, name));
	fw->anchor = fw->table;
	fw->table_rules = nft_rules_count(skeleton);
	skeleton_free(skeleton);
	fw->cloaked.at = calloc(1, sizeof(fw->cloaked.at[0]));
	assert_non_null(fw->cloaked.at);
	fw->cloaked.at[0] = nft_elem_protected(IPPROTO_TCP, 22);
	fw->cloaked.len = 1;
	fw->have = (struct nft_features){ true, true, true, true };
}

static int machine_make(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	check_ok(config_parse(text, "made up", mistake, NULL, &m->s.config));
	files_make(&m->s.files);
	m->s.daemon = (struct snap_daemon){
		.running = true, .answers = true, .pid = 77, .same = SAME_YES
	};
	strcpy(m->s.daemon.version, haunt_version());
	net_make(&m->s.net);
	sockets_make(&m->s.sockets);
	firewall_make(&m->s);
	m->s.clock = (struct snap_clock){ .synchronised = true, .year = 2026 };
	*state = m;
	return 0;
}

static int machine_free(void **state)
{
	struct machine *m = *state;

	findings_free(&m->found);
	snapshot_free(&m->s);
	free(m);
	return 0;
}

/* The machine has this, and nothing else. */
static const struct finding *only(struct machine *m, enum finding_id id)
{
	findings_free(&m->found);
	check_all(&m->s, &m->found);
	check_ok(findings_whole(&m->found));
	for (size_t i = 0; i < m->found.len; i++)
		if (m->found.at[i].id != id)
			fail_msg("found %s", finding_name(m->found.at[i].id));
	assert_int_equal(m->found.len, 1);
	return &m->found.at[0];
}

static void none(struct machine *m)
{
	findings_free(&m->found);
	check_all(&m->s, &m->found);
	if (m->found.len)
		fail_msg("found %s", finding_name(m->found.at[0].id));
}

static void well(void **state)
{
	none(*state);
}

static void conntrack(void **state)
{
	struct machine *m = *state;
	struct snap_net *net = &m->s.net;

	net->ct_count = 800;
	none(m);
	net->ct_count = 801;
	assert_string_equal(only(m, FOUND_CONNTRACK_FULL)->fix,
			    "sysctl -w net.netfilter.nf_conntrack_max=2000");
	net->ct_count = 0;
	net->ct_max = 8000;
	none(m);
	net->ct_max = 9000;
	assert_string_equal(
		only(m, FOUND_CONNTRACK_BUCKETS)->fix,
		"sysctl -w net.netfilter.nf_conntrack_buckets=9000");
	/* Without conntrack there is nothing to say. */
	net->ct_max = net->ct_count = net->ct_buckets = net->ct_acct = -1;
	none(m);
}

static void expired(void **state)
{
	struct machine *m = *state;
	struct client *c = &m->s.config->clients[0];
	const struct finding *f;

	m->s.files.now_s = c->expires_s = 1801440000;
	f = only(m, FOUND_CLIENT_EXPIRED);
	assert_string_equal(f->text,
			    "it has been refused since 2027-02-01 00:00 UTC");
	assert_memory_equal(f->fix, "hauntctl client remove ", 23);
	m->s.files.now_s--;
	none(m);
}

static void runs_as(void **state)
{
	struct machine *m = *state;

	m->s.files.users[3] = false;
	assert_string_equal(only(m, FOUND_USER_MISSING)->where,
			    "user _haunt-run");
}

static void clocks(void **state)
{
	struct machine *m = *state;

	m->s.clock.synchronised = false;
	only(m, FOUND_CLOCK_UNSYNCHRONISED);
	m->s.daemon.systemd = true;
	assert_string_equal(only(m, FOUND_CLOCK_UNSYNCHRONISED)->fix,
			    "timedatectl set-ntp true");
	m->s.clock.year = 1970;
	only(m, FOUND_CLOCK_WRONG);
	m->s.clock.synchronised = true;
	only(m, FOUND_CLOCK_WRONG);
	m->s.clock.year = 2024;
	none(m);
	m->s.config->age_window_s = 29;
	only(m, FOUND_AGE_WINDOW_SMALL);
}

static void kernels(void **state)
{
	struct machine *m = *state;

	m->s.fw.have.update = false;
	assert_string_equal(only(m, FOUND_KERNEL_WITHOUT)->where,
			    "kernel feature update");
	m->s.fw.have.update = true;
	m->s.fw.have.destroy = false;
	only(m, FOUND_KERNEL_WITHOUT);
	m->s.fw.have.destroy = true;
	m->s.fw.flush_service = true;
	none(m);
	m->s.fw.have.persist = false;
	findings_free(&m->found);
	check_all(&m->s, &m->found);
	assert_int_equal(m->found.len, 2);
	assert_int_equal(m->found.at[0].id, FOUND_KERNEL_WITHOUT);
	assert_int_equal(m->found.at[1].id, FOUND_FLUSH_SERVICE);
	m->s.fw.have.persist = true;
	m->s.fw.rules.cut = true;
	only(m, FOUND_RULESET_CUT);
}

static void daemons(void **state)
{
	struct machine *m = *state;
	struct snap_daemon *d = &m->s.daemon;

	strcpy(d->version, "0.0.1");
	assert_string_equal(only(m, FOUND_OTHER_VERSION)->fix,
			    "kill 77 && tail --pid=77 -f /dev/null; hauntd -c "
			    "/etc/haunt/hauntd.conf");
	d->systemd = true;
	assert_string_equal(only(m, FOUND_OTHER_VERSION)->fix,
			    "systemctl restart hauntd");
	d->answers = false;
	only(m, FOUND_NOT_ANSWERING);
	d->running = false;
	only(m, FOUND_NOT_RUNNING);
	*d = (struct snap_daemon){ .running = true, .answers = true };
	strcpy(d->version, haunt_version());
	d->same = SAME_UNKNOWN;
	none(m);
	d->same = SAME_NO;
	only(m, FOUND_CONFIG_NEWER);
}

static void tables(void **state)
{
	struct machine *m = *state;
	struct snap_firewall *fw = &m->s.fw;

	fw->table.flags |= 1;
	only(m, FOUND_TABLE_DAMAGED);
	fw->table.flags = 6;
	fw->table_rules--;
	only(m, FOUND_TABLE_DAMAGED);
	fw->table_rules++;
	fw->anchor.present = false;
	only(m, FOUND_TABLE_MISSING);
	fw->anchor.present = true;
	strcpy(fw->table.comment, "haunt 999 0");
	only(m, FOUND_TABLE_OTHER_VERSION);
	strcpy(fw->table.comment, "somebody's");
	only(m, FOUND_TABLE_OTHER_VERSION);
	snprintf(fw->table.comment, sizeof(fw->table.comment),
		 "haunt %d 0123456789abcdef", SKELETON_VERSION);
	only(m, FOUND_TABLE_OTHER_CONFIG);
}

static void cloaks(void **state)
{
	struct machine *m = *state;

	m->s.fw.cloaked.at[0] = nft_elem_protected(IPPROTO_UDP, 22);
	only(m, FOUND_NOT_CLOAKED);
}

static void reverse_paths(void **state)
{
	struct machine *m = *state;

	m->s.net.paths[1].oif = 3;
	none(m);
	m->s.net.links[0].rp_filter = 1;
	only(m, FOUND_REVERSE_PATH);
	/* The stricter of the two does not count, but the greater. */
	m->s.net.rp_filter_all = 2;
	none(m);
	m->s.net.rp_filter_all = 1;
	m->s.net.links[0].rp_filter = 0;
	only(m, FOUND_REVERSE_PATH);
	m->s.net.paths[1].error = 101;
	none(m);
}

static void forwarding(void **state)
{
	struct machine *m = *state;

	m->s.net.links[1].forwarding4 = 0;
	assert_string_equal(only(m, FOUND_FORWARDING_OFF)->fix,
			    "sysctl -w net.ipv4.conf.eth1.forwarding=1");
	m->s.net.links[0].forwarding4 = 0;
	m->s.net.ip_forward = 0;
	assert_string_equal(only(m, FOUND_FORWARDING_OFF)->fix,
			    "sysctl -w net.ipv4.ip_forward=1");
	/* No packet of IPv4 needs IPv6. */
	m->s.net.ip_forward = 1;
	m->s.net.links[0].forwarding4 = m->s.net.links[1].forwarding4 = 1;
	m->s.net.ip6_forwarding = 0;
	none(m);
}

static void sockets(void **state)
{
	struct machine *m = *state;
	struct snap_sockets *k = &m->s.sockets;

	k->at[0].loopback = true;
	only(m, FOUND_LISTENS_ON_LOOPBACK);
	k->at[0].loopback = false;
	k->at[0].v6 = false;
	none(m);
	m->s.net.links[0].has6 = true;
	only(m, FOUND_ONE_FAMILY);
	k->at[0].v6 = true;
	k->at[1].pid = k->at[0].pid;
	assert_string_equal(only(m, FOUND_OPEN_BESIDE)->where, "tcp/80");
	/* Who holds sockets for everybody is not their program. */
	k->at[0].pid = k->at[1].pid = 1;
	none(m);
	k->len = 1;
	only(m, FOUND_GHOST_ALONE);
}

static void legacy(void **state)
{
	struct machine *m = *state;
	struct host_legacy *t = &m->s.fw.host.legacy;
	struct host_chain *forward = &t->chains[0];

	t->len = 2;
	*forward = (struct host_chain){ .family = NFPROTO_IPV4,
					.chain = "FORWARD" };
	t->chains[1] = (struct host_chain){ .family = NFPROTO_IPV6,
					    .chain = "FORWARD" };
	none(m);
	forward->end = HOST_END_DROP;
	forward->established = true;
	assert_string_equal(only(m, FOUND_LEGACY_DROP)->fix,
			    "iptables-legacy -I FORWARD -m connmark --mark "
			    "0x5a000000/0xff000000 -j ACCEPT");
	forward->tagged = 1;
	none(m);
	forward->established = false;
	only(m, FOUND_ESTABLISHED_NOT_ACCEPTED);
	forward->end = HOST_END_ACCEPT;
	/* No service is reached through IPv6's forward chain. */
	t->chains[1].end = HOST_END_DROP;
	none(m);
}

static void files(void **state)
{
	struct machine *m = *state;
	struct snap_key *k = &m->s.files.keys[0];

	k->has_hmac = false;
	only(m, FOUND_KEY_UNUSABLE);
	k->err = HAUNT_EFORMAT;
	k->line = 2;
	assert_string_equal(only(m, FOUND_KEY_UNUSABLE)->where, "/k/alice:2");
	k->err = HAUNT_OK;
	m->s.config->clients[0].allow_without_hmac = true;
	none(m);
	/* An empty folder is taken over, and a missing one is made. */
	m->s.files.state_dir.uid = 0;
	m->s.files.state_dir_empty = true;
	none(m);
	m->s.files.state_dir_empty = false;
	only(m, FOUND_STATE_DIR_OWNER);
	m->s.files.state_dir.error = 2;
	none(m);
	m->s.files.control.gid = 5;
	only(m, FOUND_CONTROL_SOCKET_OPEN);
}

static void without_a_configuration(void **state)
{
	struct machine *m = *state;

	config_free(m->s.config);
	m->s.config = NULL;
	free(m->s.files.text);
	m->s.files.text = NULL;
	m->s.files.text_error = 2;
	only(m, FOUND_CONFIG_UNREADABLE);
}

int main(void)
{
#define one(test) \
	cmocka_unit_test_setup_teardown(test, machine_make, machine_free)
	const struct CMUnitTest tests[] = {
		one(well),
		one(conntrack),
		one(clocks),
		one(expired),
		one(runs_as),
		one(kernels),
		one(daemons),
		one(tables),
		one(cloaks),
		one(reverse_paths),
		one(forwarding),
		one(sockets),
		one(legacy),
		one(files),
		one(without_a_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
