/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plays scripts on the gate and nat with a firewall in memory and a clock to
 * turn. One script is one test. A script begins with a configuration, up to
 * the line `end`, in which '@' is a directory for keys; then one verb a line:
 *
 *	at 10s | at 10500ms     turn the clocks to that time after the start
 *	knock CLIENT DOORS [from A] [allow A] [local P] [nat H:P]
 *	      [lifetime S] [age S] [command]
 *	again [from A]          send the last packet once more
 *	junk [from A]           send a packet that no key made
 *	noise [from A]          send something that is no packet
 *	slow N                  nat tells what is in force in parts of N, and
 *	                        none of them before
 *	parts N                 it tells so many; `quick`: all of them
 *	sessions N ID A         make up sessions of that grant (or `last`) from
 *	over N | vanish N       the last N were closed; ... are gone at once
 *	accounting | risk       what the host is like from now on
 *	origins N               the kernel keeps so many
 *	fail ERRNO              the firewall refuses the next transaction
 *	fail list | survey      ... the next of these
 *	room N                  the firewall holds N elements
 *	hold | release          nat reads nothing; everything
 *	full | free             nat's queue takes nothing; everything
 *	restart                 the gate and nat end and begin again
 *	control JSON            a command on the control socket
 *	log WORDS...            one line logged since the last verb has these
 *	nolog WORDS...          no line has
 *	answer TEXT             the last answer holds TEXT
 *	open A DOOR [SERVICE]   the firewall lets A in there
 *	shut A DOOR             ... does not
 *	mark A DOOR             remember which grant stands there
 *	same A DOOR             ... it is still that one
 *	doors N                 so many are open
 *	count NAME N            a counter of the status command
 *	ended                   the gate has asked to be started anew
 */
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_world.h"

#define SCRIPTS_MAX 64
#define LINE_BYTES  1024
#define HERE	    "198.51.100.7"

struct player {
	const char *path;
	unsigned int line;
	struct world world;
	struct datagram last;
	char *answer;
	uint32_t sessions; /* made up so far */
	uint32_t marked;   /* the id of a grant */
	char log[1 << 15]; /* since the last verb that did something */
};

#define stop(p, ...)                                          \
	do {                                                  \
		print_error("%s:%u: ", (p)->path, (p)->line); \
		print_error(__VA_ARGS__);                     \
		print_error("\nlogged:\n%s", (p)->log);       \
		fail();                                       \
	} while (0)

static char *word_next(char **rest)
{
	char *word;

	do {
		word = strsep(rest, " \t\n");
	} while (word && !*word);
	return word;
}

static char *word_need(struct player *p, char **rest)
{
	char *word = word_next(rest);

	if (!word)
		stop(p, "a word is missing");
	return word;
}

static unsigned long number_need(struct player *p, char **rest)
{
	const char *word = word_need(p, rest);
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	if (*end)
		stop(p, "%s is no number", word);
	return n;
}

static void verb_at(struct player *p, char *rest)
{
	const char *word = word_need(p, &rest);
	char *unit;
	unsigned long n = strtoul(word, &unit, 10);

	if (strcmp(unit, "s") == 0)
		n *= 1000;
	else if (strcmp(unit, "ms") != 0)
		stop(p, "%s is no time", word);
	world_advance(&p->world, n);
}

static void nat_target(struct player *p, struct haunt_request *r, char *word)
{
	char *colon = strrchr(word, ':');

	if (!colon)
		stop(p, "%s is no HOST:PORT", word);
	*colon = '\0';
	r->type = HAUNT_TYPE_NAT;
	snprintf(r->nat_host, sizeof(r->nat_host), "%s", word);
	r->nat_port = (uint16_t)atoi(colon + 1);
}

static void local_nat(struct haunt_request *r, unsigned long port)
{
	r->type = HAUNT_TYPE_LOCAL_NAT;
	strcpy(r->nat_host, "gateway.example");
	r->nat_port = (uint16_t)port;
}

/* A lifetime belongs to types of its own. */
static void lifetime_set(struct haunt_request *r)
{
	if (!r->lifetime_s)
		return;
	if (r->type == HAUNT_TYPE_ACCESS)
		r->type = HAUNT_TYPE_ACCESS_TIMEOUT;
	else if (r->type == HAUNT_TYPE_NAT)
		r->type = HAUNT_TYPE_NAT_TIMEOUT;
	else if (r->type == HAUNT_TYPE_LOCAL_NAT)
		r->type = HAUNT_TYPE_LOCAL_NAT_TIMEOUT;
}

static void command_set(struct haunt_request *r)
{
	r->type = HAUNT_TYPE_COMMAND;
	r->ports_len = 0;
	strcpy(r->command, "id");
}

