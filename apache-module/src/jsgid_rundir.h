/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_RUNDIR_H
#define JSGID_RUNDIR_H

#include <apr_pools.h>
#include <sys/types.h>

/** The run folder (supervisor/CONTROL.md, "The run folder"). Knows APR and libc only. */

/**
 * Makes the run folder and the folders in it with their modes, and checks that nobody but root and
 * the calling user could replace any of them. NULL, or a sentence on what is wrong and what would
 * be right.
 */
const char *jsgid_rundir_create(apr_pool_t *pool, const char *run_dir, gid_t apache_gid);

/**
 * Checks that nobody but root and the calling user could replace a folder or one above it, also
 * where links lead. NULL, or a sentence; directive is what named the folder.
 */
const char *jsgid_rundir_check(apr_pool_t *pool, const char *path, const char *directive);

/**
 * Takes the lock that says that this process owns the run folder. NULL with *pfd a descriptor that
 * holds it until it is closed, or a sentence. The lock is the process's, its children do not share
 * it.
 */
const char *jsgid_rundir_lock(apr_pool_t *pool, const char *run_dir, int *pfd);

/** The sockets of the run folder on which somebody still listens: monitors on theirs, and daemons,
 * which outlive monitors for a while. 0 when the former instance has gone. */
int jsgid_rundir_has_listeners(apr_pool_t *pool, const char *run_dir);

/** Removes what dead instances left: sockets, routes, monitors' files. */
void jsgid_rundir_clean(apr_pool_t *pool, const char *run_dir);

/** Writes a file under a temporary name and renames it; NULL or a sentence. */
const char *jsgid_rundir_write(apr_pool_t *pool, const char *path, mode_t mode, const char *text);

/** The text of a file, or NULL. */
const char *jsgid_rundir_read(apr_pool_t *pool, const char *path);

/** Puts a route's link in place under a temporary name and renames it; NULL or a sentence. */
const char *jsgid_rundir_link(apr_pool_t *pool, const char *path, const char *text);

/** Removes the links in groups/ whose text begins with the prefix, but not those that keep() wants;
 * keep may be NULL. */
void jsgid_rundir_unlink(apr_pool_t *pool, const char *run_dir, const char *prefix,
                         int (*keep)(void *baton, const char *group), void *baton);

#endif
