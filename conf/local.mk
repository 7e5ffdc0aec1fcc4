# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libconf.la
libconf_la_SOURCES = %D%/config.h %D%/config.c %D%/service.c %D%/print.c \
	%D%/parse.h %D%/parse.c %D%/parse_target.c %D%/edit.h %D%/edit.c \
	%D%/token.h %D%/token.c %D%/scan.h %D%/scan.c %D%/reader.h \
	%D%/reader.c %D%/draft.h %D%/schema.h %D%/schema_part.h \
	%D%/schema.c %D%/schema_listen.c %D%/schema_service.c \
	%D%/schema_client.c %D%/schema_gpg.h %D%/schema_gpg.c %D%/schema_run.c %D%/schema_terms.c %D%/date.h \
	%D%/date.c %D%/check.c %D%/check_listen.c %D%/check_run.c \
	%D%/check_outer.c %D%/check_internet.c %D%/check_named.c \
	%D%/print.h %D%/print_run.c \
	%D%/client_conf.h %D%/client_conf.c %D%/client_schema.h \
	%D%/client_schema.c %D%/client_schema_send.c \
	%D%/client_value.c %D%/client_send.c
libconf_la_SOURCES += %D%/fwknop.h %D%/fwknop_read.c %D%/fwknop_out.h \
	%D%/fwknop_out.c %D%/fwknop_filter.c %D%/fwknop_daemon.c \
	%D%/fwknop_listen.c %D%/fwknop_stanza.h %D%/fwknop_access.c \
	%D%/fwknop_take.c %D%/fwknop_services.c %D%/fwknop_way.c \
	%D%/fwknop_public.c %D%/fwknop_server.c \
	%D%/fwknop_rc.h %D%/fwknop_rc.c %D%/fwknop_client.c
libconf_la_CFLAGS = $(AM_CFLAGS) $(CONFUSE_CFLAGS)
libconf_la_LIBADD = libbase.la $(CONFUSE_LIBS)

examplesdir = $(docdir)/examples
dist_examples_DATA = %D%/hauntd.conf %D%/haunt.conf %D%/examples/run.conf
dist_examples_SCRIPTS = %D%/examples/mail-on-grant.sh
dist_man_MANS += docs/man/hauntd.conf.5 docs/man/haunt.conf.5 \
	docs/man/hauntd.8

CONF_SED = $(SED) -e 's|@sbindir[@]|$(sbindir)|g' \
	-e 's|@sysconfdir[@]|$(sysconfdir)|g' \
	-e 's|@localstatedir[@]|$(localstatedir)|g'
EXTRA_DIST += %D%/hauntd.service.in %D%/tmpfiles.in
if SYSTEMD
systemdsystemunit_DATA = %D%/hauntd.service
sysusersdir = $(prefix)/lib/sysusers.d
dist_sysusers_DATA = %D%/sysusers.d/haunt.conf
tmpfilesdir = $(prefix)/lib/tmpfiles.d
tmpfiles_DATA = %D%/tmpfiles.d/haunt.conf
CLEANFILES += %D%/hauntd.service %D%/tmpfiles.d/haunt.conf
endif
%D%/hauntd.service: %D%/hauntd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && \
	$(CONF_SED) $(srcdir)/%D%/hauntd.service.in >$@.new && mv $@.new $@
%D%/tmpfiles.d/haunt.conf: %D%/tmpfiles.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D%/tmpfiles.d && \
	$(CONF_SED) $(srcdir)/%D%/tmpfiles.in >$@.new && mv $@.new $@