static void verb_knock(struct player *p, char *rest)
{
	const char *client = word_need(p, &rest);
	const char *ports = word_need(p, &rest);
	const char *from = HERE;
	const char *allow = NULL;
	struct haunt_request r = kit_request(&p->world.kit, HERE, ports);
	const char *word;

	while ((word = word_next(&rest))) {
		if (strcmp(word, "from") == 0)
			from = word_need(p, &rest);
		else if (strcmp(word, "allow") == 0)
			allow = word_need(p, &rest);
		else if (strcmp(word, "local") == 0)
			local_nat(&r, number_need(p, &rest));
		else if (strcmp(word, "nat") == 0)
			nat_target(p, &r, word_need(p, &rest));
		else if (strcmp(word, "lifetime") == 0)
			r.lifetime_s = (uint32_t)number_need(p, &rest);
		else if (strcmp(word, "age") == 0)
			r.time_s -= number_need(p, &rest);
		else if (strcmp(word, "command") == 0)
			command_set(&r);
		else
			stop(p, "knock does not know %s", word);
	}
	memcpy(r.allow,
	       kit_request(&p->world.kit, allow ? allow : from, "").allow,
	       sizeof(r.allow));
	lifetime_set(&r);
	p->last = kit_packet(&p->world.kit, client, &r, from);
	world_datagram(&p->world, &p->last);
}

static const char *from_of(struct player *p, char *rest)
{
	const char *word = word_next(&rest);

	if (!word)
		return HERE;
	if (strcmp(word, "from") != 0)
		stop(p, "this does not know %s", word);
	return word_need(p, &rest);
}

static void verb_again(struct player *p, char *rest)
{
	p->last.source.addr = kit_address(from_of(p, rest));
	world_datagram(&p->world, &p->last);
}

static void junk_send(struct player *p, char *rest, char byte)
{
	/* 176 bytes of ciphertext and a tag of SHA-256, in base64. */
	struct datagram d = { .len = 225 + 43 };

	d.source.addr = kit_address(from_of(p, rest));
	memset(d.payload, byte, d.len);
	/* As every salted message begins. */
	d.payload[0] = '8';
	world_datagram(&p->world, &d);
}

static void verb_junk(struct player *p, char *rest)
{
	junk_send(p, rest, 'A');
}

static void verb_noise(struct player *p, char *rest)
{
	junk_send(p, rest, '!');
}

/* The grant that the firewall put in force last, or the one of that number. */
static uint32_t grant_need(struct player *p, char **rest)
{
	const struct fw_fake *k = &p->world.kernel;
	const char *word = word_need(p, rest);

	if (strcmp(word, "last") != 0)
		return (uint32_t)strtoul(word, NULL, 10);
	if (!k->len)
		stop(p, "there is no grant");
	return k->elements[k->len - 1].rule.id;
}

static void session_make(struct player *p, uint32_t id, const char *from)
{
	struct fw_fake *k = &p->world.kernel;
	struct session *s = &k->sessions[k->sessions_len++];

	if (k->sessions_len > FW_FAKE_SESSIONS)
		stop(p, "too many sessions");
	*s = (struct session){ .id = id,
			       .ct_id = ++p->sessions,
			       .proto = IPPROTO_TCP,
			       .state = SESSION_LIVES,
			       .bytes_in = 1000,
			       .bytes_out = 20000 };
	s->client = (struct endpoint){ kit_address(from),
				       (uint16_t)(40999 + s->ct_id) };
	s->outer = (struct endpoint){ kit_address("203.0.113.1"), 22 };
	s->inner = s->outer;
}

static void verb_sessions(struct player *p, char *rest)
{
	unsigned long n = number_need(p, &rest);
	uint32_t id = grant_need(p, &rest);
	const char *from = word_need(p, &rest);

	while (n--)
		session_make(p, id, from);
}

/* The last sessions that were made up. */
static struct session *last_sessions(struct player *p, size_t n)
{
	struct fw_fake *k = &p->world.kernel;

	if (n > k->sessions_len)
		stop(p, "there are no so many sessions");
	return &k->sessions[k->sessions_len - n];
}

static void verb_over(struct player *p, char *rest)
{
	size_t n = number_need(p, &rest);
	struct session *s = last_sessions(p, n);

	while (n--)
		s[n].state = SESSION_OVER;
}

static void verb_vanish(struct player *p, char *rest)
{
	size_t n = number_need(p, &rest);

	(void)last_sessions(p, n);
	p->world.kernel.sessions_len -= n;
}

static void verb_accounting(struct player *p, char *rest)
{
	(void)rest;
	p->world.kernel.accounting = true;
}

static void verb_risk(struct player *p, char *rest)
{
	(void)rest;
	p->world.kernel.at_risk = true;
}

static void verb_origins(struct player *p, char *rest)
{
	size_t want = number_need(p, &rest);

	if (p->world.kernel.origins_len != want)
		stop(p, "%zu origins are kept", p->world.kernel.origins_len);
}

