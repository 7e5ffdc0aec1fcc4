/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides what each directive of fwknopd.conf becomes, or why it does not. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "conf/fwknop_out.h"
#include "conf/parse.h"

#define PORT_DEFAULT 62201
#define AGE_MAX_S    3600

enum haunt_err fwknop_expand(const struct fwknop_part *daemon,
			     const char *value, char buf[FWKNOP_LINE_MAX + 1])
{
	static const char of_name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	char name[FWKNOP_LINE_MAX + 1];
	const char *found = NULL, *rest = value;
	size_t len;

	if (value[0] == '$') {
		len = strspn(value + 1, of_name);
		memcpy(name, value + 1, len);
		name[len] = '\0';
		rest = value + 1 + len;
		found = fwknop_value(daemon, name, NULL);
		if (!found && !strcmp(name, "FWKNOP_CONF_DIR"))
			found = "/etc/fwknop";
		if (!found && !strcmp(name, "FWKNOP_RUN_DIR"))
			found = "/run/fwknop";
		if (!found || found[0] == '$')
			return HAUNT_EFORMAT;
	}
	if (snprintf(buf, FWKNOP_LINE_MAX + 1, "%s%s", found ? found : "",
		     rest) > FWKNOP_LINE_MAX)
		return HAUNT_ELENGTH;
	len = strlen(buf);
	while (len && (buf[len - 1] == ' ' || buf[len - 1] == '\t'))
		buf[--len] = '\0';
	return HAUNT_OK;
}

