/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_rundir: makes, checks, locks and cleans the run folder.
 *
 * The folder holds what root's processes trust: nobody else may be able to replace it or a folder
 * above it. Every component is looked at with lstat, and the folder that results once more after
 * links are resolved.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "jsgid_rundir.h"

#include <apr_strings.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char *const folders[] = {"groups", "sockets", "monitors", "control", "tmp"};
static const mode_t modes[] = {0710, 0710, 0700, 0755, 0711};

/* NULL when nobody but root and we could replace what is at path. last: the run folder itself. */
static const char *check_component(apr_pool_t *pool, const char *path, int last,
                                   const char *directive)
{
    struct stat info;

    if (lstat(path, &info) != 0) {
        return apr_psprintf(pool, "%s: %s", path, strerror(errno));
    }
    if (info.st_uid != 0 && info.st_uid != geteuid()) {
        return apr_psprintf(
            pool,
            "%s belongs to the user id %lu, who could replace it; it and the folders above it must "
            "belong to root or to the user who starts Apache",
            path, (unsigned long)info.st_uid);
    }
    if (S_ISLNK(info.st_mode)) {
        return NULL;
    }
    if (!S_ISDIR(info.st_mode)) {
        return apr_psprintf(pool, "%s is not a folder", path);
    }
    /* In a sticky folder (/tmp) others can make files, but not replace ours. */
    if ((info.st_mode & 022) != 0 && (last || !(info.st_mode & S_ISVTX))) {
        return apr_psprintf(
            pool,
            "%s can be written by others (mode %04o), who could replace what is in it; remove that "
            "permission (chmod go-w), or set %s to another folder",
            path, (unsigned)(info.st_mode & 07777), directive);
    }
    return NULL;
}

/* is_above: the folder is only on the way to ours, so it may be a sticky one. */
static const char *check_chain(apr_pool_t *pool, const char *path, const char *directive,
                               int is_above)
{
    char *part = apr_pstrdup(pool, path);
    char *slash = part;
    int is_root = strcmp(path, "/") == 0;
    const char *error = check_component(pool, "/", is_root && !is_above, directive);

    while (error == NULL && slash != NULL && !is_root) {
        slash = strchr(slash + 1, '/');
        if (slash != NULL) {
            *slash = '\0';
        }
        error = check_component(pool, part, slash == NULL && !is_above, directive);
        if (slash != NULL) {
            *slash = '/';
        }
    }
    return error;
}

/* The path as it is written, and the folder that it leads to. */
static const char *check_both(apr_pool_t *pool, const char *path, const char *directive,
                              int is_above)
{
    const char *error = check_chain(pool, path, directive, is_above);
    char *resolved;

    if (error != NULL) {
        return error;
    }
    resolved = realpath(path, NULL);
    if (resolved == NULL) {
        return apr_psprintf(pool, "%s: %s", path, strerror(errno));
    }
    error = check_chain(pool, resolved, directive, is_above);
    free(resolved);
    return error;
}

const char *jsgid_rundir_check(apr_pool_t *pool, const char *path, const char *directive)
{
    return check_both(pool, path, directive, 0);
}

/* The folder above; "/" for one at the top. */
static const char *above(apr_pool_t *pool, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == path ? "/" : apr_pstrmemdup(pool, path, (apr_size_t)(slash - path));
}

static const char *make_folders_above(apr_pool_t *pool, const char *path)
{
    char *part = apr_pstrdup(pool, path);
    char *slash = part;

    while ((slash = strchr(slash + 1, '/')) != NULL) {
        *slash = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST) {
            return apr_psprintf(pool, "cannot make the folder %s: %s", part, strerror(errno));
        }
        *slash = '/';
    }
    return NULL;
}

/*
 * Owner, group and mode of a folder are looked at and set by its descriptor: whoever could put a
 * link in its place would otherwise have root change what the link leads to.
 */
