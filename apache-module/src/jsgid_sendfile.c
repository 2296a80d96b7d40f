/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_sendfile: the file that an application names in X-Sendfile.
 *
 * Rule: a path is never checked and then opened. What was opened is asked for its place, by the
 * name that the kernel has for the descriptor (/proc/self/fd/N), and that descriptor is what is
 * sent.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "jsgid_sendfile.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jsgid_chroot.h"

/* "/proc/self/fd/" and a number. */
#define DESCRIPTOR_PATH_MAX 32

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *jsgid_sendfile_path(const char *value, apr_pool_t *pool)
{
    char *path = apr_pstrdup(pool, value);
    char *to = path;

    for (; *value != '\0'; value++) {
        if (*value == '%') {
            int high = hex_digit(value[1]);
            int low = high < 0 ? -1 : hex_digit(value[2]);

            if (low < 0 || (high == 0 && low == 0)) {
                return NULL;
            }
            *to++ = (char)(high * 16 + low);
            value += 2;
        } else {
            *to++ = *value;
        }
    }
    *to = '\0';
    return *path == '/' ? path : NULL;
}

/* Where what is open lies; NULL when that cannot be found out, errno tells. */
static const char *place_of(int fd, apr_pool_t *pool)
{
    char name[DESCRIPTOR_PATH_MAX];
    char place[PATH_MAX];
    ssize_t length;

    (void)apr_snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    length = readlink(name, place, sizeof(place));
    if (length < 0) {
        return NULL;
    }
    if (length == (ssize_t)sizeof(place) || *place != '/') {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return apr_pstrmemdup(pool, place, (apr_size_t)length);
}

/* As a process would whose root folder is that one: its links lead nowhere else. */
static int open_inside(const char *root, const char *path, apr_pool_t *pool)
{
    const struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
    int folder;
    int fd;

    if (root == NULL || strcmp(root, "/") == 0) {
        return open(path, O_PATH | O_CLOEXEC);
    }
    folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return -1;
    }
    fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
        /* Before Linux 5.6. Absolute links lead elsewhere then; where the file lies is looked at in
         * any case. */
        fd = open(apr_pstrcat(pool, root, path, NULL), O_PATH | O_CLOEXEC);
    }
    if (close(folder) != 0 && fd < 0) {
        errno = EIO;
    }
    return fd;
}

static int is_allowed(const char *real, const apr_array_header_t *folders, apr_pool_t *pool)
{
    int i;

    for (i = 0; i < folders->nelts; i++) {
        int fd = open(APR_ARRAY_IDX(folders, i, const char *), O_PATH | O_DIRECTORY | O_CLOEXEC);
        const char *place = fd >= 0 ? place_of(fd, pool) : NULL;

        if (fd >= 0) {
            (void)close(fd);
        }
        if (place != NULL && jsgid_chroot_inside(place, real) != NULL) {
            return 1;
        }
    }
    return 0;
}

jsgid_sendfile_status_t jsgid_sendfile_find(const char *root, const char *path,
                                            const apr_array_header_t *folders, apr_pool_t *pool,
                                            int *pfd, const char **preal)
{
    jsgid_sendfile_status_t status;
    struct stat info;
    int error;
    int fd = open_inside(root, path, pool);

    *preal = NULL;
    if (fd < 0) {
        return JSGID_SENDFILE_MISSING;
    }
    *preal = place_of(fd, pool);
    if (*preal == NULL) {
        status = JSGID_SENDFILE_UNKNOWN;
    } else if (!is_allowed(*preal, folders, pool)) {
        status = JSGID_SENDFILE_OUTSIDE;
    } else if (fstat(fd, &info) != 0) {
        status = JSGID_SENDFILE_UNKNOWN;
    } else if (!S_ISREG(info.st_mode)) {
        status = JSGID_SENDFILE_NO_FILE;
    } else {
        *pfd = fd;
        return JSGID_SENDFILE_OK;
    }
    error = errno;
    (void)close(fd);
    errno = error;
    return status;
}