/* A value without the blanks at its end. */
static void trimmed(const char *value, char buf[FWKNOP_LINE_MAX + 1])
{
	size_t len = strlen(value);

	while (len && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		len--;
	memcpy(buf, value, len);
	buf[len] = '\0';
}

/* ---- what needs a look at the value ---- */

static bool take_interface(struct fwknop_out *out, void *into,
			   const struct fwknop_entry *e)
{
	char name[FWKNOP_LINE_MAX + 1];

	(void)into;
	trimmed(e->value, name);
	if (interface_valid(name))
		return true;
	fwknop_say(out, e, FWKNOP_REFUSED,
		   "no interface can be called that; hauntd listens at eth0");
	return false;
}

static bool take_filter(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	struct fwknop_filter filter;

	(void)into;
	if (!fwknop_filter_parse(e->value, &filter))
		return true;
	fwknop_say(out, e, FWKNOP_REFUSED,
		   "only ports joined by \"or\" are understood; hauntd listens "
		   "at UDP port %d until 'ports' says another",
		   PORT_DEFAULT);
	return false;
}

static bool take_switch(struct fwknop_out *out, void *into,
			const struct fwknop_entry *e)
{
	(void)into;
	return fwknop_switched(out, e);
}

static bool take_aging(struct fwknop_out *out, void *into,
		       const struct fwknop_entry *e)
{
	(void)into;
	if (e->value[0] == 'Y' || e->value[0] == 'y')
		return true;
	fwknop_say(out, e, FWKNOP_WARNING,
		   "without it a packet that was caught on its way could be "
		   "sent at any later time; hauntd has age-window = \"1h\" at "
		   "most");
	return true;
}

static bool take_age(struct fwknop_out *out, void *into,
		     const struct fwknop_entry *e)
{
	(void)into;
	if (fwknop_number(e->value) > AGE_MAX_S)
		fwknop_say(out, e, FWKNOP_WARNING,
			   "hauntd allows an hour at most: age-window = "
			   "\"1h\"");
	return true;
}

static bool take_persistence(struct fwknop_out *out, void *into,
			     const struct fwknop_entry *e)
{
	(void)into;
	if (e->value[0] == 'Y' || e->value[0] == 'y')
		return true;
	fwknop_say(out, e, FWKNOP_WARNING,
		   "without it each packet could be sent again; hauntd always "
		   "refuses that");
	return true;
}

static bool take_forwarded(struct fwknop_out *out, void *into,
			   const struct fwknop_entry *e)
{
	(void)into;
	if (!fwknop_switched(out, e))
		return false;
	fwknop_say(out, e, FWKNOP_WARNING,
		   "X-Forwarded-For is no part of what is signed: anybody on "
		   "the way could write another address into it");
	return true;
}

static bool take_open_nat(struct fwknop_out *out, void *into,
			  const struct fwknop_entry *e)
{
	(void)into;
	if (!fwknop_switched(out, e))
		return false;
	fwknop_say(out, e, FWKNOP_WARNING,
		   "fwknopd looks at the outer port only: whoever has a key "
		   "can be led to every host and port behind the gateway");
	return true;
}

static bool take_local_nat(struct fwknop_out *out, void *into,
			   const struct fwknop_entry *e)
{
	(void)into;
	if (!fwknop_switched(out, e))
		return false;
	fwknop_say(out, e, FWKNOP_WARNING,
		   "fwknopd also opened the real port, which OPEN_PORTS need "
		   "not list; hauntd opens only the outer one, and leads to "
		   "listed ports only");
	return true;
}

static bool take_gpg_home(struct fwknop_out *out, void *into,
			  const struct fwknop_entry *e)
{
	(void)into;
	if (out->gpg_home)
		return true;
	fwknop_say(out, e, FWKNOP_REFUSED, "it is no absolute path");
	return false;
}

#define SWITCH(name, verdict, text)              \
	{                                        \
		name, verdict, text, take_switch \
	}
#define RULES	    "hauntd has one nftables table of its own"
#define NO_NFQ	    "hauntd does not use NFQUEUE: it sniffs or has a socket"
#define NO_EXEC	    "hauntd starts no program to change the firewall"
#define NEVER_THERE "no fwknopd ever read it"
#define OTHER_OS    "it is for a firewall of another system"
#define SNAT_WORD   "source-nat of forward services"
#define NAME_TARGET                                                           \
	"hauntd leads only to targets that a service names; see the example " \
	"in the output"
#define PATHS "hauntd has places of its own"
#define OWN   "it is how hauntd works anyway"

static const struct fwknop_word daemon_words[] = {
	{ "PCAP_INTF", FWKNOP_TRANSLATED, "listen", take_interface },
	{ "PCAP_FILE", FWKNOP_REFUSED, "hauntd reads no captures", NULL },
	SWITCH("ENABLE_PCAP_PROMISC", FWKNOP_REFUSED,
	       "hauntd hears what is sent to this host, and no more"),
	{ "PCAP_FILTER", FWKNOP_TRANSLATED, "ports of listen", take_filter },
	{ "PCAP_DISPATCH_COUNT", FWKNOP_UNNEEDED, "hauntd does not poll",
	  NULL },
	{ "PCAP_LOOP_SLEEP", FWKNOP_UNNEEDED, "hauntd does not poll", NULL },
	SWITCH("ENABLE_PCAP_ANY_DIRECTION", FWKNOP_UNNEEDED,
	       "fwknopd reads it and does nothing with it"),
	{ "EXIT_AT_INTF_DOWN", FWKNOP_UNNEEDED,
	  "hauntd waits for an interface to come back", NULL },
	{ "MAX_SNIFF_BYTES", FWKNOP_UNNEEDED, OWN, NULL },
	{ "ENABLE_SPA_PACKET_AGING", FWKNOP_TRANSLATED, "age-window",
	  take_aging },
	{ "MAX_SPA_PACKET_AGE", FWKNOP_TRANSLATED, "age-window", take_age },
	{ "ENABLE_DIGEST_PERSISTENCE", FWKNOP_UNNEEDED, OWN, take_persistence },
	{ "RULES_CHECK_THRESHOLD", FWKNOP_UNNEEDED,
	  "the kernel ends grants by itself", NULL },
	{ "CMD_EXEC_TIMEOUT", FWKNOP_UNNEEDED,
	  "fwknopd reads it and does nothing with it", NULL },
	SWITCH("ENABLE_SPA_OVER_HTTP", FWKNOP_TRANSLATED,
	       "listen \"http\", or tcp-ports of what is sniffed"),
	SWITCH("ALLOW_ANY_USER_AGENT", FWKNOP_UNNEEDED,
	       "hauntd does not look at the user agent"),
	{ "ENABLE_X_FORWARDED_FOR", FWKNOP_REFUSED,
	  "the proxies to believe must be named: see trusted-proxies and "
	  "allow-forwarded-for in the output",
	  take_forwarded },
	SWITCH("ENABLE_TCP_SERVER", FWKNOP_TRANSLATED,
	       "listen \"tcp\", or \"http\""),
	{ "TCPSERV_PORT", FWKNOP_TRANSLATED, "address of listen", NULL },
	SWITCH("ENABLE_UDP_SERVER", FWKNOP_TRANSLATED, "listen \"udp\""),
	{ "UDPSERV_PORT", FWKNOP_TRANSLATED, "address of listen", NULL },
	{ "UDPSERV_SELECT_TIMEOUT", FWKNOP_UNNEEDED, "hauntd does not poll",
	  NULL },
	SWITCH("ENABLE_NFQ_CAPTURE", FWKNOP_REFUSED, NO_NFQ),
	{ "NFQ_INTERFACE", FWKNOP_REFUSED, NO_NFQ, NULL },
	{ "NFQ_PORT", FWKNOP_REFUSED, NO_NFQ, NULL },
	{ "NFQ_TABLE", FWKNOP_REFUSED, NO_NFQ, NULL },
	{ "NFQ_CHAIN", FWKNOP_REFUSED, NO_NFQ, NULL },
	{ "NFQ_QUEUE_NUMBER", FWKNOP_REFUSED, NO_NFQ, NULL },
	{ "NFQ_LOOP_SLEEP", FWKNOP_REFUSED, NO_NFQ, NULL },
	{ "LOCALE", FWKNOP_UNNEEDED, "hauntd's log is in one language", NULL },
	{ "SYSLOG_IDENTITY", FWKNOP_REFUSED,
	  "log = \"syslog\" is set; there it is always called hauntd", NULL },
	{ "SYSLOG_FACILITY", FWKNOP_REFUSED,
	  "log = \"syslog\" is set; there its facility is always daemon",
	  NULL },
	{ "VERBOSE", FWKNOP_TRANSLATED, "log-level", NULL },
	SWITCH("ENABLE_DESTINATION_RULE", FWKNOP_REFUSED,
	       "a grant holds for all addresses of the gateway; a client's "
	       "destination says where its packets must be sent to"),
	SWITCH("ENABLE_RULE_PREPEND", FWKNOP_UNNEEDED, RULES),
	SWITCH("ENABLE_NAT_DNS", FWKNOP_UNNEEDED,
	       "hauntd never looks up a name that a packet holds; a service's "
	       "target may be a name"),
	{ "ENABLE_IPT_FORWARDING", FWKNOP_REFUSED, NAME_TARGET, take_open_nat },
	{ "ENABLE_IPT_LOCAL_NAT", FWKNOP_TRANSLATED, "at of services",
	  take_local_nat },
	SWITCH("ENABLE_IPT_SNAT", FWKNOP_TRANSLATED, SNAT_WORD),
	{ "SNAT_TRANSLATE_IP", FWKNOP_TRANSLATED, SNAT_WORD, NULL },
	SWITCH("ENABLE_IPT_OUTPUT", FWKNOP_UNNEEDED,
	       "answers of a connection pass with it"),
	{ "FLUSH_IPT_AT_INIT", FWKNOP_UNNEEDED,
	  "grants outlive a restart, to their own end", NULL },
	{ "FLUSH_IPT_AT_EXIT", FWKNOP_UNNEEDED,
	  "grants outlive hauntd, to their own end", NULL },
	{ "IPT_INPUT_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "IPT_OUTPUT_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "IPT_FORWARD_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "IPT_DNAT_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "IPT_SNAT_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "IPT_MASQUERADE_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "ENABLE_IPT_COMMENT_CHECK", FWKNOP_UNNEEDED, RULES, NULL },
	{ "ENABLE_FIREWD_FORWARDING", FWKNOP_REFUSED, NAME_TARGET,
	  take_open_nat },
	{ "ENABLE_FIREWD_LOCAL_NAT", FWKNOP_TRANSLATED, "at of services",
	  take_local_nat },
	SWITCH("ENABLE_FIREWD_SNAT", FWKNOP_TRANSLATED, SNAT_WORD),
	SWITCH("ENABLE_FIREWD_OUTPUT", FWKNOP_UNNEEDED,
	       "answers of a connection pass with it"),
	{ "FLUSH_FIREWD_AT_INIT", FWKNOP_UNNEEDED,
	  "grants outlive a restart, to their own end", NULL },
	{ "FLUSH_FIREWD_AT_EXIT", FWKNOP_UNNEEDED,
	  "grants outlive hauntd, to their own end", NULL },
	{ "FIREWD_INPUT_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "FIREWD_OUTPUT_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "FIREWD_FORWARD_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "FIREWD_DNAT_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "FIREWD_SNAT_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "FIREWD_MASQUERADE_ACCESS", FWKNOP_UNNEEDED, RULES, NULL },
	{ "ENABLE_FIREWD_COMMENT_CHECK", FWKNOP_UNNEEDED, RULES, NULL },
	{ "IPFW_START_RULE_NUM", FWKNOP_UNNEEDED, OTHER_OS, NULL },
	{ "IPFW_MAX_RULES", FWKNOP_UNNEEDED, OTHER_OS, NULL },
	{ "IPFW_ACTIVE_SET_NUM", FWKNOP_UNNEEDED, OTHER_OS, NULL },
	{ "IPFW_EXPIRE_SET_NUM", FWKNOP_UNNEEDED, OTHER_OS, NULL },
	{ "IPFW_EXPIRE_PURGE_INTERVAL", FWKNOP_UNNEEDED, OTHER_OS, NULL },
	{ "IPFW_ADD_CHECK_STATE", FWKNOP_UNNEEDED, OTHER_OS, NULL },
	{ "FLUSH_IPFW_AT_INIT", FWKNOP_UNNEEDED, OTHER_OS, NULL },
	{ "FLUSH_IPFW_AT_EXIT", FWKNOP_UNNEEDED, OTHER_OS, NULL },
	{ "PF_ANCHOR_NAME", FWKNOP_UNNEEDED, OTHER_OS, NULL },
	{ "PF_EXPIRE_INTERVAL", FWKNOP_UNNEEDED, OTHER_OS, NULL },
	{ "FWKNOP_RUN_DIR", FWKNOP_UNNEEDED, PATHS, NULL },
	{ "FWKNOP_CONF_DIR", FWKNOP_UNNEEDED, PATHS, NULL },
	{ "ACCESS_FILE", FWKNOP_UNNEEDED,
	  "the stanzas are those of the file that was named here", NULL },
	{ "ACCESS_FOLDER", FWKNOP_TRANSLATED,
	  "client: its files were read in place of the access file, as "
	  "fwknopd does",
	  NULL },
	{ "FWKNOP_PID_FILE", FWKNOP_UNNEEDED, PATHS, NULL },
	{ "DIGEST_FILE", FWKNOP_UNNEEDED,
	  "hauntd begins with an empty memory of packets; see MAX_SPA_PACKET_AGE"
	  " for how long one from before could be sent again",
	  NULL },
	{ "GPG_HOME_DIR", FWKNOP_TRANSLATED, "gpg-home", take_gpg_home },
	{ "GPG_EXE", FWKNOP_UNNEEDED, "GPGME finds it", NULL },
	{ "SUDO_EXE", FWKNOP_UNNEEDED,
	  "hauntd changes to a command's user by itself", NULL },
	{ "FIREWALL_EXE", FWKNOP_UNNEEDED, NO_EXEC, NULL },
	{ "FAULT_INJECTION_TAG", FWKNOP_UNNEEDED, "it is for test builds",
	  NULL },
	{ "AFL_PKT_FILE", FWKNOP_UNNEEDED, "it is for test builds", NULL },
	{ "ENABLE_EXTERNAL_CMDS", FWKNOP_UNNEEDED, NEVER_THERE, NULL },
	{ "EXTERNAL_CMD_OPEN", FWKNOP_UNNEEDED, NEVER_THERE, NULL },
	{ "EXTERNAL_CMD_CLOSE", FWKNOP_UNNEEDED, NEVER_THERE, NULL },
	{ "EXTERNAL_CMD_ALARM", FWKNOP_UNNEEDED, NEVER_THERE, NULL },
	{ "ENABLE_EXT_CMD_PREFIX", FWKNOP_UNNEEDED, NEVER_THERE, NULL },
	{ "EXT_CMD_PREFIX", FWKNOP_UNNEEDED, NEVER_THERE, NULL },
	{ "BLACKLIST", FWKNOP_UNNEEDED, NEVER_THERE, NULL },
};

const struct fwknop_words fwknop_daemon_words = {
	.words = daemon_words,
	.len = sizeof(daemon_words) / sizeof(daemon_words[0]),
	.whose = "fwknopd.conf",
};