static void verb_fail(struct player *p, char *rest)
{
	static const struct {
		const char *name;
		int error;
	} errors[] = { { "ENOSPC", ENOSPC },
		       { "EPERM", EPERM },
		       { "EEXIST", EEXIST },
		       { "FULL", ENFILE } };
	const char *word = word_need(p, &rest);

	if (strcmp(word, "list") == 0)
		p->world.kernel.fail_list = true;
	else if (strcmp(word, "survey") == 0)
		p->world.kernel.fail_sessions = true;
	else
		for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
			if (strcmp(word, errors[i].name) == 0)
				p->world.kernel.fail_errno = errors[i].error;
}

static void verb_room(struct player *p, char *rest)
{
	p->world.kernel.max = number_need(p, &rest);
}

static void verb_hold(struct player *p, char *rest)
{
	(void)rest;
	p->world.hold = true;
}

static void verb_release(struct player *p, char *rest)
{
	(void)rest;
	p->world.hold = false;
	world_settle(&p->world);
}

static void verb_full(struct player *p, char *rest)
{
	(void)rest;
	p->world.full = true;
}

static void verb_free(struct player *p, char *rest)
{
	(void)rest;
	p->world.full = false;
	world_settle(&p->world);
}

static void verb_slow(struct player *p, char *rest)
{
	p->world.kernel.part = number_need(p, &rest);
	p->world.slow = true;
	p->world.parts = 0;
}

static void verb_parts(struct player *p, char *rest)
{
	p->world.parts = number_need(p, &rest);
	world_settle(&p->world);
}

static void verb_quick(struct player *p, char *rest)
{
	(void)rest;
	p->world.slow = false;
	world_settle(&p->world);
}

static void verb_restart(struct player *p, char *rest)
{
	(void)rest;
	world_restart(&p->world);
}

static void verb_control(struct player *p, char *rest)
{
	free(p->answer);
	p->answer = world_control(&p->world, rest);
}

static bool line_has(const char *line, const char *rest)
{
	char words[LINE_BYTES];
	char *more = words;
	const char *word;

	snprintf(words, sizeof(words), "%s", rest);
	while ((word = word_next(&more)) && strstr(line, word))
		;
	return !word;
}

/* True if one of the log's lines holds every word of rest. */
static bool log_has(const struct player *p, const char *rest)
{
	const char *at = p->log;

	while (*at) {
		size_t len = strcspn(at, "\n");
		char line[LINE_BYTES];

		snprintf(line, sizeof(line), "%.*s", (int)len, at);
		if (line_has(line, rest))
			return true;
		at += len + (at[len] == '\n');
	}
	return false;
}

static void verb_log(struct player *p, char *rest)
{
	if (!log_has(p, rest))
		stop(p, "not logged: %s", rest);
}

static void verb_nolog(struct player *p, char *rest)
{
	if (log_has(p, rest))
		stop(p, "logged: %s", rest);
}

static void verb_answer(struct player *p, char *rest)
{
	if (!p->answer || !strstr(p->answer, rest))
		stop(p, "not answered: %s\nbut: %s", rest,
		     p->answer ? p->answer : "nothing");
}

static const struct fw_fake_element *element(struct player *p, char **rest)
{
	struct ip_addr a = kit_address(word_need(p, rest));
	const char *door = word_need(p, rest);
	struct haunt_request r = kit_request(&p->world.kit, HERE, door);

	return fw_fake_find(&p->world.kernel, &a, r.ports[0].proto,
			    r.ports[0].port);
}

static void verb_open(struct player *p, char *rest)
{
	const struct fw_fake_element *e = element(p, &rest);
	const char *service = word_next(&rest);

	if (!e)
		stop(p, "the door is shut");
	else if (service &&
		 e->rule.service !=
			 config_service(p->world.kit.config, service))
		stop(p, "it leads to service %u", e->rule.service);
}

static void verb_shut(struct player *p, char *rest)
{
	if (element(p, &rest))
		stop(p, "the door is open");
}

static void verb_mark(struct player *p, char *rest)
{
	const struct fw_fake_element *e = element(p, &rest);

	p->marked = e ? e->rule.id : 0;
}

static void verb_same(struct player *p, char *rest)
{
	const struct fw_fake_element *e = element(p, &rest);

	if (!e || e->rule.id != p->marked)
		stop(p, "it is not the same grant");
}

static void verb_doors(struct player *p, char *rest)
{
	size_t want = number_need(p, &rest);
	size_t n = fw_fake_count(&p->world.kernel);

	if (n != want)
		stop(p, "%zu doors are open", n);
}

static void verb_count(struct player *p, char *rest)
{
	char *text = world_control(&p->world, "{\"command\":\"status\"}");
	const char *name = word_need(p, &rest);
	char want[128];

	snprintf(want, sizeof(want), "\"%s\":%lu", name, number_need(p, &rest));
	if (!strstr(text, want))
		stop(p, "not %s in: %s", want, text);
	free(text);
}