static const char *make_folder(apr_pool_t *pool, const char *path, mode_t mode, gid_t gid)
{
    const char *error = NULL;
    struct stat info;
    int fd;

    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return apr_psprintf(
            pool, "cannot make the folder %s: %s%s", path, strerror(errno),
            errno == EACCES
                ? "; JsgiRunDir must name a folder that the user who starts Apache can make"
                : "");
    }
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return apr_psprintf(pool, "%s is not a folder that can be used (%s); remove it", path,
                            strerror(errno));
    }
    if (fstat(fd, &info) != 0) {
        error = apr_psprintf(pool, "%s: %s", path, strerror(errno));
    } else if (info.st_uid != geteuid()) {
        error = apr_psprintf(
            pool,
            "%s belongs to the user id %lu instead of %lu; remove it, or set JsgiRunDir to another "
            "folder",
            path, (unsigned long)info.st_uid, (unsigned long)geteuid());
    } else if ((info.st_gid != gid && fchown(fd, (uid_t)-1, gid) != 0) || fchmod(fd, mode) != 0) {
        error = apr_psprintf(pool, "cannot set group and mode of %s: %s", path, strerror(errno));
    }
    (void)close(fd);
    return error;
}

/* Makes the folder when there is none; one that is there must be safe already: what others have put
 * into it would stay. */
static const char *make_run_folder(apr_pool_t *pool, const char *run_dir, gid_t gid)
{
    const char *error = make_folders_above(pool, run_dir);

    if (error == NULL) {
        error = check_both(pool, above(pool, run_dir), "JsgiRunDir", 1);
    }
    if (error == NULL && mkdir(run_dir, 0755) != 0 && errno == EEXIST) {
        error = jsgid_rundir_check(pool, run_dir, "JsgiRunDir");
    }
    return error == NULL ? make_folder(pool, run_dir, 0755, gid) : error;
}

const char *jsgid_rundir_create(apr_pool_t *pool, const char *run_dir, gid_t apache_gid)
{
    gid_t own = geteuid() == 0 ? 0 : getegid();
    /* That of the shell that started Apache may keep Apache's children out. */
    mode_t inherited = umask(022);
    const char *error = make_run_folder(pool, run_dir, own);
    size_t i;

    (void)umask(inherited);
    for (i = 0; error == NULL && i < sizeof(folders) / sizeof(*folders); i++) {
        error = make_folder(pool, apr_pstrcat(pool, run_dir, "/", folders[i], NULL), modes[i],
                            modes[i] == 0710 && geteuid() == 0 ? apache_gid : own);
    }
    return error;
}

const char *jsgid_rundir_lock(apr_pool_t *pool, const char *run_dir, int *pfd)
{
    const char *path = apr_pstrcat(pool, run_dir, "/instance.lock", NULL);
    struct flock lock;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        return apr_psprintf(pool, "cannot open %s: %s", path, strerror(errno));
    }
    memset(&lock, 0, sizeof(lock));
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (fcntl(fd, F_SETLK, &lock) == 0) {
        *pfd = fd;
        return NULL;
    }
    if (fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) {
        lock.l_pid = 0;
    }
    (void)close(fd);
    return apr_psprintf(pool,
                        "another Apache (process %ld) uses %s; each needs a JsgiRunDir of its own",
                        (long)lock.l_pid, run_dir);
}

/* Sockets of one folder with a listener. To a daemon the look is a connection that ends before a
 * request. */
static int listeners_in(apr_pool_t *pool, const char *run_dir, const char *folder)
{
    const char *path = apr_pstrcat(pool, run_dir, "/", folder, NULL);
    DIR *dir = opendir(path);
    const struct dirent *entry;
    int listeners = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        struct sockaddr_un address;
        int fd;

        memset(&address, 0, sizeof(address));
        address.sun_family = AF_UNIX;
        if (entry->d_name[0] == '.' ||
            snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", path, entry->d_name) >=
                (int)sizeof(address.sun_path)) {
            continue;
        }
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd >= 0) {
            /* EAGAIN: its backlog is full, so there is one. */
            if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 || errno == EAGAIN) {
                listeners++;
            }
            (void)close(fd);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    return listeners;
}

