# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += librun.la
librun_la_SOURCES = %D%/job.h %D%/job.c %D%/facts.h %D%/facts.c \
	%D%/output.h %D%/output.c %D%/child.h %D%/child.c \
	%D%/programs.h %D%/programs.c %D%/runner.h %D%/runner.c \
	%D%/run.h %D%/run.c
librun_la_LIBADD = libconf.la librole.la
