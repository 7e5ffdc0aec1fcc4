# SPDX-License-Identifier: GPL-2.0-or-later
# libclient.la and libcontrol.la are all but the mains, so that tests can link
# them. Only what resolves needs libcurl, so that hauntctl does without.
noinst_LTLIBRARIES += libclient.la libcontrol.la
libclient_la_SOURCES = %D%/args.h %D%/args.c %D%/ask.h %D%/ask.c \
	%D%/cmd.h %D%/entry.h %D%/entry.c %D%/handed.h %D%/handed.c \
	%D%/history.h %D%/history.c %D%/json_out.h %D%/json_out.c \
	%D%/keep.h %D%/keep.c %D%/open_print.h %D%/open_print.c \
	%D%/start.h %D%/start.c \
	%D%/knock.h %D%/knock.c %D%/pace.h %D%/pace.c %D%/plan.h %D%/plan.c \
	%D%/profile.h %D%/profile.c %D%/prompt.h %D%/prompt.c \
	%D%/race.h %D%/race.c %D%/random_port.h %D%/random_port.c \
	%D%/relay.h %D%/relay.c %D%/session.h %D%/session.c \
	%D%/session_in.h %D%/session_pgp.c \
	%D%/row.h %D%/row.c %D%/tell.h %D%/tell.c %D%/term.h %D%/term.c \
	%D%/plan_send.h %D%/plan_send.c %D%/dispatch.h %D%/dispatch.c \
	%D%/save.h %D%/save.c %D%/resolve.h %D%/resolve.c \
	%D%/fetch.h %D%/fetch.c %D%/stun.h %D%/stun.c \
	%D%/stun_ask.h %D%/stun_ask.c
libclient_la_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS)
libclient_la_SOURCES += %D%/import.h %D%/import_read.c %D%/import_keys.c \
	%D%/import_write.c
libclient_la_LIBADD = libconf.la libproto.la libbase.la $(JANSSON_LIBS)
libcontrol_la_SOURCES = %D%/control.h %D%/control_socket.h %D%/control.c \
	%D%/control_print.c %D%/watch.c \
	%D%/steps.h %D%/steps.c %D%/steps_confirm.c \
	%D%/steps_client.c %D%/conf_file.h %D%/conf_file.c
libcontrol_la_SOURCES += %D%/steps_import.c
libcontrol_la_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
libcontrol_la_LIBADD = $(JANSSON_LIBS)

bin_PROGRAMS += haunt
haunt_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
haunt_SOURCES = %D%/haunt.c %D%/cmd_open.c %D%/cmd_keygen.c %D%/cmd_proxy.c \
	%D%/cmd_ssh.c %D%/cmd_list.c %D%/list.h %D%/list_print.c \
	%D%/list_json.c %D%/cmd_last.c
haunt_SOURCES += %D%/cmd_import.c
haunt_LDADD = libclient.la $(CURL_LIBS)

sbin_PROGRAMS += hauntctl
hauntctl_SOURCES = %D%/hauntctl.c
hauntctl_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
hauntctl_LDADD = libcontrol.la libclient.la libexplain.la libdoctor.la

dist_man_MANS += docs/man/haunt.1 docs/man/hauntctl.8