static void verb_ended(struct player *p, char *rest)
{
	(void)rest;
	if (!p->world.ended)
		stop(p, "the gate goes on");
	p->world.ended = HAUNT_OK;
}

static const struct verb {
	const char *name;
	bool acts; /* else it looks at what the verb before has done */
	void (*play)(struct player *p, char *rest);
} verbs[] = {
	{ "at", true, verb_at },
	{ "knock", true, verb_knock },
	{ "again", true, verb_again },
	{ "junk", true, verb_junk },
	{ "noise", true, verb_noise },
	{ "sessions", true, verb_sessions },
	{ "over", true, verb_over },
	{ "vanish", true, verb_vanish },
	{ "accounting", true, verb_accounting },
	{ "risk", true, verb_risk },
	{ "origins", false, verb_origins },
	{ "fail", true, verb_fail },
	{ "room", true, verb_room },
	{ "hold", true, verb_hold },
	{ "release", true, verb_release },
	{ "full", true, verb_full },
	{ "free", true, verb_free },
	{ "slow", true, verb_slow },
	{ "parts", true, verb_parts },
	{ "quick", true, verb_quick },
	{ "restart", true, verb_restart },
	{ "control", true, verb_control },
	{ "log", false, verb_log },
	{ "nolog", false, verb_nolog },
	{ "answer", false, verb_answer },
	{ "open", false, verb_open },
	{ "shut", false, verb_shut },
	{ "doors", false, verb_doors },
	{ "mark", false, verb_mark },
	{ "same", false, verb_same },
	{ "count", false, verb_count },
	{ "ended", false, verb_ended },
};

static const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	}
	return NULL;
}

static void line_play(struct player *p, char *line)
{
	char *rest = line + strspn(line, " \t");
	const struct verb *verb;
	char *name;

	rest[strcspn(rest, "\n")] = '\0';
	if (!*rest || *rest == '#')
		return;
	name = strsep(&rest, " ");
	verb = verb_find(name);
	if (!verb) {
		stop(p, "there is no verb %s", name);
		return;
	}
	if (!rest)
		rest = name + strlen(name);
	if (!verb->acts) {
		verb->play(p, rest);
		return;
	}
	kit_log_begin();
	verb->play(p, rest);
	snprintf(p->log, sizeof(p->log), "%s", kit_log_end());
}

/* The script's first part. */
static char *config_read(struct player *p, FILE *f)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	char line[LINE_BYTES];

	assert_non_null(to);
	while (fgets(line, sizeof(line), f)) {
		p->line++;
		if (strcmp(line, "end\n") == 0)
			break;
		fputs(line, to);
	}
	fclose(to);
	return text;
}

static void test_script(void **state)
{
	struct player *p = calloc(1, sizeof(*p));
	char line[LINE_BYTES];
	char *config;
	FILE *f;

	assert_non_null(p);
	p->path = *state;
	f = fopen(p->path, "r");
	assert_non_null(f);
	config = config_read(p, f);
	kit_log_begin();
	world_open(&p->world, config);
	snprintf(p->log, sizeof(p->log), "%s", kit_log_end());
	while (fgets(line, sizeof(line), f)) {
		p->line++;
		line_play(p, line);
	}
	if (p->world.ended)
		stop(p, "the gate wants to end");
	kit_log_begin();
	world_close(&p->world);
	(void)kit_log_end();
	fclose(f);
	free(config);
	free(p->answer);
	free(p);
}

static int is_script(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return dot && strcmp(dot, ".scn") == 0;
}

int main(void)
{
	static struct CMUnitTest tests[SCRIPTS_MAX];
	static char paths[SCRIPTS_MAX][512];
	const char *srcdir = getenv("srcdir");
	struct dirent **names;
	char dir[256];
	size_t n;
	int found;

	snprintf(dir, sizeof(dir), "%s/tests/scenario", srcdir ? srcdir : ".");
	found = scandir(dir, &names, is_script, alphasort);
	if (found <= 0 || found > SCRIPTS_MAX) {
		fprintf(stderr, "%s: %d scripts\n", dir, found);
		return EXIT_FAILURE;
	}
	n = (size_t)found;
	for (size_t i = 0; i < n; i++) {
		snprintf(paths[i], sizeof(paths[i]), "%s/%s", dir,
			 names[i]->d_name);
		tests[i] = (struct CMUnitTest){
			.name = strrchr(paths[i], '/') + 1,
			.test_func = test_script,
			.initial_state = paths[i],
		};
		free(names[i]);
	}
	free(names);
	log_open("hauntd", "gate", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	return _cmocka_run_group_tests("scenario", tests, n, NULL, NULL);
}
