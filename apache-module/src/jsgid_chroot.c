/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_chroot: what files are called inside another root folder, and whether they are there.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "jsgid_chroot.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *jsgid_chroot_inside(const char *root, const char *path)
{
    size_t length = strlen(root);

    if (strcmp(root, "/") == 0) {
        return path;
    }
    if (strncmp(root, path, length) != 0 || (path[length] != '/' && path[length] != '\0')) {
        return NULL;
    }
    return path[length] == '\0' ? "/" : path + length;
}

int jsgid_chroot_find(const char *root, const char *path)
{
    const struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
    int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int reason = 0;

    if (folder < 0) {
        return errno;
    }
    /* Linux 5.6 has it; libc has no function for it. */
    long fd = syscall(SYS_openat2, folder, path, &how, sizeof(how));
    if (fd >= 0) {
        (void)close((int)fd);
    } else if (errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP) {
        reason = errno;
    }
    (void)close(folder);
    return reason;
}
