/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_SENDFILE_H
#define JSGID_SENDFILE_H

#include <apr_pools.h>
#include <apr_tables.h>

/**
 * The file that an application names in X-Sendfile: what its name means, and whether it lies in a
 * folder that is allowed. Knows APR and libc only.
 */

typedef enum {
    JSGID_SENDFILE_OK,
    JSGID_SENDFILE_MALFORMED, /**< no absolute path, or no percent-encoding */
    JSGID_SENDFILE_MISSING,   /**< there is no such file, or it cannot be reached: errno tells */
    JSGID_SENDFILE_OUTSIDE,   /**< it lies in no allowed folder */
    JSGID_SENDFILE_NO_FILE,   /**< it is a folder, a device, a pipe */
    JSGID_SENDFILE_UNKNOWN    /**< where it lies cannot be found out: errno tells (no /proc) */
} jsgid_sendfile_status_t;

/**
 * The path that a header's value names: percent-decoded, as mod_xsendfile does it, so that every
 * name of a file can be sent in a header. NULL when it is no absolute path, has a % that begins no
 * encoded byte, or a NUL.
 */
const char *jsgid_sendfile_path(const char *value, apr_pool_t *pool);

/**
 * Finds a file. The file that was looked at is the one that is found: it is opened (with O_PATH, so
 * that nothing happens to a device or a pipe) before it is asked where it lies, and links that
 * change meanwhile change nothing.
 *
 * @param root NULL, or the root folder of the process that has named the file: links are followed
 *     as there
 * @param path absolute, inside that root
 * @param folders of const char *, absolute, outside; links in them are followed
 * @param pfd a descriptor that can be opened again as /proc/self/fd/N; the caller's to close; set
 *     when it is OK only
 * @param preal where the file lies, after all links; set when that is known
 */
jsgid_sendfile_status_t jsgid_sendfile_find(const char *root, const char *path,
                                            const apr_array_header_t *folders, apr_pool_t *pool,
                                            int *pfd, const char **preal);

#endif
