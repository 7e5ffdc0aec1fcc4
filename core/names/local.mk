# SPDX-License-Identifier: GPL-2.0-or-later
noinst_LTLIBRARIES += libnames.la
libnames_la_SOURCES = %D%/names.h %D%/names.c %D%/resolve.h %D%/resolve.c
libnames_la_LIBADD = libconf.la librole.la -lpthread
