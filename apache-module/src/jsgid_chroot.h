/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_CHROOT_H
#define JSGID_CHROOT_H

#include <apr_pools.h>

/**
 * Paths of a group that has a root folder of its own. The configuration and httpd name files as
 * they are outside; daemons are told what they are inside. Knows APR and libc only.
 */

/**
 * What a daemon whose root is that folder calls the file; NULL when the file is not below it. Both
 * are absolute and have no . or .. in them. Points into path, or is "/".
 */
const char *jsgid_chroot_inside(const char *root, const char *path);

/**
 * Looks for a path as a process inside the root would: links are followed there and never lead out.
 * 0 when it is there, or when this system cannot tell; else errno.
 */
int jsgid_chroot_find(const char *root, const char *path);

#endif