int jsgid_rundir_has_listeners(apr_pool_t *pool, const char *run_dir)
{
    return listeners_in(pool, run_dir, "control") + listeners_in(pool, run_dir, "sockets");
}

void jsgid_rundir_clean(apr_pool_t *pool, const char *run_dir)
{
    size_t i;

    /* All but tmp, whose folders belong to groups' users: those are used again. */
    for (i = 0; i < 4; i++) {
        const char *path = apr_pstrcat(pool, run_dir, "/", folders[i], NULL);
        DIR *dir = opendir(path);
        const struct dirent *entry;

        while (dir != NULL && (entry = readdir(dir)) != NULL) {
            if (entry->d_name[0] != '.') {
                (void)unlinkat(dirfd(dir), entry->d_name, 0);
            }
        }
        if (dir != NULL) {
            (void)closedir(dir);
        }
    }
}

const char *jsgid_rundir_write(apr_pool_t *pool, const char *path, mode_t mode, const char *text)
{
    const char *temporary = apr_pstrcat(pool, path, ".new", NULL);
    size_t left = strlen(text);
    const char *error = NULL;
    int fd;

    (void)unlink(temporary);
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) {
        return apr_psprintf(pool, "cannot make %s: %s", temporary, strerror(errno));
    }
    while (left > 0 && error == NULL) {
        ssize_t n = write(fd, text, left);

        if (n >= 0) {
            text += n;
            left -= (size_t)n;
        } else if (errno != EINTR) {
            error = apr_psprintf(pool, "cannot write %s: %s", temporary, strerror(errno));
        }
    }
    /* The mode may have been narrowed by the umask. */
    if (error == NULL && fchmod(fd, mode) != 0) {
        error = apr_psprintf(pool, "cannot set the mode of %s: %s", temporary, strerror(errno));
    }
    (void)close(fd);
    if (error == NULL && rename(temporary, path) != 0) {
        error = apr_psprintf(pool, "cannot rename %s to %s: %s", temporary, path, strerror(errno));
    }
    if (error != NULL) {
        (void)unlink(temporary);
    }
    return error;
}

const char *jsgid_rundir_read(apr_pool_t *pool, const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char *text = NULL;

    if (fd >= 0 && fstat(fd, &info) == 0) {
        size_t length = (size_t)info.st_size;
        ssize_t n;

        text = apr_palloc(pool, length + 1);
        n = read(fd, text, length);
        if (n != (ssize_t)length) {
            text = NULL;
        } else {
            text[length] = '\0';
        }
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return text;
}

const char *jsgid_rundir_link(apr_pool_t *pool, const char *path, const char *text)
{
    const char *temporary = apr_pstrcat(pool, path, ".new", NULL);

    (void)unlink(temporary);
    if (symlink(text, temporary) != 0) {
        return apr_psprintf(pool, "cannot make the link %s: %s", temporary, strerror(errno));
    }
    if (rename(temporary, path) != 0) {
        const char *error =
            apr_psprintf(pool, "cannot rename %s to %s: %s", temporary, path, strerror(errno));

        (void)unlink(temporary);
        return error;
    }
    return NULL;
}

void jsgid_rundir_unlink(apr_pool_t *pool, const char *run_dir, const char *prefix,
                         int (*keep)(void *baton, const char *group), void *baton)
{
    const char *path = apr_pstrcat(pool, run_dir, "/groups", NULL);
    DIR *dir = opendir(path);
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        char text[256];
        size_t length = strlen(entry->d_name);
        ssize_t n = readlinkat(dirfd(dir), entry->d_name, text, sizeof(text) - 1);

        if (n <= 0 || length <= 5 || strcmp(entry->d_name + length - 5, ".sock") != 0) {
            continue;
        }
        text[n] = '\0';
        if (strncmp(text, prefix, strlen(prefix)) == 0 &&
            (keep == NULL || !keep(baton, apr_pstrmemdup(pool, entry->d_name, length - 5)))) {
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
}
