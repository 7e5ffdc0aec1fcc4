/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subcommands of haunt, and what their exit statuses mean. */
#ifndef HAUNT_CLIENT_CMD_H
#define HAUNT_CLIENT_CMD_H

enum cmd_status {
	CMD_OK = 0,
	CMD_USAGE = 1,	 /* the command line or the configuration */
	CMD_KEY = 2,	 /* the key: missing, unreadable, not a key */
	CMD_NETWORK = 3, /* no such host, no route, nothing answers */
	/* A program that was to be started; else its own status is ours. */
	CMD_NOT_STARTED = 126,
	CMD_NOT_FOUND = 127,
};

/* argv[0] is the subcommand's name; argv ends in NULL. */
enum cmd_status cmd_open(char **argv);
enum cmd_status cmd_keygen(char **argv);
enum cmd_status cmd_import(char **argv);
enum cmd_status cmd_proxy(char **argv);
enum cmd_status cmd_ssh(char **argv);
enum cmd_status cmd_list(char **argv);
enum cmd_status cmd_last(char **argv);

#endif
